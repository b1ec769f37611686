"""Worlds to begin a journey with: an organization, its program and the people in it."""

from datetime import timedelta

from sandbox.demo.scenes import digest_day
from sandbox.world import Repository, Thread, World

OWNER = "djangonaut-space"
HOME = f"{OWNER}/observatory"
FILE = ".github/lamplighter.yml"

MEMBERS = """\
      - {login: octocat, about: "Ask me anything."}
      - {login: hubot, areas: [database], mentoring: agreed, about: "Migrations looked like magic."}
      - {login: graduate-three}
"""


def configuration(world: World, *, extra: str = "", ended_days_ago: int = 1, members: str = MEMBERS) -> str:
    """A program with one cohort, and no reports on it: most journeys are about something else.

    `extra` is added at the top level.
    """
    today = world.now().date()
    digest = "" if "digest:" in extra else f"digest: {{weekday: {digest_day(world)}}}"
    return f"""\
program: Djangonaut Space
organizers: [monalisa]
areas:
  database: {{paths: ["sky/db/**"], labels: [database], team: Database team}}
{digest}
report: false
{extra}
cohorts:
  - name: Session 4
    starts: {today - timedelta(days=60 + ended_days_ago)}
    ends: {today - timedelta(days=ended_days_ago)}
    members:
{members}"""


def settled_in(
    world: World, text: str | None = None, *, repo: str = HOME, private: bool = False, install: bool = True
) -> Repository:
    """A repository with this configuration file, and the App installed on it."""
    world.organization(OWNER, members=["monalisa"])
    for login in ("octocat", "hubot", "graduate-three", "newcomer", "newcomer-two", "regular"):
        world.user(login)
    files = {"README.md": "# Observatory\n"}
    text = configuration(world) if text is None else text
    if text:
        files[FILE] = text
    repository = world.repository(repo, private=private, files=files)
    world.collaborator(repo, "monalisa", role="maintain")
    if install:
        world.install(OWNER, [repo])
    return repository


def invitations(world: World, repo: str = HOME) -> list[Thread]:
    """The issues in which graduates are asked; a cohort has others with its name, too."""
    return [one for one in world.issues(repo) if "<!-- lamplighter:invitations " in (one.body or "")]
