"""Who stayed: the tables that were counted by hand in docs/report-example.md, and the edges of days and knowledge."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mentoring.book import Act, Asked, Book, Guided, Opened, Period, Pull, Question
from mentoring.came_again import introduced, newcomers, without_mentor
from mentoring.exit_question import counted as exit_counted
from mentoring.stayed import Figure, active, graduates, headline, stayed, window

EXAMPLE = (Path(__file__).parent.parent.parent / "docs/report-example.md").read_text("utf-8")
DAY_0, FIRST = date(2026, 4, 30), date(2026, 3, 2)
ROME = ZoneInfo("Europe/Rome")
COUNTED = ("2027-05-01", "2026-07-29")

Row = list[str]


def rows(heading: str, head: str) -> Iterator[Row]:
    """The rows of the table that begins with these words, in the part below a heading."""
    _, _, part = EXAMPLE.partition(f"\n## {heading}\n")
    lines = part.partition("\n## ")[0].splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith(f"| {head} |"))
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            return
        yield [cell.strip() for cell in line.strip("|").split("|")]


def person(word: str) -> int:
    """G1 is 101, N1 is 201, B1 is 301, M1 is 401."""
    return 100 * ("GNBM".index(word[0]) + 1) + int(word[1:])


def noon(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T12:00:00+00:00")


def dated(cell: str) -> list[tuple[datetime, str]]:
    """`2026-05-05 merged, 2026-05-06` as moments with the word behind them."""
    found = (one.strip().partition(" ") for one in cell.split(",") if one.strip())
    return [(noon(day), word) for day, _, word in found]


def pulls(who: int, cell: str) -> list[Pull]:
    return [
        Pull(who, 1, 1000 * who + n, at, at if word == "✓" else None)
        for n, (at, word) in enumerate(dated(cell))
    ]


def book(counted: str) -> Book:
    """What had happened by that day, by the tables."""
    opened, reviews, asked, starters, guided = [], [], [], [], []
    graduates_rows, newcomer_rows, other_rows = _tables()
    for name, answer, prs, given, issues in graduates_rows:
        who = person(name)
        opened += pulls(who, prs)
        reviews += [Act(who, at) for at, _ in dated(given)]
        starters += [
            Opened(who, at, word in ("taken", "merged"), word == "merged") for at, word in dated(issues)
        ]
        if answer != "not asked":
            asked.append(Asked(who, noon("2026-05-01"), answer == "yes"))
    for name, mentors, answered, prs in newcomer_rows:
        opened += pulls(person(name), prs)
        at = None if answered == "never" else noon(answered)
        helpers = frozenset(person(one.strip()) for one in mentors.split(","))
        guided.append(Guided(person(name), helpers, at or dated(prs)[0][0], at))
    for name, prs in other_rows:
        opened += pulls(person(name), prs)
    guided.append(Guided(person("B9"), frozenset(), noon("2026-07-07")))  # nobody was free
    now = noon(counted)
    return Book(
        now,
        ZoneInfo("UTC"),
        [one for one in opened if one.opened_at <= now],
        [one for one in reviews if one.at <= now],
        asked,
        [one for one in guided if (one.answered_at or one.since) <= now],
        [one for one in starters if one.since <= now],
        [one for one in _questions(now) if one.asked_at <= now],
    )


def _questions(now: datetime) -> Iterator[Question]:
    for _, reached, at, stay, hindered in rows("What happened", "who | question reached them"):
        answered = at != "never" and noon(at) <= now
        yield Question(noon(reached), answered, answered and stay == "✓", answered and hindered == "✓")


def _tables() -> tuple[list[Row], list[Row], list[Row]]:
    heads = ("who | asked", "who | mentors", "who | pull requests")
    graduates_rows, newcomer_rows, other_rows = (list(rows("What happened", head)) for head in heads)
    return graduates_rows, newcomer_rows, other_rows


MEMBERS = [person(f"G{n}") for n in range(1, 9)]
OURS = [*MEMBERS, person("M1")]


def said(figure: Figure) -> str:
    return f"{figure.part}" if figure.whole is None else f"{figure.part} of {figure.whole}"


def test_the_example_has_all_its_people() -> None:
    found = _tables()
    assert [len(one) for one in found] == [8, 11, 9]
    # G1 to G8: 6 + 2 + 1 + 3 + 1 + 0 + 2 + 1; N1 to N11: 3 + 2 + 2 + 1 + 1 + 2 + 2 + 0 + 2 + 1 + 2;
    # B1 to B9: 3 + 2 + 1 + 2 + 1 + 1 + 2 + 1 + 1.
    assert len(book("2027-05-01").pulls) == 16 + 18 + 14


@pytest.mark.parametrize("counted", COUNTED)
def test_the_graduates_as_counted_by_hand(counted: str) -> None:
    heading = f"The graduates, a year after: counted on {counted}"
    heading = heading if heading in EXAMPLE else f"The graduates in between: counted on {counted}"
    it = book(counted)
    figures = [*headline(it, MEMBERS, Period(FIRST, DAY_0)), *graduates(it, MEMBERS)]
    assert [[one.name, said(one)] for one in figures] == [row[:2] for row in rows(heading, "number | is")]
    for row in rows(heading, "days | window"):
        when = window(DAY_0, int(row[0]))
        assert f"{when.first} to {when.last}" == row[1]
        found = stayed(it, dict.fromkeys(MEMBERS, DAY_0), int(row[0]))
        told = [said(one) for one in (found.any, found.pulls, found.reviews, found.mentor)]
        assert told == [cell.partition(":")[0].partition(",")[0] for cell in row[2:]], row[0]


@pytest.mark.parametrize("counted", COUNTED)
def test_the_newcomers_as_counted_by_hand(counted: str) -> None:
    it = book(counted)
    table = list(rows(f"The newcomers from 2026-03-02 on: counted on {counted}", "number | with a mentor"))
    days = [int(row[0].removeprefix("active_")) for row in table if row[0].startswith("active_")]
    period = Period(FIRST, date.fromisoformat(counted))
    columns = []
    for people in (introduced(it), without_mentor(it, OURS)):
        found = newcomers(it, people, period, days)
        columns.append([said(one) for one in (found.came, found.merged, found.again, *found.active)])
    assert [list(pair) for pair in zip(*columns, strict=True)] == [row[1:3] for row in table]


@pytest.mark.parametrize("day", COUNTED)
def test_the_answers_to_the_exit_question_as_counted_by_hand(day: str) -> None:
    found = exit_counted(book(day), Period(FIRST, date.fromisoformat(day)))
    table = list(rows(f"The question: counted on {day}", "number | is"))
    assert [[one.name, said(one)] for one in found] == [row[:2] for row in table]


def test_five_answers_are_counted_and_four_are_not() -> None:
    it = Book(noon("2026-05-09"), ZoneInfo("UTC"), questions=[Question(noon("2026-05-02"), True, True)] * 5)
    after = Period(FIRST, date(2026, 5, 2))
    assert [one.part for one in exit_counted(it, after)] == [5, 5, 5, 0]
    assert exit_counted(it, Period(FIRST, date(2026, 5, 1))) == []
    assert exit_counted(replace(it, questions=it.questions[1:]), after) == []


@pytest.mark.parametrize(
    ("days", "first", "last"),
    [
        (7, date(2026, 5, 1), date(2026, 5, 7)),  # day 0 is not in it, so it has seven days
        (30, date(2026, 5, 1), date(2026, 5, 30)),
        (90, date(2026, 6, 30), date(2026, 7, 29)),
    ],
)
def test_the_window_ends_with_its_day_and_has_thirty_at_most(days: int, first: date, last: date) -> None:
    assert window(DAY_0, days) == Period(first, last)


@pytest.mark.parametrize(
    ("now", "whole"),
    [
        (datetime(2026, 5, 7, 21, 59, 59, tzinfo=UTC), 0),  # still the 7th in Rome
        (datetime(2026, 5, 7, 22, 0, 0, tzinfo=UTC), 1),  # midnight
    ],
)
def test_a_day_is_over_by_the_programs_clock(now: datetime, whole: int) -> None:
    it = Book(now, ROME)
    assert active(it, {1: DAY_0}, 7, ["pulls"]) == Figure("active_7", 0, whole)


def test_what_was_done_belongs_to_the_day_by_the_programs_clock() -> None:
    late = datetime(2026, 4, 30, 22, 30, tzinfo=UTC)  # on the first of May in Rome
    it = Book(noon("2026-06-01"), ROME, [Pull(1, 1, 1, late, late)])
    assert active(it, {1: DAY_0}, 7, ["pulls"]).part == 1
    assert headline(it, [1], Period(FIRST, DAY_0)) == (
        Figure("pulls_opened", 0),
        Figure("pulls_merged", 0, 0),
    )
    assert headline(it, None, Period(FIRST, date(2026, 5, 1)))[0].part == 1


def test_what_is_merged_later_does_not_count_yet() -> None:
    pull = Pull(1, 1, 1, noon("2026-04-01"), noon("2026-05-02"))
    counted = [
        headline(Book(noon(day), ROME, [pull]), [1], Period(FIRST, DAY_0))[1].part
        for day in ("2026-05-01", "2026-05-03")
    ]
    assert counted == [0, 1]


@pytest.mark.parametrize(
    ("since", "known"),
    [
        (datetime(2026, 4, 30, 22, 0, tzinfo=UTC), True),  # when the window's first day begins in Rome
        (datetime(2026, 4, 30, 22, 0, 1, tzinfo=UTC), False),
        (None, True),
    ],
)
@pytest.mark.parametrize("kind", ["pulls", "reviews", "mentor"])
def test_what_cannot_be_known_is_not_nothing(kind: str, since: datetime | None, known: bool) -> None:
    it = Book(noon("2026-06-01"), ROME, **{f"{kind}_since": since})  # type: ignore[arg-type]
    found = stayed(it, {1: DAY_0}, 7)
    assert getattr(found, kind).part == (0 if known else None)
    assert found.any.part == (0 if known else None)
    others = {"pulls", "reviews", "mentor"} - {kind}
    assert all(getattr(found, other).part == 0 for other in others)


def test_what_is_still_to_come_needs_no_knowledge() -> None:
    it = Book(noon("2026-05-02"), ROME, mentor_since=noon("2026-05-02"))
    assert stayed(it, {1: DAY_0}, 30).mentor == Figure("active_30", 0, 0)


def test_newcomers_before_the_list_was_read_are_not_known() -> None:
    it = Book(noon("2026-06-01"), ROME, pulls_since=noon("2026-05-01"))
    found = newcomers(it, [1], Period(FIRST, DAY_0), (30,))
    assert [one.part for one in (found.came, found.merged, found.again, *found.active)] == [None] * 4
    assert headline(it, [1], Period(FIRST, DAY_0))[1] == Figure("pulls_merged", None)


def test_who_does_something_twice_counts_once() -> None:
    twice = [Act(1, noon("2026-05-02")), Act(1, noon("2026-05-03"))]
    it = Book(noon("2026-06-01"), ROME, reviews=twice, asked=[Asked(1, noon("2026-05-01"), True)] * 2)
    assert stayed(it, {1: DAY_0}, 7).any == Figure("active_7", 1, 1)
    assert graduates(it, [1, 2])[:2] == [Figure("asked", 1, 2), Figure("accepted", 1, 1)]


def test_per_cent() -> None:
    assert [
        Figure("x", *one).per_cent for one in ((1, 2), (1, 200), (1, 201), (0, 0), (None, None), (3, None))
    ] == [
        50,
        1,
        0,
        None,
        None,
        None,
    ]
