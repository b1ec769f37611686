"""Questions without credentials, to tell an operator what is wrong: what time is it at GitHub, does our webhook answer?"""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import requests

from adapters.github import TIMEOUT
from adapters.settings import Settings

HEADERS = {"User-Agent": "lamplighter"}


def github_time(settings: Settings) -> datetime | str:
    """GitHub's clock (UTC, whole seconds), or why it could not be asked. Any answer has the time, also a refusal."""
    try:
        answer = requests.get(f"{settings.api_url}/rate_limit", headers=HEADERS, timeout=TIMEOUT)
        at = parsedate_to_datetime(answer.headers["Date"])
    except requests.RequestException as error:
        return type(error).__name__
    except (KeyError, ValueError):
        return "an answer without a date, so hardly GitHub's"
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def status_without_signature(url: str) -> int | str:
    """What the webhook's address answers to somebody who is not GitHub; ours says 401. Or why it does not answer."""
    try:
        return requests.post(url, b"{}", headers=HEADERS, timeout=TIMEOUT, allow_redirects=False).status_code
    except requests.RequestException as error:
        return type(error).__name__
