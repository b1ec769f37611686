"""The stock of good first issues: how many should be free, and who is asked for one more."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from mentoring.digest import WEEK, Stock, availability_of
from mentoring.matching import Candidate

LATELY = 4 * WEEK  # whose newcomers tell how many will come
MENTORS_FOR_ONE = 2  # active mentors for whom one issue should be free


def stock(
    free: int, came: Sequence[str | None], mentors: Iterable[Candidate], opened: Mapping[int, int]
) -> Stock:
    """The stock, and the mentor who is the right one to open another issue.

    `came`: the area of each newcomer within LATELY, None where it is not known. `opened`: how many starter issues
    each mentor opened, by id.
    """
    active = [one for one in mentors if availability_of(one) in ("free", "full")]
    a_week = math.ceil(len(came) / (LATELY / WEEK))
    wanted = max(a_week, math.ceil(len(active) / MENTORS_FOR_ONE))
    ask = next_to_ask(active, Counter(area for area in came if area), opened)
    return Stock(free, wanted, ask.login if ask else None)


def next_to_ask(
    active: Iterable[Candidate], areas: Mapping[str, int], opened: Mapping[int, int]
) -> Candidate | None:
    """Who opened the fewest; of several the one whose areas had most newcomers; then by the age of the account."""

    def key(one: Candidate) -> tuple[int, int, int]:
        came = sum(areas.get(area, 0) for area in one.areas)
        return opened.get(one.id, 0), -came, one.id

    return min(active, key=key, default=None)
