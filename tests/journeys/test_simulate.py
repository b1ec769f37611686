"""Simulate: what would have been said in a repository, had the App been there; nothing is."""

from datetime import timedelta
from pathlib import Path

from tests.journeys.house import House
from tests.journeys.losses import everything
from tests.journeys.programs import FILE, HOME, configuration, settled_in
from tests.journeys.test_rebuild import run

DAY = timedelta(days=1)


def test_a_month_without_the_app_is_told_as_if_it_had_been_there(house: House, tmp_path: Path) -> None:
    world = house.world
    settled_in(world, "program: Nothing yet\n")
    house.settle()
    first = world.open_pull_request(HOME, "newcomer", "Polish the lens", files=["lens.py"]).number
    issue = world.open_issue(HOME, "monalisa", "Dim it", labels=["good first issue"]).number
    house.advance(DAY)
    world.review(HOME, first, "monalisa", "changes_requested", "A test?")
    second = world.open_pull_request(HOME, "newcomer-two", "Index", files=["sky/db/stars.py"]).number
    house.advance(4 * DAY)
    world.close(HOME, second, "newcomer-two")
    world.comment(HOME, issue, "regular", "Can I work on this?")
    house.settle()
    file = tmp_path / "lamplighter.yml"
    file.write_text(configuration(world, ended_days_ago=9))
    ledger, writes = everything(house), len(world.writes())
    found = run(house, "simulate", HOME, "--days", "8", "--file", str(file))
    assert found.exit_code == 0, found.output
    assert everything(house) == ledger
    assert len(world.writes()) == writes
    said = found.output
    assert "asked 3 graduates" in said
    assert f"greeted 2 newcomers\n    {HOME}#{first}, {HOME}#{second}" in said
    assert f"named a mentor on 1 new good first issue\n    {HOME}#{issue}" in said
    assert "reminded 1 mentor" in said
    assert "explained once how to take an issue" in said
    assert "Whoever is asked says yes at once" in said
    silent = run(house, "simulate", HOME, "--days", "8", "--file", str(file), "--nobody-answers").output
    assert "by hubot alone" not in silent
    assert "asked 3 graduates" in silent
    assert world.find_repository(HOME).files[FILE] == "program: Nothing yet\n"
