"""Rebuild: a lost database comes back from what GitHub shows, and nothing is said twice."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from click.testing import Result
from sqlalchemy import Connection, event

from adapters.ledger import Ledger, forgetting, mentorships
from adapters.ledger.inbox import Asked
from adapters.reading import Answer, Memory
from app import create_app
from jobs.play import play
from jobs.rebuild import Outcome, rebuild
from jobs.rebuild.bringing import AT_ONCE, left
from sandbox.world import Thread
from tests.journeys.house import BOT, House
from tests.journeys.losses import decided, everything, lose, restore, saved
from tests.journeys.programs import FILE, HOME, configuration, settled_in

AGREED = """\
      - {login: octocat, mentoring: agreed, capacity: 6, about: "Ask me anything."}
      - {login: hubot, mentoring: agreed, areas: [database], languages: [it], capacity: 6}
      - {login: graduate-three}
"""
DAY = timedelta(days=1)


def run(house: House, *words: str) -> Result:
    """An operator's command, as they type it."""
    return create_app(house.context).test_cli_runner().invoke(args=words)


@pytest.fixture
def program(house: House) -> House:
    """Two mentors who agreed, one graduate who was asked; the digest is for other journeys."""
    settled_in(house.world, configuration(house.world, members=AGREED, extra="digest: off"))
    house.settle()
    return house


def busy(house: House) -> None:
    """Something of everything."""
    world = house.world
    answered = world.open_pull_request(HOME, "newcomer", "Polish the lens", files=["lens.py"]).number
    world.open_pull_request(HOME, "newcomer-two", "Index the stars", files=["sky/db/stars.py"])
    taken = world.open_issue(HOME, "monalisa", "Dim the display", labels=["good first issue"]).number
    mine = world.open_issue(HOME, "hubot", "Rename the moons", "By hand.\n\n/mentor starter").number
    asked = world.open_issue(HOME, "regular", "Where do I begin?", "Hello").number
    house.settle()
    world.review(HOME, answered, _mentor(house, answered), "changes_requested", "A test, please?")
    world.comment(HOME, taken, "nova", "/mentor claim")
    world.comment(HOME, mine, "nils", "/mentor claim")
    world.comment(HOME, asked, "regular", "/mentor me in Italian")
    world.comment(HOME, asked, "graduate-three", "/mentor accept\n\n/mentor win I gave my first talk")
    house.settle()
    house.advance(DAY)
    world.synchronize(HOME, answered, "newcomer", files=["tests/test_lens.py"])
    world.comment(HOME, mine, "nils", "Sorry, exams.\n\n/mentor release")
    world.comment(HOME, asked, "regular", "/mentor next")
    world.comment(HOME, asked, "graduate-three", "/mentor away 2 weeks\n\n/mentor capacity 4")
    house.settle()
    pull = world.open_pull_request(HOME, "nova", "Dim it", f"Fixes #{taken}", files=["dim.py"]).number
    merged = world.open_pull_request(HOME, "nadia", "A typo", files=["README.md"]).number
    house.settle()
    world.merge(HOME, merged, "monalisa")
    world.comment(HOME, pull, "nova", "What do you think?")
    house.settle()


def _mentor(house: House, number: int) -> str:
    (label,) = house.world.thread(HOME, number).labels
    return label.removeprefix("mentor: ")


def test_a_healthy_database_knows_it_all_and_a_lost_one_comes_back(program: House) -> None:
    for login in ("nova", "nils", "nadia"):
        program.world.user(login)
    busy(program)
    before, ledger, writes = decided(program), everything(program), len(program.world.writes())
    found = run(program, "rebuild", HOME, "--dry-run")
    assert (found.exit_code, found.output) == (0, "8 threads read; the database knows it all.\n")
    assert everything(program) == ledger

    lose(program)
    empty = everything(program)
    missing = run(program, "rebuild", HOME, "--dry-run").output
    assert "missing: the mentorship of newcomer with octocat" in missing
    assert "Nothing was changed." in missing
    assert everything(program) == empty
    assert "put right" in run(program, "rebuild", HOME).output
    assert decided(program) == before
    assert run(program, "rebuild", HOME, "--dry-run").output.endswith("the database knows it all.\n")

    program.settle()
    assert len(program.world.writes()) == writes  # neither while reading nor in what follows
    again = program.world.open_pull_request(HOME, "newcomer", "Another one", files=["lens.py"])
    program.settle()
    assert program.said(HOME, again.number) == []
    program.advance(3 * DAY)  # whoever waits is not forgotten
    program.settle()
    said = [body for thread in program.world.issues(HOME) for body in program.said(HOME, thread.number)]
    assert any("has been waiting for you here" in body for body in said)


def test_with_a_mistake_in_the_file_the_last_good_one_counts_if_it_is_known(program: House) -> None:
    program.world.open_pull_request(HOME, "newcomer", "Polish the lens", files=["lens.py"])
    program.settle()
    program.world.push(HOME, "monalisa", {FILE: "organisers: [monalisa]\n"})
    program.settle()
    found = run(program, "rebuild", HOME, "--dry-run")
    assert "line 1, column 1: unknown key `organisers`" in found.output
    assert found.output.endswith("threads read; the database knows it all.\n")
    lose(program)
    for command in ("rebuild", "simulate"):
        lost = run(program, command, HOME)
        assert lost.exit_code == 1
        assert "there is no program" in lost.output
        assert "line 1, column 1: unknown key `organisers`" in lost.output


def decide_without_writing(house: House, pull: Thread) -> None:
    """The welcome is decided, and the machine stops before it is written."""
    created = pull.created_at.isoformat()
    fields = {"pull_request.user.id": pull.user.id, "pull_request.user.login": pull.author}
    where = (next(iter(house.world.installations)), pull.repository.id, pull.number)
    play(house.context, Asked("held", "welcome", *where, fields | {"pull_request.created_at": created}))


def test_a_backup_of_yesterday_is_brought_up_to_date(program: House) -> None:
    """What waited to be written then was written since, and what was decided since is on GitHub."""
    world = program.world
    world.faults.hold_deliveries = True
    first = world.open_pull_request(HOME, "regular", "Fix a typo", files=["README.md"])
    decide_without_writing(program, first)
    backup = saved(program)
    world.faults.hold_deliveries = False
    world.release_deliveries()
    second = world.open_pull_request(HOME, "newcomer", "Polish the lens", files=["lens.py"])
    program.settle()
    world.comment(HOME, second.number, "newcomer", "/mentor next")
    world.review(HOME, first.number, "monalisa", "changes_requested", "A test, please?")
    program.settle()
    before, writes = decided(program), len(world.writes())
    restore(program, backup)
    run(program, "rebuild", HOME)
    assert decided(program) == before
    program.settle()
    assert len(world.writes()) == writes
    assert len(program.said(HOME, first.number)) == 1


def test_what_others_write_in_our_name_does_not_count(program: House) -> None:
    world, evil = program.world, program.world.user("octocat").id
    pull = world.open_pull_request(HOME, "newcomer", "Polish the lens", files=["lens.py"]).number
    other = world.open_pull_request(HOME, "newcomer-two", "Polish it more", files=["lens.py"]).number
    program.settle()
    home = world.find_repository(HOME).id
    record = f'{{"mentorship":{{"newcomer":{evil},"mentor":{evil},"since":1}}}}'
    for number in (pull, other):
        marker = f"<!-- lamplighter:introduction repo {home} · thread {number} · introduction · 9 -->"
        world.comment(HOME, number, "regular", f"Hi\n\n{marker}\n<!-- lamplighter-record {record} -->")
    ours = next(c for c in world.thread(HOME, other).comments if c.author == BOT)
    carried = ours.body.replace(f"thread {other}", f"thread {pull}")
    program.settle()
    before = decided(program)
    lose(program)
    # Somebody who may edit everything spoils one record, and gives it the name of another thread.
    world.edit_comment(HOME, ours.id, "monalisa", carried)
    run(program, "rebuild", HOME)
    rows = decided(program)
    assert rows["mentorships"] == before["mentorships"]  # by the label, where the record is another thread's
    assert rows["greetings"] == before["greetings"]
    world.edit_comment(HOME, ours.id, "monalisa", ours.body.replace(f"thread {pull}", f"thread {other}"))


def test_what_was_deleted_stays_deleted(program: House) -> None:
    world = program.world
    pull = world.open_pull_request(HOME, "newcomer", "Polish the lens", files=["lens.py"]).number
    issue = world.open_issue(HOME, "monalisa", "Dim the display", labels=["good first issue"]).number
    program.settle()
    for number in (pull, issue):
        for comment in [c for c in world.thread(HOME, number).comments if c.author == BOT]:
            world.delete_comment(HOME, comment.id, "monalisa")
    (invitation,) = [c for t in world.issues(HOME) for c in t.comments if "graduate-three" in c.body]
    world.delete_comment(HOME, invitation.id, "monalisa")
    program.settle()
    before = decided(program)
    lose(program)
    run(program, "rebuild", HOME)
    assert decided(program)["mentorships"] == before["mentorships"]
    assert decided(program)["starters"] == before["starters"]
    assert decided(program)["invitations"] == before["invitations"]
    program.settle()
    program.advance(DAY)
    program.settle()
    assert program.said(HOME, pull) == program.said(HOME, issue) == []


def test_who_asked_to_be_forgotten_does_not_come_back(program: House) -> None:
    world = program.world
    pull = world.open_pull_request(HOME, "newcomer", "Polish the lens", files=["lens.py"]).number
    program.settle()
    world.comment(HOME, pull, "newcomer", "/mentor forget me")
    world.comment(HOME, pull, "octocat", "/mentor forget me")
    program.settle()
    bodies = [c.body for t in world.issues(HOME) for c in t.comments if c.author == BOT]
    ids = [world.user(login).id for login in ("newcomer", "octocat")]
    assert not any(str(one) in body for one in ids for body in bodies)
    assert run(program, "rebuild", HOME, "--dry-run").output.endswith("the database knows it all.\n")
    lose(program)
    run(program, "rebuild", HOME)
    with program.context.ledger.read() as connection:
        assert forgetting.among(connection, ids) == set(ids)
        assert mentorships.get(connection, world.find_repository(HOME).id, pull) is None
    later = world.open_pull_request(HOME, "newcomer", "Another one", files=["lens.py"]).number
    program.settle()
    assert program.said(HOME, later) == []


def test_a_limit_stops_it_and_it_goes_on_from_there(program: House) -> None:
    for number in range(3):
        program.world.open_issue(HOME, "regular", f"Issue {number}")
    program.world.open_pull_request(HOME, "newcomer", "Polish the lens", files=["lens.py"])
    program.settle()
    before = decided(program)
    lose(program)
    faults, installation = program.world.faults, next(iter(program.world.installations))
    used, _ = faults.window(installation, program.world.now())
    faults.primary_limit = used + 4
    stopped = run(program, "rebuild", HOME)
    assert stopped.exit_code == 1
    assert "Run the command again at" in stopped.output
    assert "nothing was changed" in stopped.output
    program.advance(timedelta(hours=1, minutes=1))
    faults.primary_limit = 12  # too few to read it all once more
    assert run(program, "rebuild", HOME).exit_code == 0
    assert decided(program) == before
    assert not list(program.context.settings.data_dir.glob("rebuild-*"))


class Interrupted(Memory):
    """Something happens as soon as an answer about a path was read."""

    def __init__(self, path: str, happen: Callable[[], Any]) -> None:
        super().__init__()
        self._path, self._happen = path, happen

    def keep(self, name: str, answer: Answer) -> None:
        super().keep(name, answer)
        if self._path in name:
            self._path = "nothing more"
            self._happen()


def rebuild_while(house: House, path: str, happen: Callable[[], Any]) -> Outcome:
    """Rebuilds a running App, in which something happens while GitHub is read."""
    return rebuild(house.context, HOME, dry_run=False, memory=Interrupted(path, happen))


def mentor_of(house: House, number: int) -> int | None:
    with house.context.ledger.read() as connection:
        row = mentorships.get(connection, house.world.find_repository(HOME).id, number)
    return row and row.mentor_id


def test_what_is_decided_while_it_reads_stands(program: House) -> None:
    world, after = program.world, []
    gone = world.open_pull_request(HOME, "newcomer", "Polish the lens", files=["lens.py"]).number
    other = world.open_pull_request(HOME, "regular", "Polish it more", files=["lens.py"]).number
    program.settle()

    def speak() -> None:
        world.comment(HOME, gone, "newcomer", "/mentor forget me")
        world.comment(HOME, other, "regular", "/mentor next")
        program.settle()
        after.append(decided(program))

    outcome = rebuild_while(program, f"/issues/{other}/timeline", speak)
    assert [decided(program)] == after
    assert str(world.user("newcomer").id) not in everything(program)
    assert (outcome.lines, outcome.problems) == ((), (left(4),))
    assert rebuild(program.context, HOME, dry_run=False).problems == ()
    assert [decided(program)] == after


def test_who_is_forgotten_while_a_lost_database_is_read_does_not_come_back(program: House) -> None:
    world = program.world
    pull = world.open_pull_request(HOME, "newcomer", "Polish the lens", files=["lens.py"]).number
    other = world.open_pull_request(HOME, "regular", "Polish it more", files=["lens.py"]).number
    program.settle()
    lose(program)

    def speak() -> None:
        world.comment(HOME, pull, "newcomer", "/mentor forget me")
        program.settle()

    rebuild_while(program, f"/issues/{pull}/timeline", speak)
    assert str(world.user("newcomer").id) not in everything(program)
    assert mentor_of(program, other)


def test_what_was_decided_before_and_is_written_while_it_reads_stands(program: House) -> None:
    world = program.world
    pull = world.open_pull_request(HOME, "newcomer", "Polish the lens", files=["lens.py"]).number
    program.settle()
    before = mentor_of(program, pull)
    world.comment(HOME, pull, "newcomer", "/mentor next")
    program.decide(next(iter(world.installations)))
    chosen = mentor_of(program, pull)
    assert chosen != before
    rebuild_while(program, f"/issues/{pull}/timeline", program.settle)
    assert mentor_of(program, pull) == chosen


def test_a_command_that_it_reads_before_we_hear_of_it_still_runs(program: House) -> None:
    world = program.world
    pull = world.open_pull_request(HOME, "newcomer", "Polish the lens", files=["lens.py"]).number
    program.settle()
    before = mentor_of(program, pull)

    def speak() -> None:
        world.faults.hold_deliveries = True
        world.comment(HOME, pull, "newcomer", "/mentor next")

    rebuild_while(program, "/issues {", speak)
    world.faults.hold_deliveries = False
    world.release_deliveries()
    program.settle()
    assert mentor_of(program, pull) != before


def test_a_command_that_waits_for_a_worker_still_runs(program: House) -> None:
    world = program.world
    pull = world.open_pull_request(HOME, "newcomer", "Polish the lens", files=["lens.py"]).number
    program.settle()
    before = mentor_of(program, pull)
    world.comment(HOME, pull, "newcomer", "/mentor next")
    world.wait_delivered(10)
    program.advance(timedelta(seconds=2))
    assert run(program, "rebuild", HOME).exit_code == 0
    program.settle()
    assert mentor_of(program, pull) != before


class Transactions:
    """Counts the rows that each transaction of a ledger adds or changes."""

    def __init__(self, ledger: Ledger) -> None:
        self.rows: list[int] = []
        event.listen(ledger.engine, "begin", self._begin)
        event.listen(ledger.engine, "after_cursor_execute", self._count)

    def _begin(self, _connection: Connection) -> None:
        self.rows.append(0)

    def _count(self, _connection: Connection, cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(("INSERT", "UPDATE")):
            self.rows[-1] += max(cursor.rowcount, 0)


def test_others_get_the_lock_while_much_is_put_right(house: House) -> None:
    """Webhooks wait for SQLite's lock as long as a transaction takes."""
    members = AGREED.replace("capacity: 6", "capacity: 30")
    settled_in(house.world, configuration(house.world, members=members, extra="digest: off"))
    for number in range(25):
        house.world.user(f"first-timer-{number}")
        house.world.open_pull_request(HOME, f"first-timer-{number}", "Polish it", files=["lens.py"])
    house.settle()
    before = decided(house)
    lose(house)
    transactions = Transactions(house.context.ledger)
    outcome = rebuild(house.context, HOME, dry_run=False)
    assert len(outcome.lines) > AT_ONCE
    assert sum(transactions.rows) > len(outcome.lines)
    assert max(transactions.rows) <= AT_ONCE
    after = decided(house)
    assert all(after[name] == before[name] for name in ("greetings", "authors", "mentorships"))
    assert rebuild(house.context, HOME, dry_run=True).lines == ()
