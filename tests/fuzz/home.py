"""A world with many small programs, and GitHub's examples moved into it, so that jobs find what they look for."""

import copy
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any

from sandbox.world import World
from tests.journeys.programs import FILE

CONFIGURATION = """\
program: Program {number}
organizers: [organizer-{number}]
starter_issues: 0
areas:
  code: {{paths: ["src/**"], labels: [code], team: The team}}
cohorts:
  - name: One
    starts: 2026-01-01
    ends: 2026-02-01
    invite: false
    members:
      - {{login: mentor-{number}-a, mentoring: agreed, capacity: 9}}
      - {{login: mentor-{number}-b, mentoring: agreed, capacity: 9}}
      - {{login: graduate-{number}}}
"""
NEWCOMERS = 6
GOOD_FIRST = "good first issue"


@dataclass(frozen=True)
class Place:
    """A repository of the world, as far as a webhook speaks of it."""

    installation: int
    repository: dict[str, Any]
    people: tuple[tuple[int, str], ...]
    newcomers: tuple[tuple[int, str], ...]
    issues: tuple[int, ...]
    pulls: tuple[tuple[int, int], ...]  # numbers, and who opened them
    comments: tuple[int, ...]


def settle_in(world: World, programs: int) -> list[Place]:
    """Programs with people, issues and pull requests, each in an organization of its own.

    The App hears of it with the installations, which come last.
    """
    return [_program(world, number) for number in range(programs)]


def _program(world: World, number: int) -> Place:
    owner, name = f"owner-{number}", f"owner-{number}/project"
    staff = [f"organizer-{number}", f"mentor-{number}-a", f"mentor-{number}-b", f"graduate-{number}"]
    newcomers = [f"newcomer-{number}-{one}" for one in range(NEWCOMERS)]
    for login in (*staff, *newcomers):
        world.user(login)
    world.organization(owner, members=[staff[0]])
    repository = world.repository(name, files={FILE: CONFIGURATION.format(number=number)})
    world.collaborator(name, staff[0], role="maintain")
    labelled = [[GOOD_FIRST], [GOOD_FIRST], [GOOD_FIRST, "code"], []]
    issues = [world.open_issue(name, staff[0], "Something", "To do.", labels=one) for one in labelled]
    pulls = [world.open_pull_request(name, login, "First", files=["src/a.py"]) for login in newcomers]
    comments = [world.comment(name, one.number, newcomers[0], "Hello") for one in (*issues, *pulls)]
    installation = world.install(owner, [name])
    facts = {"id": repository.id, "full_name": name, "name": "project", "private": False, "archived": False}
    facts |= {"default_branch": "main", "owner": {"login": owner, "id": repository.owner.id}}
    return Place(
        installation.id,
        facts,
        tuple((world.find_user(login).id, login) for login in staff),
        tuple((world.find_user(login).id, login) for login in newcomers),
        tuple(one.number for one in issues),
        tuple((pull.number, at) for at, pull in enumerate(pulls)),
        tuple(one.id for one in comments),
    )


def at_home(payload: dict[str, Any], place: Place, draw: Random, text: str = "Hello") -> dict[str, Any]:
    """An example as it would come from this place: its repository, its threads, its people."""
    moved = copy.deepcopy(payload)
    person = _person(draw.choice(place.people + place.newcomers))
    moved["repository"] = {**_dict(moved, "repository"), **place.repository}
    moved["installation"] = {"id": place.installation}
    moved["sender"] = person
    now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    number, at = draw.choice(place.pulls)
    if "pull_request" in moved:
        author = _person(place.newcomers[at])
        here = {"number": number, "user": author, "author_association": "NONE", "body": text, "state": "open"}
        moved["pull_request"] = {**_dict(moved, "pull_request"), **here, "created_at": now, "updated_at": now}
        moved["number"] = number
    if "issue" in moved:
        here = {
            "number": draw.choice((*place.issues, number)),
            "state": "open",
            "locked": False,
            "body": text,
        }
        labels = [{"name": GOOD_FIRST}]
        moved["issue"] = {
            **_dict(moved, "issue"),
            **here,
            "user": person,
            "labels": labels,
            "updated_at": now,
        }
    for kind in ("comment", "review"):
        if kind in moved:
            said = {"id": draw.choice((*place.comments, draw.randrange(10**9))), "user": person, "body": text}
            moments = dict.fromkeys(("created_at", "updated_at", "submitted_at"), now)
            moved[kind] = {**_dict(moved, kind), **said, **moments}
    if "ref" in moved:
        moved["ref"] = "refs/heads/main"
        moved["commits"] = [{"added": [], "removed": [], "modified": [FILE]}]
    return moved


def _person(one: tuple[int, str]) -> dict[str, Any]:
    return {"id": one[0], "login": one[1], "type": "User"}


def _dict(payload: dict[str, Any], name: str) -> dict[str, Any]:
    value = payload.get(name)
    return value if isinstance(value, dict) else {}
