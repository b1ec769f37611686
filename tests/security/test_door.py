"""While a webhook secret is changed, the old and the new one are good, and after it the new one alone."""

from pathlib import Path

from adapters.ledger.release import release
from app import create_app
from tests.test_app import OPENED, in_an_environment, post

OLD, NEW, NEITHER = "the secret that goes away", "the secret that comes now", "a secret that nobody has set"

STEPS = [
    (OLD, {OLD: 202, NEW: 401, NEITHER: 401}),
    (f"{OLD},{NEW}", {OLD: 202, NEW: 202, NEITHER: 401, f"{OLD},{NEW}": 401}),
    (f" {NEW} ,", {OLD: 401, NEW: 202, NEITHER: 401, "": 401}),
]


def test_a_webhook_secret_is_changed_without_losing_a_delivery(tmp_path: Path) -> None:
    for number, (given, answers) in enumerate(STEPS):
        context = in_an_environment(tmp_path / str(number), GITHUB_WEBHOOK_SECRET=given)
        release(context.ledger)
        client = create_app(context).test_client()
        found = {secret: post(client, OPENED, secret=secret).status_code for secret in answers}
        context.ledger.close()
        assert found == answers, given
