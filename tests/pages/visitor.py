"""Somebody who signs in, at a browser without a screen, and presses what their pages have."""

from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import requests

from tests.journeys.house import House
from tests.pages.browser import Form, forms_of

TIMEOUT = 60


class Visitor:
    """Somebody at a browser of their own."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.url = house.context.settings.public_url
        self.session = requests.Session()
        self.session.trust_env = False

    def get(self, path: str, **more: Any) -> requests.Response:
        """A page; redirects are followed unless `allow_redirects=False`."""
        return self.session.get(urljoin(f"{self.url}/", path), timeout=TIMEOUT, **more)

    def post(self, path: str, data: dict[str, str] | None = None, **more: Any) -> requests.Response:
        """Sends fields as they are, with none of a page's."""
        return self.session.post(urljoin(f"{self.url}/", path), data=data or {}, timeout=TIMEOUT, **more)

    def send(self, page: requests.Response, action: str, **fields: str) -> requests.Response:
        """Sends a form of the page, as a browser does: with its hidden fields."""
        form = form_of(page, action)
        return self.session.post(
            urljoin(page.url, form.action),
            data=form.hidden | fields,
            headers={"Sec-Fetch-Site": "same-origin"},
            timeout=TIMEOUT,
        )

    def begin(self, to: str = "/me") -> str:
        """Begins to sign in: the address at GitHub to which the browser is sent."""
        asked = self.get("/sign-in", params={"to": to}, allow_redirects=False)
        assert asked.status_code == 303
        return asked.headers["Location"]

    def say(self, at_github: str, **answer: str) -> str:
        """Answers there (`login=…`, `cancel=…`): the address with which GitHub sends the browser back."""
        told = self.session.post(at_github, data=answer, allow_redirects=False, timeout=TIMEOUT)
        assert told.status_code == 302
        return told.headers["Location"]

    def sign_in(self, login: str, to: str = "/me") -> requests.Response:
        """Signs in; the page on which that ends."""
        return self.get(self.say(self.begin(to), login=login))


def form_of(page: requests.Response, action: str) -> Form:
    """The form that is sent to this path."""
    for form in forms_of(page):
        if urlsplit(urljoin(page.url, form.action)).path.endswith(action):
            return form
    raise AssertionError(f"no form goes to {action} on {page.url}:\n{page.text}")


def query_of(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def press(
    house: House, mine: Visitor, page: requests.Response, verb: str, **fields: str
) -> requests.Response:
    """Presses a button of the page: of its forms the one with this verb."""
    forms = [form for form in forms_of(page) if form.hidden.get("verb") == verb]
    assert forms, f"there is no button to {verb}:\n{page.text}"
    assert urlsplit(urljoin(page.url, forms[0].action)).path.endswith("/me")
    answer = mine.post("/me", forms[0].hidden | fields, headers={"Sec-Fetch-Site": "same-origin"})
    house.settle()
    return answer
