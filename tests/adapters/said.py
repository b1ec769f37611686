"""Everything Lamplighter says, as the rules and jobs ask for it: one text for each golden file."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from typing import Any

from adapters.links import new_starter_issue, thread
from adapters.settings import load
from jobs import help
from jobs.answers import NOT_INVITED
from mentoring import (
    availability,
    check,
    claims,
    commands,
    dates,
    digest_text,
    doubts,
    event_text,
    follow_up,
    good_first,
    hand_over,
    invitations,
    lineage,
    merged,
    naming,
    path,
    peers,
    praise,
    report,
    showcase,
    starter,
    welcome,
)
from mentoring.actions import Action, Check, Comment, OpenIssue, Rewrite, Text
from mentoring.book import Period
from mentoring.check import Checked
from mentoring.claims import Free
from mentoring.configuration import parse_layers
from mentoring.digest import (
    WEEK,
    Answers,
    CohortLine,
    EventLine,
    FreeStarter,
    InWeek,
    Mentors,
    Merged,
    Newcomer,
    Spot,
    Stock,
    Waiting,
    Week,
    Win,
)
from mentoring.event import TASKS, Held
from mentoring.event_text import Planned
from mentoring.hand_over import HandOver
from mentoring.invitations import Asked, Graduate, Pull
from mentoring.leaderboard import Place
from mentoring.matching import FIT, FULL, NOT_ELIGIBLE, Candidate, Need, match_newcomer
from mentoring.path import Walked
from mentoring.praise import Evidence
from mentoring.roster import Digest, Program, Texts
from mentoring.showcase import Shared
from mentoring.simulating import KINDS as KINDS_PLAYED
from mentoring.simulating import Line
from mentoring.text_kinds import OF_TEMPLATES
from mentoring.wording import phrase
from tests.mentoring.make import NOBODY, NOW, cohort, issue, matched, member, mentor, program, pull
from tests.mentoring.test_stayed import MEMBERS, OURS, book, noon

SETTINGS = load({})
ABOUT = "Migrations looked like magic to me too. Ask me anything."
PROGRAM = program(
    timezone="Europe/Rome",
    areas={
        "orm": {"paths": ["db/**"], "team": "ORM team", "channel": "https://example.org/chat"},
        "docs": {"paths": ["docs/**"], "channel": "https://example.org/docs"},
        "tests": {"paths": ["tests/**"], "team": "Test team"},
    },
)
PULL = pull()
MERGED = tuple(Pull("observatory/dome", n, thread(SETTINGS, "observatory/dome", n)) for n in (12, 34, 56))
FORM = new_starter_issue(SETTINGS, "observatory/dome", "en")


def _first_text(actions: tuple[Action, ...]) -> Text:
    return next(a.text for a in actions if isinstance(a, Comment | Rewrite | OpenIssue | Check))


def _welcome(match=NOBODY, areas=(), number=None, pulled=PULL, **more) -> Text:  # type: ignore[no-untyped-def]
    return _first_text(welcome.welcome(pulled, PROGRAM, match, areas, number, NOW, **more).actions)


def _text_of_welcome_with_peers() -> Text:
    wanted = PROGRAM.model_copy(update={"peers": True})
    return _first_text(welcome.welcome(PULL, wanted, matched(), (), None, NOW).actions)


def _named(**facts) -> Text:  # type: ignore[no-untyped-def]
    return _first_text(good_first.name_mentor(issue(), PROGRAM, matched(**facts), backfill=False))


def _starter(body: str, count: int, contact: str | None = None, asked: int = 2) -> Text:
    mentor = member("graduate", contact=contact)
    ours = PROGRAM.model_copy(update={"starter_issues": asked})
    return _first_text(starter.open_starter(issue(body=body), ours, mentor, count))


FREE = (
    claims.Free(
        "observatory/dome", 8, thread(SETTINGS, "observatory/dome", 8), "Fix the shutter [slit], see #3"
    ),
    claims.Free("observatory/lens", 9, thread(SETTINGS, "observatory/lens", 9), "Polish it, @everyone"),
)


def _peers(*others: peers.Peer) -> Text:
    newcomer = peers.Newcomer(1, issue().thread, NOW)
    return peers.introduce(PROGRAM, newcomer, "newcomer", list(enumerate(others, 2))).text


PEER = peers.Peer("newcomer-5", "Say how the dome opens", thread(SETTINGS, "observatory/dome", 5))
PEERS = (
    peers.Peer("newcomer-6", "Sort [stars] by name, see #3", thread(SETTINGS, "observatory/dome", 6), "orm"),
    PEER,
    peers.Peer("newcomer-7", "Polish it, @everyone", thread(SETTINGS, "observatory/lens", 7)),
)


def _hint(taken_by: str | None = None, free: tuple[claims.Free, ...] = ()) -> Text:
    return claims.hint(issue().thread, PROGRAM, "newcomer", "mentor-one", taken_by, free).text


def _invitation(pulls: tuple[Pull, ...], count: int, mentoring: str = "ask", asked: int = 2) -> Text:
    ours = PROGRAM.model_copy(update={"starter_issues": asked})
    one = Graduate(1, member("graduate", mentoring=mentoring), pulls, count, FORM)
    actions = invitations.invite(ours, 1, cohort(), [one])[1]
    return next(a.text for a in actions if isinstance(a, Comment))


ASKS = program(
    asks=[
        "event",
        {"ask": "next_program", "link": "https://example.org/next"},
        {"ask": "showcase", "by": "2026-12-11"},
        {"ask": "write", "text": "Tell [us] about it, as @octocat did", "link": "https://example.org/a"},
    ]
).asks


def _invitation_with_asks() -> Text:
    one = Graduate(1, member("graduate"), MERGED, 3, FORM, ASKS)
    actions = invitations.invite(PROGRAM.model_copy(update={"asks": ASKS}), 1, cohort(), [one])[1]
    return next(a.text for a in actions if isinstance(a, Comment))


def _asked_more() -> Text:
    rows = [
        Asked(1, "graduate-1", "accepted", agreed=("event", "showcase")),
        Asked(2, "graduate-2", "open", agreed=("showcase", "write", "next_program")),
    ]
    return invitations.table(PROGRAM, "Autumn", rows)


def _asked_in_teams() -> Text:
    teams = {
        "Saturn": {"navigator": "monalisa", "captain": "hubot"},
        "Mars [x]": {"navigator": "mona"},
        "Venus": {"captain": "defunkt"},
        "Pluto": {"captain": "octocat"},  # nobody of it is here
    }
    members = [{"login": f"graduate-{n}", "team": team} for n, team in enumerate(teams) if team != "Pluto"]
    dates = {"name": "Autumn", "starts": "2026-09-07", "ends": "2026-11-02"}
    ours = program(cohorts=[dates | {"teams": teams, "members": members}])
    return invitations.table(ours, "Autumn", [Asked(n, f"graduate-{n}", "open") for n in range(3)])


SHARED = (
    Shared("octocat", "My first talk, with @hubot | see https://example.org/talk on #3"),
    Shared("hubot", "https://example.org/post"),
    Shared("monalisa", "What I learned: ask early"),
)


ON = datetime(2027, 1, 24, 18, tzinfo=PROGRAM.clock)
NEW_EVENT = Planned("Bug day", ON.replace(hour=0), organizer="octocat")
EVENT = Planned(
    "Bug [day] with @hubot #3",
    ON,
    True,
    "octocat",
    {"host": ["octocat"], "mentor": ["hubot", "mona"]},
    ["place", "issues"],
)
READY_EVENT = Planned(
    "Bug day",
    ON.replace(hour=0),
    roles={"host": ["octocat"], "greeter": ["mona"], "mentor": ["hubot"], "notes": ["hubot"]},
    done=TASKS,
)
OVER_EVENT = replace(
    READY_EVENT, result="12 came, 3 first pull requests, https://example.org/notes #3", came=12, firsts=3
)


EVENTS = (
    Held("Bug [day] | with @hubot", date(2026, 4, 18), 12, 3),
    Held("Sprint", date(2026, 4, 25), 1),
    Held("Translating", date(2026, 4, 26)),
)


def _reminder(asked: int) -> Text:
    ours = PROGRAM.model_copy(update={"starter_issues": asked})
    return invitations.remind(ours, 1, "the issue", "the comment", "graduate").text


def _asked(*states: str) -> Text:
    rows = [
        Asked(n, f"graduate-{n}", state, MERGED[: n - 1] if state == "accepted" else ())
        for n, state in enumerate(states, start=1)
    ]
    return invitations.table(PROGRAM, "Autumn · Saturn", rows)


def _spot(number: int, title: str = "", *, private: bool = False) -> Spot:
    if private:
        return Spot(None, number)
    return Spot("observatory/dome", number, thread(SETTINGS, "observatory/dome", number), title)


def _newcomer(number: int, state: str = "waits", mentor: str | None = "mentor-one", **more: Any) -> Newcomer:
    kind = more.pop("kind", "pull")
    return Newcomer(_spot(number, **more), f"newcomer-{number}", mentor, state, kind)


def _waiting(number: int, *helpers: str, maintainers: bool = False, private: bool = False) -> Waiting:
    since = NOW - timedelta(days=number)
    promised = since + timedelta(days=2) if helpers else None
    spot = _spot(number, private=private)
    return Waiting(spot, f"newcomer-{number}", since, helpers, maintainers, promised)


COUNTS = ((1, 0), (3, 1), (2, 2), (5, 1), (4, 3), (6, 2), (4, 1), (7, 3))  # newcomers and merged, by week
FULL_WEEK = Week(
    since=NOW - timedelta(days=7),
    until=NOW,
    newcomers=[
        _newcomer(1),
        _newcomer(5),
        _newcomer(3, mentor=None),
        _newcomer(4, private=True),
        _newcomer(2, "answered"),
        _newcomer(6, "merged"),
        _newcomer(7, "closed", None),
    ],
    answers=Answers(7, 3, timedelta(hours=5, minutes=13)),
    answers_before=Answers(4, 4, timedelta(hours=55)),
    waiting=[
        _waiting(1, "mentor-one"),
        _waiting(5, "mentor-one", "mentor-two"),
        _waiting(3),
        _waiting(4, "mentor-one", private=True),
        _waiting(10, maintainers=True),
    ],
    mentors=Mentors(free=4, full=2, away=1, pausing=1, silent=1),
    introduced=5,
    handed_over=[_spot(5), _spot(6), _spot(13, private=True)],
    released=[_spot(14)],
    wins=[
        Win(_spot(6), "mentor-two", "@newcomer-6 fixed #12, their first bug ever"),
        Win(_spot(11), "newcomer-11", "https://example.org/my-first-talk", "talk"),
        Win(_spot(17), "newcomer-17", "", "code"),
        Win(_spot(15, private=True), "mentor-one", "A secret"),
        Win(_spot(6), "newcomer-17", "", "review"),
    ],
    cohorts=[
        CohortLine("Autumn", 5, 2, 1, 1, (("graduate-1", "1/2"), ("graduate-2", "2/2"))),
        CohortLine("Spring", 3, 0, 0, 0, asked_at=NOW - timedelta(days=20)),
        CohortLine("Nobody was asked", 0, 0, 0, 0),
    ],
    starters=[
        FreeStarter(_spot(8, "Fix the shutter | slit"), "mentor-one"),
        FreeStarter(_spot(9, private=True), "mentor-one"),
    ],
    merged=[
        Merged(_spot(6, "Fix the shutter | slit, closes #12"), "newcomer-6"),
        Merged(_spot(17, "Say what `dome.open()` waits for"), "newcomer-17"),
        Merged(_spot(18, private=True), "newcomer-18"),
    ],
    merged_before=1,
    weeks=[InWeek(date(2026, 9, 28) + n * WEEK, *counts) for n, counts in enumerate(COUNTS)],
    stock=Stock(2, 3, "graduate-1"),
    generations={0: 5, 1: 3, 2: 1},
    problems=["Nobody on GitHub is called no-such-login (cohort Autumn)."],
)
SMALL_WEEK = Week(
    since=FULL_WEEK.since,
    until=NOW,
    newcomers=[_newcomer(1)],
    waiting=[_waiting(1, "mentor-one")],
    mentors=Mentors(full=1),
    starters=FULL_WEEK.starters,
)
PRIVATE_WEEK = Week(FULL_WEEK.since, NOW, newcomers=[_newcomer(4, private=True)], mentors=Mentors(free=1))


def _event_line(number: int, title: str, *, private: bool = False, **more: Any) -> EventLine:
    return EventLine(_spot(number, private=private), title, ON, **more)


EVENTS_WEEK = Week(
    FULL_WEEK.since,
    NOW,
    mentors=Mentors(free=1),
    events=[
        _event_line(40, "Bug [day] with @hubot", came=12, firsts=3),
        _event_line(41, "Sprint", came=1, firsts=1),
        _event_line(42, "Talks", came=0),
        _event_line(43, "Workshop", open_roles=("host", "notes")),
        _event_line(44, "Translating"),
        _event_line(45, "Secret", private=True),
    ],
)


MANY = digest_text.MOST_LINES + 2
MIXED_WEEK = Week(
    since=FULL_WEEK.since,
    until=NOW,
    newcomers=[_newcomer(1, "answered", kind="claim"), _newcomer(2, kind="asked"), _newcomer(3, "answered")],
    answers=Answers(3, 2, timedelta(minutes=91)),
    waiting=[_waiting(n, "mentor-one") for n in range(3, 3 + MANY)],
    handed_over=[_spot(n) for n in range(3, 3 + MANY)],
    released=[_spot(14, private=True), _spot(15, private=True)],
    wins=[Win(_spot(16), "mentor-one", "We did it")] * (digest_text.MOST_WINS + 1),
)
# Counted from the example in docs/report-example.md; in the middle, by an App that came when the cohort had ended.
SPRING = cohort(
    name="Spring",
    starts=date(2026, 3, 2),
    ends=date(2026, 4, 30),
    goals=("Half of you come back", "@everybody closes #1"),
)
COUNTED = report.Counted(3, 0, 48)
REPORT = replace(report.of_cohort(book("2027-05-01"), SPRING, MEMBERS, OURS), counted=COUNTED)
REPORT_AT_END = report.of_cohort(
    book("2026-05-01"), SPRING.model_copy(update={"kind": "hackathon"}), MEMBERS, OURS
)
PLACES = [
    (Place(1, 7, (1,)), ["octocat"]),
    (Place(2, 4, (2, 3)), ["hubot", "monalisa"]),
    (Place(4, 1, (4,)), ["defunkt"]),
]
REPORT_BEFORE = replace(
    report.of_period(
        replace(
            book("2026-07-29"),
            mentor_since=noon("2026-05-01"),
            reviews_since=noon("2026-06-01"),
            pulls_since=noon("2026-03-10"),
        ),
        Period(date(2026, 3, 2), date(2026, 4, 30)),
        dict.fromkeys(MEMBERS, date(2026, 4, 30)),
        OURS,
    ),
    counted=report.Counted(1, 2, 48),
)
LITTLE = PROGRAM.model_copy(
    update={
        "digest": Digest(without=("wins", "merged", "charts", "repositories", "cohorts", "starters", "tip"))
    }
)
POSTED = digest_text.post(PROGRAM, 1, 1, "2026-11-16", FULL_WEEK)
INVITED = invitations.invite(PROGRAM, 1, cohort(), [Graduate(1, member("graduate"))])[1][0]
assert isinstance(INVITED, OpenIssue)

CHAT = "https://example.org/@mentor-one"
MISTAKEN = "program: A\nclaims: many\ncohrts: []\ntexts: {welcome: '{mentr}'}\n"
PROBLEMS = parse_layers([("observatory/dome", MISTAKEN), ("observatory/.github", "x: *y")]).problems
PROBLEMS += parse_layers([("observatory/dome", MISTAKEN)]).problems
DOUBTED = "program: A\nareas: {docs: {}}\ntexts: {check_in: 'Hello'}\norganizers: [hubot, hubot]\n"
DOUBTS = doubts.doubts(parse_layers([("observatory/dome", DOUBTED)]))


# As jobs/check.py, jobs/simulate.py and jobs/check_simulation.py say them.
MANY_LOGINS = phrase("Only %(few)s of the new logins were looked up.", few=30)
TOO_MUCH = phrase("Too much happened here in %(days)s days to play it again for a check.", days=30)
WHAT_IS_KNOWN = (
    phrase("Whoever is asked says yes at once, unless they really answered."),
    phrase("Labels, assignees, permissions and texts are those of today; what was deleted never was."),
)
PLAYED = (
    Line("invitation", KINDS_PLAYED["invitation"](3), ()),
    Line(
        "welcome", KINDS_PLAYED["welcome"](17), tuple(f"[{n}](https://example.org/{n})" for n in range(15)), 2
    ),
)


def _checked(**found: Any) -> Checked:
    given = {"version": "0123456789abcdef", "branch": None} | found
    return Checked(42, "observatory/dome", "c0ffee", default_branch="main", **given)


UNANSWERABLE = (
    NOT_INVITED,
    commands.unknown("acept"),
    phrase("%(mistake)s, as in `/mentor later 3 weeks`.", mistake=dates.PASSED),
)

NAMED = mentor(login="mentor-one", cohort="Spring")
OTHERS = (
    follow_up.Other(
        NOW - timedelta(days=3), "observatory/dome", 12, thread(SETTINGS, "observatory/dome", 12)
    ),
    follow_up.Other(NOW - timedelta(days=2)),
)
SINCE = NOW - timedelta(days=5)
MENTOR_TWO = mentor(login="mentor-two", about=ABOUT)
STEPS_IN = HandOver(MENTOR_TWO, "silent", "newcomer", "mentor-one", "mentor-one", NOW)
ASKED = Need(1, areas=("orm",), language="it")
KNOWS = mentor(2, login="mentor-one", areas=("orm",), languages=("it",), open_mentorships=1)
CONSIDERED = tuple(
    asdict(one) for one in match_newcomer(ASKED, [KNOWS, mentor(3, login="mentor-two", away=True)]).considered
)
_AWAY, _AREAS = NOT_ELIGIBLE[2], FIT[1]
AMONG_MANY = (
    CONSIDERED[0],
    {"login": "", "suitable": False, "because": [_AWAY.many(2), FULL.many(96), _AREAS.many(12_040)]},
)


def _again(state: welcome.State, one: Candidate | None = NAMED) -> Text:
    greeting = {**dict.fromkeys(welcome.GREETING), "newcomer": "newcomer", "deciding": "room"}
    who = welcome.introduction(one)
    return welcome.rewrite(PULL.thread, PROGRAM, greeting, who, NOW if one else None, state).text


def _next(helper: str | None) -> Text:
    return lineage.ask(PROGRAM, PULL.thread, "the key", "newcomer", 3, helper).text


def _next_again(asked_for: datetime | None) -> Text:
    return lineage.remind(PROGRAM, PULL.thread, "the key", "newcomer", asked_for).text


GREW = mentor(login="mentor-two", grown=True)


def _path(given: Program = PROGRAM, **numbers: int) -> Text:
    """As `jobs.paths` composes it."""
    names = ("merged", "begun", "claimed", "helped", "helped_merged", "starters", "reviewed")
    counted = dict.fromkeys(names, 0) | numbers
    who = {"login": "newcomer", "program": given.name, "noun": given.mentor_noun}
    walked = Walked(counted["begun"], counted["merged"], counted["reviewed"], counted["helped"] > 0)
    return Text("comments/path", {**who, **counted, **path.shown(given, walked)})


def _merged(
    number: int, free: Sequence[Free] = (), helper: str | None = "mentor-one", question: str | None = None
) -> Text:
    """A merge, three days after the opening."""
    done = replace(pull(created_at=NOW - timedelta(days=3)), merged_at=NOW)
    said = merged.congratulate(done, PROGRAM, number, helper, free, Walked(number, number))
    assert said is not None
    return merged.with_question(said, question).text


PRAISED = Evidence(3, 120, 4, 2, "orm", True, False, NOW - timedelta(days=12), NOW, first=True)


def certificate(*kinds: str) -> Text:
    """The comment with the links to somebody's certificates."""
    given = [{"kind": kind, "url": f"https://lamplighter.example.org/certificates/{kind}"} for kind in kinds]
    return Text("comments/certificate", {"login": "octocat", "program": PROGRAM.name, "given": given})


OWN = """Welcome to {program}, {newcomer}! 👋

{mentor} is your {noun} and writes by {answer_by}. Our [guide](https://example.org/guide) has {{braces}}, @everyone."""
OWN_TEXTS = Texts(
    welcome=OWN,
    good_first="{mentor} keeps this one for somebody new in {program}. Say {fixes} when you are done.",
    starter="{mentor} wrote this down for you.",
    merged="🎉 {newcomer}, it is in! {mentor} was there, and it took {took}.\n\n{next}",
    peers="{newcomer}, say hello:\n\n{peers}",
    lineage="{newcomer}, {merged} merges, and {mentor} at your side. Would you be a {noun} yourself?\n\n{answers}",
    path="Here you are, {person}:\n\n{done}\n\n{steps}\n\n{next}",
    certificate="{person}, hang it up:\n\n{certificates}",
    invitation="{graduate}, {cohort} is over. [Open one]({starter_url}) of {asked}.\n\n{answers}",
    invitations="The lamps of {cohort} are lit. Who carries one on, @everyone?",
    showcase="## What {cohort} made\n\nShow us, however small it is.",
    report="{opened} opened, {merged} merged: thank you, {cohort}.",
    digest="Good morning! The [calendar](https://example.org/calendar) has the next meeting of {program}.",
)
OWN_PROGRAM = PROGRAM.model_copy(update={"texts": OWN_TEXTS})


def _own(text: Text) -> Text:
    """As the outbox fills it in."""
    return replace(text, own=OWN_PROGRAM.own_texts[OF_TEMPLATES[text.template]])


SAID: dict[str, Text] = {
    "certificate": certificate("mentor"),
    "certificate-both": certificate("mentor", "newcomer"),
    "praise": praise.draft("newcomer", PRAISED, PROGRAM),
    "praise-elsewhere": praise.draft("newcomer", replace(PRAISED, area=None, tests=False), PROGRAM),
    "praise-small": praise.draft(
        "newcomer",
        replace(PRAISED, files=1, rounds=0, area=None, opened_at=NOW - timedelta(hours=1)),
        PROGRAM,
    ),
    "praise-again": praise.draft(
        "newcomer", replace(PRAISED, first=False, area=None, rounds=1, tests=False), PROGRAM
    ),
    "praise-again-in-an-area": praise.draft(
        "newcomer", replace(PRAISED, first=False, rounds=0, tests=False), PROGRAM
    ),
    "reminder": follow_up.reminder(PROGRAM, "mentor-one", "newcomer", SINCE),
    "reminder-rolled": follow_up.reminder(PROGRAM, "mentor-one", "newcomer", SINCE, OTHERS),
    "organizers": follow_up.organizers(
        PROGRAM, ["captain", "organizer"], "newcomer", ["mentor-one", "mentor-two"], SINCE
    ),
    "organizers-nobody-was-free": follow_up.organizers(PROGRAM, ["organizer"], "newcomer", [], SINCE),
    "check_in": follow_up.check_in(PROGRAM, "newcomer", "mentor-one", "pull"),
    "check_in-of-a-claim": follow_up.check_in(PROGRAM, "newcomer", None, "claim"),
    "introduction-of-a-second-mentor": hand_over.text(PROGRAM, STEPS_IN),
    "introduction-after-an-absence": hand_over.text(PROGRAM, replace(STEPS_IN, why="away")),
    "introduction-handed-over": hand_over.text(PROGRAM, replace(STEPS_IN, why="passed", together=None)),
    "introduction-the-second-passes": hand_over.text(
        PROGRAM, replace(STEPS_IN, why="passed", before="mentor-three")
    ),
    "introduction-after-somebody-left": hand_over.text(
        PROGRAM, replace(STEPS_IN, why="left", together=None, answer_by=None)
    ),
    "introduction-by-name": hand_over.text(
        PROGRAM, replace(STEPS_IN, why="named", before=None, together=None, busy="away")
    ),
    "introduction-on-an-issue": hand_over.text(
        PROGRAM, replace(STEPS_IN, why="left", newcomer=None, together=None, answer_by=None)
    ),
    "nobody-free": hand_over.nobody_free(PROGRAM, "newcomer", None, ["orm"]),
    "nobody-free-after-somebody-left": hand_over.nobody_free(PROGRAM, "newcomer", "mentor-one", []),
    "why": naming.why(PROGRAM, "mentor-one", CONSIDERED),
    "why-among-many": naming.why(PROGRAM, "mentor-one", AMONG_MANY),
    "why-by-name": naming.why(PROGRAM, "mentor-one", ()),
    "welcome-asked-again": _again(welcome.State(asked_again=NOW)),
    "welcome-the-second-asked-again": _again(welcome.State(second="mentor-two", asked_again=NOW)),
    "welcome-a-second-mentor": _again(welcome.State(second="mentor-two")),
    "welcome-the-organizers-know": _again(welcome.State(second="mentor-two", told=True)),
    "welcome-the-mentor-left": _again(welcome.State(), None),
    "welcome-room": _welcome(matched()),
    "welcome-peers": _text_of_welcome_with_peers(),
    "welcome-named": _welcome(matched("named", about=ABOUT, contact="Discord: @mentor-one"), number=3),
    "welcome-area": _welcome(matched("area", "orm", about=ABOUT), ["orm"]),
    "welcome-language": _welcome(matched("language", cohort="")),
    "welcome-draft": _welcome(matched(), pulled=pull(draft=True)),
    "welcome-answered": _welcome(matched("area", "orm", about=ABOUT), ["orm"], answered=True),
    "welcome-nobody-team-and-channel": _welcome(areas=["orm"]),
    "welcome-nobody-channel": _welcome(areas=["docs"]),
    "welcome-nobody-team-draft": _welcome(areas=["tests"], pulled=pull(draft=True)),
    "welcome-in-the-programs-words": _own(_welcome(matched())),
    "welcome-in-our-words-where-theirs-lack-somebody": _own(_welcome(areas=["orm"])),
    "check_details-with-the-programs-words": check.rewritten(
        _checked(program=OWN_PROGRAM), PLAYED, (WHAT_IS_KNOWN[1],)
    ).details,
    "good_first": _named(),
    "good_first-area": _named(deciding="area", area="orm", about=ABOUT, contact=CHAT),
    "good_first-claimed": good_first.note(
        issue(), PROGRAM, good_first.Introduction("mentor-one"), good_first.Taken("newcomer")
    ),
    "good_first-under-way": good_first.note(
        issue(), PROGRAM, good_first.Introduction("mentor-one"), good_first.Taken(pull=34)
    ),
    "good_first_dropped": _first_text(
        good_first.drop(
            issue(), PROGRAM, good_first.Known(1, "mentor-one", "labelled", is_open=True, dropped=False)
        )[1:]
    ),
    "claim_hint": _hint(),
    "claim_hint-taken": _hint("newcomer-two", FREE),
    "claim_hint-one-free": _hint("newcomer-two", FREE[:1]),
    "claim_hint-none-free": _hint("newcomer-two"),
    "claim_released": claims.released(PROGRAM, "newcomer"),
    "claim_released-with-a-question": claims.released(
        PROGRAM, "newcomer", "https://lamplighter.example.org/stay/42"
    ),
    "starter-claimed": starter.note(issue(), PROGRAM, member("graduate"), 1, good_first.Taken("newcomer")),
    "starter-under-way": starter.note(issue(), PROGRAM, member("graduate"), 1, good_first.Taken(pull=34)),
    "starter-all-missing": _starter("", 1, "Discord: @graduate"),
    "starter-one-asked": _starter("", 1, asked=1),
    "starter-one-missing": _starter(
        "\n".join(
            f"### {c.heading}\n{'' if c.name == 'test' else 'In `dome/shutter.py`.'}"
            for c in starter.CRITERIA
        ),
        2,
    ),
    "starter-all-set": _starter(
        "\n".join(f"### {c.heading}\nIn `dome/shutter.py`." for c in starter.CRITERIA), 3
    ),
    "invitation": _invitation(MERGED, 5),
    "invitation-one-pull": _invitation(MERGED[:1], 1),
    "invitation-no-pulls-one-asked": _invitation((), 0, asked=1),
    "invitation-agreed": _invitation(MERGED, 3, "agreed"),
    "invitation-asks": _invitation_with_asks(),
    "invitation_reminder": _reminder(2),
    "invitation_reminder-one": _reminder(1),
    "peers": _peers(*PEERS),
    "peers-one": _peers(PEER),
    "lineage": _next("mentor-one"),
    "lineage-nobody-named": _next(None),
    "lineage_reminder": _next_again(None),
    "lineage_reminder-asked-for": _next_again(NOW),
    "welcome-grown": _welcome(matched(cohort="", login="mentor-two", grown=True)),
    "welcome-beside": _welcome(
        matched(cohort="", login="mentor-two", grown=True), beside=mentor(login="mentor-one")
    ),
    "introduction-beside": hand_over.text(
        PROGRAM, HandOver(GREW, "next", "newcomer", answer_by=NOW, beside="mentor-one")
    ),
    "invitations": _asked("accepted", "accepted", "accepted", "open", "open", "later", "declined"),
    "invitations-asks": _asked_more(),
    "invitations-teams": _asked_in_teams(),
    "invitations-later": _asked("later", "declined"),
    "invitations-open": _asked("open", "open"),
    "invitations_title": INVITED.title,
    "showcase_title": showcase.opened(PROGRAM, 1, "Autumn").title,
    "showcase-empty": showcase.opened(PROGRAM, 1, "Autumn").text,
    "showcase": showcase.rewritten(PROGRAM, 1, "Autumn", SHARED).text,
    "event_title": event_text.opened(PROGRAM, 1, "k", EVENT).title,
    "event": event_text.opened(PROGRAM, 1, "k", EVENT).text,
    "event-new": event_text.opened(PROGRAM, 1, "k", NEW_EVENT).text,
    "event-over": event_text.rewritten(PROGRAM, 1, "k", OVER_EVENT).text,
    "event-one-came": event_text.rewritten(PROGRAM, 1, "k", replace(OVER_EVENT, came=1, firsts=1)).text,
    "event-cancelled": event_text.rewritten(PROGRAM, 1, "k", replace(EVENT, cancelled=True)).text,
    "event_reminder": _first_text((event_text.reminder(PROGRAM, 1, "k", EVENT),)),
    "event_reminder-all-set": _first_text((event_text.reminder(PROGRAM, 1, "k", READY_EVENT),)),
    "event_result": event_text.question(1, "k", EVENT).text,
    "event_result-nobody": event_text.requestion(1, "k", EVENT).text,
    "starter_form": Text("issues/starter", {"headings": [c.heading for c in starter.CRITERIA]}),
    "digest": digest_text.text(PROGRAM, FULL_WEEK),
    "digest-small": digest_text.text(PROGRAM, SMALL_WEEK),
    "digest-private": digest_text.text(PROGRAM, PRIVATE_WEEK),
    "digest-mixed": digest_text.text(PROGRAM, MIXED_WEEK),
    "digest-folded": digest_text.text(PROGRAM, FULL_WEEK, digest_text.Room(digest_text.FOLDS)),
    "digest-without": digest_text.text(LITTLE, FULL_WEEK),
    "digest_title": POSTED.title,
    "digest-events": digest_text.text(PROGRAM, EVENTS_WEEK),
    "report-events": report.text(replace(REPORT_AT_END, events=EVENTS)),
    "report": report.text(REPORT),
    "report-end": report.text(REPORT_AT_END, PLACES),
    "report-before": report.text(REPORT_BEFORE),
    "report_title": report.issue(PROGRAM, 1, SPRING, 0, REPORT).title,
    "report_title-days": report.issue(PROGRAM, 1, SPRING, 7, REPORT).title,
    "report_title-year": report.issue(PROGRAM, 1, SPRING, 365, REPORT).title,
    "check": check.text(_checked(problems=PROBLEMS)),
    "check-elsewhere": check.text(_checked(problems=PROBLEMS[:1], branch="topic")),
    "check-doubts": check.text(_checked(program=PROGRAM, doubts=DOUBTS, notes=(MANY_LOGINS,))),
    "check-nothing": check.text(_checked(program=PROGRAM, branch="topic")),
    "check-gone": check.text(_checked(version="")),
    "check-gone-elsewhere": check.text(_checked(version="", branch="topic")),
    "check_details": check.rewritten(_checked(), PLAYED, WHAT_IS_KNOWN).details,
    "check_details-nothing": check.rewritten(_checked(), (), WHAT_IS_KNOWN).details,
    "check_details-too-much": check.rewritten(_checked(), (), (TOO_MUCH,)).details,
    # What jobs compose: `jobs.commands`.
    "path": _path(merged=3, begun=1, claimed=1, helped=2, helped_merged=1, starters=2),
    "path-walked": _path(merged=3, reviewed=1, helped=1, helped_merged=1),
    "path-off": _path(program(path="off"), merged=1),
    "path-own": _path(
        program(path=[{"name": "Dome @everyone", "when": "opened", "next": "Ask <b>mona</b> #1."}]), begun=1
    ),
    "merged": _merged(1, FREE),
    "merged-one-free": _merged(2, FREE[:1]),
    "merged-third": _merged(3, FREE, helper=None),
    "merged-next-step": _merged(1),
    "merged-third-with-a-question": _merged(3, FREE, question="https://lamplighter.example.org/stay/42"),
    "path-first": _path(claimed=1),
    "path-under-way": _path(begun=1),
    "path-begins": _path(),
    "refusal-done-now": Text("comments/refusal", {"login": "octocat", "refusals": []}),
    "help": help.text("lamplighter"),
    "back_tomorrow": availability.back_tomorrow(PROGRAM, "mentor-one", NOW, PROGRAM.clock),
    "refusal": Text("comments/refusal", {"login": "octocat", "refusals": UNANSWERABLE}),
}
# What a program puts in the place of ours, or above it.
OWNED = (
    "good_first",
    "starter-all-missing",
    "merged-third-with-a-question",
    "lineage",
    "peers",
    "path",
    "certificate-both",
    "invitation-asks",
    "invitations",
    "showcase",
    "report",
    "digest-small",
)
SAID |= {f"{name.partition('-')[0]}-in-the-programs-words": _own(SAID[name]) for name in OWNED}
