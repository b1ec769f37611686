"""A browser without a screen: keeps cookies, follows links and sends forms, as a page has them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import requests


@dataclass
class Form:
    """A form as it stands on its page: where it goes, and what it would send."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    hidden: dict[str, str] = field(default_factory=dict)  # of the fields those that nobody sees


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get").lower()))
        elif tag == "input" and self.forms and given.get("type") not in {"checkbox", "radio"}:
            self.forms[-1].fields[given["name"]] = given.get("value", "")
            if given.get("type") == "hidden":
                self.forms[-1].hidden[given["name"]] = given.get("value", "")
        elif tag == "select":
            self._select = given["name"]

    def handle_data(self, data: str) -> None:
        if self._select and self.forms and data.strip():
            self.forms[-1].fields.setdefault(self._select, data.strip())

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = None


def forms_of(page: requests.Response) -> list[Form]:
    """The forms of a page, in their order."""
    parser = _Forms()
    parser.feed(page.text)
    return parser.forms


class Browser:
    """One person's. `answer` is the page it shows."""

    def __init__(self) -> None:
        self.session = requests.Session()
        self.answer = requests.Response()

    def open(self, url: str) -> requests.Response:
        self.answer = self.session.get(url, timeout=30)
        return self.answer

    @property
    def forms(self) -> list[Form]:
        return forms_of(self.answer)

    def send(self, number: int = 0, follow: bool = True, **changes: str) -> requests.Response:
        """Sends a form of the page, with some fields filled in otherwise."""
        form = self.forms[number]
        url, fields = urljoin(self.answer.url, form.action), form.fields | changes
        how = {"params": fields} if form.method == "get" else {"data": fields}
        answer = self.session.request(form.method, url, timeout=30, allow_redirects=follow, **how)  # type: ignore[arg-type]
        if follow:
            self.answer = answer
        return answer

    def close(self) -> None:
        self.session.close()
