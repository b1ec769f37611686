"""Peers: newcomers of the same weeks are introduced to each other, once, and nobody who is not to be named is."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from adapters.ledger import peers as ledger
from adapters.ledger import programs, schema
from adapters.ledger.schema import peers
from jobs import clock
from tests.journeys.house import House
from tests.journeys.programs import FILE, HOME, OWNER, configuration, settled_in

ON_BOTH = True
DAY = timedelta(days=1)
WEEK = timedelta(days=7)
LENS, SECRET = f"{OWNER}/lens", f"{OWNER}/secret"
MEMBERS = """\
      - {login: octocat, mentoring: agreed, capacity: 9}
      - {login: hubot, areas: [database], mentoring: agreed, capacity: 9}
"""
ON = "starter_issues: 0\npeers: true"


@pytest.fixture
def program(house: House) -> House:
    """A program that wants it. Its digest, and an hour after it this, come in four days."""
    settled_in(house.world, configuration(house.world, members=MEMBERS, extra=ON))
    for login in ("mona", "defunkt", "third"):
        house.world.user(login)
    house.settle()
    return house


def comes(house: House, *logins: str, repo: str = HOME, file: str = "lens.py") -> list[int]:
    """First pull requests, named after their authors."""
    numbers = [
        house.world.open_pull_request(
            repo, login, f"Polish by {login.replace('-', ' ')}", files=[file]
        ).number
        for login in logins
    ]
    house.settle()
    return numbers


def passes(house: House, days: int = 5) -> None:
    for _ in range(days):
        house.advance(DAY)
        house.settle()


def due(house: House) -> datetime:
    """When newcomers are introduced next: whatever weekday it is on which the journey begins."""
    with house.context.ledger.read() as connection:
        row = programs.get(connection, house.world.find_repository(HOME).id)
    assert row is not None and row.peers_due_at is not None
    moment: datetime = row.peers_due_at
    return moment


def told(house: House, number: int, repo: str = HOME) -> list[str]:
    return [one for one in house.said(repo, number) if "<!-- lamplighter:peers " in one]


def test_two_of_the_same_week_are_introduced_once(program: House) -> None:
    world = program.world
    world.faults.duplicate_deliveries = 1.0
    world.faults.lose_replies = 0.3
    one, two = comes(program, "newcomer", "newcomer-two")
    assert "`/mentor peers off`" in program.said(HOME, one)[0]
    passes(program)
    (first,), (second,) = told(program, one), told(program, two)
    assert first.startswith("@newcomer, you are not the only one who is new here: somebody else")
    assert "- **newcomer-two**: [Polish by newcomer two](http" in first and f"/issues/{two})" in first
    assert "@newcomer-two" not in first
    assert "**newcomer**" in second and second.startswith("@newcomer-two")
    for one_delivery in list(world.deliveries):
        world.redeliver(one_delivery.id)
    passes(program, 14)
    assert (told(program, one), told(program, two)) == ([first], [second])


def test_two_clocks_at_once_and_a_job_that_runs_again_change_nothing(program: House) -> None:
    numbers = comes(program, "newcomer", "newcomer-two")
    program.advance(5 * DAY)
    clock.tick(program.context)
    clock.tick(program.context)
    program.settle()
    with program.context.ledger.write() as connection:
        ledger.schedule(connection, program.world.find_repository(HOME).id, program.context.now())
    program.settle()
    assert [len(told(program, one)) for one in numbers] == [1, 1]


def test_without_the_key_nobody_is_introduced(house: House) -> None:
    settled_in(house.world, configuration(house.world, members=MEMBERS, extra="starter_issues: 0"))
    house.settle()
    numbers = comes(house, "newcomer", "newcomer-two")
    passes(house, 9)
    assert [told(house, one) for one in numbers] == [[], []]
    assert "peers" not in house.said(HOME, numbers[0])[0]


def test_who_is_alone_is_joined_by_those_of_the_next_week_and_no_later(program: House) -> None:
    (early,) = comes(program, "newcomer")
    passes(program)
    assert told(program, early) == []
    (late,) = comes(program, "newcomer-two")
    passes(program, 7)
    assert (len(told(program, early)), len(told(program, late))) == (1, 1)
    (alone,) = comes(program, "mona")
    passes(program, 21)
    (other,) = comes(program, "defunkt")
    passes(program, 7)
    assert (told(program, alone), told(program, other)) == ([], [])


def test_who_came_less_than_a_day_ago_has_time_to_stay_out_of_it(program: House) -> None:
    (one,) = comes(program, "newcomer")
    program.advance(due(program) - program.context.now() - timedelta(hours=12))
    (two,) = comes(program, "newcomer-two")
    program.advance(timedelta(hours=13))
    program.settle()
    assert (told(program, one), told(program, two)) == ([], [])
    passes(program, 7)
    assert (len(told(program, one)), len(told(program, two))) == (1, 1)


def test_who_works_on_the_same_comes_first_and_nobody_is_told_of_more_than_three(program: House) -> None:
    logins = ["newcomer", "newcomer-two", "mona", "defunkt", "third"]
    files = ["sky/db/a.py", "lens.py", "lens.py", "lens.py", "sky/db/b.py"]
    numbers = [comes(program, login, file=file)[0] for login, file in zip(logins, files, strict=True)]
    passes(program)
    said = {login: told(program, number) for login, number in zip(logins, numbers, strict=True)}
    assert all(len(one) == 1 for one in said.values())
    assert (
        "**third**" in said["newcomer"][0]
        and "in the database part of the code, like yours" in said["newcomer"][0]
    )
    assert {login: text[0].count("\n- **") for login, text in said.items()} == {
        "newcomer": 2, "third": 2, "newcomer-two": 2, "mona": 1, "defunkt": 1,
    }  # fmt: skip


def test_who_is_gone_or_does_not_want_it_is_never_named(program: House) -> None:
    world = program.world
    closed, locked, off, forgotten, bystander = comes(
        program, "newcomer", "newcomer-two", "mona", "defunkt", "third"
    )
    world.close(HOME, closed, "newcomer")
    world.lock_thread(HOME, locked, "monalisa")
    world.comment(HOME, off, "mona", "/mentor peers off")
    world.comment(HOME, forgotten, "defunkt", "/mentor forget me")
    program.settle()
    passes(program)
    assert [told(program, one) for one in (closed, locked, off, forgotten, bystander)] == [[]] * 5


@pytest.mark.parametrize("command", ["/mentor forget me", "/mentor peers off"])
def test_who_leaves_later_is_named_no_more(program: House, command: str) -> None:
    numbers = comes(program, "newcomer", "newcomer-two")
    passes(program)
    program.world.comment(HOME, numbers[1], "newcomer-two", command)
    program.settle()
    assert [told(program, one) for one in numbers] == [[], []]
    passes(program, 14)
    assert [told(program, one) for one in numbers] == [[], []]
    with program.context.ledger.read() as connection:
        kept = (
            connection.execute(select(peers.c.person_id).where(peers.c.off_at.is_not(None))).scalars().all()
        )
    assert len(kept) == ("peers" in command)


def test_who_was_off_and_is_on_again_is_introduced(program: House) -> None:
    numbers = comes(program, "newcomer", "newcomer-two")
    for command in ("/mentor peers off", "/mentor peers on", "/mentor peers maybe"):
        program.world.comment(HOME, numbers[0], "newcomer", command)
        program.settle()
    assert "Write `/mentor peers off` to stay out of it" in program.said(HOME, numbers[0])[-1]
    passes(program)
    assert [len(told(program, one)) for one in numbers] == [1, 1]


def test_private_threads_are_told_of_only_to_those_who_read_them(house: House) -> None:
    world = house.world
    settled_in(world, configuration(world, members=MEMBERS, extra=ON))
    for login in ("mona", "defunkt"):
        world.user(login)
    for name, private in ((LENS, False), (SECRET, True)):
        settled_in(world, f"_extends: {HOME}\n", repo=name, private=private, install=False)
        world.add_repositories(next(iter(world.installations)), [name])
    world.organization(OWNER, private_members=["newcomer", "newcomer-two"])
    house.settle()
    inside = comes(house, "newcomer", "newcomer-two", repo=SECRET)
    here, there = comes(house, "mona")[0], comes(house, "defunkt", repo=LENS)[0]
    passes(house)
    assert ["newcomer" in text for number in inside for text in told(house, number, SECRET)] == [True, True]
    (said,), (also,) = told(house, here), told(house, there, LENS)
    assert "**defunkt**" in said and "lens/issues/" in said and "**mona**" in also
    assert "newcomer" not in said + also and "secret" not in said + also


@pytest.mark.parametrize("text", [None, f"_extends: {HOME}\npeers: false\n", "program: Other\npeers: true\n"])
def test_a_repository_that_does_not_want_it_any_more_is_left_out(program: House, text: str | None) -> None:
    world = program.world
    settled_in(world, f"_extends: {HOME}\n", repo=LENS, install=False)
    world.add_repositories(next(iter(world.installations)), [LENS])
    program.settle()
    here, there = comes(program, "newcomer")[0], comes(program, "newcomer-two", repo=LENS)[0]
    world.push(LENS, "monalisa", {FILE: text})
    passes(program)
    assert (told(program, here), told(program, there, LENS)) == ([], [])


def test_after_the_loss_of_the_database_nobody_is_told_again(program: House) -> None:
    numbers = comes(program, "newcomer", "newcomer-two")
    passes(program)
    with program.context.ledger.write() as connection:
        connection.execute(peers.delete())
        connection.execute(schema.outbox.delete())
    passes(program, 7)
    assert [len(told(program, one)) for one in numbers] == [1, 1]


def test_the_digest_counts_them(program: House) -> None:
    comes(program, "newcomer", "newcomer-two")
    passes(program, 12)
    digests = [one.body for one in program.world.issues(HOME) if "<!-- lamplighter:digest " in one.body]
    assert ["2 newcomers were introduced to others" in one for one in digests] == [False, True]
