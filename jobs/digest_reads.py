"""What the digest reads afresh from GitHub: which starter issues are free, and the titles of what was merged."""

from collections.abc import Iterator
from typing import Any

from adapters import reads
from adapters.context import Context
from adapters.github import Doubt, Limited, Trouble
from adapters.ledger import forgetting
from jobs.digest_told import Told
from jobs.digest_view import View
from jobs.program import Loaded
from jobs.week import Rows
from mentoring.digest import FreeStarter, Merged
from mentoring.digest_text import MOST_LINES


def free(view: View, loaded: Loaded, week: Told, found: Rows) -> Iterator[FreeStarter]:
    """The starter issues that nobody claimed or works on, and that GitHub shows without an assignee.

    One request for each repository and label.
    """
    free = [row for row in week.starters if (row.repository_id, row.number) not in week.taken]
    for place in found:
        mentors = {row.number: row.mentor_id for row in free if row.repository_id == place.id}
        if mentors:
            for number, title in sorted(_unassigned(view.context, loaded, place)):
                login = loaded.login_of(mentors.get(number))
                if login:
                    yield FreeStarter(view.spot(place.id, number, _kept(view, title)), login)


def _unassigned(context: Context, loaded: Loaded, place: Any) -> set[tuple[int, str]]:
    github = context.github.installation(place.installation_id)
    unassigned: set[tuple[int, str]] = set()
    for label in loaded.program.good_first_issue_labels:
        try:
            issues = list(reads.open_with_label(github, place.id, label))
        except Trouble as trouble:
            if isinstance(trouble, Doubt | Limited) and place.id == loaded.home.id:
                raise  # it passes, and the home is waited for
            continue  # another repository that cannot be read does not hold up everybody's digest
        unassigned |= {(issue.number, issue.title) for issue, taken in issues if not taken}
    return unassigned


def merged(view: View, loaded: Loaded, rows: Rows, found: Rows) -> Iterator[Merged]:
    """Newcomers' merged pull requests, with the titles of as many as are shown: a request each, and nothing is kept."""
    installations = {place.id: place.installation_id for place in found}
    titled = 0
    for row in rows:
        spot = view.spot(row.repository_id, row.number)
        if spot.slug is None or titled == MOST_LINES:
            yield Merged(spot, "")
            continue
        one = _titled(view, loaded, row, installations[row.repository_id])
        titled += one is not None
        yield one or Merged(spot, "")


def _titled(view: View, loaded: Loaded, row: Any, installation_id: int) -> Merged | None:
    """None where the pull request is gone, or the account of its author: nobody is named then."""
    try:
        pull = reads.issue(view.context.github.installation(installation_id), row.repository_id, row.number)
    except Trouble as trouble:
        if isinstance(trouble, Doubt | Limited) and row.repository_id == loaded.home.id:
            raise  # it passes, and the home is waited for
        return None
    if pull.merged_at is None or pull.author_id != row.newcomer_id:
        return None
    title = _kept(view, pull.title)
    return Merged(view.spot(row.repository_id, row.number, title), pull.author)


def _kept(view: View, title: str) -> str:
    """A title without those who asked to be forgotten."""
    with view.context.ledger.read() as connection:
        return forgetting.without_them(connection, title)
