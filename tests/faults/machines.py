"""The real processes, as an operator runs them, kept alive by a supervisor that knows nothing of them – and killed."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import requests

from adapters.processes import leashed
from adapters.valkey import _binary
from sandbox.demo.house import OURS, free_port
from sandbox.models import App

ROOT = Path(__file__).parents[2]
PAUSE = 0.5  # seconds before a supervisor starts again what ended
TAG = "LAMPLIGHTER_CRASHES"
SERVER, SUPERVISOR, VALKEY, POSTGRES, BACKEND = "web server", "supervisor", "Valkey", "PostgreSQL", "backend"


@dataclass
class Kept:
    """A process with everything below it; it is started again whenever it ends, as systemd would."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    start_at: float = 0.0
    starts: int = 0

    def tend(self) -> None:
        if self.process is not None and self.process.poll() is not None:
            _end_session(self.process.pid)
            self.process, self.start_at = None, time.monotonic() + PAUSE
        if self.process is None and time.monotonic() >= self.start_at:
            self.starts += 1
            with self.log.open("ab") as log:
                self.process = subprocess.Popen(  # whatever ends the harness ends it, too
                    leashed(self.command, signal.SIGTERM),
                    cwd=ROOT,
                    env=self.environment,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )


def _end_session(session: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(session, signal.SIGKILL)


@dataclass
class Machines:
    """What runs, and how to kill it."""

    folder: Path
    urls: list[str]
    database_url: str
    kept: list[Kept]
    tag: str
    postgres: Path | None = None
    stopping: threading.Event = field(default_factory=threading.Event)

    def tend(self) -> None:
        while not self.stopping.wait(0.05):
            for one in self.kept:
                one.tend()

    def roles(self) -> list[str]:
        """What can be killed here."""
        embedded = any(one.name == "app" for one in self.kept)
        return [SERVER, "web", "worker", "worker", "clock", VALKEY] + (
            [SUPERVISOR] if embedded else [POSTGRES, BACKEND]
        )

    def pids(self, role: str) -> list[int]:
        """The living processes of a role."""
        if role in (POSTGRES, BACKEND):
            return self._postgres_pids(role)
        if role == VALKEY:
            return list(self._valkey_pids())
        return [pid for pid, words in self._ours() if _role_of(pid, words) == role]

    def _ours(self) -> Iterator[tuple[int, list[str]]]:
        tag = f"{TAG}={self.tag}".encode()
        for entry in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if tag in (entry / "environ").read_bytes().split(b"\0"):
                    words = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
                    if (entry / "stat").read_text().rpartition(")")[2].split()[0] != "Z":
                        yield int(entry.name), words

    def _valkey_pids(self) -> Iterator[int]:
        """It writes its title over its environment; but it lives in our folder."""
        for entry in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                named = (entry / "comm").read_text().strip() in ("valkey-server", "redis-server")
                if named and (entry / "cwd").readlink().is_relative_to(self.folder):
                    yield int(entry.name)

    def _postgres_pids(self, role: str) -> list[int]:
        if self.postgres is None:
            return []
        try:
            main = int((self.postgres / "postmaster.pid").read_text().split()[0])
            # The file of a dead one stays, and its number may be somebody else's by now.
            if Path(f"/proc/{main}/cwd").readlink() != self.postgres.resolve():
                return []
            found = Path(f"/proc/{main}/task/{main}/children").read_text().split()
        except (OSError, ValueError, IndexError):
            return []
        if role == POSTGRES:
            return [main]
        return [int(pid) for pid in found if _says(pid, b"idle") or _says(pid, b"] ")]

    def is_ready(self) -> bool:
        """Whether every web process says that it is."""
        try:
            return all(requests.get(f"{url}/readyz", timeout=3).status_code == 200 for url in self.urls)
        except requests.RequestException:
            return False

    def wait_ready(self, patience: float = 120.0) -> None:
        deadline = time.monotonic() + patience
        while not self.is_ready():
            assert time.monotonic() < deadline, f"it did not start: {self.words()[-3000:]}"
            time.sleep(0.1)

    def words(self) -> str:
        """What all the processes have logged."""
        return "\n".join(one.log.read_text(errors="replace") for one in self.kept if one.log.exists())

    def stop(self) -> None:
        """Ends everything, the last one started first."""
        self.stopping.set()
        time.sleep(0.1)
        for one in reversed(self.kept):
            if one.process is not None:
                one.process.terminate()
                with suppress(subprocess.TimeoutExpired):
                    one.process.wait(8)
                one.process.kill()
                one.process.wait()
                _end_session(one.process.pid)


def _says(pid: str, words: bytes) -> bool:
    with suppress(OSError):
        return words in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False


def _role_of(pid: int, words: list[str]) -> str:
    if "-I" in words:
        return ""  # a command that is about to start
    if "granian" in words:
        with suppress(OSError):
            parent = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1]
            return "web" if _says(parent, b"granian") and not _says(parent, b"-I") else SERVER
    if words[1:2] == ["app.py"]:
        return SUPERVISOR
    if "flask" in words:
        return next((role for role in ("worker", "clock") if role in words), "")
    return ""


def environment(app: App, api_url: str, folder: Path, **more: str) -> dict[str, str]:
    """The environment of an operator, with the orders for the steps at which processes die."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    key = folder / "private-key.pem"
    key.touch(mode=0o600)
    key.write_text(app.private_key_pem)
    return (
        kept
        | {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PYTHONPATH": f"{ROOT / 'tests' / 'faults' / 'wrapper'}:{ROOT}",
            "LAMPLIGHTER_ORDERS": str(folder / "orders"),
            TAG: folder.name,
            "GITHUB_APP_ID": str(app.id),
            "GITHUB_PRIVATE_KEY_PATH": str(key),
            "GITHUB_WEBHOOK_SECRET": app.webhook_secret or "",
            "GITHUB_API_URL": api_url,
            "LAMPLIGHTER_DATA_DIR": str(folder / "data"),
        }
        | more
    )


@contextmanager
def _running(machines: Machines) -> Iterator[Machines]:
    keeper = threading.Thread(target=machines.tend, name="supervisor", daemon=True)
    keeper.start()
    try:
        machines.wait_ready()
        yield machines
    finally:
        machines.stop()
        keeper.join(5)


@contextmanager
def embedded(app: App, api_url: str, folder: Path, hurry: float = 1.0) -> Iterator[Machines]:
    """`python app.py`, with SQLite and its private Valkey."""
    port = free_port()
    variables = environment(app, api_url, folder, PORT=str(port), LAMPLIGHTER_HURRY=str(hurry))
    (folder / "data").mkdir()
    kept = Kept("app", [sys.executable, "app.py"], variables, folder / "app.log")
    database = f"sqlite:///{folder / 'data' / 'lamplighter.db'}"
    with _running(Machines(folder, [f"http://127.0.0.1:{port}"], database, [kept], folder.name)) as machines:
        yield machines


@contextmanager
def procfile(app: App, api_url: str, folder: Path, hurry: float = 1.0) -> Iterator[Machines]:
    """The processes of the Procfile – two web servers, three workers, two clocks – and what they need."""
    ports = [free_port(), free_port()]
    postgres = Postgres(folder)
    socket = folder / "valkey.sock"
    needed = {"DATABASE_URL": postgres.url, "REDIS_URL": f"unix://{socket}", "LAMPLIGHTER_HURRY": str(hurry)}
    plain = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    commands = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())

    def one(name: str, number: int = 1, port: int = 0) -> Kept:
        # Loopback is enough here.
        words = f"exec {commands[name]}".replace("--host 0.0.0.0", "--host 127.0.0.1")
        variables = environment(app, api_url, folder, **needed, PORT=str(port or 8000))
        return Kept(f"{name}.{number}", ["sh", "-c", words], variables, folder / f"{name}.{number}.log")

    # Nothing is kept on disk: whatever kills it takes all bells along.
    valkey = [_binary(), "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(folder)]
    kept = [
        Kept("postgres", postgres.command, plain, folder / "postgres.log"),
        Kept("valkey", valkey, plain | {TAG: folder.name}, folder / "valkey.log"),
    ]
    machines = Machines(
        folder, [f"http://127.0.0.1:{port}" for port in ports], postgres.url, kept, folder.name, postgres.data
    )
    for each in kept:
        each.tend()
    postgres.wait()
    release = one("release")
    subprocess.run(release.command, cwd=ROOT, env=release.environment, check=True, capture_output=True)
    kept += [one("web", number, port) for number, port in enumerate(ports, start=1)]
    kept += [one("worker", number) for number in (1, 2, 3)] + [one("clock", number) for number in (1, 2)]
    with _running(machines):
        yield machines


class Postgres:
    """A PostgreSQL server of our own, on a socket, with fsync on; as root it belongs to the user postgres."""

    def __init__(self, folder: Path) -> None:
        binaries = postgres_binaries()
        assert binaries is not None, "PostgreSQL's binaries are not installed"
        owner = pwd.getpwuid(os.getuid()).pw_name
        become: list[str] = []
        home = folder / "postgres"
        home.mkdir()
        if os.getuid() == 0:  # it refuses to run as root
            owner = "postgres"
            become = ["setpriv", "--reuid", owner, "--regid", owner, "--clear-groups"]
            folder.chmod(0o711)
            os.chown(home, pwd.getpwnam(owner).pw_uid, pwd.getpwnam(owner).pw_gid)
        self.data = home / "db"
        self.command = [*become, str(binaries / "postgres"), "-D", str(self.data), "-k", str(home)]
        self.command += ["-c", "listen_addresses=", "-c", "fsync=on", "-c", "max_connections=100"]
        self.url = f"postgresql+psycopg://{owner}@/postgres?host={home}"
        self._plain_url = self.url.replace("+psycopg", "")
        make = [*become, str(binaries / "initdb"), "-D", str(self.data), "-A", "trust", "-U", owner]
        subprocess.run(make, check=True, capture_output=True, cwd="/")

    def wait(self, patience: float = 30.0) -> None:
        deadline = time.monotonic() + patience
        while True:
            try:
                psycopg.connect(self._plain_url, connect_timeout=2).close()
            except psycopg.OperationalError:
                assert time.monotonic() < deadline, "PostgreSQL did not start"
                time.sleep(0.1)
            else:
                return


def postgres_binaries() -> Path | None:
    """Where PostgreSQL's newest binaries are, if there are any that can be used: not as root, without setpriv."""
    if os.getuid() == 0 and shutil.which("setpriv") is None:
        return None
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    return found[-1] if found else None


def until(condition: Callable[[], bool], patience: float) -> bool:
    """Whether it came to be within so many seconds."""
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
