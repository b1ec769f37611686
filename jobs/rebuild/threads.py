"""Puts the mentorship of a thread back: as the record has it, and what happened there since."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from adapters import reads
from adapters.context import Context
from adapters.ledger import forgetting, mentorships, people
from jobs.program import Loaded
from jobs.rebuild.history import History, Page
from mentoring import turns, welcome
from mentoring.facts import Done
from mentoring.follow_up import CHECK_IN, REMIND, TELL
from mentoring.records import MentorshipRecord
from mentoring.turns import MENTOR, NEWCOMER, Happened, Turn

COUNTED_FOR = timedelta(days=15)  # the week of a digest, the week before, and some delay
# The steps that a comment shows, by whose turn it is.
STEPS = {MENTOR: {"reminder": REMIND, "organizers": TELL}, NEWCOMER: {"check_in": CHECK_IN}}


@dataclass(frozen=True)
class Rebuilder:
    """What is known while a repository is rebuilt: where it is written to, its history, its program."""

    context: Context  # with the scratch ledger
    history: History
    loaded: Loaded

    def id_by_label(self, label: str) -> int | None:
        """Whose name a label carries, of the people in the roster."""
        program = self.loaded.program
        logins = {member.login for _, member in program.members()} | set(self.loaded.names.values())
        for login in sorted(logins):
            if program.mentor_label_for(login).lower() == label.lower():
                known = {name.lower(): one for one, name in self.loaded.names.items()}
                return self.loaded.id_of(login) or known.get(login.lower())
        return None

    def named(self, labels: Iterable[str]) -> list[int]:
        """Whose names the labels carry."""
        return [one for label in labels if (one := self.id_by_label(label)) is not None]

    def is_forgotten(self, person_id: int) -> bool:
        with self.context.ledger.read() as connection:
            return forgetting.is_forgotten(connection, person_id)


def restore(rebuilder: Rebuilder, page: Page) -> None:
    """The mentorship that our comments on a thread tell of, and the greeting."""
    record = _newest(page)
    done = _timeline(rebuilder, page) if record and _matters(rebuilder, page, record) else None
    if record is None and page.issue.is_pull:
        done = _timeline(rebuilder, page) if rebuilder.named(page.issue.labels) else None
        record = _by_label(rebuilder, page, done or [])
    if record is None or rebuilder.is_forgotten(record.newcomer):
        return
    keep(rebuilder, page, record, done)


def _matters(rebuilder: Rebuilder, page: Page, record: MentorshipRecord) -> bool:
    """Whether anybody asks what happened there: somebody may wait, or a digest is still to count it."""
    return page.issue.is_open or record.since > rebuilder.context.now() - COUNTED_FOR


def _newest(page: Page) -> MentorshipRecord | None:
    """The welcome is written anew whenever somebody else is to help; an introduction begins what has none."""
    found = [
        (one.marked.record.mentorship, one.marked.kind == "welcome")
        for one in page.ours("welcome", "introduction")
        if one.marked.record and one.marked.record.mentorship
    ]
    newest = max(found, key=lambda one: (one[0].since, one[1]), default=None)
    return newest[0] if newest else None


def _by_label(rebuilder: Rebuilder, page: Page, done: list[Done]) -> MentorshipRecord | None:
    """A pull request without our words: they were deleted, or nobody can read the record. The label is left.

    It has to be one that we put there: people name mentors by label, too.
    """
    named, bot = rebuilder.named(page.issue.labels), rebuilder.context.github.bot
    ours = [one for one in done if one.what == "labeled" and one.actor == bot]
    shown = [one for one in ours if rebuilder.id_by_label(one.label) in named]
    if not (named and (shown or page.ours("welcome"))) or not page.issue.by_person:
        return None
    since = shown[0].at if shown else page.ours("welcome")[0].at
    mentor = rebuilder.id_by_label(shown[-1].label) if shown else named[0]
    return MentorshipRecord(
        newcomer=page.issue.author_id,
        mentor=mentor,
        second=next((one for one in named if one != mentor), None),
        since=since,
        turn_since=since,
        newcomer_at=page.issue.created_at,
    )


def keep(
    rebuilder: Rebuilder, page: Page, record: MentorshipRecord, done: list[Done] | None, **more: Any
) -> None:
    """Records the mentorship. `more`: values that are known better."""
    program, issue = rebuilder.loaded.program, page.issue
    mentor, second = _helpers(rebuilder, page, record)
    known = record.model_copy(update={"mentor": mentor, "second": second})
    turn, answered = _turn(rebuilder, page, known, done)
    values: dict[str, Any] = {
        "repository_id": issue.repository_id,
        "number": issue.number,
        "kind": known.kind,
        "program_id": rebuilder.loaded.home.id,
        "newcomer_id": known.newcomer,
        "mentor_id": mentor,
        "second_id": second,
        "tried": list(dict.fromkeys(_tried(rebuilder, known, done))),
        "starter_number": known.starter,
        "since": known.since,
        "answer_by": known.answer_by,
        "answered_at": answered,
        "turn": turn.whose,
        "turn_since": turn.since,
        "newcomer_at": turn.newcomer_at,
        "helped_at": turn.helped_at,
        "handed_over_at": known.handed_over,
        "closed_at": None if issue.is_open else issue.closed_at or issue.updated_at,
        "merged": issue.merged_at is not None,
        "greeting": _greeting(program, page, known),
    }
    with rebuilder.context.ledger.write() as connection:
        mentorships.begin(connection, values | _steps(page, known, turn) | more)
        if known.kind == "pull":
            _greet(connection, rebuilder, page, known)
    for person_id in (known.newcomer, mentor, second):
        know(rebuilder, person_id)


def _greet(connection: Any, rebuilder: Rebuilder, page: Page, known: MentorshipRecord) -> None:
    issue = page.issue
    if known.newcomer != issue.author_id:
        return
    here = (issue.repository_id, issue.number)
    mentorships.note_author(connection, issue.repository_id, known.newcomer, issue.number)
    mentorships.greet(connection, rebuilder.loaded.home.id, known.newcomer, *here, known.since)


def _helpers(rebuilder: Rebuilder, page: Page, record: MentorshipRecord) -> tuple[int | None, int | None]:
    """Who helps: by the record, but for what happened without a word of ours, which the labels show."""
    named = rebuilder.named(page.issue.labels)
    if record.second in named and record.mentor not in named:
        return record.second, None  # the first one passed, whoever covered went on
    if page.issue.is_open and record.second is not None and record.second not in named:
        return record.mentor, None  # the first one was heard again
    return record.mentor, record.second


def _greeting(program: Any, page: Page, known: MentorshipRecord) -> Mapping[str, Any]:
    areas = [name for name in known.areas if name in program.areas]
    if known.deciding is None:
        return {"language": known.language, "areas": areas}
    area = welcome.turn_to(program, areas)
    return {
        "newcomer": page.issue.author,
        "deciding": known.deciding,
        "area": known.area,
        "starter": known.starter,
        "draft": known.draft,
        "answered": known.late,
        "team": area.team if area else None,
        "channel": area.channel if area else None,
        "mentor_id": known.mentor if known.first else None,
        "areas": areas,
    }


# --- what happened since --------------------------------------------------------------------------


def _timeline(rebuilder: Rebuilder, page: Page) -> list[Done]:
    github = rebuilder.context.github.installation(rebuilder.history.installation_id)
    return list(reads.timeline(github, *page.here))


def _tried(rebuilder: Rebuilder, known: MentorshipRecord, done: list[Done] | None) -> Iterator[int]:
    """Everybody whose name we put on the thread."""
    bot = rebuilder.context.github.bot
    for one in done or ():
        if one.what == "labeled" and one.actor == bot:
            yield from rebuilder.named([one.label])
    yield from (one for one in (known.mentor, known.second) if one is not None)


def _turn(
    rebuilder: Rebuilder, page: Page, known: MentorshipRecord, done: list[Done] | None
) -> tuple[Turn, datetime | None]:
    """Whose turn it is by now, and when the first human answer was."""
    begun = known.turn_since or known.since
    turn = Turn(known.turn, begun, known.newcomer_at, known.helped_at)
    happened = list(_of_timeline(rebuilder, page, known, done) if done else _of_comments(page, known))
    answers = [one.at for one in happened if one.is_answer and one.at >= known.since]
    turn = turns.after(turn, [one for one in happened if one.at >= begun])
    for one in done or ():
        if one.what == "reopened" and one.at >= turn.since and known.kind != "claim":
            turn = _reopened(turn, one.at)
    return turn, known.answered or min(answers, default=None)


def _reopened(turn: Turn, at: datetime) -> Turn:
    """Whoever is to act has the full time again, as `mentorships.reopen` has it."""
    if turn.whose == NEWCOMER:
        return Turn(turn.whose, turn.since, at, turn.helped_at)
    return Turn(turn.whose, at, turn.newcomer_at, turn.helped_at)


def _of_comments(page: Page, known: MentorshipRecord) -> Iterator[Happened]:
    """Of what is over, the comments will do: nobody is waited for there."""
    for one in page.heard:
        if one.comment_id and one.says:
            yield Happened(_by(one.person_id, known), "said", one.at)


def _of_timeline(
    rebuilder: Rebuilder, page: Page, known: MentorshipRecord, done: list[Done]
) -> Iterator[Happened]:
    slug = rebuilder.context.github.slug
    for one in done:
        if one.what == "committed":
            if known.kind == "pull" and one.at > known.since:
                what = "sign" if page.issue.draft else "pushed"
                yield Happened(NEWCOMER, what, min(one.at, rebuilder.context.now()))
        elif one.by_person:
            by = _by(one.by, known)
            did = _what(one, by, known, slug)
            if did:
                yield Happened(by, did, one.at)


def _what(one: Done, by: str, known: MentorshipRecord, slug: str) -> str | None:
    if one.what == "commented":
        return "said" if turns.says_something(one.body, slug) else "sign"
    if one.what == "reviewed":
        return one.state
    if one.what == "review_requested":
        if by == NEWCOMER or one.reviewer in {known.mentor, known.second} - {None, 0}:
            return "asked_review"
        return "passed_on" if by == MENTOR else "sign"
    return {"ready_for_review": "ready", "convert_to_draft": "draft"}.get(one.what)


def _by(person_id: int, known: MentorshipRecord) -> str:
    if person_id == known.newcomer:
        return NEWCOMER
    return MENTOR if person_id in (known.mentor, known.second) else turns.OTHER


def _steps(page: Page, known: MentorshipRecord, turn: Turn) -> dict[str, Any]:
    """The highest step since it is their turn, as the record or a comment shows it."""
    same = (turn.whose, turn.since) == (known.turn, known.turn_since or known.since)
    heard_since = turn.whose == NEWCOMER and turn.newcomer_at != known.newcomer_at
    step = known.step if same and not heard_since else 0
    reminded = known.reminded
    begun = max(turn.since, turn.newcomer_at or turn.since) if turn.whose == NEWCOMER else turn.since
    for one in page.said:
        shows = STEPS.get(turn.whose, {}).get(one.marked.kind)
        if shows and one.at >= _whole(begun):
            step = max(step, shows)
        if one.marked.kind == "reminder":
            reminded = max(reminded or one.at, one.at)
    return {"step": step, "reminded_at": reminded}


def _whole(moment: datetime) -> datetime:
    """GitHub tells whole seconds, cut off."""
    return moment.replace(microsecond=0)


# --- people ---------------------------------------------------------------------------------------


def know(rebuilder: Rebuilder, person_id: int | None) -> None:
    """Notes somebody's login: as the roster or the threads have it, else a request."""
    if person_id is None or person_id in rebuilder.loaded.names:
        return
    with rebuilder.context.ledger.read() as connection:
        if person_id in people.names(connection, [person_id]):
            return
    login = _login(rebuilder.history, person_id)
    if login is None:
        github = rebuilder.context.github.installation(rebuilder.history.installation_id)
        found = reads.person_by_id(github, person_id)
        login = found[1] if found else None
    if login is not None:
        with rebuilder.context.ledger.write() as connection:
            people.see(connection, person_id, login)


def _login(history: History, person_id: int) -> str | None:
    for page in history.pages.values():
        if page.issue.author_id == person_id:
            return page.issue.author
    said = (one for page in history.pages.values() for one in page.heard if one.person_id == person_id)
    return next((one.login for one in said), None)
