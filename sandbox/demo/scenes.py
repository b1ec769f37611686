"""The story of the demo: what people do, and what GitHub must show afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.world import Thread, World

OWNER = "djangonaut-space"
REPO = f"{OWNER}/observatory"
OLD = "The moon is missing from the map"
LIGHTHOUSE = "harbour-lights/lighthouse"  # a program of its own, where days are seconds
LAMP = "Trim the wick"
KEEPERS = ("keeper-at-sea", "keeper-at-home")
DIGEST_IN = timedelta(days=4)  # the first one comes by itself
GRADUATES = ("octocat", "graduate-with-a-full-week", "graduate-who-moved-on", "graduate-of-the-database")

STARTER = """\
### What is it about?

The table of planets is sorted by name. People look for the nearest one first, so it should be sorted by distance.

### How could it be solved?

Change the sort key in `sky/planets.py`; the distance is there already.

### Where in the code?

`sky/planets.py`, function `table`.

### An example to follow

The moons are sorted by distance in `sky/moons.py`.

### How do you know that it works?

`pytest tests/test_planets.py`, after changing the expected order there.

### What do you need to know before?

Nothing special: a little Python.

---
/mentor starter
"""


@dataclass(frozen=True)
class Scene:
    """One step: what happens (`act`), what is then to be seen (`seen`), in words for the audience."""

    title: str
    act: Callable[[World], None]
    seen: Callable[[World], bool]
    told: Callable[[World], str]
    by_the_clock: bool = False  # seconds matter to it
    moment: Callable[[World], datetime] | None = None  # what the clocks show when it begins; None: as they go
    in_silence: bool = False  # nothing must happen: so wait until the App has nothing left to do


def digest_day(world: World) -> str:
    """The weekday four days ahead, so that no story depends on the day on which it is told: on a Monday at nine, the
    digest that comes by itself would come in its midst."""
    return f"{world.now() + DIGEST_IN:%A}".lower()


def configuration(world: World) -> str:
    """The program's file: a cohort that ended yesterday."""
    today = world.now().date()
    return f"""\
program: Djangonaut Space
organizers: [monalisa]
good_first_issue_labels: [good first issue]
areas:
  database: {{paths: ["sky/db/**"], labels: [database]}}
  docs: {{paths: ["docs/**"], team: Docs team}}
digest: {{weekday: {digest_day(world)}}}
cohorts:
  - name: Session 4
    starts: {today - timedelta(days=57)}
    ends: {today - timedelta(days=1)}
    members:
      - login: octocat
        about: "My first pull request was a typo in the docs, and it took me a week. Ask me anything."
      - login: graduate-with-a-full-week
      - login: graduate-who-moved-on
      - login: graduate-of-the-database
        areas: [database]
        mentoring: agreed
        about: "Migrations looked like magic to me too."
"""


def hurried(world: World) -> str:
    """The file of a program that waits seconds where others wait days."""
    today = world.now().date()
    return f"""\
program: Harbour Lights
organizers: [captain-ada]
starter_issues: 0
digest: off
follow_up: {{answer_within: 5s, hand_over_after: 14s}}
cohorts:
  - name: Winter watch
    starts: {today - timedelta(days=90)}
    ends: {today - timedelta(days=30)}
    members:
      - {{login: {KEEPERS[0]}, mentoring: agreed}}
      - {{login: {KEEPERS[1]}, mentoring: agreed, about: "I am on shore this week."}}
"""


def find(world: World, title: str) -> Thread:
    """The thread with this title; people remember titles, not numbers."""
    return next(thread for thread in world.issues(REPO) if thread.title == title)


def invitations(world: World) -> Thread | None:
    """The issue in which the graduates are asked."""
    ours = (t for t in world.issues(REPO) if t.author == "lamplighter[bot]" and "lamp" in t.title)
    return next(ours, None)


def said(thread: Thread | None, *words: str) -> bool:
    """Whether one comment of the App holds all the words."""
    comments = thread.comments if thread else []
    return any(c.author == "lamplighter[bot]" and all(w in c.body for w in words) for c in comments)


def _prepare(world: World) -> None:
    world.organization(OWNER, members=["monalisa"])
    for login in (*GRADUATES, "newcomer", "second-newcomer", "long-time-contributor", "dependabot[bot]"):
        world.user(login)
    files = {
        ".github/lamplighter.yml": configuration(world),
        "README.md": "# Observatory\n",
        "sky/planets.py": "",
        "sky/db/migrations.py": "",
    }
    world.repository(REPO, files=files)
    world.collaborator(REPO, "monalisa", role="maintain")
    for login in (*GRADUATES[:2], "long-time-contributor"):
        pull = world.open_pull_request(REPO, login, "Look further", files=["README.md"])
        world.close(REPO, pull.number, "monalisa", merged=True)
    world.open_issue(REPO, "monalisa", OLD, "It is not drawn at all.")
    world.install(OWNER, [REPO])


def _asked(world: World) -> bool:
    issue = invitations(world)
    return issue is not None and all(said(issue, f"@{login}") for login in GRADUATES)


def _answer(world: World) -> None:
    issue = invitations(world)
    assert issue is not None
    world.comment(REPO, issue.number, "octocat", "With pleasure!\n\n/mentor accept")
    world.comment(REPO, issue.number, "graduate-with-a-full-week", "/mentor later 3 weeks")
    world.comment(REPO, issue.number, "graduate-who-moved-on", "/mentor decline")


def _answered(world: World) -> bool:
    issue = invitations(world)
    assert issue is not None
    thumbs = sum("lamplighter[bot]" in c.reactions.get("+1", []) for c in issue.comments)
    return (
        thumbs == 3
        and "**octocat** | 0/2" in (issue.body or "")
        and "1 later. 1 not this time." in (issue.body or "")
    )


def _starter(title: str, progress: str) -> Scene:
    def seen(world: World) -> bool:
        issue = invitations(world)
        labels = find(world, title).labels
        return (
            set(labels) == {"good first issue", "mentor: octocat"}
            and issue is not None
            and f"**octocat** | {progress}" in (issue.body or "")
            and said(find(world, title), "New here?")
        )

    return Scene(
        f"octocat opens a starter issue: “{title}”",
        lambda world: _open(world, title),
        seen,
        lambda world: (
            f"the labels octocat may not add are on: {', '.join(find(world, title).labels)}"
            f"; the table says {progress}"
        ),
    )


def _open(world: World, title: str) -> None:
    world.open_issue(REPO, "octocat", title, STARTER)


def _mentor_of(thread: Thread) -> str:
    names = [label for label in thread.labels if label.startswith("mentor: ")]
    return names[0].removeprefix("mentor: ") if len(names) == 1 else ""


def _first_pull(world: World) -> None:
    number = find(world, "Sort the planets by distance").number
    world.open_pull_request(
        REPO,
        "newcomer",
        "Sort planets by their distance",
        f"My first one ever!\n\nFixes #{number}",
        files=["sky/planets.py"],
    )


def _second_pull(world: World) -> None:
    world.open_pull_request(
        REPO,
        "second-newcomer",
        "Index the stars",
        "Looking one up took a minute.",
        files=["sky/db/migrations.py", "sky/db/stars.py"],
    )


def _meets(world: World, title: str, mentor: str, *words: str) -> bool:
    pull = find(world, title)
    return _mentor_of(pull) == mentor and said(pull, f"@{mentor} is your mentor", *words)


def _leave_alone(world: World) -> None:
    world.open_pull_request(
        REPO, "long-time-contributor", "Polish the lens", "As every spring.", files=["README.md"]
    )
    world.open_pull_request(
        REPO, "dependabot[bot]", "Bump the telescope to 2.1", "Release notes", files=["README.md"]
    )


def _silence(world: World) -> bool:
    pulls = [find(world, "Polish the lens"), find(world, "Bump the telescope to 2.1")]
    return not any(pull.comments or pull.labels for pull in pulls)


def _digest(world: World) -> Thread | None:
    return next((t for t in world.issues(REPO) if "digest" in t.labels), None)


def _prepare_lighthouse(world: World) -> None:
    world.organization("harbour-lights", members=["captain-ada"])
    for login in (*KEEPERS, "third-newcomer"):
        world.user(login)
    files = {".github/lamplighter.yml": hurried(world), "README.md": "# Lighthouse\n"}
    world.repository(LIGHTHOUSE, files=files)
    world.install("harbour-lights", [LIGHTHOUSE])
    world.open_pull_request(LIGHTHOUSE, "third-newcomer", LAMP, "It smokes.", files=["lamp.py"])


def _promised(world: World) -> bool:
    thread, mentor = _waits_at(world)
    return mentor in KEEPERS and said(thread, f"@{mentor} is your mentor")


def _reminded(world: World) -> bool:
    thread, silent = _waits_at(world)
    return bool(silent) and said(thread, f"@{silent}, **third-newcomer** has been waiting for you here")


def _handed_over(world: World) -> bool:
    thread, silent = _waits_at(world)
    second = next((keeper for keeper in KEEPERS if keeper != silent), "")
    introduced = said(thread, f"@third-newcomer, meet @{second}, who helps you together with **{silent}**")
    return introduced and {f"mentor: {keeper}" for keeper in KEEPERS} <= set(thread.labels)


def _nothing(world: World) -> None:
    """Time passes."""


def _waits_at(world: World) -> tuple[Thread, str]:
    """The newcomer's thread there, and the mentor who was named first."""
    thread = next(one for one in world.issues(LIGHTHOUSE) if one.title == LAMP)
    return thread, next((name.removeprefix("mentor: ") for name in thread.labels), "")


SCENES: tuple[Scene, ...] = (
    Scene(
        "monalisa installs Lamplighter; Session 4 ended yesterday",
        _prepare,
        _asked,
        lambda world: f"each of its {len(GRADUATES)} graduates is asked personally",
    ),
    Scene(
        "one says yes, one later, one no",
        _answer,
        _answered,
        lambda world: "each answer got a 👍; the table names the yes and only counts the others",
    ),
    _starter("Sort the planets by distance", "1/2"),
    _starter("Say which way is north", "2/2"),
    Scene(
        "monalisa labels an old issue as a good first issue",
        lambda world: world.label(REPO, find(world, OLD).number, "monalisa", "good first issue"),
        lambda world: _mentor_of(find(world, OLD)) != "" and said(find(world, OLD), "New here?"),
        lambda world: f"it carries a mentor's name now: {_mentor_of(find(world, OLD))}",
    ),
    Scene(
        "a newcomer's first pull request closes octocat's starter issue",
        _first_pull,
        lambda world: _meets(world, "Sort planets by their distance", "octocat", "which you are working on"),
        lambda world: "the newcomer meets exactly that mentor: octocat",
    ),
    Scene(
        "a second newcomer changes files of the database",
        _second_pull,
        lambda world: _meets(
            world, "Index the stars", "graduate-of-the-database", "know the database part of the code"
        ),
        lambda world: "the best match is graduate-of-the-database, and the welcome says why",
    ),
    Scene(
        "elsewhere, where a promise is not for two days but for five seconds, a newcomer opens one",
        _prepare_lighthouse,
        _promised,
        lambda world: f"the newcomer meets {_waits_at(world)[1]}, who is at sea and hears nothing",
        by_the_clock=True,
    ),
    Scene(
        "somebody who is not new opens one, and so does a bot",
        _leave_alone,
        _silence,
        lambda world: "both are left alone",
        in_silence=True,
    ),
    Scene(
        "the newcomer elsewhere waits, and the promise passes",
        _nothing,
        _reminded,
        lambda world: f"{_waits_at(world)[1]} is reminded, once",
        by_the_clock=True,
    ),
    Scene(
        "there is still no answer",
        _nothing,
        _handed_over,
        lambda world: "a second mentor joins and is introduced; the first keeps the relation",
        by_the_clock=True,
    ),
)


def digest_seen(world: World) -> bool:
    """Whether the weekly digest names both newcomers with their mentors."""
    issue = _digest(world)
    names = ("**newcomer**", "**second-newcomer**", "**octocat**", "**graduate-of-the-database**")
    return issue is not None and all(name in (issue.body or "") for name in names)
