"""Listing: mentors say whether the public page shows them."""

from adapters.ledger import listing as ledger
from jobs.asking import Apply, Asking, Refusal
from jobs.availability import must_be_mentor
from jobs.decision import Decision
from mentoring.commands import Command
from mentoring.wording import phrase

PRIVATE = phrase("This program's home is private, so its mentors are on no public page.")


def list_me(asking: Asking, command: Command) -> Apply:
    """`/mentor list`: on the page of mentors from now on, with what the roster has in their own words."""

    def apply(decision: Decision) -> None:
        must_be_mentor(decision, asking, command)
        if asking.loaded.home.private:
            raise Refusal(PRIVATE)
        _say(decision, asking, listed=True)

    return apply


def unlist_me(asking: Asking, command: Command) -> Apply:
    """`/mentor unlist`: off it. Whoever is there may always say so, a mentor or not."""

    def apply(decision: Decision) -> None:
        if not ledger.is_listed(decision.connection, asking.person_id):
            must_be_mentor(decision, asking, command)
        _say(decision, asking, listed=False)

    return apply


def _say(decision: Decision, asking: Asking, *, listed: bool) -> None:
    how = "/mentor list" if listed else "/mentor unlist"
    ledger.person_says(decision.connection, asking.person_id, listed, asking.said_at, how)
