"""What a check begins with: the commit, and whether its branch is the one that is in force."""

from adapters.context import Context
from adapters.ledger import places
from mentoring.check import Checked
from mentoring.facts import Place

BRANCH = "refs/heads/"


def begun(context: Context, place: Place, commit: str, ref: str | None) -> Checked:
    """The check of a commit before anything is found out. `ref`: as in a push; None: the default branch."""
    with context.ledger.read() as connection:
        row = places.repository(connection, place.id)
    default = (row.default_branch if row else None) or "main"
    branch = ref.removeprefix(BRANCH) if ref else default
    return Checked(
        place.id, place.full_name, commit, branch if branch != default else None, default, version=""
    )
