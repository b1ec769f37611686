"""The leaderboard of a hackathon or a contest: merged pull requests, where many tiny ones are worth no more than a few."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from mentoring.book import Book, Period, Pull
from mentoring.stayed import by_person, is_merged

A_DAY = 4  # pull requests of a person that count, by the day on which they were opened
A_DAY_HERE = 2  # of these in one repository
MOST_PLACES = 10


@dataclass(frozen=True)
class Place:
    """A place, which several share who have as many points. `people`: their ids, in no order of merit."""

    rank: int  # 1, 2, 2, 4
    points: int
    people: tuple[int, ...]


def leaderboard(
    book: Book, people: Collection[int], period: Period, shown: Collection[int], most: int = MOST_PLACES
) -> list[Place]:
    """The first places. `people`: who takes part and may be named; `shown`: the repositories that may be told of.

    Whoever shares the last place that is shown is shown too. Nobody without a point has a place.
    """
    merged = [
        one
        for one in book.pulls
        if one.repository_id in shown and is_merged(book, one) and book.day(one.opened_at) in period
    ]
    points = {who: _points(book, pulls) for who, pulls in by_person(merged).items() if who in people}
    found: list[Place] = []
    for score in sorted(set(points.values()), reverse=True):
        rank = 1 + sum(other > score for other in points.values())
        if rank > most:
            break
        found.append(Place(rank, score, tuple(sorted(one for one, of in points.items() if of == score))))
    return found


def _points(book: Book, pulls: Collection[Pull]) -> int:
    """One for each, up to the most that count on a day."""
    here = Counter((book.day(one.opened_at), one.repository_id) for one in pulls)
    on_day: Counter[object] = Counter()
    for (day, _), many in here.items():
        on_day[day] += min(many, A_DAY_HERE)
    return sum(min(many, A_DAY) for many in on_day.values())
