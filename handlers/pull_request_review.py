"""Reviews: a human answer to a newcomer, which passes the turn on."""

from handlers.routes import Event, asks, by_person


@asks(
    "turns",
    on="pull_request_review",
    actions=("submitted",),
    keep=("review.user.id", "review.user.login", "review.state", "review.submitted_at"),
    of_ours=True,
)
def turns(event: Event) -> bool:
    """Whether a person reviewed a pull request of ours."""
    return by_person(event)
