"""Follow-up: what is done when somebody waits, or is silent – one step at a time, never in a burst."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

from mentoring.actions import Text
from mentoring.availability import DAY_BEGINS
from mentoring.roster import Program
from mentoring.turns import MENTOR, NEWCOMER, Turn

REMIND, HAND_OVER, TELL = 1, 2, 3  # the steps while it is the mentor's turn
CHECK_IN, RELEASE = 1, 2  # and the newcomer's
MOST_REMINDERS = 2  # of one mentor, in one day of theirs
LOOK_AGAIN = timedelta(days=1)  # at a thread where nothing can be done now


@dataclass(frozen=True)
class Waiting:
    """An open mentorship, as far as its clock is concerned."""

    turn: Turn
    kind: str  # pull, claim, asked
    step: int  # the highest one taken since it is their turn
    has_mentor: bool
    away_since: datetime | None = None  # of the mentor who is to answer, while they are away

    @property
    def for_nobody(self) -> bool:
        """Whether there is nobody who could answer: none was free, or they are away and nobody covers."""
        return self.turn.whose == MENTOR and (not self.has_mentor or self.away_since is not None)


@dataclass(frozen=True)
class Due:
    """A step and its moment."""

    step: int
    at: datetime


def ladder(program: Program, waiting: Waiting) -> tuple[Due, ...]:
    """The steps that may come while it is their turn, in order; a later one never comes before an earlier."""
    if waiting.turn.whose == MENTOR:
        return _for_mentor(program, waiting)
    if waiting.turn.whose == NEWCOMER:
        return _for_newcomer(program, waiting)
    return ()


def _for_mentor(program: Program, waiting: Waiting) -> tuple[Due, ...]:
    promised, since = program.follow_up, waiting.turn.since
    remind = since + promised.answer_within
    hand_over = max(remind, since + promised.hand_over_after)
    tell = max(hand_over, since + promised.organizer_after)
    if waiting.away_since is not None:  # nobody waits for somebody who is away
        hand_over = max(since, waiting.away_since)
    steps = [Due(HAND_OVER, hand_over), Due(TELL, tell)]
    # There is nobody to remind where nobody was free.
    return tuple([Due(REMIND, remind), *steps] if waiting.has_mentor and not waiting.away_since else steps)


def _for_newcomer(program: Program, waiting: Waiting) -> tuple[Due, ...]:
    silent_since = max(waiting.turn.since, waiting.turn.newcomer_at or waiting.turn.since)
    check_in = silent_since + program.follow_up.newcomer_check_in
    steps = [Due(CHECK_IN, check_in)]
    if waiting.kind == "claim":
        steps.append(Due(RELEASE, max(check_in, silent_since + program.follow_up.release_claim_after)))
    return tuple(steps)


def due_step(program: Program, waiting: Waiting, now: datetime) -> int | None:
    """The highest step that is due and was not taken yet: after an outage there is one, not all of them.

    For whoever waits for nobody, somebody is looked for again and again.
    """
    due = [one.step for one in ladder(program, waiting) if one.at <= now and one.step > waiting.step]
    return max(due, default=HAND_OVER if _seeks(waiting) else None)


def next_moment(program: Program, waiting: Waiting, now: datetime) -> datetime | None:
    """When to look at the mentorship again."""
    if _seeks(waiting):
        return now
    return min((one.at for one in ladder(program, waiting) if one.step > waiting.step), default=None)


def _seeks(waiting: Waiting) -> bool:
    return waiting.for_nobody and waiting.step >= HAND_OVER


def seek_again(program: Program, waiting: Waiting, now: datetime) -> datetime:
    """When to look again for somebody, after nobody was free."""
    later = [one.at for one in ladder(program, waiting) if one.at > now and one.step > waiting.step]
    return min([now + LOOK_AGAIN, *later])


def is_paused(program: Program, labels: Sequence[str]) -> bool:
    """Whether a label says that the newcomer cannot go on."""
    pauses = {label.lower() for label in program.follow_up.pause_labels}
    return any(label.lower() in pauses for label in labels)


def day_of(moment: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """The beginning of the local day, and the morning of the next one, in UTC."""
    day = moment.astimezone(zone).date()
    begin = datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
    return begin, datetime.combine(day + timedelta(days=1), DAY_BEGINS, tzinfo=zone).astimezone(UTC)


def rolls(given_today: int, others_due: int) -> bool:
    """Whether the others that are due are told in this reminder, so that there are at most two a day."""
    return given_today + 1 + others_due > MOST_REMINDERS


@dataclass(frozen=True)
class Other:
    """Another thread on which a mentor is waited for, as it may be shown."""

    since: datetime
    slug: str | None = None  # None: in private, counted but not named
    number: int = 0
    url: str = ""


def reminder(
    program: Program, mentor: str, newcomer: str, since: datetime, others: Sequence[Other] = ()
) -> Text:
    """To a mentor whose turn it is."""
    values = {
        "mentor": mentor,
        "newcomer": newcomer,
        "noun": program.mentor_noun,
        "since": since.astimezone(program.clock),
        "others": [one for one in others if one.slug],
        "hidden": sum(one.slug is None for one in others),
        "clock": program.clock,
    }
    return Text("comments/reminder", values)


def organizers(
    program: Program, told: Sequence[str], newcomer: str, mentors: Sequence[str], since: datetime
) -> Text:
    """To the captain and the organizers."""
    values = {
        "told": list(told),
        "newcomer": newcomer,
        "mentors": list(mentors),
        "noun": program.mentor_noun,
        "since": since.astimezone(program.clock),
    }
    return Text("comments/organizers", values)


def check_in(program: Program, newcomer: str, mentor: str | None, kind: str) -> Text:
    """To a newcomer who has been silent."""
    values: Mapping[str, object] = {
        "newcomer": newcomer,
        "mentor": mentor,
        "noun": program.mentor_noun,
        "claimed": kind == "claim",
    }
    return Text("comments/check_in", values)
