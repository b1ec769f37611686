"""Events: which day and name are meant, which role, which result, and when somebody is told something."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mentoring import event as rules
from mentoring.commands import Command, parse
from mentoring.event import Result
from mentoring.wording import Mistake

ROME = ZoneInfo("Europe/Rome")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)

MEANT = [
    ("24 January: Bug day", "2027-01-24T00:00:00+01:00", False, "Bug day"),
    ("24 January Bug day", "2027-01-24T00:00:00+01:00", False, "Bug day"),
    ("on 24 January, Bug day", "2027-01-24T00:00:00+01:00", False, "Bug day"),
    ("24 January: 18 questions", "2027-01-24T00:00:00+01:00", False, "18 questions"),
    ("24 January 18:00: Bug day: the first", "2027-01-24T18:00:00+01:00", True, "Bug day: the first"),
    ("24 January 6pm Bug day", "2027-01-24T18:00:00+01:00", True, "Bug day"),
    ("2027-01-24 – Bug day", "2027-01-24T00:00:00+01:00", False, "Bug day"),
    ("3 weeks: Sprint", "2026-12-14T00:00:00+01:00", False, "Sprint"),
    ("24 de enero: Taller", "2027-01-24T00:00:00+01:00", False, "Taller"),
    ("next Saturday", "2026-11-28T00:00:00+01:00", False, ""),
    ("next Saturday: \u200b\u202e", "2026-11-28T00:00:00+01:00", False, ""),
]


@pytest.mark.parametrize(("words", "begins_at", "timed", "title"), MEANT)
def test_the_day_and_the_name(words: str, begins_at: str, timed: bool, title: str) -> None:
    asked = rules.asked(words, NOW, ROME, "es")
    assert (asked.begins_at.isoformat(), asked.timed, asked.title) == (begins_at, timed, title)


UNCLEAR = [
    ("", "Please begin with the day"),
    ("Bug day on 24 January", "Please begin with the day"),
    ("2020-01-24: Bug day", "That is over already"),
    ("today: Bug day", "That is over already"),
    ("2030-01-24: Bug day", "That is too long"),
    ("3/4: Bug day", "That could be two different days"),
    (f"24 January: {'a' * 101}", "at most 100 characters"),
    ("a" * 10_000, "Please begin with the day"),
    ("1 " * 5_000, "at most 100 characters"),
]


@pytest.mark.parametrize(("words", "why"), UNCLEAR)
def test_what_is_no_event(words: str, why: str) -> None:
    with pytest.raises(Mistake, match=why):
        rules.asked(words, NOW, ROME, "en")


ROLES = [
    ("host", ("host", False)),
    ("Host.", ("host", False)),
    ("no host", ("host", True)),
    ("mentors", ("mentor", False)),
    ("note taker", ("notes", False)),
    ("not note-taker!", ("notes", True)),
    ("none", (None, True)),
]


@pytest.mark.parametrize(("words", "meant"), ROLES)
def test_the_role(words: str, meant: tuple[str | None, bool]) -> None:
    assert rules.role_of(words) == meant


@pytest.mark.parametrize("words", ["", "king", "host and greeter", "h" * 10_000])
def test_what_is_no_role(words: str) -> None:
    with pytest.raises(Mistake, match="The roles are"):
        rules.role_of(words)


def test_the_line_of_the_checklist() -> None:
    assert rules.task_of("place") == ("place", False)
    assert rules.task_of("no Setup.") == ("setup", True)
    for words in ("", "none", "all"):
        with pytest.raises(Mistake, match="line of the checklist"):
            rules.task_of(words)


RESULTS = [
    ("12 came, 3 first pull requests, https://example.org/2027/7", 12, 3),
    ("12", 12, None),
    ("3 first pull requests, 12 came", 12, 3),
    ("12 personas, 3 primeros pull requests", 12, 3),
    ("0 came: the train was late", 0, None),
    ("On 2027-01-24 in room B4 there were 12 of us, see #9", 12, None),
]


@pytest.mark.parametrize(("words", "came", "firsts"), RESULTS)
def test_the_result(words: str, came: int, firsts: int | None) -> None:
    assert rules.result_of(words) == Result(words, came, firsts)


@pytest.mark.parametrize(
    "words", ["", "great", "3 first pull requests", "999999 came", "https://a.b/12", "1.5"]
)
def test_what_is_no_result(words: str) -> None:
    with pytest.raises(Mistake, match="how many people came"):
        rules.result_of(words)
    with pytest.raises(Mistake, match="at most 300"):
        rules.result_of("12 " * 5_000)


BEGINS = datetime(2027, 1, 24, tzinfo=ROME)
REMIND, ASK = datetime(2027, 1, 21, 9, tzinfo=ROME), datetime(2027, 1, 25, 9, tzinfo=ROME)
MOMENTS = [
    (0, NOW, REMIND),
    (0, REMIND, ASK),  # opened too late for a reminder
    (1, NOW, ASK),  # moved after the reminder: there is one
    (2, NOW, None),
]


@pytest.mark.parametrize(("step", "now", "due"), MOMENTS)
def test_the_next_moment(step: int, now: datetime, due: datetime | None) -> None:
    assert rules.due_at(BEGINS, ROME, step, now) == due


STEPS = [
    (0, REMIND, 1),
    (1, REMIND, None),
    (0, BEGINS, None),  # after an outage
    (0, ASK, 2),
    (1, ASK + timedelta(days=13), 2),
    (1, ASK + timedelta(days=14), None),
    (2, ASK, None),
]


@pytest.mark.parametrize(("step", "now", "taken"), STEPS)
def test_the_step_of_a_moment(step: int, now: datetime, taken: int | None) -> None:
    assert rules.step_at(BEGINS, ROME, step, now) == taken


TALK = [
    ("@lamp event was great", ()),
    ("@lamp done, thank you", ()),
    ("@lamp result: we won", ()),
    ("@lamp role models matter", ()),
    ("@lamp event 24 January: Bug day", (Command("event", "24 January: Bug day"),)),
    ("@lamp role host", (Command("role", "host"),)),
    ("@lamp done place", (Command("done", "place"),)),
    ("/mentor event cancel", (Command("event", "cancel"),)),
]


@pytest.mark.parametrize(("text", "commands"), TALK)
def test_talk_about_the_app_is_no_command(text: str, commands: tuple[Command, ...]) -> None:
    assert parse(text, "lamp") == commands
