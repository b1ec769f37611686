"""Registering an App from a manifest and installing it, in the browser and by the API."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from sandbox_client import Api

from sandbox.server import Server
from sandbox.world import World

MANIFEST: dict[str, Any] = {
    "name": "Our Lamplighter",
    "url": "https://lamps.example.org",
    "hook_attributes": {"url": "https://lamps.example.org/webhooks", "active": True},
    "redirect_url": "https://lamps.example.org/setup/created",
    "setup_url": "https://lamps.example.org/installed",
    "callback_urls": ["https://lamps.example.org/sign-in/callback"],
    "public": False,
    "default_permissions": {"metadata": "read", "issues": "write"},
    "default_events": ["issues", "issue_comment"],
}


@pytest.fixture
def owner(world: World) -> str:
    world.organization("observatory", owners=["boss"])
    world.repository("observatory/telescope")
    world.repository("monalisa/brushes")
    return world.user("monalisa").login


def send(server: Server, place: str = "/settings/apps", **changes: Any) -> requests.Response:
    manifest = {key: value for key, value in (MANIFEST | changes).items() if value is not None}
    form = {"manifest": json.dumps(manifest)}
    return requests.post(f"{server.url}{place}/new", params={"state": "s"}, data=form, timeout=10)


def create(server: Server, place: str = "/settings/apps", name: str = "Our Lamplighter") -> requests.Response:
    form = {"manifest": json.dumps(MANIFEST), "state": "a state", "name": name, "login": "monalisa"}
    return requests.post(f"{server.url}{place}/manifest", data=form, allow_redirects=False, timeout=10)


def code_of(answer: requests.Response) -> str:
    return parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]


def convert(server: Server, code: str) -> requests.Response:
    return requests.post(f"{server.url}/app-manifests/{code}/conversions", timeout=10)


@pytest.mark.parametrize("place", ["/settings/apps", "/organizations/observatory/settings/apps"])
def test_the_manifest_becomes_an_app(world: World, server: Server, owner: str, place: str) -> None:
    shown = send(server, place)
    assert shown.status_code == 200 and 'value="Our Lamplighter"' in shown.text
    back = create(server, place)
    assert back.status_code == 302 and back.headers["Location"].startswith(
        MANIFEST["redirect_url"] + "?code="
    )
    assert parse_qs(urlsplit(back.headers["Location"]).query)["state"] == ["a state"]
    made = convert(server, code_of(back))
    assert made.status_code == 201
    given = made.json()
    assert given["slug"] == "our-lamplighter" and given["permissions"] == MANIFEST["default_permissions"]
    assert given["owner"]["login"] == ("monalisa" if place.startswith("/settings") else "observatory")
    assert all(
        given[key] for key in ("id", "pem", "webhook_secret", "client_id", "client_secret", "html_url")
    )
    app = world.find_app(given["id"])
    assert Api(world, app, server.url, requests.Session())("GET", "/app", token=jwt(world, server, app)).ok


def jwt(world: World, server: Server, app: Any) -> str:
    return Api(world, app, server.url, requests.Session()).jwt()


def test_a_code_is_good_once_and_for_an_hour(world: World, server: Server, owner: str) -> None:
    code = code_of(create(server))
    assert [convert(server, code).status_code for _ in range(2)] == [201, 404]
    late = code_of(create(server, name="Another"))
    world.advance(3601)
    assert convert(server, late).status_code == 404


def test_a_name_is_taken_once(server: Server, owner: str) -> None:
    create(server)
    again = create(server, name="our lamplighter")
    assert again.status_code == 422 and "Name is already in use" in again.text


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]", "10.0.0.7", "192.168.1.4:80"])
def test_webhooks_go_nowhere_that_github_cannot_reach(server: Server, owner: str, host: str) -> None:
    refused = send(server, hook_attributes={"url": f"http://{host}/webhooks"})
    assert refused.status_code == 422 and "reachable over the public Internet" in refused.text


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"url": None}, "wasn&#39;t supplied"),
        ({"colour": "amber"}, "not a permitted key"),
        ({"public": "yes"}, "not of the right kind"),
        ({"redirect_url": "somewhere"}, "redirect_url must be a valid URL"),
    ],
)
def test_a_manifest_with_a_mistake_is_refused(
    server: Server, owner: str, changes: dict[str, Any], told: str
) -> None:
    refused = send(server, **changes)
    assert refused.status_code == 422 and told in refused.text


def test_installing_leads_to_the_setup_page(world: World, server: Server, owner: str) -> None:
    app = world.find_app(convert(server, code_of(create(server))).json()["id"])
    page = requests.get(f"{server.url}/apps/our-lamplighter/installations/new", timeout=10)
    assert re.findall(r'name="repository" value="(.+?)"', page.text) == ["monalisa/brushes"]  # a private App
    form = {"account": "monalisa", "which": "selected", "repository": "monalisa/brushes"}
    installed = requests.post(
        f"{server.url}/apps/our-lamplighter/installations", data=form, allow_redirects=False, timeout=10
    )
    (installation,) = (it for it in world.installations.values() if it.app is app)
    query = f"installation_id={installation.id}&setup_action=install"
    assert installed.headers["Location"] == f"{MANIFEST['setup_url']}?{query}"
    elsewhere = requests.post(
        f"{server.url}/apps/our-lamplighter/installations",
        data={"account": "observatory", "which": "all"},
        allow_redirects=False,
        timeout=10,
    )
    assert elsewhere.status_code == 404


def test_the_webhook_can_be_looked_up_and_moved(api: Api) -> None:
    token = api.jwt()
    assert api("GET", "/app/hook/config", token=token).json() == {
        "content_type": "json",
        "insecure_ssl": "0",
        "secret": "********",
        "url": api.app.webhook_url,
    }
    moved = api(
        "PATCH", "/app/hook/config", token=token, json={"url": "https://elsewhere.example.org/webhooks"}
    )
    assert moved.json()["url"] == api.app.webhook_url == "https://elsewhere.example.org/webhooks"


def test_nobody_is_there_under_an_invalid_name(world: World, server: Server, owner: str) -> None:
    """RFC 6761: whoever asks for such a name is told at once that there is none. The log keeps the delivery."""
    app = world.register_app(
        webhook_secret="s3cret",
        webhook_url="https://lamplighter.invalid/webhooks",
        permissions={"issues": "write"},
        events=["issues"],
    )
    world.install("monalisa", ["monalisa/brushes"], app)
    assert world.wait_delivered()
    (delivery,) = world.deliveries
    assert (delivery.status, delivery.status_code) == ("failed to connect to host", 0)
