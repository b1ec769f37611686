"""Asks: what else a graduate is asked, which words answer it, and what counts in the end."""

from datetime import UTC, date, datetime, timedelta

import pytest

from mentoring.asks import KINDS, Answer, answers_of, named, spoken, to_make
from mentoring.commands import parse
from mentoring.configuration import parse as read
from mentoring.facts import Remarked
from tests.mentoring.make import NOW, program

SLUG = "lamplighter"
NAMED: list[tuple[str, tuple[str, ...]]] = [
    ("showcase", ("showcase",)),
    ("Showcase!", ("showcase",)),
    ("next program", ("next_program",)),
    ("next_program", ("next_program",)),
    ("next-programme, please", ("next_program",)),
    ("showcase and write", ("showcase", "write")),
    ("event, showcase; write", ("event", "showcase", "write")),
    ("write write", ("write",)),
    ("event, but not the showcase", ("event",)),
    ("to the next program and the showcase", ("next_program", "showcase")),
    ("", ()),
    ("please", ()),
    ("to all of it", ()),
    ("events", ()),
    ("next week", ()),
]


@pytest.mark.parametrize(("words", "kinds"), NAMED)
def test_which_asks_words_begin_with(words: str, kinds: tuple[str, ...]) -> None:
    assert named(words) == kinds


@pytest.mark.parametrize("kind", KINDS)
def test_what_we_tell_people_to_write_is_understood(kind: str) -> None:
    (command,) = parse(f"/mentor yes {spoken(kind)}", SLUG)
    assert (command.verb, named(command.words)) == ("yes", (kind,))


TALK = {
    "@lamplighter yes showcase": 1,
    "@lamplighter no next program": 1,
    "@lamplighter no, I meant the other one": 0,
    "@lamplighter yes please": 0,
    "@lamplighter now I understand": 0,
    "@lamplighter yes events are nice": 0,
}


@pytest.mark.parametrize("text", TALK)
def test_whoever_talks_to_the_app_is_left_in_peace(text: str) -> None:
    assert len(parse(text, SLUG)) == TALK[text]


TODAY = date(2026, 12, 11)


def test_what_was_made_before_and_what_is_over_is_not_made() -> None:
    asks = ["event", {"ask": "showcase", "by": "2026-12-10"}, {"ask": "write", "by": "2026-12-11"}]
    ours = program(asks=asks)
    assert [one.ask for one in to_make(ours, TODAY)] == ["event", "write"]
    assert [one.ask for one in to_make(ours, TODAY, {"write"})] == ["event"]
    assert to_make(program(), TODAY) == ()


def remark(minute: int, body: str, *, author_id: int = 7, by_person: bool = True) -> Remarked:
    at = NOW + timedelta(minutes=minute)
    return Remarked(minute, author_id, "graduate", body, at, by_person)


def test_the_last_word_counts_and_a_decline_is_a_no_to_everything() -> None:
    remarks = [
        remark(1, "/mentor yes showcase and write"),
        remark(2, "/mentor no write"),
        remark(3, "/mentor yes event", author_id=8),
        remark(4, "/mentor yes event", by_person=False),
    ]
    at = [NOW + timedelta(minutes=minute) for minute in range(6)]
    assert answers_of(7, remarks, SLUG) == {"showcase": Answer("yes", at[1]), "write": Answer("no", at[2])}
    declined = answers_of(7, [*remarks, remark(5, "/mentor decline")], SLUG)
    assert declined == dict.fromkeys(KINDS, Answer("no", at[5]))


def test_a_word_alone_or_more_of_it() -> None:
    by, link = "2026-12-11", "https://example.org/show"
    found = read(
        f"program: X\nasks: [event, {{ask: showcase, text: ' Show it ', link: '{link}', by: {by}}}]\n"
    )
    assert found.problems == () and found.program
    event, showcase = found.program.asks
    assert (event.ask, event.text, event.link, event.by) == ("event", None, None, None)
    assert (showcase.ask, showcase.text, showcase.link) == ("showcase", "Show it", link)
    assert showcase.by == datetime(2026, 12, 11, tzinfo=UTC).date()


REFUSED = {
    "asks: [dance]": "line 2, column 8: `ask`: write event, next_program, showcase or write (it says `dance`)",
    "asks: [event, {ask: event}]": "line 2, column 15: `asks`: `event` is in this list twice",
    "asks: [{text: Show it}]": "line 2, column 8: the key `ask` is missing",
    "asks: [{ask: write, url: a}]": "line 2, column 21: unknown key `url`",
    "asks: showcase": "line 2, column 7: `asks`: write a list, such as [one, two] (it says `showcase`)",
    "asks: [{ask: write, link: 'http://a'}]": (
        "line 2, column 27: `link`: write an address that starts with https:// (it says `http://a`)"
    ),
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_refused(text: str) -> None:
    assert [str(one) for one in read(f"program: X\n{text}\n").problems] == [REFUSED[text]]
