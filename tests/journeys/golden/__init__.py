"""Whole stories as files: what GitHub shows in the end, word for word; `python -m tests.journeys.golden` writes them.

Each story is played on a house whose clock stands still unless it is moved. What is different each time and means
nothing – ports, ids, signatures – has a name in the files instead.
"""

import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from adapters.valkey import PrivateValkey
from sandbox.models import Thread
from sandbox.server import serve
from sandbox.world import World
from tests.journeys.house import House, open_house

FOLDER = Path(__file__).parent
BEGINS = datetime(2026, 11, 2, 10, 30, tzinfo=UTC)
MARKER = re.compile(r"\n*<!-- lamplighter[:-].*? -->\n*")
ADDRESS = re.compile(r"http://(?:127\.0\.0\.1|localhost):\d+")


@contextmanager
def standing(redis_url: str, folder: Path, database_url: str = "") -> Iterator[House]:
    """A house in a world of its own that begins at BEGINS."""
    world = World(now=lambda: BEGINS)
    with serve(world), open_house(folder, redis_url, database_url, world=world) as house:
        yield house


@contextmanager
def alone() -> Iterator[House]:
    """Such a house with a queue of its own, for whoever is no test."""
    with (
        tempfile.TemporaryDirectory() as folder,
        PrivateValkey(Path(folder) / "queue") as queue,
        standing(queue.url, Path(folder) / "data") as house,
    ):
        yield house


def conversation(thread: Thread) -> str:
    """A thread from its first word on: who, when, and what they said; reviews are among the comments."""
    kind = "Pull request" if thread.is_pull_request else "Issue"
    said = [(one.created_at, one.author, one.body) for one in thread.comments]
    if thread.pull:
        said += [(one.submitted_at, one.user.login, one.body) for one in thread.pull.reviews]
    said.sort(key=lambda one: one[0])
    parts = [
        f"# {kind} {thread.number}: {thread.title}",
        _spoken(thread.created_at, thread.author, thread.body),
    ]
    parts += [_spoken(*one) for one in said]
    labels = ", ".join(sorted(thread.labels)) or "–"
    assigned = ", ".join(sorted(thread.assignees)) or "–"
    parts.append(
        f"*{'merged' if thread.merged else thread.state} · labels: {labels} · assigned: {assigned}*\n"
    )
    return "\n\n".join(parts)


def issue(thread: Thread) -> str:
    """An issue of ours: its title and its text."""
    return f"# {thread.title}\n\n{lasting(thread.body or '')}\n"


def _spoken(at: datetime, who: str, words: str | None) -> str:
    return f"---\n**{who}** · {at.day} {at:%B, %H:%M}\n\n{lasting(words or '')}"


def lasting(text: str) -> str:
    """The text without markers, and without what is different each time; zero-width spaces, which nobody sees, as ␣."""
    text = ADDRESS.sub("https://example.org", MARKER.sub("", text)).replace("\u200b", "␣")
    return re.sub(r"(/certificates/)(?!key\b)[\w-]+", r"\1NUMBER", text).strip()


def kept(name: str) -> str:
    """What the file says."""
    return (FOLDER / name).read_text("utf-8")


def write(files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (FOLDER / name).write_text(text, "utf-8")
