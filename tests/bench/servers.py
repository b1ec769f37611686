"""The servers that are measured beside each other: our web process, two bare apps, and two Probot apps."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from adapters.ledger import Ledger
from adapters.ledger.release import release
from adapters.ledger.schema import mentorships
from adapters.valkey import PrivateValkey
from pages.terminal import WEB
from sandbox.demo.house import OURS, free_port
from tests.bench import SECRET
from tests.bench.mix import our_threads

ROOT = Path(__file__).parents[2]
APPS = Path(__file__).parent / "probot"
PROBOT = Path("var/bench/probot")  # npm's folder is kept: to fetch it takes minutes
PATIENCE = 60.0  # seconds for a server to start
BUILDING = 900.0  # seconds for npm, which may have to compile SQLite


@contextmanager
def ours(folder: Path, database_url: str = "") -> Iterator[str]:
    """The App's web process as the Procfile starts it, and its queue; no worker and no clock."""
    url = database_url or f"sqlite:///{folder / 'lamplighter.db'}"
    _settle(url)
    with PrivateValkey(folder / "queue") as queue:
        variables = {
            "GITHUB_APP_ID": "1001",
            "GITHUB_PRIVATE_KEY_PATH": str(_key(folder)),
            "GITHUB_WEBHOOK_SECRET": SECRET,
            "LAMPLIGHTER_DATA_DIR": str(folder),
            "DATABASE_URL": url,
            "REDIS_URL": queue.url,
        }
        with _granian(WEB, variables, folder / "ours.log") as port:
            yield f"http://127.0.0.1:{port}/webhooks"


def _settle(url: str) -> None:
    """The tables, and the threads of the mix that are ours."""
    ledger = Ledger(url)
    release(ledger)
    now = datetime.now(UTC)
    rows = [
        {
            "program_id": 1,
            "repository_id": repository,
            "number": number,
            "newcomer_id": 8,
            "since": now,
            "merged": False,
        }
        for repository, number in our_threads()
    ]
    with ledger.write() as connection:
        connection.execute(mentorships.insert(), rows)
    ledger.close()


@contextmanager
def bare(folder: Path) -> Iterator[str]:
    """A Flask app that only checks the signature, on the same server, which asks it by WSGI as Flask wants it."""
    with _bare("wsgi", "create_app", folder / "bare.log") as url:
        yield url


@contextmanager
def function(folder: Path) -> Iterator[str]:
    """A function that only checks the signature, without any framework, asked by the same server as our door is."""
    with _bare("asginl", "create_function", folder / "function.log") as url:
        yield url


@contextmanager
def _bare(interface: str, made_by: str, log: Path) -> Iterator[str]:
    words = {"asginl": interface, "app:serve": f"tests.bench.bare:{made_by}"}
    with _granian([words.get(word, word) for word in WEB], {}, log) as port:
        yield f"http://127.0.0.1:{port}/webhooks"


@contextmanager
def _granian(command: list[str], variables: dict[str, str], log: Path) -> Iterator[int]:
    port = free_port()
    with _running([*command, "--host", "127.0.0.1", "--port", str(port)], ROOT, variables, log):
        _wait_for(port)
        yield port


def fetch_probot() -> str:
    """Has npm fetch Probot into var/bench; why it cannot be had, or an empty text."""
    npm = shutil.which("npm")
    if npm is None:
        return "there is no npm on this machine"
    PROBOT.mkdir(parents=True, exist_ok=True)
    for file in APPS.iterdir():
        shutil.copy(file, PROBOT)
    if _is_fetched():
        return ""
    command = [npm, "install", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"]
    try:
        done = subprocess.run(
            command, cwd=PROBOT, capture_output=True, text=True, timeout=BUILDING, check=False
        )
    except subprocess.TimeoutExpired:
        return f"npm took longer than {BUILDING:.0f} s"
    return "" if _is_fetched() else f"npm could not fetch it: {done.stderr.strip()[-200:]}"


def _is_fetched() -> bool:
    node = shutil.which("node")
    try_it = 'await import("probot"); new (await import("better-sqlite3")).default(":memory:")'
    if node is None:
        return False
    command = [node, "--input-type=module", "--eval", try_it]
    return subprocess.run(command, cwd=PROBOT, capture_output=True, check=False).returncode == 0


@contextmanager
def probot(app: str, folder: Path) -> Iterator[str]:
    """A Probot app as Probot's documentation deploys one: `probot run ./app.js`, in production."""
    port = free_port()
    variables = {
        "APP_ID": "1001",
        "PRIVATE_KEY_PATH": str(_key(folder)),
        "WEBHOOK_SECRET": SECRET,
        "NODE_ENV": "production",
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "BENCH_DATABASE": str(folder / "probot.db"),
        "BENCH_THREADS": str(_threads(folder)),
    }
    command = ["node_modules/.bin/probot", "run", f"./{app}.js"]
    with _running(command, PROBOT, variables, folder / f"{app}.log"):
        _wait_for(port)
        yield f"http://127.0.0.1:{port}/api/github/webhooks"


def _threads(folder: Path) -> Path:
    """The threads that are ours, for the app that stores."""
    file = folder / "threads.txt"
    if not file.exists():
        file.write_text("".join(f"{repository} {number}\n" for repository, number in our_threads()))
    return file.resolve()


def _key(folder: Path) -> Path:
    file = folder / "key.pem"
    if not file.exists():
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return file.resolve()


@contextmanager
def _running(command: list[str], folder: Path, variables: dict[str, str], log: Path) -> Iterator[None]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, cwd=folder, env=kept | variables, stdout=output, stderr=output, start_new_session=True
        )
    try:
        yield
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with suppress(requests.RequestException):
            requests.get(f"http://127.0.0.1:{port}/", timeout=5)
            return
        time.sleep(0.1)
    raise RuntimeError(f"nobody answers on port {port}")


@contextmanager
def all_sides(folder: Path, probot_too: bool) -> Iterator[dict[str, str]]:
    """The addresses of all of them, by name; idle ones cost the others nothing."""
    with ExitStack() as opened:
        sides = {make.__name__: opened.enter_context(make(folder)) for make in (ours, bare, function)}
        if probot_too:
            for app in ("empty", "storing"):
                sides[app] = opened.enter_context(probot(app, folder))
        yield sides
