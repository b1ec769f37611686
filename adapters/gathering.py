"""Gathering: what waits at the same moment is done together, in one thread, in the order in which it came."""

import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

MOST = 500  # at a time

T = TypeVar("T")


class Gathering(Generic[T]):
    """Does for many at once what costs as much for one. Whatever comes in the meantime is the next turn's.

    What comes after a quiet moment is done at once; in a crowd a turn begins `apart` seconds after the last one
    began, so that more gather. The thread begins with the first thing to do; a process that ends in order does
    first what waits. `do` must not raise: nobody would hear of it.
    """

    def __init__(self, name: str, do: Callable[[list[T]], None], apart: float = 0.0) -> None:
        self._do = do
        self._apart = apart
        self._begun = -apart  # when the last turn began
        self._waiting: deque[T] = deque()
        self._hurry = threading.Event()  # somebody waits for the end: nothing more needs to gather
        self._is_called = False  # whether a turn is still to begin: it will find what waits
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)

    def add(self, *more: T) -> None:
        """Lets it be done, soon. Raises RuntimeError if the process is about to end."""
        self._waiting.extend(more)
        if not self._is_called:
            self._is_called = True
            self._thread.submit(self._turn)

    def finish(self) -> None:
        """Waits until all is done that was added before; what gathers for the next turn is done at once."""
        self._hurry.set()
        self._thread.submit(self._turn).result()
        self._hurry.clear()

    def _turn(self) -> None:
        self._hurry.wait(max(0.0, self._begun + self._apart - time.monotonic()))
        self._begun = time.monotonic()
        self._is_called = False  # first: what is added from now on calls for a turn of its own
        while self._waiting:
            self._do([self._waiting.popleft() for _ in range(min(len(self._waiting), MOST))])
