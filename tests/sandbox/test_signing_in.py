"""Signing in with GitHub, as an App and a browser see it."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from sandbox_client import REPO, Api

from sandbox.installations import Installations
from sandbox.world import Installation, World

BACK = "https://lamplighter.example.org/sign-in/callback"
VERIFIER = "a-verifier-of-at-least-forty-three-characters-in-all"
CHALLENGE = urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")


@pytest.fixture(autouse=True)
def callback(api: Api) -> None:
    api.app.callback_urls = [BACK, "https://other.example.org/back"]


def ask(api: Api, **query: str) -> requests.Response:
    query = {"client_id": api.app.client_id, "state": "s", **query}
    return api.session.get(f"{api.base}/login/oauth/authorize", params=query, allow_redirects=False)


def say(api: Api, answer: dict[str, str], **query: str) -> dict[str, str]:
    """What the browser brings back."""
    query = {"client_id": api.app.client_id, "state": "s", **query}
    url = f"{api.base}/login/oauth/authorize"
    told = api.session.post(url, params=query, data=answer, allow_redirects=False)
    assert told.status_code == 302
    return brought(told)


def brought(answer: requests.Response) -> dict[str, str]:
    parts = urlsplit(answer.headers["Location"])
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" in (BACK, "https://other.example.org/back")
    return {name: value for name, (value,) in parse_qs(parts.query).items()}


def exchange(api: Api, code: str, **more: str) -> requests.Response:
    given = {"client_id": api.app.client_id, "client_secret": api.app.client_secret, "code": code, **more}
    url = f"{api.base}/login/oauth/access_token"
    return api.session.post(url, data=given, headers={"Accept": "application/json"})


def token_of(api: Api, login: str) -> str:
    code = say(api, {"login": login})["code"]
    return str(exchange(api, code).json()["access_token"])


def test_the_page_asks_who_is_there_and_a_yes_brings_a_code(api: Api) -> None:
    page = ask(api, redirect_uri=BACK)
    assert page.status_code == 200 and 'value="octocat"' in page.text
    answer = say(api, {"login": "octocat"}, redirect_uri=BACK)
    assert answer["state"] == "s" and len(answer["code"]) == 20


def test_a_code_gives_a_token_once(api: Api) -> None:
    code = say(api, {"login": "octocat"})["code"]
    given = exchange(api, code)
    assert given.status_code == 200
    assert given.json()["token_type"] == "bearer" and given.json()["expires_in"] == 28800
    assert given.json()["access_token"].startswith("ghu_")
    again = exchange(api, code)
    assert (again.status_code, again.json()["error"]) == (200, "bad_verification_code")


def test_without_asking_for_json_a_form_comes(api: Api) -> None:
    code = say(api, {"login": "octocat"})["code"]
    given = {"client_id": api.app.client_id, "client_secret": api.app.client_secret, "code": code}
    told = requests.post(f"{api.base}/login/oauth/access_token", data=given, timeout=10)
    assert parse_qs(told.text)["token_type"] == ["bearer"]


def test_who_cancels_comes_back_with_an_error(api: Api) -> None:
    answer = say(api, {"cancel": "yes"})
    assert (answer["error"], answer["state"]) == ("access_denied", "s")
    assert "code" not in answer


def test_a_wrong_address_to_come_back_to_is_told_at_the_right_one(api: Api) -> None:
    answer = ask(api, redirect_uri="https://evil.example.org/")
    assert answer.status_code == 302
    assert brought(answer)["error"] == "redirect_uri_mismatch"


def test_an_unknown_client_is_not_found(api: Api) -> None:
    assert ask(api, client_id="Iv1.unknown").status_code == 404
    assert exchange(api, "x", client_id="Iv1.unknown").status_code == 404


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"client_secret": "wrong"}, "incorrect_client_credentials"),  # pragma: allowlist secret
        ({"code": "0" * 20}, "bad_verification_code"),
        ({"redirect_uri": "https://other.example.org/back"}, "redirect_uri_mismatch"),
    ],
)
def test_errors_come_with_status_200(api: Api, more: dict[str, str], error: str) -> None:
    code = say(api, {"login": "octocat"}, redirect_uri=BACK)["code"]
    answer = exchange(api, **{"code": code, **more})
    assert (answer.status_code, answer.json()["error"]) == (200, error)


def test_a_code_is_good_for_ten_minutes(api: Api) -> None:
    code = say(api, {"login": "octocat"})["code"]
    api.world.advance(601)
    assert exchange(api, code).json()["error"] == "bad_verification_code"


@pytest.mark.parametrize("verifier", ["", "another-verifier-that-is-long-enough-to-be-one"])
def test_a_code_with_a_challenge_wants_its_verifier(api: Api, verifier: str) -> None:
    code = say(api, {"login": "octocat"}, code_challenge=CHALLENGE, code_challenge_method="S256")["code"]
    assert exchange(api, code, code_verifier=verifier).json()["error"] == "bad_verification_code"
    code = say(api, {"login": "octocat"}, code_challenge=CHALLENGE, code_challenge_method="S256")["code"]
    assert "access_token" in exchange(api, code, code_verifier=VERIFIER).json()


def test_a_token_tells_who_somebody_is_until_it_ends(api: Api) -> None:
    token = token_of(api, "octocat")
    answer = api("GET", "/user", token=token)
    assert (answer.status_code, answer.json()["login"]) == (200, "octocat")
    api.world.advance(8 * 3600 + 1)
    assert api("GET", "/user", token=token).status_code == 401


def test_who_somebody_is_only_they_may_ask(api: Api) -> None:
    assert api("GET", "/user").status_code == 403  # an installation's token
    assert requests.get(f"{api.base}/user", headers={"User-Agent": "x"}, timeout=10).status_code == 401


@pytest.mark.parametrize(
    ("login", "sees"), [("octocat", False), ("monalisa", True), ("hidden", True), ("boss", True)]
)
def test_people_see_the_installations_of_what_they_were_given(
    api: Api, installation: Installation, login: str, sees: bool
) -> None:
    found = api("GET", "/user/installations", token=token_of(api, login)).json()
    assert [it["id"] for it in found["installations"]] == ([installation.id] if sees else [])
    path = f"/user/installations/{installation.id}/repositories"
    answer = api("GET", path, token=token_of(api, login))
    assert answer.status_code == (200 if sees else 404)
    if sees:
        assert [it["full_name"] for it in answer.json()["repositories"]] == [REPO]


def test_a_collaborator_sees_only_what_they_were_given(
    world: World, api: Api, installation: Installation
) -> None:
    world.repository("observatory/secret", private=True)
    world.add_repositories(installation.id, ["observatory/secret"])
    world.collaborator(REPO, "octocat", "triage")
    path = f"/user/installations/{installation.id}/repositories"
    (found,) = api("GET", path, token=token_of(api, "octocat")).json()["repositories"]
    assert found["full_name"] == REPO
    assert found["permissions"] == {
        "pull": True,
        "triage": True,
        "push": False,
        "maintain": False,
        "admin": False,
    }


def test_a_token_shows_no_other_apps_installations(api: Api, world: World) -> None:
    world.register_app(app_id=1002, slug="other")
    world.install("observatory", [REPO], app=1002)
    found = api("GET", "/user/installations", token=token_of(api, "boss")).json()
    assert found["total_count"] == 1


def test_when_github_is_down_so_is_signing_in(api: Api) -> None:
    code = say(api, {"login": "octocat"})["code"]
    api.world.faults.set(errors_5xx=1.0)
    assert exchange(api, code).status_code == 502
    assert ask(api).status_code == 502


def test_apps_have_a_secret_of_their_own(world: World) -> None:
    assert isinstance(world, Installations)
    apps = [world.register_app(app_id=number, slug=f"app-{number}") for number in (1, 2)]
    assert len({app.client_secret for app in apps} - {""}) == 2
