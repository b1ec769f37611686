"""A first look at an installation: what GitHub shows of it and of its repositories, for whoever sets it up."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import quote, urlencode

from adapters import configuration
from adapters.context import Context
from adapters.github import Installation, Missing
from adapters.links import LONGEST
from adapters.manifest import reaches
from adapters.settings import Settings
from mentoring.configuration import FILE
from mentoring.facts import Place

MOST_PAGES = 10  # of a list, a hundred entries each
CODEOWNERS = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
MOST_BYTES = 64 * 1024  # of CODEOWNERS


@dataclass(frozen=True)
class Installed:
    """An installation. `missing`: permissions the App asks for, which its owner has not accepted."""

    id: int
    account: str
    html_url: str
    suspended: bool
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Repository:
    """One of its repositories."""

    id: int
    full_name: str
    private: bool
    archived: bool
    has_issues: bool
    default_branch: str


def installation(context: Context, installation_id: int) -> Installed | None:
    """The installation as GitHub has it now; None: there is none. Raises Trouble."""
    try:
        found = context.github.app.get(f"/app/installations/{installation_id}")
    except Missing:
        return None
    asked = context.github.app.get("/app")["permissions"]
    return Installed(
        installation_id,
        found["account"]["login"],
        found["html_url"],
        bool(found.get("suspended_at")),
        tuple(name for name, level in asked.items() if not reaches(found["permissions"].get(name), level)),
    )


def repositories(context: Context, installation_id: int) -> list[Repository]:
    """The repositories of the installation, by name."""
    github = context.github.installation(installation_id)
    pages = islice(github.pages("/installation/repositories"), MOST_PAGES)
    found = [_repository(item) for page in pages for item in page["repositories"]]
    return sorted(found, key=lambda one: one.full_name.lower())


def _repository(item: Mapping[str, Any]) -> Repository:
    return Repository(
        item["id"],
        item["full_name"],
        bool(item.get("private")),
        bool(item.get("archived")),
        bool(item.get("has_issues", True)),
        item.get("default_branch") or "main",
    )


def files(context: Context, installation_id: int, one: Repository) -> configuration.Files:
    """The configuration that counts for a repository; without layers there is none."""
    github = context.github.installation(installation_id)
    place = Place(one.id, one.full_name, one.private, installation_id)
    return configuration.read(context, github, place)


def labels(context: Context, installation_id: int, repository_id: int) -> tuple[str, ...]:
    """The names of a repository's labels, the first few hundred."""
    github = context.github.installation(installation_id)
    pages = islice(github.pages(f"/repositories/{repository_id}/labels"), 3)
    return tuple(item["name"] for page in pages for item in page)


def folders(context: Context, installation_id: int, repository_id: int) -> tuple[str, ...]:
    """The folders at the top of the default branch; none in a repository that is empty."""
    github = context.github.installation(installation_id)
    try:
        found = github.get(f"/repositories/{repository_id}/contents/")
    except Missing:
        return ()
    return tuple(item["name"] for item in found if item["type"] == "dir")


def codeowners(context: Context, installation_id: int, repository_id: int) -> str:
    """The text of CODEOWNERS, from the first place where GitHub looks for it; empty without one."""
    github = context.github.installation(installation_id)
    texts = (_text(github, repository_id, path) for path in CODEOWNERS)
    return next((text for text in texts if text is not None), "")


def _text(github: Installation, repository_id: int, path: str) -> str | None:
    try:
        item = github.get(f"/repositories/{repository_id}/contents/{path}")
    except Missing:
        return None
    if not isinstance(item, dict) or item.get("type") != "file" or item.get("size", 0) > MOST_BYTES:
        return None
    return base64.b64decode(item.get("content") or "").decode("utf-8", errors="replace")


def new_file(settings: Settings, one: Repository, text: str) -> str | None:
    """The address that opens GitHub's editor with this file; None: the text is too long for an address."""
    where = f"{settings.html_url}/{one.full_name}/new/{quote(one.default_branch, safe='/')}"
    url = f"{where}?{urlencode({'filename': FILE, 'value': text})}"
    return url if len(url) <= LONGEST else None


def edit_file(settings: Settings, slug: str) -> str:
    """Where the file is seen on GitHub's default branch."""
    return f"{settings.html_url}/{slug}/blob/HEAD/{FILE}"
