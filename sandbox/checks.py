"""Check runs: how an App reports on a commit."""

from __future__ import annotations

from typing import Any

from sandbox import shapes
from sandbox.errors import Refused, invalid, not_found
from sandbox.models import CheckRun, Repository
from sandbox.pulls import Pulls
from sandbox.records import App
from sandbox.state import RepositoryRef

CONCLUSIONS = (
    "success",
    "failure",
    "neutral",
    "cancelled",
    "skipped",
    "timed_out",
    "action_required",
    "stale",
)
STATUSES = ("queued", "in_progress", "completed", "waiting", "requested", "pending")


class Checks(Pulls):
    """Acts on check runs; only the App that made one may change it."""

    def create_check_run(self, repo: RepositoryRef, app: App, wanted: dict[str, Any]) -> CheckRun:
        """A check run from the fields GitHub documents for it."""
        with self.lock:
            home = self.writable(self.find_repository(repo))
            if wanted["head_sha"] not in home.commits:
                raise Refused(422, f"No commit found for SHA: {wanted['head_sha']}")
            run = CheckRun(
                self.new_id("check_run"), wanted["name"], wanted["head_sha"], app, started_at=self.now()
            )
            self._apply(run, wanted)
            home.check_runs[run.id] = run
            self._tell_check(home, "created", run)
            if run.status == "completed":
                self._tell_check(home, "completed", run)
            return run

    def update_check_run(
        self, repo: RepositoryRef, app: App, run_id: int, wanted: dict[str, Any]
    ) -> CheckRun:
        """Change a check run; annotations are added to those there are."""
        with self.lock:
            home = self.writable(self.find_repository(repo))
            run = home.check_runs.get(run_id)
            if run is None:
                raise not_found()
            if run.app is not app:
                raise Refused(
                    403,
                    f"Invalid app_id `{app.id}` - check run can only be modified by the GitHub App that created it.",
                )
            was = run.status
            self._apply(run, wanted)
            if run.status == "completed" and was != "completed":
                self._tell_check(home, "completed", run)
            return run

    def _apply(self, run: CheckRun, wanted: dict[str, Any]) -> None:
        output, annotations = _checked(wanted)
        run.name = wanted.get("name") or run.name
        run.external_id = wanted.get("external_id") or run.external_id
        run.details_url = wanted.get("details_url") or run.details_url
        run.output |= output
        run.annotations += annotations
        run.status = wanted.get("status") or run.status
        if wanted.get("conclusion"):
            # "Providing conclusion will automatically set the status parameter to completed."
            run.conclusion, run.status = wanted["conclusion"], "completed"
        if run.status == "completed":
            run.completed_at = run.completed_at or self.now()

    def _tell_check(self, home: Repository, action: str, run: CheckRun) -> None:
        parts = {"check_run": shapes.check_run(self, home, run)}
        self.emit("check_run", action, home, run.app.bot, lambda: parts)


def _checked(wanted: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The output's texts and annotations; at most 50 annotations in a request, texts of 65,535."""
    if wanted.get("status") not in (None, *STATUSES):
        raise invalid("CheckRun", "status")
    if wanted.get("conclusion") not in (None, *CONCLUSIONS):
        raise invalid("CheckRun", "conclusion")
    if wanted.get("status") == "completed" and not wanted.get("conclusion"):
        raise invalid("CheckRun", "conclusion", "missing_field")
    output = wanted.get("output") or {}
    if output and not output.get("summary"):
        raise Refused(422, 'Invalid request.\n\n"summary" wasn\'t supplied.')
    for key in ("summary", "text"):
        if len(output.get(key) or "") > 65_535:
            raise invalid("CheckRun", key, "custom", message=f"{key} exceeds a maximum bytesize of 65535")
    annotations = output.get("annotations") or []
    if len(annotations) > 50:
        raise Refused(
            422, f"Invalid request.\n\nNo more than 50 items are allowed; {len(annotations)} were supplied."
        )
    return {key: output[key] for key in ("title", "summary", "text") if output.get(key)}, annotations
