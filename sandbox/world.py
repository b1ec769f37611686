"""The world the stand-in keeps: everything people can do on it, and what tests may ask about it."""

from __future__ import annotations

from typing import Any

from sandbox.checks import Checks
from sandbox.models import CheckRun, Comment, Label, Repository, Review, Thread, User
from sandbox.records import Access, App, Delivery, Installation
from sandbox.state import RepositoryRef

__all__ = [
    "Access",
    "App",
    "CheckRun",
    "Comment",
    "Delivery",
    "Installation",
    "Label",
    "Repository",
    "Review",
    "Thread",
    "User",
    "World",
]


class World(Checks):
    """People, repositories and Apps; `sandbox.server.serve` puts it on HTTP."""

    def thread(self, repo: RepositoryRef, number: int) -> Thread:
        """An issue or pull request as it is now."""
        with self.lock:
            return self.find_thread(repo, number)

    def issues(self, repo: RepositoryRef) -> list[Thread]:
        """All issues and pull requests of a repository, oldest first."""
        with self.lock:
            return list(self.find_repository(repo).threads.values())

    def labels(self, repo: RepositoryRef) -> dict[str, Label]:
        """A repository's labels by name."""
        with self.lock:
            return {label.name: label for label in self.find_repository(repo).labels.values()}

    def check_runs(self, repo: RepositoryRef) -> list[CheckRun]:
        """A repository's check runs, oldest first."""
        with self.lock:
            return list(self.find_repository(repo).check_runs.values())

    def writes(self, repo: RepositoryRef | None = None) -> list[Access]:
        """The writes that came over HTTP and succeeded, perhaps only those to one repository.

        Minting tokens and redelivering webhooks change nothing people can see and do not count.
        """
        with self.lock:
            wanted = self.find_repository(repo).id if repo is not None else None
            return [it for it in self.requests if is_write(it) and wanted in (None, it.repository_id)]

    def summary(self) -> dict[str, Any]:
        """The state in a few lines of JSON, for people looking from outside."""
        with self.lock:
            homes = [r for r in self.repositories.values() if not r.fork]
            return {
                "now": self.now().isoformat(),
                "apps": [
                    {"id": a.id, "slug": a.slug, "webhook_url": a.webhook_url} for a in self.apps.values()
                ],
                "installations": {i.id: [i.account.login, i.selection] for i in self.installations.values()},
                "repositories": {r.full_name: _summary_of(r) for r in homes},
                "deliveries": len(self.deliveries),
                "requests": len(self.requests),
                "violations": dict(self.faults.violations),
            }


def is_write(it: Access) -> bool:
    """Whether a line of the access log changed something on a repository."""
    return (
        it.method not in ("GET", "HEAD")
        and it.status < 400
        and it.status not in (301, 307)
        and bool(it.repository)
    )


def _summary_of(home: Repository) -> dict[str, Any]:
    threads = [
        {
            "number": it.number,
            "kind": "pull request" if it.pull else "issue",
            "title": it.title,
            "author": it.author,
            "state": "merged" if it.merged else it.state,
            "labels": it.labels,
            "assignees": it.assignees,
            "comments": len(it.comments),
        }
        for it in list(home.threads.values())[-50:]
    ]
    return {"id": home.id, "private": home.private, "archived": home.archived, "threads": threads}
