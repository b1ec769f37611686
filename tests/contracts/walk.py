"""A walk through everything people can do on the sandbox, once in an organization and once at a person's."""

from sandbox.world import App, Installation, World

PERMISSIONS = {
    "contents": "read",
    "issues": "write",
    "pull_requests": "write",
    "checks": "write",
    "members": "read",
}
EVENTS = (
    "issues",
    "issue_comment",
    "pull_request",
    "pull_request_review",
    "pull_request_review_comment",
    "label",
    "repository",
    "check_run",
    "push",
)
# Every event the walk is known to cause; one that is missing was not checked.
CAUSED = {
    "ping": {None},
    "push": {None},
    "check_run": {"created", "completed"},
    "installation": {"created", "deleted", "suspend", "unsuspend", "new_permissions_accepted"},
    "installation_repositories": {"added", "removed"},
    "issue_comment": {"created", "edited", "deleted"},
    "issues": {
        *("opened", "edited", "closed", "reopened", "deleted", "transferred"),
        *("labeled", "unlabeled", "assigned", "unassigned", "locked", "unlocked"),
    },
    "label": {"created", "edited", "deleted"},
    "pull_request": {
        *("opened", "edited", "closed", "reopened", "synchronize", "ready_for_review", "converted_to_draft"),
        *("labeled", "unlabeled", "assigned", "unassigned", "locked", "unlocked", "review_requested"),
    },
    "pull_request_review": {"submitted"},
    "pull_request_review_comment": {"created"},
    "repository": {"renamed", "archived", "unarchived", "privatized", "publicized"},
}


def people(world: World) -> App:
    """Everybody the walk needs, and the App; its webhooks are made but not sent."""
    world.faults.hold_deliveries = True
    world.organization("octo", members=["monalisa"], private_members=["hidden"], owners=["boss"])
    for login in ("octocat", "lin", "solo"):
        world.user(login, brand_new=login == "lin")
    return world.register_app(
        webhook_url="http://127.0.0.1:9/", webhook_secret="s", permissions=PERMISSIONS, events=EVENTS
    )


def walk(world: World) -> None:
    """Everything, twice: webhooks differ by the kind of owner."""
    people(world)
    world.ping()
    world.repository("octo/candles")
    world.repository("solo/candles")
    for owner, maintainer in (("octo", "monalisa"), ("solo", "solo")):
        home = f"{owner}/lamps"
        world.repository(home, description="Lamps")
        world.collaborator(home, "octocat", "write")
        installation = world.install(owner, [home])
        issues(world, home, maintainer)
        pulls(world, home, maintainer)
        labels(world, home, maintainer)
        checks(world, home)
        repositories(world, home, installation)
    world.rename_user("octocat", "octocat-the-second")


def issues(world: World, home: str, maintainer: str) -> None:
    """An issue's life."""
    number = world.open_issue(home, "lin", "Light", "Body", labels=["good first issue"]).number
    world.open_issue(home, "lin", "No text", None, assignees=[maintainer])
    world.edit(home, number, "lin", title="Lights", body="More")
    spoken = world.comment(home, number, "lin", "Hello @octocat")
    world.edit_comment(home, spoken.id, "lin", "Hello again")
    turns(world, home, number, maintainer)
    world.close(home, number, maintainer, reason="not_planned")
    world.reopen(home, number, "lin")
    world.close(home, number, maintainer)
    world.delete_comment(home, spoken.id, maintainer)
    world.delete_issue(home, number)
    world.transfer_issue(home, number + 1, home.replace("lamps", "candles"))


def turns(world: World, home: str, number: int, maintainer: str) -> None:
    """What issues and pull requests have in common."""
    world.label(home, number, maintainer, "enhancement")
    world.unlabel(home, number, maintainer, "enhancement")
    world.assign(home, number, maintainer, "octocat", "lin")
    world.unassign(home, number, maintainer, "octocat")
    world.react(world.thread(home, number), "octocat", "rocket")
    world.lock_thread(home, number, maintainer)
    world.lock_thread(home, number, maintainer, locked=False)


def pulls(world: World, home: str, maintainer: str) -> None:
    """A pull request's life, from a fork and from a branch."""
    number = world.open_pull_request(home, "lin", "First", "…", files=["a.py"], draft=True).number
    world.ready(home, number, "lin")
    world.ready(home, number, "lin", ready=False)
    world.ready(home, number, "lin")
    world.edit(home, number, "lin", title="First!")
    world.comment(home, number, "hidden", "Hello")
    world.synchronize(home, number, "lin", files={"b.py": "b\n"})
    turns(world, home, number, maintainer)
    world.request_review(home, number, maintainer, ["octocat"])
    world.review_comment(home, number, "octocat", "Nice line", "a.py")
    for verdict in ("commented", "changes_requested", "approved"):
        world.review(home, number, "octocat", verdict, "" if verdict == "approved" else "Text")
    world.close(home, number, "lin")
    world.reopen(home, number, "lin")
    world.close(home, number, maintainer, merged=True)
    named = world.open_issue(home, "octocat", "Named", "…").number
    branch = world.open_pull_request(home, "octocat", "Branch", f"Fixes #{named}", files=["c.py"]).number
    world.merge(home, branch, "octocat")
    world.push(home, "octocat", {"README.md": None, "d.py": "d\n"}, message="Tidy")
    world.push(home, "octocat", {"e.py": "e\n"}, branch="feature")
    world.push(
        home, "octocat", {"f.py": "f\n"}, branch="feature", onto=world.find_repository(home).branches["main"]
    )
    world.delete_branch(home, "octocat", "feature")


def labels(world: World, home: str, maintainer: str) -> None:
    """A label's life."""
    world.create_label(home, maintainer, "mentor: octocat", "c2e0c6", "Ask octocat")
    world.edit_label(home, maintainer, "mentor: octocat", new_name="mentor: lin", color="ffffff")
    world.delete_label(home, maintainer, "mentor: lin")


def checks(world: World, home: str) -> None:
    """A check run's life."""
    repository = world.find_repository(home)
    sha = repository.branches["main"]
    run = world.create_check_run(home, world.find_app(), {"name": "Lamplighter", "head_sha": sha})
    output = {"title": "Fine", "summary": "Nothing to do."}
    world.update_check_run(home, world.find_app(), run.id, {"conclusion": "neutral", "output": output})


def repositories(world: World, home: str, installation: Installation) -> None:
    """A repository's life, and an installation's."""
    world.rename(home, f"{home}-2")
    world.archive(f"{home}-2")
    world.unarchive(f"{home}-2")
    world.privatize(f"{home}-2")
    world.publicize(f"{home}-2")
    candles = home.replace("lamps", "candles")
    world.add_repositories(installation.id, [candles])
    world.remove_repositories(installation.id, [candles])
    world.delete_repository(candles)
    world.accept_permissions(installation.id)
    world.suspend(installation.id)
    world.unsuspend(installation.id)
    world.rename(f"{home}-2", f"lin/{home.replace('/', '-')}")
    world.uninstall(installation.id)
