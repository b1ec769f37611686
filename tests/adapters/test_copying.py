"""Copying the ledger: each row comes over as it is, in both directions, or none does."""

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, make_url, null, select, text
from sqlalchemy.exc import DBAPIError

from adapters.ledger import Ledger, leases
from adapters.ledger.copying import Refused, copy
from adapters.ledger.release import newest
from adapters.ledger.schema import (
    inbox,
    installations,
    mentors,
    mentorships,
    metadata,
    people,
    programs,
    secrets,
    wins,
)
from app import create_app
from tests.conftest import DATABASES, Template, database
from tests.test_app import in_an_environment

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=UTC)
WAYS = [("sqlite", "postgresql"), ("postgresql", "sqlite")]
Pair = tuple[str, str]


@pytest.fixture(params=WAYS, ids=" to ".join)
def pair(request: pytest.FixtureRequest, tmp_path: Path, template: Template) -> Iterator[Pair]:
    """Two databases with all tables and no rows, one of each kind."""
    here, there = request.param
    for name in ("source", "target"):
        (tmp_path / name).mkdir()
    source, target = (
        database(kind, tmp_path / name, template) for kind, name in ((here, "source"), (there, "target"))
    )
    with source as source_url, target as target_url:
        yield source_url, target_url


@contextmanager
def opened(url: str) -> Iterator[Ledger]:
    ledger = Ledger(url)
    try:
        yield ledger
    finally:
        ledger.close()


def fill(url: str) -> None:
    """Rows that are easily spoilt on the way."""
    asked: dict[str, Any] = {"job": "welcome", "received_at": NOW, "due_at": NOW}
    mentorship: dict[str, Any] = {"program_id": 1, "newcomer_id": 7, "since": NOW, "changed_at": NOW}
    many = [{"id": number, "login": f"person-{number}"} for number in range(5_000_000_000, 5_000_002_500)]
    with opened(url) as ledger, ledger.write() as connection:
        connection.execute(
            inbox.insert(), [{**asked, "id": 41, "delivery": "a", "fields": {"n": [1.0, None, "ü"]}}]
        )
        connection.execute(inbox.insert(), [{**asked, "id": 9, "delivery": "b", "fields": {}, "note": "why"}])
        connection.execute(people.insert(), many)
        connection.execute(
            programs.insert(), [{"id": 1, "name": "Łódź – عربي 🏮 'quoted' \\n", "since": NOW}]
        )
        connection.execute(mentors.insert(), [{"program_id": 1, "person_id": 7, "changed_at": None}])
        for number, reasons in ((1, null()), (2, None)):
            row = {**mentorship, "repository_id": 42, "number": number, "reasons": reasons, "tried": [number]}
            connection.execute(mentorships.insert(), row)
        connection.execute(
            secrets.insert(), [{"name": name, "value": "x"} for name in ("b", "A", "ä", "Z", "_")]
        )


def contents(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables, JSON as its text, so that NULL and null are two things."""
    found = {}
    with opened(url) as ledger, ledger.read() as connection:
        for table in metadata.sorted_tables:
            columns = [
                text(f"CAST({column.name} AS TEXT) AS {column.name}")
                if str(column.type) == "JSON"
                else column
                for column in table.columns
            ]
            found[table.name] = sorted(
                map(tuple, connection.execute(select(*columns).select_from(table))), key=repr
            )
    return found


def is_empty(url: str) -> bool:
    return not any(contents(url).values())


def test_every_row_comes_over_as_it_is_and_back_again(pair: Pair, tmp_path: Path, template: Template) -> None:
    source, target = pair
    fill(source)
    before = contents(source)
    copied = copy(source, target, NOW)
    assert contents(target) == before == contents(source)
    assert {row.table: row.rows for row in copied} == {name: len(rows) for name, rows in before.items()}
    assert [
        row[metadata.tables["mentorships"].columns.keys().index("reasons")] for row in before["mentorships"]
    ] in (
        [None, "null"],
        ["null", None],
    )
    (tmp_path / "back").mkdir()
    with database(make_url(source).get_backend_name(), tmp_path / "back", template) as back:
        copy(target, back, NOW)
        assert contents(back) == before


def test_new_rows_get_numbers_after_those_that_came(pair: Pair) -> None:
    source, target = pair
    fill(source)
    copy(source, target, NOW)
    row = {"delivery": "c", "job": "welcome", "fields": {}, "received_at": NOW, "due_at": NOW}
    win = {"program_id": 1, "person_id": 7, "repository_id": 42, "number": 1, "text": "First", "said_at": NOW}
    with opened(target) as ledger, ledger.write() as connection:
        assert connection.execute(inbox.insert().returning(inbox.c.id), row).scalar() == 42
        assert connection.execute(wins.insert().returning(wins.c.id), win).scalar() == 1


def test_an_empty_ledger_can_be_copied(pair: Pair) -> None:
    assert all(table.rows == 0 for table in copy(*pair, NOW))


# --- refused --------------------------------------------------------------------------------------


def test_a_target_with_rows_stays_as_it_is(pair: Pair) -> None:
    source, target = pair
    fill(source)
    with opened(target) as ledger, ledger.write() as connection:
        connection.execute(installations.insert(), {"id": 5, "since": NOW})
    before = contents(target)
    with pytest.raises(Refused, match="The target is not empty: installations has rows"):
        copy(source, target, NOW)
    assert contents(target) == before


@pytest.mark.parametrize("which", [0, 1])
def test_databases_of_different_versions_are_refused(pair: Pair, which: int) -> None:
    with opened(pair[which]) as ledger, ledger.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    revisions = ["0001", newest()] if which == 0 else [newest(), "0001"]
    with pytest.raises(Refused, match="source is at revision {} and the target at {},".format(*revisions)):
        copy(*pair, NOW)


@pytest.mark.parametrize("kind", DATABASES)
def test_a_target_without_tables_is_refused(kind: str, tmp_path: Path, template: Template) -> None:
    (tmp_path / "new").mkdir()
    with database("sqlite", tmp_path, template) as source, database(kind, tmp_path / "new") as target:
        if kind == "sqlite":
            Path(make_url(target).database or "").touch()
        with pytest.raises(Refused, match=f"source is at revision {newest()} and the target at none"):
            copy(source, target, NOW)


def test_a_source_that_is_not_there_is_not_made(pair: Pair, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="The source is not there"):
        copy(f"sqlite:///{tmp_path / 'typo.db'}", pair[1], NOW)
    assert not (tmp_path / "typo.db").exists()


def test_the_same_database_twice_is_refused(pair: Pair) -> None:
    with pytest.raises(Refused, match="the same database"):
        copy(pair[0], pair[0], NOW)


def test_a_source_that_somebody_has_open_is_refused_though_they_only_wait(pair: Pair) -> None:
    fill(pair[0])
    with opened(pair[0]) as ledger:
        with ledger.read() as connection:
            connection.execute(select(people.c.id).limit(1)).all()
        with pytest.raises(Refused, match="The source is in use: stop web, worker and clock"):
            copy(*pair, NOW)
    assert is_empty(pair[1])
    copy(*pair, NOW)


def test_a_target_that_somebody_works_in_is_refused(pair: Pair) -> None:
    with opened(pair[1]) as ledger, ledger.write() as connection:
        connection.execute(select(people.c.id)).all()
        with pytest.raises(Refused, match="The target is in use"):
            copy(*pair, NOW)


def test_nobody_can_write_to_the_source_meanwhile(pair: Pair) -> None:
    """Somebody who comes just after it was seen that nobody is there."""
    fill(pair[0])
    refused = []

    def somebody_comes(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if refused or not statement.startswith("INSERT INTO people"):
            return
        refused.append(True)
        with pytest.raises(DBAPIError, match=r"locked|lock timeout"), opened(pair[0]) as late:
            _hurried(late)

    event.listen(Engine, "before_cursor_execute", somebody_comes)
    try:
        copy(*pair, NOW)
    finally:
        event.remove(Engine, "before_cursor_execute", somebody_comes)
    assert refused and contents(pair[0]) == contents(pair[1])


def _hurried(late: Ledger) -> None:
    with late.write() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL lock_timeout = '100ms'"))
        connection.execute(text("INSERT INTO people (id, login) VALUES (1, 'octocat')"))


def test_a_worker_that_was_at_work_just_now_is_noticed(pair: Pair) -> None:
    with opened(pair[0]) as ledger, ledger.write() as connection:
        leases.take(connection, "outbox 5", "a worker", NOW)
    with pytest.raises(Refused, match="less than a minute ago"):
        copy(*pair, NOW)
    copy(*pair, NOW + timedelta(minutes=1))


def test_a_row_that_is_being_worked_on_is_noticed(pair: Pair) -> None:
    row = {"delivery": "c", "job": "welcome", "fields": {}, "received_at": NOW, "due_at": NOW}
    with opened(pair[0]) as ledger, ledger.write() as connection:
        connection.execute(inbox.insert(), row | {"claimed_until": NOW + timedelta(seconds=60)})
    with pytest.raises(Refused, match="less than a minute ago"):
        copy(*pair, NOW)


# --- nothing half-way -----------------------------------------------------------------------------

SPOIL = {
    "sqlite": [
        "CREATE TRIGGER spoil AFTER INSERT ON people BEGIN UPDATE people SET login = 'x' WHERE id % 1000 = 7; END"
    ],
    "postgresql": [
        "CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN IF MOD(NEW.id, 1000) = 7 THEN NEW.login = 'x'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER spoil BEFORE INSERT ON people FOR EACH ROW EXECUTE FUNCTION spoil()",
    ],
}


def test_a_row_that_differs_is_found_and_nothing_is_kept(pair: Pair) -> None:
    fill(pair[0])
    with opened(pair[1]) as ledger, ledger.write() as connection:
        for statement in SPOIL[make_url(pair[1]).get_backend_name()]:
            connection.exec_driver_sql(statement)
    with pytest.raises(Refused, match="Row 8 of people is not in the target as it is in the source"):
        copy(*pair, NOW)
    assert is_empty(pair[1])


@pytest.mark.parametrize(
    ("name", "why"), [("x" * 300, "value too long"), ("a\0b", "NUL")], ids=["too long", "a zero"]
)
def test_what_sqlite_takes_and_postgresql_does_not_is_told(
    name: str, why: str, tmp_path: Path, template: Template
) -> None:
    with (
        database("sqlite", tmp_path, template) as source,
        database("postgresql", tmp_path, template) as target,
    ):
        with opened(source) as ledger, ledger.write() as connection:
            connection.execute(programs.insert(), {"id": 1, "name": name, "since": NOW})
        with pytest.raises(Refused, match=f"A row of programs does not fit into the target: .*{why}"):
            copy(source, target, NOW)
        assert is_empty(target)


# Ends itself as kill -9 would, before the second batch of people is written.
KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from sqlalchemy import Engine, event
from adapters.ledger.copying import copy

seen = []

@event.listens_for(Engine, "before_cursor_execute")
def kill(connection, cursor, statement, *_):
    seen.extend([1] if statement.startswith("INSERT INTO people") else [])
    if len(seen) == 2:
        os.kill(os.getpid(), signal.SIGKILL)

copy(sys.argv[1], sys.argv[2], datetime.now(UTC))
"""


def test_killed_half_way_the_target_is_as_it_was(pair: Pair) -> None:
    fill(pair[0])
    killed = subprocess.run([sys.executable, "-c", KILLED, *pair], cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert is_empty(pair[1])
    copy(*pair, NOW)
    assert contents(pair[1]) == contents(pair[0])


# --- the command ----------------------------------------------------------------------------------


def run(data_dir: Path, *words: str, **variables: str) -> Any:
    return (
        create_app(in_an_environment(data_dir, **variables)).test_cli_runner().invoke(args=["copy", *words])
    )


def test_the_command_says_what_came_over(pair: Pair, tmp_path: Path) -> None:
    fill(pair[0])
    plain = [url.replace("+psycopg", "") for url in pair]
    done = run(tmp_path, "--from", plain[0], "--to", plain[1])
    assert done.exit_code == 0, done.output
    assert "people               2500  the same on both sides\n" in done.output
    assert "2511 rows copied and compared.\nNow set DATABASE_URL to the target" in done.output
    again = run(tmp_path, "--from", plain[0], DATABASE_URL=pair[1])
    assert again.exit_code == 1
    assert "The target is not empty" in again.output and "Nothing was copied." in again.output


def test_an_address_that_cannot_be_read_is_told_by_its_option(tmp_path: Path) -> None:
    done = run(tmp_path, "--from", "mysql://a/b", "--to", "sqlite:///x.db")
    assert done.output == "Error: --from must start with sqlite:// or postgresql://.\n"


def test_while_everything_runs_there_the_command_refuses(pair: Pair, tmp_path: Path) -> None:
    """As `python app.py` marks it, also before it has opened the database."""
    mark = os.open(tmp_path / "running", os.O_RDWR | os.O_CREAT, 0o600)
    os.write(mark, b"4711\n")
    fcntl.flock(mark, fcntl.LOCK_EX)
    try:
        done = run(tmp_path, "--from", pair[0], "--to", pair[1])
    finally:
        os.close(mark)
    assert done.exit_code == 1 and "(process 4711); stop it first." in done.output
