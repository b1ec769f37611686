"""All-contributors: the line and the entry, as the specification has them."""

import json

import pytest

from mentoring.contributors import entry, line, types

KINDS = [
    ("each once, in one order", ["review", "code", "code"], ("review", "code")),
    ("under their names there", ["docs", "event"], ("eventOrganizing", "doc")),
    ("what has no name there is left out", ["marathon", "question", "other", "talk"], ("talk",)),
    ("a question asked is no answer", ["answer"], ("question",)),
    ("at least code", ["marathon"], ("code",)),
    ("a kind of yesterday", ["gone"], ("code",)),
]


@pytest.mark.parametrize(("kinds", "named"), [row[1:] for row in KINDS], ids=[row[0] for row in KINDS])
def test_kinds_under_their_published_names(kinds: list[str], named: tuple[str, ...]) -> None:
    assert types(kinds) == named


def test_the_line_for_the_bot() -> None:
    assert line("octocat", ("code", "review")) == "@all-contributors please add @octocat for code, review"


@pytest.mark.parametrize(
    ("html_url", "avatar"),
    [
        ("https://github.com", "https://avatars.githubusercontent.com/u/583231?v=4"),
        ("https://git.example", "https://git.example/avatars/u/583231?v=4"),
    ],
)
def test_the_entry_for_its_file(html_url: str, avatar: str) -> None:
    assert json.loads(entry(html_url, 583231, "octocat", ("code",))) == {
        "login": "octocat",
        "name": "octocat",
        "avatar_url": avatar,
        "profile": f"{html_url}/octocat",
        "contributions": ["code"],
    }
