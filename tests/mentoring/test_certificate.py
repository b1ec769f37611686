"""Who may have a certificate, what is missing otherwise, and what it says."""

from datetime import UTC, datetime, timedelta

import pytest

from mentoring import certificate as rules
from mentoring.certificate import MENTOR, NEWCOMER, Certificate, Done

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SINCE = NOW - timedelta(days=200)
HELPED = Done(helped=1, helped_since=SINCE)
MERGED = Done(merged=3, merged_since=SINCE, was_new=True)


@pytest.mark.parametrize(
    ("done", "kinds"),
    [
        (Done(), []),
        (Done(merged=2, merged_since=SINCE, was_new=True), []),
        (HELPED, [MENTOR]),
        (MERGED, [NEWCOMER]),
        (Done(2, 1, SINCE, 7, SINCE, was_new=True), [MENTOR, NEWCOMER]),
        (Done(2, 1, SINCE, 7, SINCE), [MENTOR]),
        (Done(merged=3, merged_since=SINCE, steps=(4, 5), was_new=True), []),
        (Done(merged=1, merged_since=SINCE, steps=(5, 5), was_new=True), [NEWCOMER]),
        (Done(merged=9, merged_since=SINCE, steps=(5, 5)), []),
        (Done(merged=9, merged_since=SINCE), []),
        (Done(steps=(1, 1), was_new=True), []),
    ],
)
def test_who_may_have_which(done: Done, kinds: list[str]) -> None:
    found = rules.earned(done, "Observatory", "buddy", NOW)
    assert [one.kind for one in found] == kinds
    assert all(
        (one.program, one.noun, one.since, one.issued_at) == ("Observatory", "buddy", SINCE, NOW)
        for one in found
    )


@pytest.mark.parametrize(
    ("merged", "said"),
    [
        (0, "You are 3 merged pull requests away"),
        (2, "You are 1 merged pull request away"),
    ],
)
def test_what_is_missing_is_said_in_one_kind_sentence(merged: int, said: str) -> None:
    sentence = rules.missing(Done(merged=merged, was_new=merged > 0), "buddy")
    assert said in sentence and "as buddy" in sentence and sentence.count(".") == 1


def test_where_there_is_a_path_it_is_the_way() -> None:
    sentence = rules.missing(Done(merged=3, steps=(4, 5), was_new=True), "buddy")
    assert "`/mentor path` shows which of the 5 you are on" in sentence and sentence.count(".") == 1


@pytest.mark.parametrize("steps", [(0, 0), (4, 5), (5, 5)])
def test_whoever_was_no_newcomer_here_is_told_what_is_left(steps: tuple[int, int]) -> None:
    sentence = rules.missing(Done(merged=9, merged_since=SINCE, steps=steps), "buddy")
    assert "for those who came here as newcomers" in sentence
    assert "helping one newcomer as buddy" in sentence and sentence.count(".") == 1


@pytest.mark.parametrize(
    ("kind", "helped", "merged", "told"),
    [
        (MENTOR, 1, 0, "1 newcomer helped as buddy."),
        (MENTOR, 4, 3, "4 newcomers helped as buddy, 3 of them up to the merge."),
        (NEWCOMER, 0, 3, "3 pull requests merged, from the first one on."),
    ],
)
def test_it_says_what_was_done_in_numbers(kind: rules.Kind, helped: int, merged: int, told: str) -> None:
    assert rules.told(Certificate(kind, "Observatory", "buddy", helped, merged, SINCE, NOW)) == told


def test_the_statement_has_the_shape_of_a_badge() -> None:
    one = Certificate(MENTOR, "Observatory", "buddy", 2, 1, SINCE, NOW)
    person = {"id": 1, "login": "octocat", "profile": "https://github.com/octocat"}
    site = "https://lamplighter.example.org"
    evidence = [("https://github.com/observatory/dome/issues/3", "observatory/dome#3")]
    stated = rules.statement(
        one, address=f"{site}/certificates/x", site=site, person=person, evidence=evidence
    )
    assert stated["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert stated["validFrom"] == "2026-11-23T12:00:00Z"
    assert stated["credentialSubject"]["id"] == person["profile"]
    assert [item["id"] for item in stated["evidence"]] == [evidence[0][0]]
