"""Teams of a cohort: who looks after them, and what is worth a second look."""

import pytest

from mentoring import doubts
from mentoring.configuration import parse
from mentoring.roster import Cohort
from tests.mentoring.make import cohort, member, program

TEAMS = {"Saturn": {"navigator": "monalisa", "captain": "hubot"}, "Mars": {"captain": "mona"}, "Pluto": {}}
FIRST: list[tuple[str | None, str | None, tuple[str, ...]]] = [
    ("Saturn", "defunkt", ("monalisa", "hubot")),
    ("Mars", "defunkt", ("mona",)),
    ("Pluto", "defunkt", ("defunkt",)),
    ("Venus", "defunkt", ("defunkt",)),
    (None, "defunkt", ("defunkt",)),
    ("Pluto", None, ()),
]


@pytest.mark.parametrize(("team", "captain", "first"), FIRST)
def test_whom_to_turn_to_first(team: str | None, captain: str | None, first: tuple[str, ...]) -> None:
    assert cohort(teams=TEAMS, captain=captain).first_stops(member(team=team)) == first


def test_who_is_both_is_named_once() -> None:
    both = cohort(teams={"Saturn": {"navigator": "mona", "captain": "mona"}})
    assert both.first_stops(member(team="Saturn")) == ("mona",)


def test_without_somebody_who_looks_after_a_team() -> None:
    (left,) = program(cohorts=[cohort(teams=TEAMS)]).without({"monalisa", "mona"}).cohorts
    assert isinstance(left, Cohort)
    assert {name: team.logins for name, team in left.teams.items()} == {
        "Saturn": ("hubot",),
        "Mars": (),
        "Pluto": (),
    }


BEGIN = "program: X\ncohorts:\n- name: Spring\n  starts: 2026-01-02\n  ends: 2026-02-03\n"
MEMBERS = "  members: [{login: octocat, team: Satrun}]\n"
REFUSED = {
    "  teams: {Saturn: {navigator: a b}}": (
        "line 6, column 31: `navigator`: write a GitHub login, without @ (it says `a b`)"
    ),
    "  teams: {Saturn: {captian: mona}}": (
        "line 6, column 20: unknown key `captian`; did you mean `captain`?"
    ),
    "  teams: {'a`b': {captain: mona}}": (
        "line 6, column 18: `a'b`: name a team on one line of at most 50 characters, without backticks"
    ),
    "  teams: {'a`b': }": (
        "line 6, column 17: `a'b`: name a team on one line of at most 50 characters, without backticks"
    ),
    "  teams: [Saturn]": "line 6, column 10: `teams`: write keys and values here",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_refused(text: str) -> None:
    assert [str(one) for one in parse(BEGIN + text + "\n").problems] == [REFUSED[text]]


def test_a_team_that_is_none_is_doubted_where_teams_are_named() -> None:
    teams = "  teams: {Saturn: {captain: mona}, Mars: }\n"
    found = parse(BEGIN + teams + MEMBERS)
    assert [str(one) for one in doubts.doubts(found)] == [
        "line 7, column 36: no team of `Spring` is called `Satrun`; did you mean `Saturn`?"
    ]
    assert [one.value for one in doubts.logins(found)] == ["mona", "octocat"]
    assert doubts.doubts(parse(BEGIN + MEMBERS)) == ()
