"""What can go wrong between an App and GitHub: switches, all off by default, and counters of misbehaviour."""

from __future__ import annotations

import random
from collections import Counter, deque
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any


@dataclass
class SecondaryLimit:
    """What an installation may do at a time; the numbers are GitHub's ("Rate limits for the REST API").

    Which requests create content GitHub does not say; here it is every write.
    """

    per_minute: int = 80  # content created
    per_hour: int = 500
    points: int = 900  # a minute: 1 for a request that reads, 5 for one that writes
    at_once: int = 100  # requests
    status: int = 403  # GitHub answers 403 or 429
    retry_after: int = 60


DOCUMENTED = SecondaryLimit()
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
# GitHub asks for a second between writes where there are many, and gives no number. Here: half as much again, for a while.
BURST, BURST_LASTS = 15, timedelta(seconds=10)


class Recent:
    """A sum over the last minute or hour, for each caller."""

    def __init__(self, length: timedelta) -> None:
        self._length = length
        self._kept: dict[int | None, deque[tuple[datetime, int]]] = {}
        self._sums: Counter[int | None] = Counter()

    def add(self, key: int | None, now: datetime, points: int = 1) -> int:
        """Counts; the sum with this."""
        self._kept.setdefault(key, deque()).append((now, points))
        self._sums[key] += points
        return self.sum(key, now)

    def sum(self, key: int | None, now: datetime) -> int:
        kept = self._kept.get(key)
        while kept and now - kept[0][0] >= self._length:
            self._sums[key] -= kept.popleft()[1]
        return self._sums[key]


@dataclass
class Faults:
    """Switches are plain attributes; probabilities are between 0 and 1 and drawn from a seeded generator."""

    seed: int = 20
    lose_replies: float = 0.0  # writes: done, then the answer is lost
    lose_replies_how: str = "mixed"  # "cut" (connection closed), "502" or "mixed"
    flaky_404: float = 0.0  # 404 for threads and comments younger than flaky_404_age seconds
    flaky_404_age: float = 5.0
    errors_5xx: float = 0.0  # 502 before anything is done
    slow: float = 0.0  # seconds each answer takes longer
    primary_limit: int | None = None  # requests per hour and installation; GitHub's floor is 5,000
    primary_status: int = 403  # GitHub answers 403 or 429
    secondary_limit: SecondaryLimit | None = None
    locked_refuses_apps: bool = True  # not verified on GitHub; the harder of the two ways
    long_tokens: bool = False  # installation tokens of about 520 characters, as rolled out since 2026-04
    hold_deliveries: bool = False  # collect webhooks, send none until world.release_deliveries()
    duplicate_deliveries: float = 0.0
    shuffle_deliveries: bool = False
    lose_deliveries: float = 0.0  # recorded as failed to connect, as when the App's host is down
    violations: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._seed_generators()
        self._content = {length: Recent(length) for length in (MINUTE, HOUR)}
        self._points, self._burst = Recent(MINUTE), Recent(BURST_LASTS)
        self._under_way: Counter[int | None] = Counter()
        self._last_write: dict[int | None, datetime] = {}
        self._used: dict[int | None, tuple[datetime, int]] = {}
        self._limited_until: dict[tuple[str, int | None], datetime] = {}

    def _seed_generators(self) -> None:
        """Two, so that webhooks sent in the background do not disturb what requests draw."""
        self.random = random.Random(self.seed)
        self.courier_random = random.Random(self.seed)

    def set(self, **switches: Any) -> None:
        """Turn switches by name; `seed` restarts the generator; an unknown name is an error."""
        known = {f.name for f in fields(self)} - {"violations"}
        for name, value in switches.items():
            if name not in known:
                raise ValueError(f"no such fault: {name}; there are {', '.join(sorted(known))}")
            if name == "secondary_limit" and isinstance(value, dict):
                value = SecondaryLimit(**value)
            setattr(self, name, value)
            if name == "seed":
                self._seed_generators()

    def reset(self) -> None:
        """All switches off again, counters and limits at zero."""
        vars(self).update(vars(Faults(self.seed)))

    def strikes(self, probability: float) -> bool:
        """Whether something of this probability happens to a request now."""
        return probability > 0 and self.random.random() < probability

    def strikes_delivery(self, probability: float) -> bool:
        """Whether something of this probability happens to a webhook now."""
        return probability > 0 and self.courier_random.random() < probability

    def is_flaky(self, age_seconds: float) -> bool:
        """Whether GitHub pretends not to know something this young (its replicas lag)."""
        return age_seconds < self.flaky_404_age and self.strikes(self.flaky_404)

    # -- the primary limit: requests an hour ------------------------------------------------------

    def limit_for(self, installation_id: int | None) -> int:
        """Requests an hour: 5,000 for an installation, 60 for nobody in particular."""
        if self.primary_limit is not None:
            return self.primary_limit
        return 60 if installation_id is None else 5000

    def window(self, installation_id: int | None, now: datetime) -> tuple[int, datetime]:
        """Requests used in the current hour and when that hour ends."""
        start, used = self._used.get(installation_id, (now, 0))
        if now >= start + timedelta(hours=1):
            start, used = now, 0
        self._used[installation_id] = (start, used)
        return used, start + timedelta(hours=1)

    def count_request(self, installation_id: int | None, now: datetime, by: int = 1) -> None:
        """Charge a request; a 304 is given back with `by=-1`, since it costs nothing."""
        used, _ = self.window(installation_id, now)
        start, _ = self._used[installation_id]
        self._used[installation_id] = (start, max(0, used + by))

    # -- secondary limits: haste ------------------------------------------------------------------

    def begin(self, key: int | None, method: str, now: datetime) -> int | None:
        """Counts a request that begins; seconds to wait if it is one too many."""
        self._under_way[key] += 1
        if self._under_way[key] > DOCUMENTED.at_once:
            self.violations["requests_at_once"] += 1
        points = self._points.add(key, now, 1 if method in ("GET", "HEAD", "OPTIONS") else 5)
        if points > DOCUMENTED.points:
            self.violations["points_per_minute"] += 1
        limit = self.secondary_limit
        if limit is None:
            return None
        too_many = self._under_way[key] > limit.at_once or points > limit.points
        return self._wait("requests", key, now, limit.retry_after if too_many else None)

    def end(self, key: int | None) -> None:
        """Counts a request that is answered."""
        self._under_way[key] = max(0, self._under_way[key] - 1)

    def secondary_wait(self, key: int | None, now: datetime) -> int | None:
        """Seconds to wait if this installation may not write now; asking meanwhile is a violation."""
        limit = self.secondary_limit
        if limit is None:
            return None
        if self._content[MINUTE].sum(key, now) >= limit.per_minute:
            return self._wait("content", key, now, limit.retry_after)
        if self._content[HOUR].sum(key, now) >= limit.per_hour:
            return self._wait("content", key, now, max(limit.retry_after, 600))
        return self._wait("content", key, now, None)

    def _wait(self, what: str, key: int | None, now: datetime, begins: int | None) -> int | None:
        """Seconds until a limit is over that holds, or that begins now for so many seconds."""
        until = self._limited_until.get((what, key))
        if until and now < until:
            self.violations["while_limited"] += 1
            return max(1, round((until - now).total_seconds()))
        if begins is None:
            return None
        self.violations["secondary_limit"] += 1
        self._limited_until[what, key] = now + timedelta(seconds=begins)
        return begins

    def note_content(self, key: int | None, now: datetime) -> None:
        """Count a piece of content; more than GitHub documents is a violation."""
        if self._content[MINUTE].add(key, now) > DOCUMENTED.per_minute:
            self.violations["content_per_minute"] += 1
        if self._content[HOUR].add(key, now) > DOCUMENTED.per_hour:
            self.violations["content_per_hour"] += 1

    def note_write(self, key: int | None, now: datetime) -> None:
        """Count a write; GitHub asks for a second between writes where there are many."""
        last = self._last_write.get(key)
        if last and now - last < timedelta(seconds=1):
            self.violations["writes_within_a_second"] += 1
        self._last_write[key] = now
        if self._burst.add(key, now) > BURST:
            self.violations["long_bursts"] += 1
