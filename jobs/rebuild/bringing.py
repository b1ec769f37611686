"""Brings over what the real ledger lacks of the scratch one: some at a time, and nothing that is newer there."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Row

from adapters.context import Context
from adapters.ledger import backfills, forgetting, inbox, people, places, programs, rebuilding
from adapters.ledger.inbox import Asked
from adapters.ledger.rebuilding import BASICS, DECIDED, Beginning, Difference, Newer
from jobs.program import Loaded
from jobs.rebuild.history import Heard, History
from jobs.rebuild.words import words
from mentoring.facts import RepositoryFacts

AT_ONCE = 50  # rows in one transaction: a webhook that comes meanwhile waits for as long as that takes

One = TypeVar("One")


def see(connection: Connection, found: History) -> None:
    """As the webhook of the installation would have told, but that the App is there since then."""
    place: RepositoryFacts = found.place
    places.see_installation(connection, found.installation_id, found.since, found.account)
    values = {"full_name": place.full_name, "private": place.private, "archived": place.archived}
    values |= {"default_branch": place.default_branch, "installation_id": found.installation_id}
    places.see_repository(connection, found.since, id=place.id, **values)


def left(count: int) -> str:
    """Says that something was not compared."""
    what = "1 difference was" if count == 1 else f"{count} differences were"
    return f"{what} left: decided while GitHub was read, or under way. Run the command again to compare anew."


def bring_over(
    context: Context, apart: Context, found: History, loaded: Loaded, begun: Beginning, *, dry_run: bool
) -> tuple[tuple[str, ...], int]:
    """A line for each difference, which is put right unless it is a dry run; and how many were left.

    Where it is stopped in between, the next try finds fewer differences and goes on.
    """
    bringing = _Bringing(context, found, loaded.home.id, begun, dry_run=dry_run)
    if not dry_run:
        with context.ledger.write() as real:
            see(real, found)
    with apart.ledger.read() as scratched, context.ledger.read() as real:
        lines = tuple(bringing.everything(scratched, real))
    if not dry_run:
        _ask_for_what_waited(context, found, loaded)
    return lines, bringing.left


def _ask_for_what_waited(context: Context, found: History, loaded: Loaded) -> None:
    """Work that was under way is lost with the inbox; what goes on for days looks for itself what is left."""
    now, name = context.now(), f"rebuild:{found.place.id}:{context.now().isoformat()}"
    rehome = Asked(f"{name}:rehome", "rehome", fields={"program_id": loaded.home.id})
    with context.ledger.write() as real:
        inbox.put_new(real, [rehome], now, rung=False)
        backfills.ask(real, found.installation_id, found.place.id, f"{name}:backfill", now)


class _Bringing:
    """What is looked for without holding anybody up is looked at once more in the transaction that changes it."""

    def __init__(
        self, context: Context, found: History, home_id: int, begun: Beginning, *, dry_run: bool
    ) -> None:
        self._left: list[Difference] = []
        self._context = context
        self._found = found
        self._home_id = home_id
        self._begun = begun
        self._dry_run = dry_run
        self._names: dict[int, str] = {}

    @property
    def left(self) -> int:
        """How many of those that are told of were left."""
        return sum(one.compared in DECIDED for one in self._left)

    def everything(self, scratched: Connection, real: Connection) -> Iterator[str]:
        """A line for each difference. `real`: for looking, outside of any transaction."""
        self._names = people.all_names(scratched)
        yield from self._some_at_a_time(self._found.forgotten, self._forget)
        if not self._dry_run:
            basics = (one for one in rebuilding.differences(scratched, real, BASICS) if one.known is None)
            yield from self._some_at_a_time(basics, self._add)
        effects = (one for one in rebuilding.effects(scratched) if not rebuilding.knows(real, one.key))
        yield from self._some_at_a_time(effects, self._adopt)
        decided = rebuilding.differences(scratched, real, DECIDED)
        yield from self._some_at_a_time(decided, self._put_right)

    def _some_at_a_time(
        self, all_of_them: Iterable[One], put: Callable[[Connection, Sequence[One]], Iterator[str]]
    ) -> Iterator[str]:
        """Takes a few, then does something with them in a transaction of their own."""
        rest = iter(all_of_them)
        while some := list(islice(rest, AT_ONCE)):
            with self._transaction() as real:
                lines = list(put(real, some))
            yield from lines

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        if self._dry_run:
            with self._context.ledger.read() as real:
                yield real
            return
        with self._context.ledger.write() as real:
            programs.lock(real, self._home_id)
            yield real

    def _forget(self, real: Connection, some: Sequence[Heard]) -> Iterator[str]:
        """Who asked to be forgotten is not to come back."""
        for one in some:
            if not forgetting.is_forgotten(real, one.person_id):
                if not self._dry_run:
                    forgetting.forget(real, one.person_id, [one.login], one.at)
                yield f"{self._found.place.full_name}#{one.number}: somebody asked to be forgotten"

    def _adopt(self, real: Connection, some: Sequence[Row[Any]]) -> Iterator[str]:
        """What GitHub shows as said is not said again."""
        if not self._dry_run:
            rebuilding.lock(real, some)
        for one in some:
            if not rebuilding.knows(real, one.key) and not rebuilding.is_to_forgotten(real, one.key):
                if not self._dry_run:
                    rebuilding.adopt(real, one)
                yield f"{self._found.place.full_name}: it is not known that this was said: {one.key}"

    def _add(self, real: Connection, some: Sequence[Difference]) -> Iterator[str]:
        """What follows from the file, or from what GitHub calls things, goes without saying."""
        for one in self._still_so(real, some):
            rebuilding.bring_over(real, one)
        yield from ()

    def _put_right(self, real: Connection, some: Sequence[Difference]) -> Iterator[str]:
        for one in self._still_so(real, some):
            if not self._dry_run:
                rebuilding.bring_over(real, one)
            yield words(self._found.place.full_name, one, self._names)

    def _still_so(self, real: Connection, some: Sequence[Difference]) -> Iterator[Difference]:
        """Those in which nothing is newer than what was read, each as it is by now."""
        newer = Newer(real, [one.wanted for one in some], self._begun)
        for before in some:
            one = rebuilding.look_again(real, before)
            if one is not None and newer.concerns(one):
                self._left.append(one)
            elif one is not None:
                yield one
