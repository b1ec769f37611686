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


@asks(
    "contributed",
    on="pull_request_review",
    actions=("submitted",),
    keep=("action", "review.user.id", "review.submitted_at"),
    of_people="review.user.id",
)
def contributed(event: Event) -> bool:
    """Whether a person reviewed what somebody else did: words on one's own pull request are no review."""
    return by_person(event) and event.get("review.user.id") != event.find("pull_request.user.id")
