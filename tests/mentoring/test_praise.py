"""Praise: what is worth saying of a merge, and the two sentences of a draft."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from adapters.texts import render
from mentoring.facts import Measured, Reviewed
from mentoring.praise import Evidence, draft, evidence
from tests.mentoring.make import program

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = timedelta(days=1)
PULL = Measured(7, "octocat", True, NOW - 12 * DAY, NOW, files=3, added=120, removed=4)
ORM = program(areas={"orm": {"paths": ["db/**"]}})
KNOWN = Evidence(3, 120, 4, 0, None, False, False, NOW - 12 * DAY, NOW, first=True)


def review(state: str, author_id: int = 8, *, by_person: bool = True) -> Reviewed:
    return Reviewed(author_id, "hubot", state, NOW, by_person)


ROUNDS = [
    ("none", [], 0),
    ("approved at once", [review("approved"), review("commented")], 0),
    ("twice", [review("changes_requested"), review("changes_requested"), review("approved")], 2),
    ("dismissed once it was done", [review("dismissed")], 1),
    ("a bot's wish is no round", [review("changes_requested", by_person=False)], 0),
    ("nor is their own word", [review("changes_requested", PULL.author_id)], 0),
]


@pytest.mark.parametrize(("reviews", "rounds"), [row[1:] for row in ROUNDS], ids=[row[0] for row in ROUNDS])
def test_rounds_of_changes(reviews: Sequence[Reviewed], rounds: int) -> None:
    assert evidence(PULL, [], reviews, ORM, first=True).rounds == rounds


FILES = [
    ("code", ["db/query.py"], "orm", False, False),
    ("code elsewhere, with tests", ["http/get.py", "tests/test_get.py"], None, True, False),
    ("tests beside the code", ["src/button.spec.ts"], None, True, False),
    ("docs alone", ["README.md", "docs/index.rst"], None, False, True),
    ("docs and code", ["README.md", "db/query.py"], "orm", False, False),
    ("a contest is no test", ["contests/latest.py"], None, False, False),
    ("nothing that we may see", [], None, False, False),
]


@pytest.mark.parametrize(
    ("paths", "area", "tests", "docs"), [row[1:] for row in FILES], ids=[row[0] for row in FILES]
)
def test_what_changed(paths: list[str], area: str | None, tests: bool, docs: bool) -> None:
    found = evidence(PULL, paths, [], ORM, first=False)
    assert (found.area, found.tests, found.docs) == (area, tests, docs)


TOOK = [
    (timedelta(0), timedelta(minutes=1)),
    (timedelta(minutes=59, seconds=59), timedelta(minutes=59)),
    (timedelta(hours=23, minutes=59), timedelta(hours=23)),
    (timedelta(days=12, hours=20), timedelta(days=12)),
]


@pytest.mark.parametrize(("took", "said"), TOOK)
def test_how_long_it_took_is_told_in_one_unit(took: timedelta, said: timedelta) -> None:
    assert replace(KNOWN, opened_at=NOW - took).took == said


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("area", ["orm", None])
@pytest.mark.parametrize("rounds", [0, 1, 3])
@pytest.mark.parametrize("tests", [True, False])
@pytest.mark.parametrize("files", [1, 3])
def test_every_draft_is_two_sentences(
    language: str, first: bool, area: str | None, rounds: int, tests: bool, files: int
) -> None:
    known = replace(KNOWN, first=first, area=area, rounds=rounds, tests=tests, files=files)
    said = render(draft("octocat", known, ORM.model_copy(update={"language": language})))
    one, two = said.split("\n")
    assert (
        "@octocat" in one and one.endswith(".") and two.endswith(".") and one.count(".") + two.count(".") == 2
    )
    assert (area or "orm") in one if area else "orm" not in one
    assert ("3" in two) == (rounds == 3)


def test_an_area_that_the_program_has_no_more_is_not_told() -> None:
    assert draft("octocat", replace(KNOWN, area="gone"), ORM).values["area"] is None
