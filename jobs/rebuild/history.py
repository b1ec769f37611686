"""Reads what a repository shows of our work: threads, our marked comments, and the commands that people wrote."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from adapters import reads
from adapters.context import Context
from adapters.github import Installation
from jobs.forgetting import is_asked
from mentoring import commands, turns
from mentoring.actions import Thread
from mentoring.configuration import FILE
from mentoring.facts import Issue, Remarked, RepositoryFacts
from mentoring.records import Marked, find


@dataclass(frozen=True)
class Said:
    """A comment of ours, with what its marker says."""

    id: int
    at: datetime
    written_at: datetime  # or edited
    marked: Marked


@dataclass(frozen=True)
class Heard:
    """A person's comment, or an opening text (comment 0). Its words are kept only where they hold commands."""

    number: int
    comment_id: int
    person_id: int
    login: str
    at: datetime
    text: str
    says: bool  # more than commands


@dataclass
class Page:
    """One thread: what it shows, what we said there, and who else said something."""

    issue: Issue
    marked: Marked | None = None  # an issue that we opened
    said: list[Said] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)

    @property
    def here(self) -> tuple[int, int]:
        return self.issue.repository_id, self.issue.number

    @cached_property
    def thread(self) -> Thread:
        """As the outbox names it: by its number, or by the write that opened it."""
        if self.marked:
            return Thread(self.issue.repository_id, opened_by=self.marked.key)
        return self.issue.thread

    def ours(self, *kinds: str) -> list[Said]:
        """Our comments of these kinds, the oldest first."""
        return [one for one in self.said if one.marked.kind in kinds]


@dataclass(frozen=True)
class History:
    """A repository as it shows itself, since the App is there."""

    installation_id: int
    account: str | None
    place: RepositoryFacts
    since: datetime
    file_at: datetime  # since when the file says what it says
    pages: dict[int, Page]
    forgotten: tuple[Heard, ...] = ()  # where somebody asked to be forgotten
    broken: tuple[str, ...] = ()  # of ours whose record nobody can read

    @cached_property
    def texts(self) -> list[Heard]:
        """Everything that holds commands, in the order in which it was said."""
        found = [one for page in self.pages.values() for one in page.heard if one.text]
        return sorted(found, key=lambda one: (one.at, one.number, one.comment_id))


def read(context: Context, installation: dict[str, object], slug: str, since: datetime | None) -> History:
    """Reads a repository: two lists, a hundred entries a request. Raises the troubles of `adapters.github`."""
    installation_id = int(str(installation["id"]))
    github = context.github.installation(installation_id)
    place = reads.repository_facts(github.get(f"/repos/{slug}"))
    installed = datetime.fromisoformat(str(installation["created_at"]))
    since = min(since or installed, installed)
    pages = {issue.number: _page(context, issue, since) for issue in _threads(github, place, since)}
    for number, remark in reads.said_in(github, place.id, since):
        if number in pages:
            _add(context, pages[number], remark)
    account = installation.get("account") or {}
    login = account.get("login") if isinstance(account, dict) else None
    file_at = reads.last_commit(github, place.id, FILE) or since
    broken = tuple(
        f"{place.full_name}#{page.issue.number}: the record beside our {one.marked.kind} cannot be read"
        for page in pages.values()
        for one in page.said
        if one.marked.broken
    )
    heard = (one for page in pages.values() for one in page.heard if one.text)
    forgotten = tuple(one for one in heard if _asks_to_be_forgotten(context, one))
    file_at = min(file_at, context.now())
    return History(installation_id, login, place, since, file_at, pages, forgotten, broken)


def _asks_to_be_forgotten(context: Context, one: Heard) -> bool:
    return any(is_asked(command) for command in commands.parse_all(one.text, context.github.slug))


def _threads(github: Installation, place: RepositoryFacts, since: datetime) -> Iterator[Issue]:
    for some in reads.changed_since(github, place.id, since):
        yield from (issue for issue, _ in some)


def _page(context: Context, issue: Issue, since: datetime) -> Page:
    if issue.author == context.github.bot:
        return Page(issue, marked=find(issue.body))
    page = Page(issue)
    if issue.by_person and issue.created_at >= since:
        opening = Remarked(0, issue.author_id, issue.author, issue.body, issue.created_at)
        page.heard.append(_heard(context, issue.number, opening))
    return page


def _add(context: Context, page: Page, remark: Remarked) -> None:
    if _is_ours(context, remark):
        marked = find(remark.body)
        if marked is not None and _belongs(page, marked):
            written = remark.updated_at or remark.created_at
            page.said.append(Said(remark.id, remark.created_at, written, marked))
    elif remark.by_person:
        page.heard.append(_heard(context, page.issue.number, remark))


def _is_ours(context: Context, remark: Remarked) -> bool:
    """Whether our bot wrote it, and through our App."""
    return remark.author == context.github.bot and remark.app in (None, context.github.slug)


def _belongs(page: Page, marked: Marked) -> bool:
    """Whether a marker names an effect of this thread: one that was carried here from elsewhere says nothing."""
    if page.marked:
        return marked.key.startswith(f"repo {page.issue.repository_id} · invitation · ")
    return marked.key.startswith(f"{page.issue.thread.name} · ")


def _heard(context: Context, number: int, remark: Remarked) -> Heard:
    slug = context.github.slug
    text = remark.body if commands.parse_all(remark.body, slug) else ""
    says = turns.says_something(remark.body, slug)
    return Heard(number, remark.id, remark.author_id, remark.author, remark.created_at, text, says)
