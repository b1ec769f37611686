"""What a process keeps of a program's people: with what changed since it is what the ledger has now."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, func, text, update

from adapters.ledger import Ledger, availability, erasing, forgetting, mentorships, people, programs
from adapters.ledger import schema as tables
from jobs import standing
from jobs.standing import Roster, Standing
from mentoring.matching import Candidate
from tests.mentoring.make import cohort, member

PROGRAM, HERE, MENTORS = 1, 42, 12
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def roster(version: str = "v1") -> Roster:
    words = ("agreed", "agreed", "ask", "declined")
    entries = {
        n: (cohort(), member(f"mentor-{n}", mentoring=words[n % 4], capacity=n % 3 + 1))
        for n in range(1, MENTORS + 1)
    }
    ids = {entry[1].login: n for n, entry in entries.items()}
    return Roster(PROGRAM, version, ids, {n: f"Mentor-{n}" for n in entries}, entries)


@dataclass(frozen=True)
class House:
    """As much of a context as is needed: the ledger, and the time of day."""

    ledger: Ledger
    time: datetime = NOW

    def now(self) -> datetime:
        return self.time


@pytest.fixture
def house(ledger: Ledger) -> House:
    with ledger.write() as connection:
        programs.see(connection, PROGRAM, "Observatory", "v1", NOW)
        for person_id, (_, member) in roster().entries.items():
            people.see(connection, person_id, member.login)
            programs.roster_says(connection, PROGRAM, person_id, member.mentoring, NOW - 9 * DAY)
    return House(ledger)


def keep(house: Any, known: Roster | None = None) -> Standing:
    return standing.keep(house, known or roster())


def as_kept(ledger: Ledger, kept: Standing, now: datetime = NOW) -> dict[int, Candidate]:
    with ledger.read() as connection:
        return {one.id: one for one in standing.candidates(connection, kept, now)}


def as_read(ledger: Ledger, now: datetime = NOW) -> dict[int, Candidate]:
    with ledger.read() as connection:
        return dict(standing.read(connection, roster(), now).found)


def long_ago(ledger: Ledger) -> None:
    """Lets everything that is known be known for an hour."""
    with ledger.write() as connection:
        for table in (tables.mentors, tables.mentorships):
            connection.execute(update(table).values(changed_at=func.now()))
            before = "now() - interval '1 hour'" if _is_postgres(connection) else "datetime('now', '-1 hour')"
            connection.execute(text(f"UPDATE {table.name} SET changed_at = {before}"))


def _is_postgres(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"


# --- whatever happens -----------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(2))
def test_with_what_changed_it_is_what_the_ledger_has(house: House, seed: int) -> None:
    chance, kept = random.Random(seed), None
    moments = iter(NOW + n * timedelta(minutes=1) for n in range(1000))
    for _ in range(4):
        long_ago(house.ledger)
        kept = keep(replace(house, time=next(moments)), roster(f"{chance.random()}"))
        for _ in range(8):
            now = next(moments)
            with house.ledger.write() as connection:
                _something(connection, chance, now)
            assert as_kept(house.ledger, kept, now) == as_read(house.ledger, now)


def _something(connection: Connection, chance: random.Random, now: datetime) -> None:
    one, other, number = chance.randint(1, MENTORS), chance.randint(1, MENTORS), chance.randint(1, 8)
    values = {"repository_id": HERE, "number": number, "program_id": PROGRAM, "newcomer_id": 100 + number}
    row = mentorships.get(connection, HERE, number)
    if row is None or row.closed_at is not None:
        mentorships.begin_anew(connection, values | {"mentor_id": one, "tried": [one], "since": now})
    elif chance.random() < 0.5:
        _of_a_thread(connection, chance, row, other, now)
    else:
        _of_a_person(connection, chance, one, now)


def _of_a_thread(connection: Connection, chance: random.Random, row: Any, other: int, now: datetime) -> None:
    tried = {"tried": [*(row.tried or ()), other]}
    changes: list[dict[str, Any]] = [
        {"second_id": other, "handed_over_at": now} | tried,
        {"mentor_id": other, "second_id": None} | tried,
        {"mentor_id": None, "second_id": None},
        {"closed_at": now},
    ]
    mentorships.change(connection, HERE, row.number, **chance.choice(changes))
    if chance.random() < 0.2:
        mentorships.reopen(connection, HERE, row.number, now)


def _of_a_person(connection: Connection, chance: random.Random, one: int, now: datetime) -> None:
    until = now + chance.randint(1, 9) * HOUR
    happens: list[Callable[[], Any]] = [
        lambda: availability.away(connection, PROGRAM, one, now, until, None, (HERE, 1)),
        lambda: availability.back(connection, PROGRAM, one, now),
        lambda: availability.person_has_room(connection, PROGRAM, one, chance.randrange(4), now),
        lambda: programs.person_says(connection, PROGRAM, one, "yes", "by command", now),
        lambda: programs.person_says(connection, PROGRAM, one, "no", "by command", now),
        lambda: programs.roster_says(connection, PROGRAM, one, "agreed", now),
    ]
    chance.choice(happens)()


# --- one at a time --------------------------------------------------------------------------------


def test_what_is_kept_is_not_read_again(house: House) -> None:
    assert keep(house) is keep(house)


def test_it_is_read_again_after_an_hour_and_for_other_people(house: House) -> None:
    kept = keep(house)
    assert keep(house, roster("v2")) is not kept
    kept = keep(house)
    assert keep(replace(house, time=NOW + HOUR)) is not kept


def test_only_some_programs_are_kept(house: House) -> None:
    first = keep(house)
    for program_id in range(2, standing.KEPT + 2):
        keep(house, replace(roster(), program_id=program_id))
    assert keep(house) is not first


def test_somebody_who_was_away_is_back_without_a_word(house: House) -> None:
    with house.ledger.write() as connection:
        availability.away(connection, PROGRAM, 1, NOW, NOW + HOUR, None, (HERE, 1))
    long_ago(house.ledger)
    kept = keep(house)
    assert as_kept(house.ledger, kept)[1].away
    assert not as_kept(house.ledger, kept, NOW + HOUR)[1].away


def test_what_is_taken_back_is_not_kept(house: House) -> None:
    long_ago(house.ledger)
    kept = keep(house)
    with house.ledger.engine.connect() as connection:
        _begin(connection)
        assert _load(standing.candidates(connection, kept, NOW)) == 1
        connection.rollback()
    assert as_kept(house.ledger, keep(house))[1].open_mentorships == 0


def test_what_was_not_committed_yet_is_seen_once_it_is(house: House) -> None:
    """A transaction under way when the people were read."""
    long_ago(house.ledger)
    with house.ledger.engine.connect() as connection:
        _begin(connection)
        kept = keep(house)
        connection.commit()
    assert kept.found[1].open_mentorships == 0
    assert as_kept(house.ledger, kept)[1].open_mentorships == 1


def test_whoever_asked_to_be_forgotten_is_not_there(house: House) -> None:
    long_ago(house.ledger)
    kept = keep(house)
    with house.ledger.write() as connection:
        forgetting.forget(connection, 1, ["mentor-1"], NOW)
        erasing.erase(connection, 1, ["mentor-1"])
    assert 1 in kept.found
    assert 1 not in as_kept(house.ledger, kept)


def test_a_newcomer_who_is_forgotten_takes_no_place(house: House) -> None:
    with house.ledger.write() as connection:
        _begin(connection)
    long_ago(house.ledger)
    kept = keep(house)
    assert kept.found[1].open_mentorships == 1
    with house.ledger.write() as connection:
        forgetting.forget(connection, 100, ["newcomer"], NOW)
        erasing.erase(connection, 100, ["newcomer"])
    assert as_kept(house.ledger, kept)[1].open_mentorships == 0


def _begin(connection: Connection) -> None:
    values = {"repository_id": HERE, "number": 9, "program_id": PROGRAM, "newcomer_id": 100}
    mentorships.begin(connection, values | {"mentor_id": 1, "tried": [1], "since": NOW})


def _load(found: list[Candidate]) -> int:
    return next(one.open_mentorships for one in found if one.id == 1)
