"""Everything Lamplighter says, as the rules and jobs ask for it: one text for each golden file."""

from dataclasses import replace
from datetime import timedelta

from adapters.links import new_starter_issue, thread
from adapters.settings import load
from mentoring import digest, good_first, invitations, starter, welcome
from mentoring.actions import Action, Check, Comment, OpenIssue, Rewrite, Text
from mentoring.configuration import Problem
from mentoring.digest import CohortLine, FreeStarter, Newcomer, Spot, Week
from mentoring.invitations import Asked, Graduate, Pull
from tests.mentoring.make import NOBODY, NOW, cohort, issue, matched, member, program, pull

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
FORM = new_starter_issue(SETTINGS, "observatory/dome")


def _first_text(actions: tuple[Action, ...]) -> Text:
    return next(a.text for a in actions if isinstance(a, Comment | Rewrite | OpenIssue | Check))


def _welcome(match=NOBODY, areas=(), number=None, pulled=PULL, **more) -> Text:  # type: ignore[no-untyped-def]
    return _first_text(welcome.welcome(pulled, PROGRAM, match, areas, number, NOW, **more).actions)


def _named(**facts) -> Text:  # type: ignore[no-untyped-def]
    return _first_text(good_first.name_mentor(issue(), PROGRAM, matched(**facts), backfill=False))


def _starter(body: str, count: int, contact: str | None = None) -> Text:
    mentor = member("graduate", contact=contact)
    return _first_text(starter.open_starter(issue(body=body), PROGRAM, mentor, count))


def _invitation(pulls: tuple[Pull, ...], count: int, mentoring: str = "ask", asked: int = 2) -> Text:
    ours = PROGRAM.model_copy(update={"starter_issues": asked})
    one = Graduate(1, member("graduate", mentoring=mentoring), pulls, count, FORM)
    actions = invitations.invite(ours, 1, cohort(), [one])[1]
    return next(a.text for a in actions if isinstance(a, Comment))


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


def _newcomer(number: int, state: str = "waits", mentor: str | None = "mentor-one", **more: bool) -> Newcomer:
    since = NOW - timedelta(days=number)
    answer_by = since + timedelta(days=2) if mentor else None
    return Newcomer(_spot(number, **more), f"newcomer-{number}", mentor, state, since, answer_by)


_WAITING = [_newcomer(1), _newcomer(5), _newcomer(3, mentor=None), _newcomer(4, private=True)]
FULL_WEEK = Week(
    since=NOW - timedelta(days=7),
    until=NOW,
    newcomers=[*_WAITING, _newcomer(2, "answered"), _newcomer(6, "merged"), _newcomer(7, "closed", None)],
    waiting=_WAITING,
    cohorts=[
        CohortLine("Autumn", 5, 2, 1, 1, (("graduate-1", "1/2"), ("graduate-2", "2/2"))),
        CohortLine("Spring", 3, 0, 0, 0),
        CohortLine("Nobody was asked", 0, 0, 0, 0),
    ],
    starters=[
        FreeStarter(_spot(8, "Fix the shutter | slit"), "mentor-one"),
        FreeStarter(_spot(9, private=True), "mentor-one"),
    ],
    problems=["Nobody on GitHub is called no-such-login (cohort Autumn)."],
)
SMALL_WEEK = replace(FULL_WEEK, newcomers=[_newcomer(1)], waiting=[_newcomer(1)], cohorts=[], problems=[])
PRIVATE_WEEK = replace(SMALL_WEEK, newcomers=[_newcomer(4, private=True)], waiting=[], starters=[])
POSTED = digest.post(PROGRAM, 1, 1, "2026-11-16", FULL_WEEK)
INVITED = invitations.invite(PROGRAM, 1, cohort(), [Graduate(1, member("graduate"))])[1][0]
assert isinstance(INVITED, OpenIssue)

CHAT = "https://example.org/@mentor-one"
PROBLEMS = (
    Problem(3, 5, "`capacty` is no key here; did you mean `capacity`?", "observatory/dome"),
    Problem(1, 1, "`program` is required", "observatory/.github"),
)
UNANSWERABLE = (
    "There is no invitation for you here, so there is nothing to answer.",
    "This issue is closed.",
)

SAID: dict[str, Text] = {
    "welcome-room": _welcome(matched()),
    "welcome-named": _welcome(matched("named", about=ABOUT, contact="Discord: @mentor-one"), number=3),
    "welcome-area": _welcome(matched("area", "orm", about=ABOUT), ["orm"]),
    "welcome-language": _welcome(matched("language", cohort="")),
    "welcome-draft": _welcome(matched(), pulled=pull(draft=True)),
    "welcome-answered": _welcome(matched("area", "orm", about=ABOUT), ["orm"], answered=True),
    "welcome-nobody-team-and-channel": _welcome(areas=["orm"]),
    "welcome-nobody-channel": _welcome(areas=["docs"]),
    "welcome-nobody-team-draft": _welcome(areas=["tests"], pulled=pull(draft=True)),
    "good_first": _named(),
    "good_first-area": _named(deciding="area", area="orm", about=ABOUT, contact=CHAT),
    "good_first_dropped": _first_text(
        good_first.drop(
            issue(), PROGRAM, good_first.Known(1, "mentor-one", "labelled", is_open=True, dropped=False)
        )[1:]
    ),
    "starter-all-missing": _starter("", 1, "Discord: @graduate"),
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
    "invitation_reminder": _reminder(2),
    "invitation_reminder-one": _reminder(1),
    "invitations": _asked("accepted", "accepted", "accepted", "open", "open", "later", "declined"),
    "invitations-later": _asked("later", "declined"),
    "invitations-open": _asked("open", "open"),
    "invitations_title": INVITED.title,
    "starter_form": Text("issues/starter", {"headings": [c.heading for c in starter.CRITERIA]}),
    "digest": digest.text(PROGRAM, FULL_WEEK),
    "digest-small": digest.text(PROGRAM, SMALL_WEEK),
    "digest-private": digest.text(PROGRAM, PRIVATE_WEEK),
    "digest_title": POSTED.title,
    # The three which jobs compose: `jobs.configuration` and `jobs.commands`.
    "configuration": Text("issues/configuration", {"problems": PROBLEMS, "file": ".github/lamplighter.yml"}),
    "home": Text("issues/home", {"home": "observatory/program", "program": "Observatory"}),
    "refusal": Text("comments/refusal", {"login": "octocat", "refusals": UNANSWERABLE}),
}
