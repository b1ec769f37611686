"""Who may do what: GitHub's own permission and the file decide, never the association a webhook claims."""

from adapters import reads
from jobs.asking import Asking


def may_maintain(asking: Asking) -> bool:
    """Whether the person is an organizer, or may triage or more in the repository; at most one request."""
    return is_organizer(asking) or is_maintainer(asking)


def is_organizer(asking: Asking) -> bool:
    """Whether the person is an organizer of the program, by their id."""
    ids = {asking.loaded.id_of(login) for login in asking.loaded.program.organizers}
    return asking.person_id in ids


def is_maintainer(asking: Asking) -> bool:
    """Whether GitHub lets the person triage or more here; a request."""
    github = asking.context.github.installation(asking.row.installation_id)
    return reads.may_triage(github, asking.row.repository_id, asking.login)
