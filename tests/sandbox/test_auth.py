"""JWTs, installation tokens, and what each may see and do."""

from __future__ import annotations

import time

import jwt
import pytest
from sandbox_client import REPO, Api

from sandbox.installations import new_key
from sandbox.world import Installation, World


def in_seconds(seconds: int) -> int:
    """A moment by the machine's clock when the test runs, which is long after it was collected."""
    return int(time.time()) + seconds


def test_the_app_introduces_itself_by_id_and_by_client_id(api: Api) -> None:
    for issuer in (str(api.app.id), api.app.client_id):
        answer = api("GET", "/app", token=api.jwt(iss=issuer))
        assert (answer.status_code, answer.json()["slug"]) == (200, "lamplighter")


@pytest.mark.parametrize(
    ("claim", "seconds", "message"),
    [
        ("exp", 700, "is too far in the future"),
        ("exp", -10, "must be a numeric value representing the future time"),
        ("iat", 120, "'Issued at' claim"),
    ],
)
def test_bad_times(api: Api, claim: str, seconds: int, message: str) -> None:
    answer = api("GET", "/app", token=api.jwt(**{claim: in_seconds(seconds)}))
    assert answer.status_code == 401
    assert message in answer.json()["message"]


def test_an_unknown_app(api: Api) -> None:
    answer = api("GET", "/app", token=api.jwt(iss="4242"))
    assert answer.status_code == 404
    assert "Integration not found" in answer.json()["message"]


def test_a_jwt_signed_by_another_key_is_refused(api: Api) -> None:
    forged = jwt.encode(
        {"iat": in_seconds(-5), "exp": in_seconds(60), "iss": str(api.app.id)}, new_key()[0], "RS256"
    )
    answer = api("GET", "/app", token=forged)
    assert (answer.status_code, answer.json()["message"]) == (401, "A JSON web token could not be decoded")


def test_an_unsigned_jwt_is_refused(api: Api) -> None:
    naked = jwt.encode({"iat": in_seconds(-5), "exp": in_seconds(60), "iss": str(api.app.id)}, None, "none")
    assert api("GET", "/app", token=naked).status_code == 401


def test_installation_tokens_do_not_open_the_apps_own_endpoints(api: Api) -> None:
    assert api("GET", "/app").status_code == 401
    assert api("GET", "/installation/repositories", token=api.jwt()).status_code == 403


def test_a_token_lasts_an_hour_of_the_worlds_time(api: Api, world: World, installation: Installation) -> None:
    made = api.mint(installation)
    assert made.status_code == 201
    assert made.json()["permissions"]["issues"] == "write"
    token = made.json()["token"]
    world.advance(3590)
    assert api("GET", "/installation/repositories", token=token).status_code == 200
    world.advance(20)
    expired = api("GET", "/installation/repositories", token=token)
    assert (expired.status_code, expired.json()["message"]) == (401, "Bad credentials")


def test_long_tokens_work_like_short_ones(api: Api, installation: Installation) -> None:
    path = f"/app/installations/{installation.id}/access_tokens"
    headers = {"X-GitHub-Stateless-S2S-Token": "enabled"}
    token = api("POST", path, token=api.jwt(), headers=headers).json()["token"]
    assert 500 < len(token) < 540
    assert "." in token
    assert api("GET", "/installation/repositories", token=token).status_code == 200


def test_a_suspended_installation_gets_no_token_and_old_ones_stop(
    api: Api, world: World, installation: Installation
) -> None:
    world.suspend(installation.id)
    for answer in (api.mint(installation), api("GET", "/installation/repositories")):
        assert (answer.status_code, answer.json()["message"]) == (
            403,
            "This installation has been suspended",
        )
    listed = api("GET", "/app/installations", token=api.jwt()).json()
    assert listed[0]["suspended_at"]
    world.unsuspend(installation.id)
    assert api.mint(installation).status_code == 201


def test_uninstalling_kills_the_tokens(api: Api, world: World, installation: Installation) -> None:
    world.uninstall(installation.id)
    assert api("GET", "/installation/repositories").status_code == 401
    assert api.mint(installation).status_code == 404


def test_a_token_may_be_narrowed_but_not_widened(api: Api, installation: Installation, here: str) -> None:
    narrow = api.mint(installation, permissions={"issues": "read"}).json()["token"]
    refused = api("POST", f"{here}/issues", token=narrow, json={"title": "t"})
    assert (refused.status_code, refused.json()["message"]) == (
        403,
        "Resource not accessible by integration",
    )
    assert refused.headers["X-Accepted-GitHub-Permissions"] == "issues=write"
    assert api.mint(installation, permissions={"administration": "write"}).status_code == 422


def test_a_private_repository_elsewhere_is_not_there(api: Api, world: World) -> None:
    world.repository("octocat/diary", private=True)
    world.open_issue("octocat/diary", "octocat", "secret")
    assert api("GET", "/repos/octocat/diary").status_code == 404
    assert api("GET", "/repos/octocat/diary/issues/1").status_code == 404
    assert api("POST", "/repos/octocat/diary/issues", json={"title": "t"}).status_code == 404


def test_a_public_repository_elsewhere_can_be_read_but_not_written(api: Api, world: World) -> None:
    world.repository("octocat/hello")
    assert api("GET", "/repos/octocat/hello").status_code == 200
    assert api("GET", "/repos/octocat/hello/issues").status_code == 200
    assert api("POST", "/repos/octocat/hello/issues", json={"title": "t"}).status_code == 403
    assert api("GET", "/repos/octocat/hello/collaborators/octocat/permission").status_code == 403


def test_a_private_repository_of_ours_needs_the_permission_even_to_read(
    api: Api, world: World, installation: Installation
) -> None:
    world.privatize(REPO)
    assert api("GET", f"/repos/{REPO}/contents/docs/a.md").status_code == 200
    bare = api.mint(installation, permissions={"issues": "read"}).json()["token"]
    assert api("GET", f"/repos/{REPO}/issues", token=bare).status_code == 200
    assert api("GET", f"/repos/{REPO}/contents/docs/a.md", token=bare).status_code == 403
    assert api("GET", f"/repos/{REPO}", token="").status_code == 404


def test_pull_request_permission_opens_the_comments_of_pull_requests_only(
    api: Api, world: World, installation: Installation, here: str
) -> None:
    issue = world.open_issue(REPO, "octocat", "i")
    pull = world.open_pull_request(REPO, "octocat", "p")
    token = api.mint(installation, permissions={"pull_requests": "write"}).json()["token"]
    on_pull = api("POST", f"{here}/issues/{pull.number}/comments", token=token, json={"body": "b"})
    on_issue = api("POST", f"{here}/issues/{issue.number}/comments", token=token, json={"body": "b"})
    assert (on_pull.status_code, on_issue.status_code) == (201, 403)


def test_nobody_may_read_what_is_public_and_write_nothing(api: Api) -> None:
    assert api("GET", f"/repos/{REPO}/issues", token="").status_code == 200
    answer = api("POST", f"/repos/{REPO}/issues", token="", json={"title": "t"})
    assert (answer.status_code, answer.json()["message"]) == (401, "Requires authentication")
    assert api("GET", f"/repos/{REPO}/issues", token="ghs_nonsense").status_code == 401


def test_new_permissions_wait_for_the_owner(api: Api, world: World, installation: Installation) -> None:
    api.app.permissions["members"] = "read"
    assert "members" not in api.mint(installation).json()["permissions"]
    world.accept_permissions(installation.id)
    assert api.mint(installation).json()["permissions"]["members"] == "read"


def test_an_app_cannot_subscribe_to_what_it_may_not_see(world: World) -> None:
    with pytest.raises(ValueError, match="needs the permission issues"):
        world.register_app(app_id=7, slug="blind", events=["issues"])


def test_without_a_user_agent_nothing_works(api: Api) -> None:
    assert api("GET", "/app", headers={"User-Agent": ""}).status_code == 403
