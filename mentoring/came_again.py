"""Newcomers who came again: those with a mentor beside those of the same period whom nobody was introduced to."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from mentoring.book import Book, Period, Pull
from mentoring.stayed import Figure, active, by_person, is_merged


@dataclass(frozen=True)
class Newcomers:
    """People whose first pull request was opened in a period, and what became of them."""

    came: Figure
    merged: Figure  # something of theirs is merged
    again: Figure  # they opened a second pull request
    active: tuple[Figure, ...]  # so many days after the first one


def introduced(book: Book) -> set[int]:
    """The newcomers who met a mentor: with somebody's name on a thread of theirs."""
    return {one.newcomer_id for one in book.guided if one.helpers}


def without_mentor(book: Book, ours: Collection[int]) -> set[int]:
    """Who never met a mentor. `ours`: members, organizers, mentors and who is not to be counted."""
    return {one.person_id for one in book.pulls} - introduced(book) - set(ours)


def newcomers(book: Book, people: Collection[int], period: Period, days: Sequence[int]) -> Newcomers:
    """What became of those of the people whose first pull request falls into the period."""
    if not book.knows("pulls", period.first):
        names = ["came", "merged", "again", *(f"active_{one}" for one in days)]
        came, merged, again, *rest = [Figure(name, None) for name in names]
        return Newcomers(came, merged, again, tuple(rest))
    of = _in(book, people, period)
    begun = {one: book.day(pulls[0].opened_at) for one, pulls in of.items()}
    merged_ones = sum(any(is_merged(book, pull) for pull in pulls) for pulls in of.values())
    return Newcomers(
        came=Figure("came", len(of)),
        merged=Figure("merged", merged_ones, len(of)),
        again=Figure("again", sum(came_again(pulls) for pulls in of.values()), len(of)),
        active=tuple(active(book, begun, one, ["pulls"]) for one in days),
    )


def came_again(pulls: Collection[Any]) -> bool:
    """Whether somebody made a second contribution: another pull request, in any of the program's repositories."""
    return len(pulls) > 1


def _in(book: Book, people: Collection[int], period: Period) -> dict[int, list[Pull]]:
    """Everything that these people opened, by person, the oldest first."""
    of = set(people)
    return {
        who: pulls
        for who, pulls in by_person(book.pulls).items()
        if who in of and book.day(pulls[0].opened_at) in period
    }
