"""Doubts: what is allowed and worth a second look, each at its place."""

import pytest

from mentoring import doubts
from mentoring.configuration import parse, parse_alone
from mentoring.roster import DIGEST_SECTIONS

SOMEBODY = "areas: {sky: {labels: [sky], team: Sky}}\n"
BEGIN = f"program: X\n{SOMEBODY}"
COHORTS = BEGIN + (
    "cohorts:\n"
    "- {name: A, starts: 2026-01-01, ends: 2026-03-01, members: [{login: octocat}, {login: hubot}]}\n"
    "- {name: B, starts: 2026-01-01, ends: 2026-02-01, members: [{login: HUBOT}]}\n"
)
DOUBTS = {
    BEGIN: [],
    "program: X\n": [
        "line 1, column 10: nobody can be named yet, so newcomers hear nothing: add a cohort, or a team or"
        " channel for an area"
    ],
    f"{BEGIN}organizers: [hubot, Hubot]\n": ["line 3, column 21: `Hubot` is in this list twice"],
    f"{BEGIN}good_first_issue_labels: [easy, EASY]\n": ["line 3, column 33: `EASY` is in this list twice"],
    COHORTS: ["line 5, column 69: `HUBOT` is in `A` too; the entry in `A` counts"],
    f"{BEGIN}follow_up: {{hand_over_after: 1d}}\n": [
        "line 3, column 30: `hand_over_after` is less than `answer_within`, and waits for it"
    ],
    f"{BEGIN}follow_up: {{hand_over_after: 8d}}\n": [
        "line 3, column 12: `organizer_after` is less than `hand_over_after`, and waits for it"
    ],
    f"{BEGIN}follow_up: {{answer_within: 3w, hand_over_after: 3w, organizer_after: 3w}}\n": [],
    "program: X\nareas: {items: {team: Sky}, keys: {paths: [a]}}\n": [
        "line 2, column 16: `items` has neither paths nor labels, so nothing belongs to it"
    ],
    f"{BEGIN}asks: [showcase]\nstarter_issues: 0\n": [
        "line 3, column 7: `asks` go with the invitation, and with `starter_issues: 0` nobody is invited"
    ],
    f"{BEGIN}cohorts: [{{name: Spring, starts: 2026-01-01, ends: 2026-03-01}}]\n": [
        "line 3, column 18: `Spring` has no members, so nobody is asked when it ends"
    ],
    f"{BEGIN}cohorts: [{{name: Spring, starts: 2026-01-01, ends: 2026-03-01, members: []}}]\n": [
        "line 3, column 18: `Spring` has no members, so nobody is asked when it ends"
    ],
    f"{BEGIN}digest: {{without: [tip, charts, tip]}}\n": ["line 3, column 33: `tip` is in this list twice"],
    f"{BEGIN}digest: {{without: [charts, numbers]}}\n": [
        "line 3, column 20: the charts are part of `numbers`, which are left out too"
    ],
    f"{BEGIN}digest: {{without: {list(DIGEST_SECTIONS)}}}\n".replace("'", ""): [
        "line 3, column 19: every section is left out, so no digest ever comes: write `digest: off` instead"
    ],
    f"{BEGIN}digest: off\n": [],
    "program: X\nwrong: 1\norganizers: [a, a]\n": [],  # first what is wrong
}


@pytest.mark.parametrize("text", DOUBTS)
def test_doubts_are_sentences_with_their_place(text: str) -> None:
    assert [str(one) for one in doubts.doubts(parse(text))] == DOUBTS[text]


def test_a_file_that_builds_on_an_unread_one_may_name_somebody_there() -> None:
    parsed = parse_alone("_extends: octo/far\nmentor_noun: buddy\n")
    assert parsed.problems == () and doubts.doubts(parsed) == ()


def test_only_what_the_file_says_itself_is_looked_for() -> None:
    parsed = parse(
        "program: X\nareas: {values: {labels: [sky], paths: [a]}}\ncohorts:\n- {name: A, starts: 2026-01-01, "
        "ends: 2026-01-02, captain: mona, members: [{login: 0123}]}\norganizers: [hubot]\n"
    )
    assert [one.value for one in doubts.labels(parsed)] == ["sky"]
    assert [one.value for one in doubts.patterns(parsed)] == ["a"]
    assert [(one.value, one.mark.line) for one in doubts.logins(parsed)] == [
        ("hubot", 5),
        ("mona", 4),
        ("0123", 4),
    ]


def test_many_patterns_on_many_files_end() -> None:
    """Without an end it would take the better part of a day."""
    paths = ", ".join(f'"**/a{number}/**/b/**/c/**"' for number in range(100))
    areas = "".join(f"  a{number}: {{paths: [{paths}]}}\n" for number in range(20))
    parsed = parse(f"program: X\nareas:\n{areas}")
    assert parsed.problems == ()
    files = ["/".join(["folder"] * 20 + [str(number)]) for number in range(10_000)]
    found = list(doubts.unmatched(doubts.patterns(parsed), files))
    assert len(found) == doubts.MOST_COMPARED // len(files)


def test_of_thousands_of_a_kind_the_first_are_worded() -> None:
    members = ", ".join(f"{{login: a{number}}}" for number in range(1500))
    dates = "starts: 2026-01-01, ends: 2026-01-02"
    cohorts = (
        f"cohorts: [{{name: A, {dates}, members: [{members}]}}, {{name: B, {dates}, members: [{members}]}}]\n"
    )
    assert len(doubts.doubts(parse(BEGIN + cohorts))) == doubts.MOST_OF_A_KIND
    labels = ", ".join(f"l{number}" for number in range(7000))
    written = doubts.labels(parse(f"program: X\nareas: {{sky: {{labels: [{labels}]}}}}\n"))
    assert len(written) == 7000
    assert len(list(doubts.first(doubts.unknown_labels(written, ["l"])))) == doubts.MOST_OF_A_KIND
