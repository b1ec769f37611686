"""The doctor: each thing that can be wrong, made wrong at GitHub or here, and said in plain words."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from adapters import settings as environment
from adapters.context import Context, open_context
from adapters.ledger import Ledger, inbox, sweeps
from adapters.ledger.inbox import Asked
from adapters.ledger.release import release
from adapters.manifest import PLACEHOLDER, read
from app import create_app
from sandbox.installations import new_key
from sandbox.world import App
from tests.conftest import away
from tests.journeys.house import House, environment_of
from tests.journeys.programs import HOME, OWNER, settled_in


def examined(context: Context) -> tuple[int, str]:
    """The exit status, and what the command says."""
    result = create_app(context).test_cli_runner().invoke(args=["doctor"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


@pytest.fixture
def app(house: House) -> App:
    """An App in good health, by all that can be seen."""
    (app,) = house.world.apps.values()
    ours = read()
    assert app.permissions == ours["default_permissions"]
    settled_in(house.world)
    house.settle()
    house.sweep("sweep")
    with house.context.ledger.write() as connection:
        sweeps.put_off(connection, "sweep", house.context.now())
    return app


def changed(house: House, **values: str | None) -> Context:
    return replace(house.context, settings=replace(house.context.settings, **values))  # type: ignore[arg-type]


def told(output: str, level: str) -> str:
    return "\n".join(line for line in output.splitlines() if line.startswith(level))


def test_nothing_is_wrong(house: House, app: App) -> None:
    status, said = examined(house.context)
    assert (status, told(said, "wrong")) == (0, ""), said
    for part in (
        "database is up to date",
        "clock runs",
        "queue answers",
        "agrees with GitHub's",
        "Permissions and",
    ):
        assert part in told(said, "ok"), part
    assert f"webhook answers at {house.webhook_url}" in said and "newest delivery arrived" in said
    assert f"installed on {OWNER}" in said and said.endswith("Nothing is wrong.\n")


def test_it_changes_nothing(house: House, app: App) -> None:
    before = len(house.world.requests)
    examined(house.context)
    assert {one.method for one in house.world.requests[before:]} == {"GET"}


def test_no_secret_is_told(house: House, app: App) -> None:
    app.webhook_secret, app.permissions = "another secret", {"metadata": "read"}
    house.world.open_issue(HOME, "regular", "A map")
    house.world.wait_delivered()
    _, said = examined(house.context)
    assert "BEGIN" not in said and not any(
        secret in said for secret in house.context.settings.webhook_secrets
    )


def lacks(app: App) -> None:
    del app.permissions["checks"]
    app.permissions["issues"] = "read"


def is_deaf(app: App) -> None:
    app.events.remove("push")


def may_more(app: App) -> None:
    app.permissions["administration"] = "write"


def has_no_webhook(app: App) -> None:
    app.webhook_url = None


def has_no_secret(app: App) -> None:
    app.webhook_secret = None


def leads_elsewhere(app: App) -> None:
    assert app.webhook_url
    app.webhook_url = app.webhook_url.replace("/webhooks", "/hooks")


def leads_to_nobody_listening(app: App) -> None:
    app.webhook_url = "http://127.0.0.1:1/webhooks"


@pytest.mark.parametrize(
    ("make_it_so", "sentence", "mend"),
    [
        (lacks, "lacks permissions: issues: write, checks: write", "/settings/apps/lamplighter/permissions"),
        (is_deaf, "does not hear of: push", "Subscribe to these events"),
        (has_no_webhook, "The App has no webhook", "/webhooks."),
        (has_no_secret, "The webhook has no secret", "GITHUB_WEBHOOK_SECRET"),
        (leads_elsewhere, "/hooks answers 404", "does the proxy pass"),
        (leads_to_nobody_listening, "does not answer (ConnectionError)", "Does the web process run"),
    ],
)
def test_what_is_wrong_with_the_app(
    house: House, app: App, make_it_so: Callable[[App], None], sentence: str, mend: str
) -> None:
    make_it_so(app)
    status, said = examined(house.context)
    assert status == 1 and sentence in told(said, "wrong"), said
    assert mend in said


def test_more_permissions_than_needed_are_only_noted(house: House, app: App) -> None:
    may_more(app)
    status, said = examined(house.context)
    assert status == 0 and "may more than it needs: administration" in told(said, "note")


def test_a_secret_that_differs(house: House, app: App) -> None:
    right, app.webhook_secret = app.webhook_secret, "another secret than ours"
    house.world.open_issue(HOME, "regular", "A map")
    house.world.wait_delivered()
    status, said = examined(house.context)
    assert status == 1 and "newest delivery failed: Invalid HTTP Response: 401" in said
    assert "The secrets differ" in said
    app.webhook_secret = right
    house.world.open_issue(HOME, "regular", "Another map")
    house.world.wait_delivered()
    status, said = examined(house.context)
    assert status == 0 and "1 of the last" in told(said, "note")


def test_an_organizations_app_is_mended_in_the_organization(house: House, app: App) -> None:
    app.owner = house.world.find_user(OWNER)
    is_deaf(app)
    assert f"/organizations/{OWNER}/settings/apps/lamplighter/permissions" in examined(house.context)[1]


def test_where_deliveries_are_fetched_no_address_is_missed(house: House, app: App) -> None:
    app.webhook_url = PLACEHOLDER
    house.world.open_issue(HOME, "regular", "A map")
    house.world.wait_delivered()
    status, said = examined(house.context)
    assert status == 0 and "fetched from the App's log" in told(said, "ok")


def test_it_is_installed_nowhere(house: House, app: App) -> None:
    house.world.installations.clear()
    status, said = examined(house.context)
    assert status == 0 and "/apps/lamplighter/installations/new" in said


def test_an_owner_has_not_accepted_new_permissions(house: House, app: App) -> None:
    (installation,) = house.world.installations.values()
    del installation.permissions["checks"]
    status, said = examined(house.context)
    assert status == 1 and f"{OWNER} has not accepted" in told(said, "wrong")


def test_an_owner_has_suspended_it(house: House, app: App) -> None:
    (installation,) = house.world.installations
    house.world.suspend(installation)
    status, said = examined(house.context)
    assert status == 0 and f"{OWNER} has suspended it" in told(said, "note")


# --- credentials, clocks, GitHub away -------------------------------------------------------------


def with_environment(house: House, **variables: str) -> Context:
    return open_context(environment.load(environment_of(house) | variables), now=house.world.now)


def test_an_app_that_does_not_exist(house: House, app: App) -> None:
    context = with_environment(house, GITHUB_APP_ID="999")
    status, said = examined(context)
    assert status == 1 and "GitHub has no App with the number 999" in said
    context.close()


def test_a_key_of_another_app(house: House, app: App) -> None:
    context = with_environment(house, GITHUB_PRIVATE_KEY=new_key()[0])
    status, said = examined(context)
    assert (
        status == 1 and "private key is not one of the App" in said and "Generate a new private key" in said
    )
    context.close()


def test_without_credentials_it_says_how_to_begin(tmp_path: Path, house: House) -> None:
    given = {
        "LAMPLIGHTER_DATA_DIR": str(tmp_path / "new"),
        "REDIS_URL": house.context.settings.redis_url or "",
    }
    context = open_context(environment.load(given))
    release(context.ledger)
    status, said = examined(context)
    assert status == 1 and "no credentials yet" in told(said, "wrong") and "flask --app app setup" in said
    assert told(said, "wrong").count("\n") == 0
    context.close()


def test_nobody_can_sign_in_without_a_client(house: House, app: App) -> None:
    assert "Nobody can sign in" in told(examined(changed(house, client_secret=None))[1], "note")
    status, said = examined(changed(house, client_id="another", client_secret="s" * 40))
    assert status == 1 and "GITHUB_CLIENT_ID is not this App's" in said


@pytest.mark.parametrize(("seconds", "which"), [(90, "ahead of"), (-90, "behind")])
def test_a_clock_that_is_wrong(house: House, app: App, seconds: int, which: str) -> None:
    """By so much GitHub's own clock differs from ours."""
    context = replace(house.context, now=lambda: house.world.now() + timedelta(seconds=seconds))
    status, said = examined(context)
    assert status == 1 and f"seconds {which} GitHub's" in told(said, "wrong") and "NTP" in said


def test_github_is_away(house: House, app: App) -> None:
    status, said = examined(changed(house, api_url="http://127.0.0.1:1"))
    assert status == 1 and "GitHub cannot be reached at http://127.0.0.1:1" in told(said, "wrong")
    assert "queue answers" in said and "permissions" not in said


def test_github_is_there_but_down(house: House, app: App) -> None:
    house.world.faults.set(errors_5xx=1.0)
    status, said = examined(house.context)
    assert status == 1 and "GitHub did not answer as it should" in told(said, "wrong")


# --- here -----------------------------------------------------------------------------------------


def test_the_queue_is_down(house: House, app: App) -> None:
    context = with_environment(house, REDIS_URL="unix:///nonexistent")
    status, said = examined(context)
    assert status == 1 and "queue does not answer" in told(said, "wrong")
    context.close()


def test_the_database_has_no_tables(tmp_path: Path, house: House, app: App) -> None:
    empty = Ledger(f"sqlite:///{tmp_path / 'empty.db'}")
    status, said = examined(replace(house.context, ledger=empty))
    assert status == 1 and "flask --app app release" in said and "GitHub knows the App" in said
    empty.close()


def test_the_database_is_away(house: House, app: App) -> None:
    nowhere = Ledger("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    status, said = examined(replace(house.context, ledger=nowhere))
    assert status == 1 and "The database cannot be used" in told(said, "wrong") and "DATABASE_URL" in said
    nowhere.close()


def test_a_database_that_lost_a_table_is_no_traceback(house: House, app: App) -> None:
    with away(house.context.ledger, "inbox"):
        status, said = examined(house.context)
    assert status == 1 and "The database cannot be used" in told(said, "wrong")


def test_the_clock_rests(house: House, app: App) -> None:
    house.advance(timedelta(hours=3))
    context = replace(house.context)
    status, said = examined(context)
    assert status == 1 and "The clock has rested since" in told(said, "wrong")


def test_what_was_given_up_is_noted(house: House, app: App) -> None:
    with house.context.ledger.write() as connection:
        inbox.put_new(connection, [Asked("a-delivery", "welcome")], house.context.now())
        inbox_id = inbox.put_new(connection, [Asked("b-delivery", "welcome")], house.context.now())[0]
        inbox.park(connection, inbox_id, house.context.now(), "it cannot be done")
    house.expect_parked("it cannot be done")
    assert "somebody to look at it: 1" in told(examined(house.context)[1], "note")
