"""A realistic mix of deliveries: what a busy App is sent, in the shapes of the sandbox, of 22 KB each.

The shares are those of the table KINDS. One thread in twenty is one of ours; every second new pull request is of
somebody who may be new. Every delivery is of its own thread, person and repository, as far as its kind has them.
"""

import json
import random
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from sandbox.world import World

SEED = 2026
BYTES = 22_000
REPOSITORIES = 50
THREADS = 5_000  # in each repository; every OURS-th of them is a newcomer's thread
OURS = 20
MANY = 2_000  # deliveries in a mix, so that the smallest share is a whole number
OWNER, REPO = "octo-org", "octo-org/octo-repo"

Payload = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """One kind of delivery: its event, its share of the mix in hundredths of a per cent, and what is special."""

    name: str
    event: str
    share: int
    change: Callable[[Payload, int], None]


@dataclass(frozen=True)
class Delivery:
    """What is sent: the kind it is of, the name of the event, the body."""

    kind: str
    event: str
    body: bytes


def repository_id(number: int) -> int:
    """The id of the repository of a delivery."""
    return 700_000 + number % REPOSITORIES


def our_threads() -> Iterator[tuple[int, int]]:
    """Repository and number of every thread that is one of ours."""
    for repository in range(REPOSITORIES):
        yield from ((repository_id(repository), number) for number in range(OURS, THREADS + 1, OURS))


# --- what is special of a kind --------------------------------------------------------------------


def _nothing(payload: Payload, number: int) -> None:
    """As the sandbox makes it."""


def _to_topic(payload: Payload, number: int) -> None:
    payload["ref"] = f"refs/heads/topic-{number}"


def _configuration(payload: Payload, number: int) -> None:
    payload["commits"][-1]["modified"] = [".github/lamplighter.yml"]
    payload["head_commit"]["modified"] = [".github/lamplighter.yml"]


def _newcomer(payload: Payload, number: int) -> None:
    payload["pull_request"]["author_association"] = "FIRST_TIME_CONTRIBUTOR"
    payload["pull_request"]["number"] = payload["number"] = 1_000_000 + number


def _regular(payload: Payload, number: int) -> None:
    payload["pull_request"]["author_association"] = "MEMBER"


def _command(payload: Payload, number: int) -> None:
    payload["comment"]["body"] = "This is what I was looking for.\n\n/mentor me\n"


def _unlabelled(payload: Payload, number: int) -> None:
    payload["issue"]["labels"] = []
    payload["issue"]["body"] += _text(800)


KINDS = (
    Kind("push to a topic branch", "push", 1750, _to_topic),
    Kind("push to the default branch", "push", 1715, _nothing),
    Kind("push that changes the configuration", "push", 35, _configuration),
    Kind("pull request opened by somebody new", "pull_request.opened", 190, _newcomer),
    Kind("pull request opened by a regular", "pull_request.opened", 185, _regular),
    Kind("pull request synchronized", "pull_request.synchronize", 1000, _nothing),
    Kind("pull request labelled", "pull_request.labeled", 500, _nothing),
    Kind("review requested", "pull_request.review_requested", 375, _nothing),
    Kind("pull request closed", "pull_request.closed", 250, _nothing),
    Kind("comment", "issue_comment.created", 2450, _nothing),
    Kind("comment with a command", "issue_comment.created", 50, _command),
    Kind("issue opened", "issues.opened", 250, _unlabelled),
    Kind("issue opened with labels", "issues.opened", 50, _nothing),
    Kind("issue labelled", "issues.labeled", 250, _nothing),
    Kind("issue assigned", "issues.assigned", 250, _nothing),
    Kind("issue closed", "issues.closed", 200, _nothing),
    Kind("review", "pull_request_review.submitted", 500, _nothing),
)


def mix(seed: int = SEED, many: int = MANY) -> list[Delivery]:
    """Deliveries in the shares of KINDS, shuffled."""
    shapes = _shapes()
    found = []
    for kind in KINDS:
        found += [_delivery(kind, shapes, number) for number in range(many * kind.share // 10_000)]
    random.Random(seed).shuffle(found)
    return found


def only(name: str, many: int = 200) -> list[Delivery]:
    """Deliveries of one kind."""
    kind = next(kind for kind in KINDS if kind.name == name)
    shapes = _shapes()
    return [_delivery(kind, shapes, number) for number in range(many)]


def _delivery(kind: Kind, shapes: dict[str, Payload], number: int) -> Delivery:
    payload = deepcopy(shapes[kind.event])
    thread = payload.get("pull_request") or payload.get("issue")
    payload["repository"]["id"] = repository_id(number)
    if thread:
        thread["number"] = number % THREADS + 1
        thread["user"]["id"] = payload["sender"]["id"] = 5_000_000 + number
    if "number" in payload:
        payload["number"] = number % THREADS + 1
    kind.change(payload, number)
    return Delivery(kind.name, kind.event.partition(".")[0], _compact(payload))


def _compact(payload: Payload) -> bytes:
    return json.dumps(payload, separators=(",", ":"), ensure_ascii=False).encode()


# --- the shapes -----------------------------------------------------------------------------------


def _shapes() -> dict[str, Payload]:
    """A payload of each event, as the sandbox sends it, brought to its size by more of what such payloads hold."""
    shapes = {}
    for delivery in _played():
        payload = json.loads(delivery.body)
        action = payload.get("action")
        _grow(payload)
        shapes[f"{delivery.event}.{action}" if action else delivery.event] = payload
    return shapes


def _played() -> list[Any]:
    """What the sandbox tells of a little story in which everything happens once."""
    world = World()
    world.faults.hold_deliveries = True
    world.organization(OWNER)
    for login in ("monalisa", "hubot", "newcomer"):
        world.user(login)
    world.repository(REPO, files={"src/a.py": "a = 1\n"})
    world.collaborator(REPO, "monalisa")
    world.collaborator(REPO, "hubot")
    everything = ("contents", "issues", "pull_requests", "metadata")
    events = ["push", "pull_request", "issue_comment", "issues", "pull_request_review"]
    world.register_app(
        slug="bench",
        webhook_secret="unused",
        webhook_url="http://127.0.0.1:1/webhooks",
        permissions=dict.fromkeys(everything, "write"),
        events=events,
    )
    world.install(OWNER, [REPO])
    world.push(REPO, "monalisa", {"src/a.py": "a = 2\n"}, message="Count from two")
    issue = world.open_issue(REPO, "newcomer", "It does not count", body=_text(800)).number
    world.label(REPO, issue, "monalisa", "bug")
    world.assign(REPO, issue, "monalisa", "hubot")
    world.comment(REPO, issue, "newcomer", _text(600))
    world.close(REPO, issue, "monalisa")
    pull = world.open_pull_request(
        REPO, "newcomer", "Count from one", body=_text(800), files=["src/a.py"]
    ).number
    world.label(REPO, pull, "monalisa", "bug")
    world.request_review(REPO, pull, "monalisa", ["hubot"])
    world.synchronize(REPO, pull, "newcomer", files=["src/a.py"])
    world.review(REPO, pull, "hubot", "commented", _text(400))
    world.close(REPO, pull, "monalisa")
    return [one for one in world.deliveries if one.event in events]


def _grow(payload: Payload) -> None:
    """More commits; or more labels and people, as far as GitHub allows; and a longer text for what is missing."""
    thread = payload.get("pull_request") or payload.get("issue")
    if thread is None:
        commit = payload["commits"][0]
        while _missing(payload) > 0:
            payload["commits"].append(deepcopy(commit) | {"id": f"{len(payload['commits']):040x}"})
        return
    label = payload.get("label") or {"name": "bug", "description": "Something isn't working"}
    person = payload["sender"]
    for number in range(10):
        if _missing(payload) > 1_500:
            thread["assignees"].append(deepcopy(person) | {"id": 9_000_000 + number})
            thread["labels"].append(deepcopy(label) | {"id": number, "name": f"area: {number}"})
    thread["body"] = (thread["body"] or "") + _text(max(0, _missing(payload)))


def _missing(payload: Payload) -> int:
    return BYTES - len(_compact(payload))


def _text(length: int) -> str:
    """A text as people write: paragraphs, lists, code, quotes and a few characters beyond ASCII."""
    paragraph = (
        'When I run `count --from 2` it says "one" – I expected «two».\n\n- [x] looked for a duplicate\n'
        "- [ ] tried another version\n\n```python\n>>> count(start=2)\n'one'\n```\n\n"
    )
    return (paragraph * (length // len(paragraph) + 1))[:length]
