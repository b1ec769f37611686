"""Peers: who is introduced to whom, and when."""

from datetime import UTC, datetime, timedelta

import pytest

from mentoring.actions import Thread
from mentoring.peers import MOST, Newcomer, Peer, circles, due_after, introduce, key_of
from tests.mentoring.make import NOW, program

HOUR = timedelta(hours=1)


def came(
    number: int,
    *areas: str,
    language: str = "en",
    repository: int = 1,
    place: int = 0,
    after: float | None = None,
) -> Newcomer:
    """A newcomer by number, who came as many hours after the first one."""
    since = NOW + (number if after is None else after) * HOUR
    return Newcomer(number, Thread(repository, number), since, place, areas, language)


def numbers(*newcomers: Newcomer) -> list[list[int]]:
    return [[one.id for one in circle] for circle in circles(newcomers)]


@pytest.mark.parametrize(
    ("count", "sizes"),
    [
        (0, []),
        (1, []),
        (2, [2]),
        (3, [3]),
        (4, [4]),
        (5, [3, 2]),
        (6, [3, 3]),
        (9, [3, 3, 3]),
        (13, [4, 3, 3, 3]),
    ],
)
def test_everybody_is_in_one_circle_of_nearly_the_same_size(count: int, sizes: list[int]) -> None:
    found = numbers(*(came(one) for one in range(1, count + 1)))
    assert [len(one) for one in found] == sizes
    assert len({one for circle in found for one in circle}) == sum(sizes)


@pytest.mark.parametrize(
    ("crowd", "expected"),
    [
        pytest.param(
            [came(1, "orm"), came(2), came(3, "docs"), came(4, "docs"), came(5, "docs", "orm")],
            [[1, 5, 2], [3, 4]],
            id="the same area before who came next",
        ),
        pytest.param(
            [came(1, language="es"), came(2), came(3), came(4), came(5, language="es")],
            [[1, 5, 2], [3, 4]],
            id="the same language before who came next",
        ),
        pytest.param(
            [came(1, "orm", language="es"), came(2), came(3, language="es"), came(4, "orm"), came(5)],
            [[1, 4, 3], [2, 5]],
            id="the same area before the same language",
        ),
        pytest.param(
            [came(1), came(2, repository=2), came(3, repository=2), came(4, repository=2), came(5)],
            [[1, 5, 2], [3, 4]],
            id="the same repository before who came next",
        ),
        pytest.param(
            [came(1), came(2, place=7, repository=7), came(3), came(4, place=7, repository=7)],
            [[1, 3], [2, 4]],
            id="nobody of a private repository with anybody outside of it",
        ),
        pytest.param(
            [came(1), came(2, place=7, repository=7), came(3, place=8, repository=8)],
            [],
            id="alone in each place",
        ),
    ],
)
def test_who_is_nearest_comes_first(crowd: list[Newcomer], expected: list[list[int]]) -> None:
    assert numbers(*crowd) == expected
    assert numbers(*reversed(crowd)) == expected  # whatever the order in which they are read


def test_nobody_is_told_of_more_than_three() -> None:
    assert all(2 <= len(one) <= MOST for count in range(2, 60) for one in circles(map(came, range(count))))


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-11-02T09:59", "2026-11-02T10:00"),  # a Monday
        ("2026-11-02T10:00", "2026-11-09T10:00"),
        ("2026-11-02T09:00", "2026-11-02T10:00"),  # with the digest, not yet
        ("2026-11-08T23:00", "2026-11-09T10:00"),
    ],
)
def test_an_hour_after_the_digest_also_without_one(now: str, due: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    for more in ({}, {"digest": "off"}):
        found = due_after(program(peers=True, **more), moment)
        assert found == datetime.fromisoformat(due).replace(tzinfo=UTC)


def test_who_does_not_want_it_is_never_due() -> None:
    assert due_after(program(), NOW) is None


def test_the_comment_is_named_after_everybody_in_it() -> None:
    peer = Peer("defunkt", "Polish", "https://example.org/2")
    said = introduce(program(), came(1), "mona", [(2, peer), (3, peer)])
    assert said.key == "repo 1 · thread 1 · peers · person 1 · person 2 · person 3"
    assert said.key.startswith(key_of(said.thread))
