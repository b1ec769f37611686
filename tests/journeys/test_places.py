"""Places that change: renamed, transferred, hidden, archived, deleted, suspended, removed – heard of, or not."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from adapters.ledger import outbox, places
from sandbox.world import World
from tests.journeys.house import House
from tests.journeys.programs import HOME, OWNER, configuration, settled_in

AGREED = "      - {login: octocat, mentoring: agreed}\n      - {login: hubot, mentoring: agreed}\n"
STRANGERS, FRIENDS, GUESTS, SLEEPERS, FLEETING = "strangers", "friends", "guests", "sleepers", "fleeting"
NAMES = ("renamed", "archived", "hidden", "shown", "deleted", "taken", "away", "over")


@pytest.fixture
def program(house: House) -> House:
    """A home with eight more repositories, and four other accounts with the App."""
    world = house.world
    settled_in(world, configuration(world, members=AGREED, extra="starter_issues: 0"), install=False)
    for name in NAMES:
        world.repository(f"{OWNER}/{name}", private=name == "shown", files={"README.md": "#"})
    world.install(OWNER, [HOME, *(f"{OWNER}/{name}" for name in NAMES)])
    world.organization(STRANGERS, members=["monalisa"])
    for owner in (FRIENDS, GUESTS, SLEEPERS, FLEETING):
        world.organization(owner, members=["monalisa"])
        world.repository(f"{owner}/one", files={"README.md": "#"})
        world.install(owner)
    house.settle()
    return house


def change_everything(world: World) -> None:
    by_owner = {it.account.login: it.id for it in world.installations.values()}
    world.rename(f"{OWNER}/renamed", f"{OWNER}/other")
    world.archive(f"{OWNER}/archived")
    world.privatize(f"{OWNER}/hidden")
    world.publicize(f"{OWNER}/shown")
    world.delete_repository(f"{OWNER}/deleted")
    world.remove_repositories(by_owner[OWNER], [f"{OWNER}/taken"])
    world.rename(f"{OWNER}/away", f"{STRANGERS}/away")
    world.rename(f"{OWNER}/over", f"{FRIENDS}/over")
    world.rename_user(GUESTS, "visitors")
    world.suspend(by_owner[SLEEPERS])
    world.uninstall(by_owner[FLEETING])


def seen(house: House, ids: dict[str, int]) -> dict[str, Any]:
    """Each repository as the ledger has it: its name, where it is installed, and whether it is private or archived."""
    found = {}
    with house.context.ledger.read() as connection:
        for name, repository_id in ids.items():
            row = places.repository(connection, repository_id)
            if row is None:
                continue  # erased
            state = [word for word in ("private", "archived") if getattr(row, word)]
            standing = places.standing(connection, row.installation_id or 0)
            state += ["suspended"] if standing and standing.suspended_at else []
            where = standing.account if standing else None
            found[name] = (row.full_name, where, *state)
    return found


AFTER = {
    "renamed": (f"{OWNER}/other", OWNER),
    "archived": (f"{OWNER}/archived", OWNER, "archived"),
    "hidden": (f"{OWNER}/hidden", OWNER, "private"),
    "shown": (f"{OWNER}/shown", OWNER),
    "deleted": (f"{OWNER}/deleted", None),
    "taken": (f"{OWNER}/taken", None),
    "over": (f"{FRIENDS}/over", FRIENDS),
    f"{FRIENDS}/one": (f"{FRIENDS}/one", FRIENDS),
    f"{GUESTS}/one": ("visitors/one", "visitors"),
    f"{SLEEPERS}/one": (f"{SLEEPERS}/one", SLEEPERS, "suspended"),
}  # and of what was uninstalled nothing is left


@pytest.mark.parametrize("heard", [True, False], ids=["heard", "lost"])
def test_whatever_becomes_of_a_place_is_noticed(program: House, heard: bool) -> None:
    world = program.world
    ids = {it.full_name.removeprefix(f"{OWNER}/"): it.id for it in world.repositories.values()}
    world.faults.lose_deliveries = 0.0 if heard else 1.0
    change_everything(world)
    program.settle()
    if not heard:
        program.advance(timedelta(days=1))
        program.sweep("survey")
    now = seen(program, ids)
    assert now.pop("away")[1] is None  # under whichever name it was seen last
    assert now.pop("observatory") == (HOME, OWNER)
    if heard:
        assert now.pop("deleted")[1] == OWNER  # GitHub tells no App; the next survey shows it
    assert now == {name: state for name, state in AFTER.items() if name != "deleted" or not heard}


def test_what_was_changed_back_and_allowed_unheard_goes_on(program: House) -> None:
    """A suspension that ended, permissions that were accepted, a repository that is worked in again."""
    world = program.world
    by_owner = {it.account.login: it.id for it in world.installations.values()}
    pull = world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"])
    program.sweep("survey")  # what is allowed is known from here on
    program.settle()
    assert len(program.said(HOME, pull.number)) == 1
    world.suspend(by_owner[FRIENDS])
    program.settle()
    world.archive(HOME)
    issue_id = world.thread(HOME, pull.number).repository.id
    program.settle()
    world.faults.lose_deliveries = 1.0
    world.unsuspend(by_owner[FRIENDS])
    world.unarchive(HOME)
    world.apps[1001].permissions["members"] = "read"
    world.accept_permissions(by_owner[OWNER])
    program.settle()
    before = len(world.requests)
    program.sweep("survey")
    with program.context.ledger.read() as connection:
        standing = places.standing(connection, by_owner[FRIENDS])
        row = places.repository(connection, issue_id)
    assert standing and standing.suspended_at is None
    assert row and not row.archived
    # New permissions: everything is looked at anew, each repository's file included.
    assert sum("lamplighter.yml" in one.path for one in world.requests[before:]) >= len(NAMES)


def test_an_archived_repository_is_written_to_again_once_it_is_not(program: House) -> None:
    """That it was archived is heard only by GitHub's refusal."""
    world = program.world
    world.faults.lose_deliveries = 1.0
    pull = world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"])
    world.archive(HOME)
    delivery = next(it for it in world.deliveries if it.event == "pull_request")
    world.faults.lose_deliveries = 0.0
    world.wait_delivered()
    world.redeliver(delivery.id)
    program.settle()
    assert program.said(HOME, pull.number) == []
    assert any("archived" in reason for reason in program.parked())
    world.faults.lose_deliveries = 1.0
    world.unarchive(HOME)
    world.wait_delivered()
    world.faults.lose_deliveries = 0.0
    program.sweep("survey")
    program.settle()
    assert len(program.said(HOME, pull.number)) == 1


Lose = Callable[[World], object]
HOMES: list[tuple[str, Lose]] = [
    ("deleted", lambda world: world.delete_repository(HOME)),
    ("transferred to where the App is not", lambda world: world.rename(HOME, f"{STRANGERS}/observatory")),
    ("made private", lambda world: world.privatize(HOME)),
]


@pytest.mark.parametrize(("what", "lose"), HOMES, ids=[what for what, _ in HOMES])
def test_a_program_that_loses_its_home_falls_silent_and_names_nothing_private(
    program: House, what: str, lose: Lose
) -> None:
    """A digest would be due; where the home is private, it stays there."""
    world = program.world
    world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"])
    program.settle()
    world.faults.lose_deliveries = 1.0
    lose(world)
    program.advance(timedelta(days=1))
    program.sweep()
    for _ in range(4):
        program.advance(timedelta(days=2))
        program.settle()
    public = [it for it in world.repositories.values() if not it.private and it.full_name != HOME]
    said = [
        thread for it in public for thread in it.threads.values() if thread.title.startswith("Djangonaut")
    ]
    assert said == []
    with program.context.ledger.read() as connection:
        assert outbox.waiting(connection) == 0
