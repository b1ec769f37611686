"""A tour of the sandbox's API: every endpoint, with what GitHub grants and what it refuses."""

from sandbox.world import App, Installation, World
from tests.contracts.tourist import Tourist


def visit_the_app(tourist: Tourist, app: App, installation_id: int, name: str) -> None:
    """What an App asks about itself."""
    tourist.as_app(app)
    owner = name.split("/")[0]
    tourist.get("/app", "/app/installations", f"/app/installations/{installation_id}")
    by_id = tourist.server.world.find_repository(name).id
    tourist.get(f"/repositories/{by_id}/installation")
    tourist.get(f"/repos/{name}/installation", f"/orgs/{owner}/installation", f"/users/{owner}/installation")
    chosen = {"repositories": [name.split("/")[1]], "permissions": {"issues": "write"}}
    tourist.ask("POST", f"/app/installations/{installation_id}/access_tokens", body=chosen)
    tourist.ask("GET", "/app/hook/deliveries", {"per_page": 100, "status": "failure"})
    for delivery in tourist.ask("GET", "/app/hook/deliveries", {"per_page": 2}):
        tourist.get(f"/app/hook/deliveries/{delivery['id']}")
        tourist.ask("POST", f"/app/hook/deliveries/{delivery['id']}/attempts")
    tourist.get("/app/installations/1", "/app/hook/deliveries/1", "/app/hook/config")
    tourist.ask("PATCH", "/app/hook/config", body={"url": app.webhook_url, "secret": app.webhook_secret})
    manifest = {"url": "https://example.org", "hook_attributes": {"url": "https://example.org/webhooks"}}
    _, code = tourist.server.world.register_from_manifest(manifest, "A second lamp", owner)
    for _ in range(2):  # a code is spent by its first use
        tourist.ask("POST", f"/app-manifests/{code}/conversions")


def visit_user(tourist: Tourist, app: App, installation_id: int) -> None:
    """Who somebody is who signed in, and what they may see."""
    tourist.as_user(app, "octocat")
    tourist.get("/user", "/user/installations", f"/user/installations/{installation_id}/repositories")
    tourist.ask("GET", "/user/installations", {"per_page": 1})
    tourist.get("/user/installations/1/repositories")


def visit_accounts(tourist: Tourist) -> None:
    """People, organizations, Apps, limits."""
    tourist.get("/users/octocat", "/users/octo", "/users/nobody-at-all", "/rate_limit", "/meta")
    tourist.get("/installation/repositories", "/users/nobody-at-all/events/public")
    for login in ("octocat", "lin"):
        tourist.ask("GET", f"/users/{login}/events/public", {"per_page": 100, "page": 1})
    tourist.get(f"/user/{tourist.ask('GET', '/users/octocat')['id']}", "/users/lamplighter[bot]", "/user/1")


def visit_repository(tourist: Tourist, home: str) -> None:
    """Files, commits, branches, people; by name or by id."""
    tourist.get(
        home, f"{home}/contents/README.md", f"{home}/contents/", f"{home}/contents", f"{home}/contents/nope"
    )
    tourist.get(
        f"{home}/branches/main", f"{home}/branches/nope", f"{home}/commits/main", f"{home}/commits/nope"
    )
    tourist.get(f"{home}/commits", f"{home}/git/trees/main", f"{home}/git/trees/nope")
    tourist.ask("GET", f"{home}/git/trees/main", {"recursive": "1"})
    tourist.ask("GET", f"{home}/commits", {"path": "README.md", "per_page": 1})
    tourist.get(f"{home}/collaborators", f"{home}/collaborators/octocat", f"{home}/collaborators/lin")
    for login in ("octocat", "lin", "boss", "nobody-at-all"):
        tourist.get(f"{home}/collaborators/{login}/permission")
    tourist.get(f"{home}/assignees", f"{home}/assignees/octocat", f"{home}/assignees/lin")


def visit_labels(tourist: Tourist, home: str) -> None:
    """A label's life."""
    label = {"name": "mentor: x", "color": "c2e0c6", "description": "Ask x"}
    tourist.get(f"{home}/labels")
    tourist.ask("POST", f"{home}/labels", body=label)
    tourist.ask("POST", f"{home}/labels", body=label)
    tourist.ask("POST", f"{home}/labels", body=label | {"color": "red"})
    tourist.get(f"{home}/labels/mentor:%20x", f"{home}/labels/nope")
    tourist.ask("PATCH", f"{home}/labels/mentor:%20x", body={"new_name": "mentor: y", "color": "000000"})
    tourist.ask("DELETE", f"{home}/labels/mentor:%20y")


def visit_issues(tourist: Tourist, home: str, pull: int) -> None:
    """An issue's life, the lists, and what GitHub refuses."""
    number = tourist.ask("POST", f"{home}/issues", body={"title": "T", "body": "B", "labels": ["bug"]})[
        "number"
    ]
    tourist.ask("POST", f"{home}/issues", body={"title": " "})
    tourist.ask("POST", f"{home}/issues", body={"title": "T", "assignees": ["nobody-at-all"]})
    for query in (
        {"state": "all", "creator": "lin", "sort": "created"},
        {"labels": "bug"},
        {"assignee": "none"},
    ):
        tourist.ask("GET", f"{home}/issues", query | {"per_page": 2, "page": 1, "direction": "asc"})
    tourist.ask("GET", f"{home}/issues", {"since": "2020-01-01T00:00:00Z", "sort": "updated"})
    for thread in (number, pull):
        visit_thread(tourist, f"{home}/issues/{thread}")
        visit_comments(tourist, home, thread)
    tourist.ask("PATCH", f"{home}/issues/{number}", body={"state": "closed", "state_reason": "not_planned"})
    tourist.ask("PATCH", f"{home}/issues/{number}", body={"state": "open", "labels": [], "assignees": []})
    tourist.ask(
        "PATCH",
        f"{home}/issues/{number}",
        body={"title": "New", "body": "New", "assignees": ["nobody-at-all"]},
    )
    tourist.get(f"{home}/issues/999")


def visit_thread(tourist: Tourist, thread: str) -> None:
    """Labels, assignees, reactions and the lock of one thread."""
    tourist.get(thread, f"{thread}/labels")
    tourist.ask("POST", f"{thread}/labels", body=["bug"])
    tourist.ask("POST", f"{thread}/labels", body={"labels": ["unheard of"]})
    tourist.ask("PUT", f"{thread}/labels", body={"labels": ["bug", "question"]})
    tourist.get(thread)
    tourist.ask("DELETE", f"{thread}/labels/question")
    tourist.ask("DELETE", f"{thread}/labels/nope")
    tourist.ask("DELETE", f"{thread}/labels")
    for method in ("POST", "DELETE", "POST"):
        tourist.ask(method, f"{thread}/assignees", body={"assignees": ["octocat", "nobody-at-all"]})
    tourist.get(f"{thread}/assignees/octocat", f"{thread}/assignees/nobody-at-all")
    react(tourist, f"{thread}/reactions")
    tourist.get(f"{thread}/timeline")
    tourist.ask("PUT", f"{thread}/lock", body={"lock_reason": "resolved"})
    tourist.get(thread)
    tourist.ask("DELETE", f"{thread}/lock")


def react(tourist: Tourist, reactions: str) -> None:
    made = tourist.ask("POST", reactions, body={"content": "+1"})
    tourist.ask("POST", reactions, body={"content": "+1"})
    tourist.ask("GET", reactions, {"content": "+1"})
    tourist.ask("DELETE", f"{reactions}/{made['id']}")


def visit_comments(tourist: Tourist, home: str, number: int) -> None:
    """A comment's life."""
    comments = f"{home}/issues/{number}/comments"
    made = tourist.ask("POST", comments, body={"body": "Hello"})
    tourist.ask("POST", comments, body={"body": ""})
    tourist.ask("POST", comments, body={"body": "x" * 65_537})
    tourist.ask("GET", comments, {"per_page": 100, "since": "2020-01-01T00:00:00Z"})
    tourist.ask("GET", f"{home}/issues/comments", {"sort": "created", "direction": "desc"})
    one = f"{home}/issues/comments/{made['id']}"
    tourist.get(one)
    react(tourist, f"{one}/reactions")
    tourist.ask("PATCH", one, body={"body": "Hello again"})
    tourist.ask("DELETE", one)
    tourist.get(one)


def visit_pulls(tourist: Tourist, home: str, open_pull: int, merged: int) -> None:
    """Pull requests, reviews, reviewers."""
    by_id = f"/repositories/{tourist.ask('GET', home)['id']}"
    for sort in ("updated", "created"):
        tourist.ask("GET", f"{home}/pulls", {"state": "all", "sort": sort, "direction": "desc"})
        tourist.ask(
            "GET", f"{by_id}/pulls", {"state": "all", "sort": sort, "direction": "desc", "per_page": 1}
        )
    tourist.get(*(f"{by_id}/pulls/{number}" for number in (open_pull, merged, 0)))
    for number in (open_pull, merged):
        pull = f"{home}/pulls/{number}"
        tourist.get(
            pull, *(f"{pull}/{part}" for part in ("files", "commits", "merge", "reviews", "comments"))
        )
    pull = f"{home}/pulls/{open_pull}"
    tourist.ask("POST", f"{pull}/reviews", body={"event": "COMMENT", "body": "Nice"})
    tourist.ask("POST", f"{pull}/requested_reviewers", body={"reviewers": ["octocat"]})
    tourist.ask("POST", f"{pull}/requested_reviewers", body={"reviewers": ["nobody-at-all"]})
    tourist.ask("DELETE", f"{pull}/requested_reviewers", body={"reviewers": ["octocat"]})
    tourist.ask("PATCH", pull, body={"title": "Better", "state": "closed"})
    tourist.ask("PATCH", pull, body={"state": "open"})
    tourist.get(f"{home}/issues/{open_pull}/timeline", f"{home}/issues/{merged}/timeline")


def visit_checks(tourist: Tourist, home: str) -> None:
    """A check run's life."""
    sha = tourist.ask("GET", f"{home}/commits/main")["sha"]
    note = {
        "path": "README.md",
        "start_line": 1,
        "end_line": 1,
        "annotation_level": "warning",
        "message": "M",
    }
    run = {"name": "Lamplighter", "head_sha": sha, "status": "in_progress"}
    made = f"{home}/check-runs/{tourist.ask('POST', f'{home}/check-runs', body=run)['id']}"
    output = {"title": "T", "summary": "S", "annotations": [note]}
    tourist.ask("PATCH", made, body={"conclusion": "neutral", "output": output})
    tourist.get(made, f"{made}/annotations", f"{home}/commits/{sha}/check-runs", f"{home}/check-runs/1")
    tourist.ask("POST", f"{home}/check-runs", body=run | {"head_sha": "0" * 40})


def visit_refusals(tourist: Tourist, world: World, installation: Installation) -> None:
    """What GitHub says when something is gone, moved, shut or forbidden, and when it has had enough."""
    lamps, candles = "/repos/octo/lamps", "/repos/octo/candles"
    deleted, moved, locked = (world.open_issue("octo/lamps", "lin", "T").number for _ in range(3))
    world.delete_issue("octo/lamps", deleted)
    world.transfer_issue("octo/lamps", moved, "octo/candles")
    world.lock_thread("octo/lamps", locked, "octocat")
    comment = {"body": "Hello"}
    for number in (deleted, moved, locked):
        tourist.get(f"{lamps}/issues/{number}", f"{lamps}/issues/{number}/comments")
        tourist.ask("POST", f"{lamps}/issues/{number}/comments", body=comment)
        tourist.ask("PATCH", f"{lamps}/issues/{number}", body={"title": "New"})
    world.rename("octo/lamps", "octo/lanterns")
    tourist.get(lamps, f"{lamps}/issues", f"{candles}/issues", "/repos/octo/dark")
    tourist.ask("POST", f"{lamps}/issues", body={"title": "T"})
    tourist.ask("POST", f"{candles}/issues", body={"title": "T"})
    world.archive("octo/lanterns")
    tourist.ask("POST", "/repos/octo/lanterns/issues", body={"title": "T"})
    world.unarchive("octo/lanterns")
    visit_limits(tourist, world)
    world.suspend(installation.id)
    tourist.get("/repos/octo/lanterns/issues", "/installation/repositories")
    tourist.as_app(world.find_app())
    tourist.get(f"/app/installations/{installation.id}")
    tourist.ask("POST", f"/app/installations/{installation.id}/access_tokens", body={})
    tourist.authorization = "Bearer nonsense"
    tourist.get("/app", "/installation/repositories")


def visit_limits(tourist: Tourist, world: World) -> None:
    """Both limits, with both statuses GitHub uses for them."""
    home = "/repos/octo/lanterns"
    for status in (403, 429):
        world.faults.set(primary_limit=0, primary_status=status)
        tourist.get(f"{home}/issues")
        world.faults.set(primary_limit=None, secondary_limit={"per_minute": 0, "status": status})
        tourist.ask("POST", f"{home}/issues", body={"title": "T"})
        world.faults.reset()
