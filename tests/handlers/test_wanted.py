"""What the sweep asks GitHub to deliver again is what the handlers may want, no more and no less."""

from handlers import ROUTES
from jobs.sweep import WANTED, is_wanted


def test_every_event_that_a_handler_wants_is_recovered() -> None:
    wanted: dict[str, set[str]] = {}
    for route in ROUTES:
        wanted.setdefault(route.event, set()).update(route.actions or {""})
    assert wanted == {event: set(actions) for event, actions in WANTED.items()}


def test_what_nobody_wants_stays_lost() -> None:
    assert is_wanted("issues", "labeled")
    assert not is_wanted("issues", "milestoned")
    assert not is_wanted("ping", None)
