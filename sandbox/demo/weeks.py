"""How the demo's story goes on after its first day, until the digest that somebody wants to read on a Monday."""

from __future__ import annotations

from datetime import datetime, timedelta

from sandbox.demo.scenes import DIGEST_IN, REPO, Scene, digest_seen, find, invitations, said
from sandbox.world import Thread, World

FIRST, SECOND = "Sort planets by their distance", "Index the stars"
NEXT = "Say which way is north"
WIN = "talk: How a newcomer sorted our planets"
LATE = ("The map of the moon, as promised", "Say how to read a star chart")


def digests(world: World) -> list[Thread]:
    """The weekly digests, the oldest first."""
    return [one for one in world.issues(REPO) if "digest" in one.labels]


def installed(world: World) -> datetime:
    """When the story began."""
    return world.find_repository(REPO).created_at


def digest_hour(world: World, weeks: int = 0) -> datetime:
    """When a digest comes by itself, ten seconds after nine; so many weeks after the first."""
    day = installed(world) + DIGEST_IN + timedelta(weeks=weeks)
    return day.replace(hour=9, minute=0, second=10, microsecond=0)


def _answers(world: World) -> None:
    words = "A lovely beginning, thank you! Could the test say which planet comes first now?"
    world.review(REPO, find(world, FIRST).number, "octocat", "changes_requested", words)


def _reminded(world: World) -> bool:
    return digest_seen(world) and said(find(world, SECOND), "@graduate-of-the-database, **second-newcomer**")


def _helps(world: World) -> None:
    words = "Sorry that you waited. This is just right: a look-up takes no time now."
    world.review(REPO, find(world, SECOND).number, "graduate-of-the-database", "approved", words)


def _merges(world: World) -> None:
    first, second = find(world, FIRST).number, find(world, SECOND).number
    world.synchronize(REPO, first, "newcomer", files=["tests/test_planets.py"])
    world.review(REPO, first, "octocat", "approved", "The test says it all. Well done!")
    for number in (first, second):
        world.merge(REPO, number, "monalisa")


def _congratulated(world: World) -> bool:
    return said(find(world, FIRST), "Congratulations, @newcomer", "**octocat**", NEXT) and said(
        find(world, SECOND), "Congratulations, @second-newcomer", "**graduate-of-the-database**"
    )


def _facts(world: World) -> str:
    """The first paragraph of the congratulation, as it stands there."""
    comments = (c.body for c in find(world, FIRST).comments if c.body.startswith("Congratulations"))
    return " ".join(next(comments).splitlines()[0].replace("**", "").split())


def _claims(world: World) -> None:
    world.comment(REPO, find(world, NEXT).number, "newcomer", "I would like to go on!\n\n/mentor claim")


def _tells(world: World) -> None:
    issue = invitations(world)
    assert issue is not None
    words = f"We showed it at our user group.\n\n/mentor win {WIN}\n/mentor away 2 weeks"
    world.comment(REPO, issue.number, "octocat", words)


def _noted(world: World) -> bool:
    issue = invitations(world)
    told = next((c for c in issue.comments if WIN in c.body), None) if issue else None
    thanked = told is not None and "lamplighter[bot]" in told.reactions.get("+1", [])
    return thanked and said(find(world, NEXT), "@graduate-of-the-database")


def _comes(world: World) -> None:
    world.user("fourth-newcomer")
    world.open_pull_request(REPO, "fourth-newcomer", LATE[0], "Here it is.", files=["sky/db/moon.py"])


def _comes_too(world: World) -> None:
    words = "What a lovely map! I will read it on Friday."
    world.comment(REPO, find(world, LATE[0]).number, "graduate-of-the-database", words)
    world.user("fifth-newcomer")
    world.open_pull_request(REPO, "fifth-newcomer", LATE[1], "It puzzled me.", files=["docs/charts.md"])


WEEKS: tuple[Scene, ...] = (
    Scene(
        "octocat answers the newcomer the same day; the other mentor does not",
        _answers,
        lambda world: not said(find(world, FIRST), "has been waiting"),
        lambda world: "nobody is told anything: it goes as promised",
        in_silence=True,
    ),
    Scene(
        "four days later, at nine: the first weekly digest comes by itself",
        lambda world: None,
        _reminded,
        lambda world: "it says who waits; and graduate-of-the-database was reminded, after two days",
        moment=digest_hour,
    ),
    Scene(
        "the reminder helps",
        _helps,
        lambda world: True,
        lambda world: "a human has answered; Lamplighter has nothing to add",
        in_silence=True,
    ),
    Scene(
        "a week later the pull requests of both newcomers are merged",
        _merges,
        _congratulated,
        lambda world: f"“{_facts(world)}” And what is free next.",
        moment=lambda world: digest_hour(world, 1) - timedelta(hours=1),
    ),
    Scene(
        f"the newcomer goes on with “{NEXT}”",
        _claims,
        lambda world: find(world, NEXT).assignees == ["newcomer"],
        lambda world: "it is theirs: assigned, with octocat as their mentor",
    ),
    Scene(
        "octocat tells of a win, and goes on holiday for two weeks",
        _tells,
        _noted,
        lambda world: "a 👍; and graduate-of-the-database is introduced to octocat's newcomer meanwhile",
    ),
    Scene(
        "one more newcomer comes, and only one mentor has room",
        _comes,
        lambda world: said(find(world, LATE[0]), "@graduate-of-the-database is your mentor"),
        lambda world: "that one it is: graduate-of-the-database",
    ),
    Scene(
        "the mentor says a word at once; and another newcomer comes, for whom nobody is free",
        _comes_too,
        lambda world: said(find(world, LATE[1]), "Docs team"),
        lambda world: "the welcome says so, and where the Docs team is; the organizers will see it",
    ),
    Scene(
        "nine o'clock: the next weekly digest comes, and closes the last one",
        lambda world: None,
        lambda world: len(digests(world)) == 2 and digests(world)[0].state == "closed",
        lambda world: "who needs a hand, what went well, what to paste into a newsletter, the weeks",
        moment=lambda world: digest_hour(world, 1),
    ),
)
