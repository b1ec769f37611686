"""A small story to begin with: an organization whose cohort ended yesterday, and a newcomer at the door."""

from __future__ import annotations

from datetime import timedelta

from sandbox.world import Installation, World

ORGANIZATION = "djangonaut-space"
HOME = f"{ORGANIZATION}/program"
CODE = f"{ORGANIZATION}/observatory"


def configuration(world: World) -> str:
    """The program's file, with dates around the world's today."""
    today = world.now().date()
    return f"""\
program: Djangonaut Space
organizers: [monalisa]
cohorts:
  - name: Session 4
    starts: {today - timedelta(days=57)}
    ends: {today - timedelta(days=1)}
    members:
      - login: octocat
        areas: [docs]
      - login: hubot-fan
      - login: lighthouse-keeper
areas:
  docs: {{paths: ["docs/**"], labels: [documentation]}}
"""


def tell(world: World) -> Installation | None:
    """Put the story into a world with a registered App; returns the installation."""
    world.organization(ORGANIZATION, members=["monalisa"], owners=["captain-ada"])
    for login in ("octocat", "hubot-fan", "lighthouse-keeper"):
        world.user(login)
    world.user("first-timer", brand_new=True)
    world.repository(
        HOME, files={".github/lamplighter.yml": configuration(world), "README.md": "# Program\n"}
    )
    code = f"_extends: {HOME}\nprogram: Djangonaut Space\n"
    files = {
        ".github/lamplighter.yml": code,
        "docs/index.md": "# Docs\n",
        "observatory/lens.py": "focus = 1\n",
    }
    world.repository(CODE, files=files)
    installation = world.install(ORGANIZATION, [HOME, CODE]) if world.apps else None
    world.open_issue(CODE, "monalisa", "The lens is blurry", "Turn `focus` up.", labels=["good first issue"])
    world.open_pull_request(
        CODE, "first-timer", "Explain how to focus", "My first pull request!", files=["docs/index.md"]
    )
    return installation
