"""Where the App is installed: repositories that come and go."""

from handlers.routes import Event, asks


@asks(
    "installation",
    on="installation",
    actions=("created", "deleted", "suspend", "unsuspend", "new_permissions_accepted"),
    keep=("action", "installation.account.login"),
)
def installation(event: Event) -> bool:
    """Every change of an installation."""
    return True


@asks(
    "installation",
    on="installation_repositories",
    actions=("added", "removed"),
    keep=("action", "repositories_added", "repositories_removed"),
)
def installation_repositories(event: Event) -> bool:
    """Repositories that were added to an installation, or taken from it."""
    return True


@asks(
    "installation",
    on="installation_target",
    actions=("renamed",),
    keep=("action", "account.login"),
)
def installation_target(event: Event) -> bool:
    """The account was renamed, and with it all its repositories."""
    return True
