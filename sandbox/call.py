"""One request on its way through the stand-in, and the table of what can be asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlencode

from werkzeug.datastructures import Headers

from sandbox.auth import Caller
from sandbox.errors import Moved, Refused, not_found
from sandbox.models import Comment, Repository, Thread, User
from sandbox.people import Eyes
from sandbox.records import App
from sandbox.world import World

Item = TypeVar("Item")
Thing = TypeVar("Thing", Thread, Comment)
Answer = tuple[int, Any]
Handler = Callable[..., Answer]

REQUIRED: Any = object()


@dataclass(frozen=True)
class Route:
    """An endpoint: `needs` are the permissions, one of which an App must have, as `issues:write`."""

    method: str
    path: str
    handler: Handler
    needs: tuple[str, ...] = ()
    auth: str = "any"  # "app": JWT; "token": installation token; "user": of somebody who signed in; "any"
    in_repository: bool = False
    strict: bool = False  # needs the permission even where everybody can read


ROUTES: list[Route] = []


def route(method: str, path: str, auth: str = "any") -> Callable[[Handler], Handler]:
    """Register an endpoint outside repositories."""

    def register(handler: Handler) -> Handler:
        ROUTES.append(Route(method, path, handler, auth=auth))
        return handler

    return register


def repo_route(
    method: str, path: str, needs: str = "metadata:read", strict: bool = False
) -> Callable[[Handler], Handler]:
    """Register an endpoint below `/repos/{owner}/{repo}` and `/repositories/{id}`."""

    def register(handler: Handler) -> Handler:
        alternatives = tuple(needs.split("|"))
        ROUTES.append(Route(method, path, handler, alternatives, in_repository=True, strict=strict))
        return handler

    return register


@dataclass
class Call:
    """A request; handlers get their facts from here."""

    world: World
    route: Route
    caller: Caller
    query: Mapping[str, str]
    headers: Headers
    body: Any
    link_base: str  # the path in Link headers and redirects: by id, as Apps get it
    found: Repository | None = None
    out: dict[str, str] = field(default_factory=dict)
    is_under_way: bool = False  # counted among the requests that are not answered yet

    @property
    def repository(self) -> Repository:
        """The repository asked about."""
        assert self.found is not None
        return self.found

    @property
    def app(self) -> App:
        """The App asking, by JWT or through an installation."""
        app = self.caller.token.installation.app if self.caller.token else self.caller.app
        if app is None:
            raise Refused(401, "Requires authentication")
        return app

    @property
    def actor(self) -> User:
        """The bot user that acts."""
        return self.app.bot

    @property
    def eyes(self) -> Eyes:
        """What the caller may see of people: private members only with `members: read`."""
        return Eyes(sees_members=self.caller.may("members", "read"))

    def thread(self, number: int) -> Thread:
        """The thread asked about; follows a transferred issue, and may be flaky when young."""
        home = self.repository
        moved = home.gone.get(number)
        if moved is not None:
            if not self.sees(moved.repository):
                raise not_found()
            tail = self.link_base.split(f"/issues/{number}", 1)[-1]
            url = f"{self.world.base_url}/repositories/{moved.repository.id}/issues/{moved.number}{tail}"
            raise Moved(self.route.method, url)
        thread = self.world.find_thread(home, number)
        self._may_touch(thread)
        return self._unless_flaky(thread)

    def pull(self, number: int) -> Thread:
        """The pull request asked about."""
        thread = self.repository.threads.get(number)
        if thread is None or thread.pull is None:
            raise not_found()
        return self._unless_flaky(thread)

    def comment(self, comment_id: int) -> tuple[Thread, Comment]:
        """The comment asked about, with its thread."""
        thread, comment = self.world.find_comment(self.repository, comment_id)
        self._may_touch(thread)
        return thread, self._unless_flaky(comment)

    def _may_touch(self, thread: Thread) -> None:
        """`pull_requests` opens the issue endpoints for pull requests only."""
        wanted = next((need for need in self.route.needs if need.startswith("issues:")), None)
        if thread.pull or not wanted:
            return
        if wanted.endswith(":read") and not thread.repository.private:
            return
        if not self.caller.may("issues", wanted.split(":")[1]):
            raise Refused(403, "Resource not accessible by integration")

    def _unless_flaky(self, thing: Thing) -> Thing:
        age = (self.world.now() - thing.created_at).total_seconds()
        if self.world.faults.is_flaky(age):
            raise not_found()
        return thing

    def sees(self, repository: Repository) -> bool:
        """Whether the caller can read a repository: a public one, or one of the installation's."""
        return not repository.private or self.reaches(repository)

    def reaches(self, repository: Repository) -> bool:
        """Whether the caller's installation has this repository."""
        token = self.caller.token
        if token is None or repository.id not in token.installation.repository_ids:
            return False
        return token.repository_ids is None or repository.id in token.repository_ids

    def fields(self) -> dict[str, Any]:
        """The JSON object sent; nothing sent is an empty one."""
        if self.body is None:
            return {}
        if not isinstance(self.body, dict):
            raise Refused(422, "Invalid request.\n\nFor 'links/0/schema', the request body is not an object.")
        return self.body

    def text(self, name: str, default: Any = REQUIRED) -> Any:
        """A string from the JSON sent."""
        fields = self.fields()
        if name not in fields:
            if default is REQUIRED:
                raise Refused(422, f'Invalid request.\n\n"{name}" wasn\'t supplied.')
            return default
        value = fields[name]
        if value is None and default is not REQUIRED:
            return None
        if not isinstance(value, str):
            shown = "nil" if value is None else value
            raise Refused(422, f"Invalid request.\n\nFor 'properties/{name}', {shown} is not a string.")
        return value

    def texts(self, name: str) -> list[str]:
        """A list of strings from the JSON sent."""
        value = self.fields().get(name)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise Refused(
                422, f"Invalid request.\n\nFor 'properties/{name}', {value} is not an array of strings."
            )
        return value

    def page(self, items: Sequence[Item], shape: Callable[[Item], Any]) -> list[Any]:
        """The page of a list asked for, with GitHub's Link header; more than 100 a page means 100."""
        size = min(max(number_of(self.query.get("per_page"), 30), 1), 100)
        number = max(number_of(self.query.get("page"), 1), 1)
        last = max(1, -(-len(items) // size))
        relations = {"prev": number - 1, "next": number + 1, "last": last, "first": 1}
        if number <= 1:
            del relations["prev"], relations["first"]
        if number >= last:
            del relations["next"], relations["last"]
        if relations and last > 1:
            links = [f'<{self._link(page)}>; rel="{name}"' for name, page in relations.items()]
            self.out["Link"] = ", ".join(links)
        return [shape(item) for item in items[(number - 1) * size : number * size]]

    def _link(self, page: int) -> str:
        query = {**self.query, "page": str(page)}
        return f"{self.world.base_url}{self.link_base}?{urlencode(query)}"


def number_of(text: str | None, default: int) -> int:
    """A number from the query; nonsense counts as not given."""
    return int(text) if text and text.isascii() and text.isdigit() else default
