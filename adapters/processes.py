"""Keeps the processes of `python app.py` running: starts, restarts and stops them, and leaves no orphans."""

import fcntl
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

GRACE = 15.0  # seconds between a request to stop and the end of patience
FIRST_DELAY, LONGEST_DELAY = 0.5, 10.0  # seconds before a process that ended is started again
SETTLED = 30.0  # after so many seconds alive the next end counts as the first again
TICK = 0.1

log = logging.getLogger(__name__)


class AlreadyRunning(RuntimeError):
    """Somebody else runs these processes; the message is a sentence for the operator."""


def only_one(data_dir: Path) -> None:
    """Claims a data directory until this process ends, however it ends. Raises AlreadyRunning if somebody has it.

    Two would do no harm to what is said and done, but fight for the port for ever.
    """
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(data_dir / "running", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        return  # whoever needs the directory next says what is wrong with it
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(descriptor, 20).decode(errors="replace").strip()
        os.close(descriptor)
        raise AlreadyRunning(
            f"Lamplighter runs already with the data in {data_dir} (process {holder or 'unknown'}); stop it first."
        ) from None
    os.ftruncate(descriptor, 0)  # and never closed: that is the kernel's, at our end
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)


def run_all(
    commands: Mapping[str, Sequence[str]],
    on_line: Callable[[str], None] | None = None,
    *,
    keepers: Iterable[Callable[[], object]] = (),
    later: Callable[[], Mapping[str, Sequence[str]]] = dict,
    grace: float = GRACE,
) -> int:
    """Run the named commands until SIGTERM, SIGINT or SIGHUP, starting again what ends; 0 when all have stopped.

    Children inherit stdout and stderr. `on_line` is told in a sentence what starts and ends (default: the log).
    Each of `keepers` is called about every second, in a thread of its own, for whatever else must be kept alive.
    `later` is asked about every second until it names further commands: then these are run as well, and those that
    run already get SIGHUP, by which they read their environment anew.
    Needs the main thread: only there can Python receive signals.
    """
    say = on_line or log.info
    requests: list[int] = []
    children = _children(commands)
    expected = _Expected(later)
    done = threading.Event()
    previous = _listen(requests)
    keeping = threading.Thread(target=_keep, args=(list(keepers), done), daemon=True)
    keeping.start()
    try:
        while not requests:
            if come := expected.come():
                for child in children:
                    child.renew()
                children += _children(come)
            for child in children:
                child.tend(say)
            time.sleep(TICK)
    finally:
        _stop(children, requests, grace, say)
        done.set()
        keeping.join(timeout=2.0)  # or it might start again what the caller stops next
        for number, handler in previous.items():
            signal.signal(number, handler)
    return 0


def leashed(argv: Sequence[str], death_signal: signal.Signals) -> list[str]:
    """The same command, which gets `death_signal` when the thread that starts it ends, however it ends.

    A detour by a second interpreter (15 ms), because code between fork and exec is unsafe in a process with threads.
    """
    return [sys.executable, "-I", "-S", __file__, str(os.getpid()), str(int(death_signal)), *argv]


@dataclass
class _Child:
    name: str
    argv: list[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_at: float = field(default_factory=time.monotonic)
    delay: float = FIRST_DELAY

    def tend(self, say: Callable[[str], None]) -> None:
        """Start it when it is time, notice its end."""
        if self.process is None:
            if time.monotonic() >= self.start_at:
                self.start(say)
        elif self.process.poll() is not None:
            self.bury(say)

    def start(self, say: Callable[[str], None]) -> None:
        # SIGTERM, not SIGKILL: the child has processes of its own, which only it can take along.
        self.process = subprocess.Popen(  # noqa: S603 - our own commands
            leashed(self.argv, signal.SIGTERM), stdin=subprocess.DEVNULL, start_new_session=True
        )
        self.started_at = time.monotonic()
        say(f"{self.name} started (process {self.process.pid}).")

    def renew(self) -> None:
        """Let it read its environment anew."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                self.process.send_signal(signal.SIGHUP)

    def bury(self, say: Callable[[str], None]) -> None:
        """It ended by itself: remove what it left behind (it may hold the port) and plan the next start."""
        assert self.process is not None
        _kill_session(self.process.pid)
        if time.monotonic() - self.started_at >= SETTLED:
            self.delay = FIRST_DELAY
        say(f"{self.name} ended with {self.process.returncode}; it is started again in {self.delay:g} s.")
        self.process, self.start_at = None, time.monotonic() + self.delay
        self.delay = min(self.delay * 2, LONGEST_DELAY)


def _children(commands: Mapping[str, Sequence[str]]) -> list[_Child]:
    return [_Child(name, list(argv)) for name, argv in commands.items()]


@dataclass
class _Expected:
    """Commands that cannot run yet."""

    later: Callable[[], Mapping[str, Sequence[str]]]
    ask_at: float = field(default_factory=time.monotonic)
    has_come: bool = False

    def come(self) -> Mapping[str, Sequence[str]]:
        """Those that can run from now on; once."""
        if self.has_come or time.monotonic() < self.ask_at:
            return {}
        self.ask_at = time.monotonic() + 1.0
        found = self.later()
        self.has_come = bool(found)
        return found


def _listen(requests: list[int]) -> dict[int, Callable[[int, FrameType | None], object] | int | None]:
    # Only a list is touched: a handler that takes a lock can deadlock with the code it interrupts.
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    return {number: signal.signal(number, lambda got, _frame: requests.append(got)) for number in numbers}


def _keep(keepers: Sequence[Callable[[], object]], done: threading.Event) -> None:
    while keepers and not done.wait(1.0):
        for keeper in keepers:
            try:
                keeper()
            except Exception:  # what failed now may work in a second; nothing else would try again
                log.exception("A keeper failed.")


def _stop(
    children: Sequence[_Child], requests: Sequence[int], grace: float, say: Callable[[str], None]
) -> None:
    """Ask every child to end, wait, then end what is left of them; a second signal ends the waiting."""
    processes = {child.name: child.process for child in children if child.process is not None}
    for process in processes.values():
        process.terminate()
    deadline = time.monotonic() + grace
    while any(process.poll() is None for process in processes.values()):
        if time.monotonic() > deadline or len(requests) > 1:
            break
        time.sleep(TICK / 5)
    for name, process in processes.items():
        if process.poll() is None:
            say(f"{name} did not end in time and is killed.")
            process.kill()
        process.wait()
        _kill_session(process.pid)


def _kill_session(session: int) -> None:
    """End whatever a dead session leader left: its group, and those who moved to another one, as RQ's jobs do."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(session, signal.SIGKILL)
    # Without /proc (macOS) the group has to do: a running RQ job finishes there.
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(ProcessLookupError, PermissionError):
            if os.getsid(int(entry.name)) == session:
                os.kill(int(entry.name), signal.SIGKILL)


def _leash(owner: int, death_signal: int, argv: list[str]) -> None:
    """Tie this process to its owner, then become the command; what `leashed` runs."""
    if not _tied_by_kernel(death_signal):
        _watch(owner, death_signal)
    if os.getppid() != owner:
        sys.exit("The process that wanted this command has ended.")
    for ignored in (signal.SIGPIPE, signal.SIGXFSZ):  # Python ignores them, and that would be inherited
        signal.signal(ignored, signal.SIG_DFL)
    os.execvp(argv[0], argv)  # noqa: S606 - our own commands


def _tied_by_kernel(death_signal: int) -> bool:
    import ctypes  # only the detour needs it

    set_parent_death_signal = 1
    try:
        return bool(ctypes.CDLL(None).prctl(set_parent_death_signal, death_signal, 0, 0, 0) == 0)
    except AttributeError:  # Linux alone has it
        return False


def _watch(owner: int, death_signal: int) -> None:
    """Fork a process that passes on the owner's death half a second after it was collected, and ends with us."""
    watched = os.getpid()
    if os.fork():
        return
    os.closerange(3, 1024)  # above all a lock that ends with the command
    while os.getppid() == watched:
        try:
            os.kill(owner, 0)
        except ProcessLookupError:
            os.kill(watched, death_signal)
            break
        time.sleep(0.5)
    os._exit(0)


if __name__ == "__main__":
    _leash(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
