"""What is sent: GitHub's examples as they are, moved home, broken; whole conversations with one step broken."""

import copy
import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.fuzz.home import Place, at_home
from tests.fuzz.mutations import (
    EVENTS,
    ODD,
    TAKEN,
    Delivery,
    delivery,
    mutated,
    refused,
    text,
    written,
)

Example = tuple[str, dict[str, Any]]

# Any JSON that hypothesis comes up with, lone surrogates and numbers of any size included.
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
ENDS = {"deleted", "suspend", "removed"}  # of an installation: the world would soon be empty


@dataclass(frozen=True)
class Source:
    """What plans are made from."""

    examples: Sequence[Example]
    places: Sequence[Place]
    odd: tuple[Any, ...] = ODD

    def of(self, event: str, action: str) -> dict[str, Any]:
        return next(p for name, p in self.examples if name == event and p.get("action", "") == action)


def odd_values(number: int, start: int) -> tuple[Any, ...]:
    """Values that hypothesis comes up with, the same for the same start, beside those that we know as odd."""
    found: list[Any] = []

    @seed(start)
    @settings(
        max_examples=number, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
    )
    @given(JSON)
    def collect(value: Any) -> None:
        found.append(value)

    collect()
    return (*ODD, *found)


def plan(source: Source, draw: Random) -> Iterator[Delivery]:
    """The next few requests."""
    how = draw.random()
    event, example = _example(source, draw)
    place = draw.choice(source.places)
    if how < 0.13:
        yield refused(event, example, draw)
    elif how < 0.16:  # each is a handful of requests
        yield from conversation(source, place, draw)
    elif how < 0.20:
        payload = at_home(source.of("issue_comment", "created"), place, draw, text(draw))
        payload["issue"].pop("pull_request", None)
        yield delivery("issue_comment", json.dumps(payload).encode())
    elif how < 0.34:
        broken = mutated(example, draw, source.odd)
        yield delivery(draw.choice((event, event, draw.choice(EVENTS), "é" * 20)), written(broken, draw))
    elif how < 0.42:
        yield delivery(event, written(at_home(example, place, draw), draw))
    else:
        moved = at_home(example, place, draw, text(draw) if draw.random() < 0.05 else "Hello, is this free?")
        yield delivery(event, written(_stays(mutated(moved, draw, source.odd)), draw))


def _example(source: Source, draw: Random) -> Example:
    """One of GitHub's; those that the App listens to come more often."""
    for _ in range(2):
        event, payload = draw.choice(source.examples)
        if event in EVENTS:
            break
    return event, (_stays(payload) if event.startswith("installation") else payload)


def _stays(payload: dict[str, Any]) -> dict[str, Any]:
    """An installation that ends takes its place along; what then comes from there is dropped unread."""
    action = payload.get("action")
    if action in ENDS if isinstance(action, str) else False:
        return {**payload, "installation": {"id": 1}}
    return payload


def conversation(source: Source, place: Place, draw: Random) -> Iterator[Delivery]:
    """A first pull request from its opening to its end, one step of it broken, late, twice or left out."""
    number, at = draw.choice(place.pulls)
    author = {"id": place.newcomers[at][0], "login": place.newcomers[at][1], "type": "User"}
    mentor_id, mentor = draw.choice(place.people)
    steps = [
        ("pull_request", "opened", author),
        ("issue_comment", "created", author),
        ("pull_request_review", "submitted", {"id": mentor_id, "login": mentor, "type": "User"}),
        ("pull_request", "synchronize", author),
        ("pull_request", "closed", author),
        ("pull_request", "reopened", author),
    ]
    valid = []
    for event, action, sender in steps:
        payload = at_home(source.of(event, action), place, draw)
        payload["sender"] = sender
        for kind in ("comment", "review"):
            if kind in payload:
                payload[kind]["user"] = sender
        for kind in ("pull_request", "issue"):
            if kind in payload:
                payload[kind] |= {"number": number, "user": author}
        valid.append((event, payload))
    broken = draw.randrange(len(valid))
    for position, (event, payload) in enumerate(valid):
        sent = delivery(event, json.dumps(payload).encode(), str(uuid.uuid4()))
        if position == broken:
            yield from _spoiled(event, payload, sent, source, draw)
        else:
            yield sent


def _spoiled(
    event: str, payload: dict[str, Any], sent: Delivery, source: Source, draw: Random
) -> Iterator[Delivery]:
    how = draw.random()
    if how < 0.5:
        yield delivery(event, written(mutated(payload, draw, source.odd), draw))
    elif how < 0.7:
        yield refused(event, payload, draw)
    elif how < 0.9:
        yield sent
        yield replace(sent, right=TAKEN)
        later = copy.deepcopy(payload)
        later["sender"] = None
        yield delivery(event, json.dumps(later).encode())
