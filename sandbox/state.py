"""The state of the stand-in and the look-ups everything else is built on."""

from __future__ import annotations

import random
import threading
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.delivery import Courier
from sandbox.errors import Refused, not_found
from sandbox.faults import Faults
from sandbox.models import Commit, Repository, Thread, User
from sandbox.records import Access, App, Code, Delivery, Installation, Token, UserToken

# What acts take for a repository: its name (also a former one), its id, or itself.
RepositoryRef = str | int | Repository

# Ids of different kinds start far apart, so that mixing them up cannot go unnoticed.
FIRST_IDS = {
    "user": 5_830_000,
    "repository": 41_881_900,
    "thread": 2_310_000_100,
    "pull": 1_790_000_300,
    "comment": 2_480_000_700,
    "review": 2_050_000_900,
    "reaction": 260_000_400,
    "label": 6_610_000_200,
    "check_run": 33_400_000_500,
    "installation": 51_200_600,
    "delivery": 182_000_000_800,
    "hook": 487_000_050,
    "event": 17_900_000_100,
    "app": 1_204_000,
}


class State:
    """Everything the stand-in knows, guarded by `lock`; the acts in the sibling modules change it."""

    def __init__(self, now: Callable[[], datetime] | None = None, seed: int = 20) -> None:
        self.lock = threading.RLock()
        self.random = random.Random(seed)
        self.base_url = "http://127.0.0.1"
        self.faults = Faults(seed)
        self._now = now or (lambda: datetime.now(UTC))
        self._ahead = timedelta()
        self._ids = dict(FIRST_IDS)
        self.users: dict[int, User] = {}
        self.logins: dict[str, User] = {}
        self.repositories: dict[int, Repository] = {}
        self.names: dict[str, int] = {}
        self.former_names: dict[str, int] = {}
        self.apps: dict[int, App] = {}
        self.installations: dict[int, Installation] = {}
        self.tokens: dict[str, Token] = {}
        self.user_tokens: dict[str, UserToken] = {}
        self.codes: dict[str, Code] = {}
        self.sign_in_codes: dict[str, Any] = {}  # of `signing_in`
        self.deliveries: list[Delivery] = []
        self.requests: list[Access] = []
        self.courier = Courier(self)

    def now(self) -> datetime:
        """The world's time."""
        return self._now() + self._ahead

    def advance(self, seconds: float) -> datetime:
        """Move the world's clock forward."""
        with self.lock:
            self._ahead += timedelta(seconds=seconds)
        return self.now()

    def new_id(self, kind: str) -> int:
        """The next id of a kind; gaps, as on GitHub."""
        with self.lock:
            self._ids[kind] += self.random.randint(1, 9)
            return self._ids[kind]

    def new_sha(self) -> str:
        """A commit's name."""
        return f"{self.random.getrandbits(160):040x}"

    def find_user(self, who: str | User) -> User:
        """A user by login in any case; 404 for nobody."""
        if isinstance(who, User):
            return who
        user = self.logins.get(who.lower())
        if user is None:
            raise not_found()
        return user

    def find_repository(self, which: RepositoryRef) -> Repository:
        """A repository by name (also a former one), id or itself; 404 for none."""
        if isinstance(which, Repository):
            return which
        if isinstance(which, str):
            name = which.lower()
            which = self.names.get(name) or self.former_names.get(name) or 0
        repository = self.repositories.get(which)
        if repository is None:
            raise not_found()
        return repository

    def find_thread(self, repository: RepositoryRef, number: int) -> Thread:
        """An issue or pull request; 410 if it was deleted, 404 if it never was."""
        home = self.find_repository(repository)
        thread = home.threads.get(number)
        if thread is not None:
            return thread
        if number in home.gone:
            raise Refused(410, "This issue was deleted")
        raise not_found()

    def find_installation(self, installation_id: int) -> Installation:
        """An installation by id; 404 for none."""
        installation = self.installations.get(installation_id)
        if installation is None:
            raise not_found()
        return installation

    def find_app(self, app: App | int | None = None) -> App:
        """An App; without a name the first one registered."""
        if isinstance(app, App):
            return app
        if app is None:
            if not self.apps:
                raise not_found()
            return next(iter(self.apps.values()))
        return self.apps[app]

    def find_commit(self, repository: Repository, ref: str) -> Commit | None:
        """The commit a branch, `refs/heads/…` or (abbreviated) hash names."""
        name = ref.removeprefix("refs/").removeprefix("heads/")
        sha = repository.branches.get(name, name)
        if sha in repository.commits:
            return repository.commits[sha]
        if len(sha) >= 7:
            return next((c for full, c in repository.commits.items() if full.startswith(sha)), None)
        return None

    def app_of(self, user: User) -> App | None:
        """The App a bot user belongs to."""
        return self.apps.get(user.app_id) if user.app_id is not None else None


def stamp(moment: datetime | None) -> str | None:
    """A time as GitHub writes it: UTC, whole seconds, `Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def node_id(prefix: str, number: int) -> str:
    """An opaque global id; only its being a string is promised."""
    return f"{prefix}_{b64encode(number.to_bytes(8, 'big')).decode().rstrip('=')}"


def changed(name: str, old: Any) -> dict[str, Any]:
    """The `changes` of an `edited` webhook."""
    return {name: {"from": old}}
