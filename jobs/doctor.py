"""Looks at everything that has to be right before Lamplighter can work, and says in plain words what is not."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.exc import SQLAlchemyError

from adapters import manifest, reachability
from adapters.context import Context
from adapters.github import Missing, Refused, Rejected, Trouble
from adapters.ledger import inbox, outbox, release, sweeps
from jobs.sweep import LOG

OK, NOTE, WRONG = "ok", "note", "wrong"

SKEW = timedelta(
    seconds=30
)  # GitHub refuses what we sign a minute before its time, or for more than ten minutes
RESTING = timedelta(minutes=15)  # since the sweep, which comes every five minutes, was due
SOME = 30  # deliveries


@dataclass(frozen=True)
class Finding:
    """What was looked at, in a sentence; `mend` says what to do about it."""

    level: str
    what: str
    mend: str = ""


Findings = Iterator[Finding]


def examine(context: Context) -> Findings:
    """Everything, one by one; what cannot be looked at because of something else is left out, and said so."""
    yield from (Finding(NOTE, warning) for warning in context.settings.warnings)
    yield from _database(context)
    yield from _queue(context)
    if not context.settings.has_credentials:
        mend = (
            "Run `flask --app app setup` and open the link; or start Lamplighter, which prints one as well."
        )
        yield Finding(WRONG, "The App has no credentials yet; nothing was asked of GitHub.", mend)
        return
    yield from _github(context)


# --- here -----------------------------------------------------------------------------------------


def _database(context: Context) -> Findings:
    try:
        yield from _tables(context)
    except SQLAlchemyError as error:
        why = str(getattr(error, "orig", error)).partition("\n")[0]
        mend = "Look at DATABASE_URL, and whether its server runs."
        yield Finding(WRONG, f"The database cannot be used: {why}", mend)


def _tables(context: Context) -> Findings:
    if not release.is_ready(context.ledger):
        yield Finding(WRONG, "The database is not up to date.", "Run `flask --app app release`.")
        return
    yield Finding(OK, f"The database is up to date (revision {release.current(context.ledger)}).")
    yield from _processes(context)


def _processes(context: Context) -> Findings:
    """Whether the clock ticks, seen by what it does every few minutes; and what waits."""
    with context.ledger.read() as connection:
        sweep, parked = sweeps.reading(connection, "sweep"), inbox.counts(connection).get("parked", 0)
        writes = outbox.troubles(connection, 1000)
    parked += sum(row.parked_at is not None for row in writes)
    if sweep is None:
        yield Finding(NOTE, "The clock has not run yet with this database.")
    elif sweep.due_at < context.now() - RESTING:
        mend = "Start it (`make run`, or the `clock` process), and see its log if it does run."
        yield Finding(WRONG, f"The clock has rested since {sweep.due_at:%Y-%m-%d %H:%M} UTC.", mend)
    else:
        yield Finding(OK, "The clock runs.")
    if parked:
        mend = "`flask --app app inbox` and `flask --app app outbox` say why; `--retry ID` tries again."
        yield Finding(NOTE, f"Given up, and waiting for somebody to look at it: {parked}.", mend)


def _queue(context: Context) -> Findings:
    if context.bell.is_up():
        yield Finding(OK, "The queue answers.")
    else:
        yield Finding(WRONG, "The queue does not answer.", "Look at REDIS_URL, and whether its server runs.")


# --- at GitHub ------------------------------------------------------------------------------------


def _github(context: Context) -> Findings:
    at = reachability.github_time(context.settings)
    if isinstance(at, str):
        what = f"GitHub cannot be reached at {context.settings.api_url} ({at}); nothing of the App was looked at."
        yield Finding(WRONG, what, "Look at this machine's network, its proxy, and GITHUB_API_URL.")
        return
    yield _skew(context, at)
    try:
        app = context.github.app.get("/app")
    except Trouble as trouble:
        yield _unknown_app(context, trouble)
        return
    yield Finding(OK, f"GitHub knows the App: {app['name']}, number {app['id']}.")
    for look in (_grants, _client, _hook, _installations):
        try:
            yield from look(context, app)
        except Trouble as trouble:
            yield Finding(WRONG, f"GitHub did not answer as it should: {trouble}.", "Try again in a while.")


def _skew(context: Context, at: datetime) -> Finding:
    """By the machine's own clock, with which what we send is signed."""
    ahead = context.now() - at
    if abs(ahead) <= SKEW:
        return Finding(OK, "This machine's clock agrees with GitHub's.")
    which = "ahead of" if ahead > timedelta() else "behind"
    what = f"This machine's clock is {abs(ahead.total_seconds()):.0f} seconds {which} GitHub's, which then refuses us."
    return Finding(WRONG, what, "Switch on time synchronization (NTP).")


def _unknown_app(context: Context, trouble: Trouble) -> Finding:
    number = context.settings.app_id
    if isinstance(trouble, Missing):
        mend = "Look at GITHUB_APP_ID, and at GITHUB_API_URL if it is a GitHub Enterprise Server."
        return Finding(WRONG, f"GitHub has no App with the number {number}.", mend)
    if isinstance(trouble, Rejected):
        mend = (
            "Generate a new private key on the App's page, and give it to Lamplighter (GITHUB_PRIVATE_KEY)."
        )
        return Finding(WRONG, f"The private key is not one of the App {number}.", mend)
    return Finding(WRONG, f"GitHub did not answer as it should: {trouble}.", "Try again in a while.")


def _grants(context: Context, app: dict[str, Any]) -> Findings:
    """Permissions and events, against app.yml."""
    wanted = manifest.read()
    page = f"{settings_page(context, app)}/permissions"
    given = app["permissions"]
    short = [
        f"{name}: {level}"
        for name, level in wanted["default_permissions"].items()
        if not manifest.reaches(given.get(name), level)
    ]
    deaf = sorted(set(wanted["default_events"]) - set(app["events"]))
    more = sorted(set(given) - set(wanted["default_permissions"]))
    if short:
        yield Finding(WRONG, f"The App lacks permissions: {', '.join(short)}.", f"Grant them on {page}.")
    if deaf:
        yield Finding(
            WRONG, f"The App does not hear of: {', '.join(deaf)}.", f"Subscribe to these events on {page}."
        )
    if not short and not deaf:
        yield Finding(OK, "Permissions and events are those it needs.")
    if more:
        yield Finding(NOTE, f"The App may more than it needs: {', '.join(more)}.", f"Take it back on {page}.")


def _client(context: Context, app: dict[str, Any]) -> Findings:
    settings = context.settings
    if not (settings.client_id and settings.client_secret):
        mend = "Put the client id and a client secret from the App's page into the environment."
        yield Finding(NOTE, "Nobody can sign in: GITHUB_CLIENT_ID or GITHUB_CLIENT_SECRET is missing.", mend)
    elif app.get("client_id") not in {None, settings.client_id}:
        yield Finding(WRONG, "GITHUB_CLIENT_ID is not this App's.", f"It is {app['client_id']}.")


# --- what GitHub sends ----------------------------------------------------------------------------


def _hook(context: Context, app: dict[str, Any]) -> Findings:
    page = settings_page(context, app)
    try:
        hook = context.github.app.get("/app/hook/config")
    except (Missing, Refused):
        yield Finding(NOTE, "GitHub does not tell where the webhook leads.", f"See for yourself: {page}.")
        return
    url = hook.get("url")
    if not url:
        yield Finding(
            WRONG, "The App has no webhook.", f"Set it on {page} to {context.settings.public_url}/webhooks."
        )
        return
    if manifest.is_placeholder(url):
        yield Finding(OK, "GitHub has no address of ours: deliveries are fetched from the App's log.")
        return
    yield from _leads_here(context, url, page)
    yield from _form_of(hook, page)
    yield from _deliveries(context, page)


def _leads_here(context: Context, url: str, page: str) -> Findings:
    ours = f"{context.settings.public_url}/webhooks"
    if url != ours:
        mend = f"If that is not right, set the webhook on {page}, or PUBLIC_URL here."
        yield Finding(NOTE, f"Webhooks go to {url}; by PUBLIC_URL it would be {ours}.", mend)
    answer = reachability.status_without_signature(url)
    if answer == 401:
        yield Finding(OK, f"The webhook answers at {url}.")
        return
    host = urlsplit(url).hostname
    mend = f"Does the web process run, does the proxy pass POST /webhooks on to it, does {host} lead here?"
    said = f"answers {answer}" if isinstance(answer, int) else f"does not answer ({answer})"
    yield Finding(WRONG, f"The webhook's address {url} {said}; from here, at least.", mend)


def _form_of(hook: dict[str, Any], page: str) -> Findings:
    if hook.get("content_type") != "json":
        yield Finding(WRONG, "The webhook does not send JSON.", f"Set its content type on {page}.")
    if not hook.get("secret"):
        yield Finding(WRONG, "The webhook has no secret.", f"Set it on {page} to GITHUB_WEBHOOK_SECRET.")
    if str(hook.get("insecure_ssl", "0")) != "0":
        yield Finding(
            NOTE, "GitHub does not check the certificate of the webhook's address.", f"Let it: {page}."
        )


def _deliveries(context: Context, page: str) -> Findings:
    lines = context.github.app.get(LOG, per_page=SOME)
    if not lines:
        yield Finding(NOTE, "GitHub has not sent anything in the last days.")
        return
    newest = lines[0]
    failed = sum(line["status"] != "OK" for line in lines)
    if newest["status"] == "OK":
        level, rest = (
            (OK, "")
            if not failed
            else (NOTE, f"; {failed} of the last {len(lines)} failed, and are recovered")
        )
        yield Finding(level, f"The newest delivery arrived{rest}.")
        return
    code, told = newest["status_code"], newest["status"]
    yield Finding(WRONG, f"The newest delivery failed: {told}.", WHY.get(code, f"See {page}/advanced."))


WHY = {
    0: "GitHub could not connect, or had no answer in ten seconds: look at the address, the firewall and the certificate.",
    401: "The secrets differ: the one on the App's page must be in GITHUB_WEBHOOK_SECRET.",
    404: "The address is not Lamplighter's: it ends in /webhooks.",
    502: "The proxy did not reach the web process.",
    503: "The database was down, or the App had no credentials.",
}


# --- where it is installed ------------------------------------------------------------------------


def _installations(context: Context, app: dict[str, Any]) -> Findings:
    found = [one for page in context.github.app.pages("/app/installations") for one in page]
    if not found:
        yield Finding(
            NOTE, "The App is not installed anywhere.", f"Install it: {app['html_url']}/installations/new."
        )
        return
    yield Finding(OK, f"It is installed on {', '.join(sorted(_account(one) for one in found)[:10])}.")
    wanted = manifest.read()["default_permissions"]
    for one in found:
        if one.get("suspended_at"):
            yield Finding(
                NOTE, f"{_account(one)} has suspended it.", f"Only they can end that: {one['html_url']}."
            )
        elif not all(manifest.reaches(one["permissions"].get(name), level) for name, level in wanted.items()):
            what = f"{_account(one)} has not accepted the permissions it needs by now."
            yield Finding(WRONG, what, f"An owner accepts them on {one['html_url']}.")


def _account(installation: dict[str, Any]) -> str:
    return str((installation.get("account") or {}).get("login") or "somebody")


def settings_page(context: Context, app: dict[str, Any]) -> str:
    """The App's own settings at GitHub, where its owner can change them."""
    owner = app.get("owner") or {}
    place = f"organizations/{owner['login']}/settings" if owner.get("type") == "Organization" else "settings"
    return f"{context.settings.html_url}/{place}/apps/{app['slug']}"
