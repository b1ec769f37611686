"""Showcase: when a cohort has one, and what stays a link in it."""

import pytest

from mentoring.showcase import Shared, is_wanted, issue_key, opened, rewritten
from tests.mentoring.make import program

WANTED = [([], False), (["event", "next_program"], False), (["showcase"], True), (["event", "write"], True)]


@pytest.mark.parametrize(("asks", "wanted"), WANTED)
def test_when_there_is_one(asks: list[str], wanted: bool) -> None:
    assert is_wanted(program(asks=asks)) == wanted


def test_it_is_opened_once_and_rewritten_by_the_same_key() -> None:
    key = issue_key(1, "Autumn")
    assert opened(program(), 1, "Autumn").key == rewritten(program(), 1, "Autumn", ()).key == key
    assert key == "repo 1 · showcase · Autumn"


PARTS = [
    ("My talk", "My talk", ""),
    ("https://example.org/a", "", "https://example.org/a"),
    ("My talk https://example.org/a was fun", "My talk was fun", "https://example.org/a"),
    (
        "https://example.org/a and https://example.org/b",
        "and https://example.org/b",
        "https://example.org/a",
    ),
    ("see(https://example.org/a)", "see(https://example.org/a)", ""),
    ("http://example.org/a", "http://example.org/a", ""),
]


@pytest.mark.parametrize(("text", "words", "link"), PARTS)
def test_the_first_link_stays_one(text: str, words: str, link: str) -> None:
    action = rewritten(program(), 1, "Autumn", [Shared("octocat", text)])
    assert action.text.values["shared"] == [{"login": "octocat", "words": words, "link": link}]
