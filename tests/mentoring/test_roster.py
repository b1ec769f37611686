"""The program's own questions: who is in it, when a cohort is over, which labels count."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from mentoring.roster import Digest, Program

ZONES = sorted(available_timezones() - {"localtime", "Factory"})


def cohort(name: str = "Spring", ends: str = "2026-06-30", **more: Any) -> dict[str, Any]:
    return {"name": name, "starts": "2011-01-01", "ends": ends, **more}


def program(**more: Any) -> Program:
    return Program.model_validate({"program": "Our Program", **more})


def test_a_program_needs_only_its_name() -> None:
    ours = Program(program="Our Program")
    assert ours.name == "Our Program"
    assert ours.mentor_label_for("octocat") == "mentor: octocat"
    assert ours.follow_up.answer_within == timedelta(days=2)
    assert ours.digest == Digest(repository=None, weekday="monday", hour=9)
    assert ours.cohorts == ()


def test_a_program_does_not_change() -> None:
    with pytest.raises(ValidationError):
        program().name = "Theirs"


def test_weekdays_count_from_monday() -> None:
    assert Digest(weekday="monday").isoweekday == 1
    assert Digest(weekday="sunday").isoweekday == 7


def utc(year: int, month: int, day: int, hour: int = 0) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


INVITED = [
    ("UTC", "2026-11-02", utc(2026, 11, 3, 0)),
    ("Europe/Rome", "2026-11-02", utc(2026, 11, 2, 23)),
    ("Europe/Rome", "2026-07-01", utc(2026, 7, 1, 22)),
    ("Pacific/Auckland", "2026-11-02", utc(2026, 11, 2, 11)),
    # Midnight does not exist on these days: the clock jumps from 0:00 to 1:00.
    ("America/Sao_Paulo", "2018-11-03", utc(2018, 11, 4, 3)),
    ("Asia/Beirut", "2022-03-26", utc(2022, 3, 26, 22)),
    # Midnight comes twice: the first one counts.
    ("America/Havana", "2026-10-31", utc(2026, 11, 1, 4)),
    # The day itself does not exist.
    ("Pacific/Apia", "2011-12-29", utc(2011, 12, 30, 10)),
    ("UTC", "2099-12-31", utc(2100, 1, 1)),
]


@pytest.mark.parametrize(("zone", "ends", "due"), INVITED)
def test_graduates_are_invited_the_day_after(zone: str, ends: str, due: datetime) -> None:
    ours = program(timezone=zone, cohorts=[cohort(ends=ends)])
    assert ours.invite_at(ours.cohorts[0]) == due
    assert ours.invite_at(ours.cohorts[0]).tzinfo is UTC


@given(st.sampled_from(ZONES), st.dates(date(2011, 1, 2), date(2040, 1, 1)))
def test_a_cohort_is_over_exactly_when_its_graduates_are_due(zone: str, ends: date) -> None:
    ours = program(timezone=zone, cohorts=[cohort(ends=ends.isoformat())])
    due = ours.invite_at(ours.cohorts[0])
    assert ours.ended(ours.cohorts[0], due)
    assert not ours.ended(ours.cohorts[0], due - timedelta(microseconds=1))


@pytest.mark.parametrize(("month", "over"), [(6, False), (7, True)])
def test_the_last_day_belongs_to_the_cohort(month: int, over: bool) -> None:
    ours = program(cohorts=[cohort(ends="2026-06-30")])
    assert ours.ended(ours.cohorts[0], datetime(2026, month, 30, 23, 59, tzinfo=UTC)) is over


def test_somebody_in_several_cohorts_is_described_by_the_newest() -> None:
    def with_team(name: str, ends: str, login: str, team: str) -> dict[str, Any]:
        return cohort(name, ends, members=[{"login": login, "team": team}])

    ours = program(
        cohorts=[
            with_team("Autumn", "2026-11-30", "Octocat", "newest, first in the file"),
            with_team("Winter", "2026-11-30", "octocat", "newest"),
            with_team("Spring", "2026-06-30", "octocat", "older"),
        ]
    )
    found = ours.member("OCTOCAT")
    assert found and found.team == "newest"
    assert [c.name for c, _ in ours.members()] == ["Autumn", "Winter", "Spring"]
    assert ours.in_roster("octoCat") and not ours.in_roster("hubot")
    assert ours.member("hubot") is None and ours.entry("hubot") is None


@pytest.mark.parametrize(
    ("labels", "good"),
    [(["Good First Issue"], True), (["bug", "EASY"], True), (["bug"], False), ([], False)],
)
def test_good_first_issues_are_known_in_any_case(labels: list[str], good: bool) -> None:
    assert program(good_first_issue_labels=["good first issue", "Easy"]).is_good_first(labels) is good


@pytest.mark.parametrize("login", ["0123", "a", "a" * 39, "octo-cat", "octo_acme", "null"])
def test_logins(login: str) -> None:
    assert program(organizers=[login]).organizers == (login,)


@pytest.mark.parametrize("login", ["", "@octocat", "-a", "a" * 40, "a b", "a_b_c", "octo[bot]", "a\n", "ä"])
def test_no_logins(login: str) -> None:
    with pytest.raises(ValidationError, match="write a GitHub login, without @"):
        program(organizers=[login])


def test_every_time_zone_is_one() -> None:
    assert [program(timezone=zone).clock.key for zone in ZONES] == ZONES


@pytest.mark.parametrize(
    "address",
    [
        "http://a.example",
        "https://",
        "https:///x",
        "https://[x",
        "https://a.example/ b",
        "https://a.example/<b>",
        "x",
    ],
)
def test_a_channel_is_an_https_address(address: str) -> None:
    with pytest.raises(ValidationError, match="write an address that starts with https://"):
        program(areas={"orm": {"channel": address}})
