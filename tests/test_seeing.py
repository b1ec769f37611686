"""Seeing inside: the numbers and the logs of the real processes tell what became of a delivery."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from tests.fuzz.fleet import METRICS_TOKEN, Fleet, fleet
from tests.fuzz.mutations import signature
from tests.journeys.programs import HOME, configuration, settled_in

AGREED = "      - {login: octocat, mentoring: agreed}\n"
PATIENCE = 60.0
Sample = tuple[str, frozenset[tuple[str, str]]]


@pytest.fixture(scope="module")
def ships(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """Web, worker and clock, and a newcomer who was greeted there; one delivery was refused, one is parked."""
    with fleet(tmp_path_factory.mktemp("seeing"), workers=1) as opened:
        world = opened.world
        settled_in(world, configuration(world, members=AGREED, extra="starter_issues: 0"))
        wait_until(lambda: value(opened, "jobs_total", job="configuration", outcome="done"))
        pull = world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"])
        wait_until(lambda: world.thread(HOME, pull.number).comments)
        (installation,) = world.installations
        lacking = {
            "action": "opened",
            "installation": {"id": installation},
            "repository": {"id": 1},
            "number": 1,
        }
        assert post(opened, "pull_request", json.dumps(lacking).encode(), signed=False) == 401
        wait_until(lambda: value(opened, "writes_total", verb="comment", outcome="done"))
        yield opened


def wait_until(seen: Callable[[], Any]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not seen():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.1)


def post(ships: Fleet, event: str, body: bytes, *, signed: bool) -> int:
    headers = {
        "X-GitHub-Event": event,
        "X-GitHub-Delivery": "00000000-0000-4000-8000-000000000001",
        "Content-Type": "application/json",
        "X-Hub-Signature-256": signature(body) if signed else "sha256=" + "0" * 64,
    }
    return requests.post(f"{ships.urls[0]}/webhooks", body, headers=headers, timeout=10).status_code


def numbers(ships: Fleet) -> dict[Sample, float]:
    """What Prometheus would read, by its own parser."""
    headers = {"Authorization": f"Bearer {METRICS_TOKEN}"}
    answer = requests.get(f"{ships.urls[0]}/metrics", headers=headers, timeout=10)
    assert answer.status_code == 200
    return {
        (sample.name.removeprefix("lamplighter_"), frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def value(ships: Fleet, name: str, **labels: str) -> float | None:
    return numbers(ships).get((name, frozenset(labels.items())))


def told(path: Path) -> Iterator[dict[str, Any]]:
    """The lines of a log."""
    for line in path.read_text().splitlines():
        if line.startswith("{"):
            yield json.loads(line)


def test_every_process_counts_into_one_page(ships: Fleet) -> None:
    assert value(ships, "deliveries_total", event="pull_request", outcome="kept") == 1  # by the web process
    assert value(ships, "deliveries_total", event="pull_request", outcome="refused") == 1
    assert value(ships, "jobs_total", job="welcome", outcome="done") == 1  # by the worker
    assert (value(ships, "answer_seconds_count", outcome="kept") or 0) >= 2


def test_what_waits_is_told(ships: Fleet) -> None:
    waits = value(ships, "newcomer_longest_wait_seconds")
    assert waits is not None
    assert 0 < waits < PATIENCE + 10
    assert value(ships, "inbox_oldest_seconds") is not None
    assert value(ships, "outbox_oldest_seconds") is not None
    remaining = {
        labels: left for (name, labels), left in numbers(ships).items() if name == "github_remaining"
    }
    assert remaining
    assert all(0 < left <= 10**7 for left in remaining.values())


def test_without_the_token_there_is_nothing_to_see(ships: Fleet) -> None:
    assert requests.get(f"{ships.urls[0]}/metrics", timeout=10).status_code == 401
    wrong = {"Authorization": f"Bearer {METRICS_TOKEN[:-1]}"}
    assert requests.get(f"{ships.urls[0]}/metrics", headers=wrong, timeout=10).status_code == 401


def test_a_delivery_is_followed_through_every_step(ships: Fleet) -> None:
    (guid,) = {
        delivery.guid
        for delivery in ships.world.deliveries
        if delivery.event == "pull_request" and delivery.action == "opened"
    }
    lines = [
        (path.stem.partition("-")[0], line["event"])
        for path in sorted(ships.folder.glob("*.log"))
        for line in told(path)
        if line.get("delivery") == guid
    ]
    assert ("web", "kept: welcome") in lines
    assert ("worker", "welcome: done") in lines
    assert ("worker", "comment: done") in lines


def test_no_version_is_told(ships: Fleet) -> None:
    headers = requests.get(f"{ships.urls[0]}/healthz", timeout=10).headers
    assert headers["Server"] == "granian"
    assert "X-Powered-By" not in headers
