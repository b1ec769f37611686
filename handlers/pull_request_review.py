"""Reviews: a human answer to a newcomer."""

from handlers.routes import Event, asks, by_person


@asks(
    "answered",
    on="pull_request_review",
    actions=("submitted",),
    keep=("review.user.id", "review.user.login", "review.submitted_at"),
    of_ours=True,
)
def answered(event: Event) -> bool:
    """Whether a person reviewed a pull request of ours."""
    return by_person(event)
