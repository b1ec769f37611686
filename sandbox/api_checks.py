"""Endpoints for check runs."""

from __future__ import annotations

from typing import Any

from sandbox import shapes
from sandbox.call import Answer, Call, repo_route
from sandbox.errors import Refused, not_found
from sandbox.models import CheckRun

READ = "checks:read"
WRITE = "checks:write"


def _shape(call: Call, run: CheckRun) -> shapes.Shape:
    return shapes.check_run(call.world, call.repository, run)


def _run(call: Call, run_id: int) -> CheckRun:
    run = call.repository.check_runs.get(run_id)
    if run is None:
        raise not_found()
    return run


def _fields(call: Call) -> dict[str, Any]:
    for name in ("name", "head_sha", "status", "conclusion", "external_id", "details_url"):
        call.text(name, None)
    return call.fields()


@repo_route("POST", "/check-runs", WRITE)
def create_check_run(call: Call) -> Answer:
    """A new check run on a commit."""
    call.text("name"), call.text("head_sha")
    return 201, _shape(call, call.world.create_check_run(call.repository, call.app, _fields(call)))


@repo_route("PATCH", "/check-runs/<int:run_id>", WRITE)
def update_check_run(call: Call, run_id: int) -> Answer:
    """Change a check run."""
    return 200, _shape(call, call.world.update_check_run(call.repository, call.app, run_id, _fields(call)))


@repo_route("GET", "/check-runs/<int:run_id>", READ)
def get_check_run(call: Call, run_id: int) -> Answer:
    """One check run."""
    return 200, _shape(call, _run(call, run_id))


@repo_route("GET", "/check-runs/<int:run_id>/annotations", READ)
def list_annotations(call: Call, run_id: int) -> Answer:
    """A check run's annotations."""
    run = _run(call, run_id)
    blank = dict.fromkeys(("start_column", "end_column", "title", "raw_details"))
    base = f"{call.world.base_url}/{call.repository.full_name}/blob/{run.head_sha}"
    return 200, call.page(run.annotations, lambda it: blank | {"blob_href": f"{base}/{it.get('path')}"} | it)


@repo_route("GET", "/commits/<path:ref>/check-runs", READ)
def list_check_runs(call: Call, ref: str) -> Answer:
    """The check runs of a commit, newest first; of those with one name only the latest, unless `filter=all`."""
    commit = call.world.find_commit(call.repository, ref)
    if commit is None:
        raise Refused(422, f"No commit found for SHA: {ref}")
    found = [it for it in reversed(call.repository.check_runs.values()) if it.head_sha == commit.sha]
    for key in ("check_name", "status", "app_id"):
        wanted = call.query.get(key)
        if wanted is not None:
            found = [it for it in found if wanted == _value(it, key)]
    if call.query.get("filter", "latest") == "latest":
        latest: dict[tuple[int, str], CheckRun] = {}
        for it in found:
            latest.setdefault((it.app.id, it.name), it)
        found = list(latest.values())
    return 200, {"total_count": len(found), "check_runs": call.page(found, lambda it: _shape(call, it))}


def _value(run: CheckRun, key: str) -> str:
    return {"check_name": run.name, "status": run.status, "app_id": str(run.app.id)}[key]
