"""Which texts may hold commands: new ones, and edits of somebody's own."""

from typing import Any

import pytest

from handlers import Event, routes_for

PERSON = {"id": 7, "login": "octocat", "type": "User"}
MAINTAINER = {"id": 9, "login": "monalisa", "type": "User"}
BOT = {"id": 8, "login": "hubot[bot]", "type": "Bot"}
COMMAND = "Gladly!\r\n/mentor accept"
BODY = {"body": {"from": "Gladly!"}}
KINDS = {"issue_comment": "comment", "issues": "issue", "pull_request": "pull_request"}


def commands_of(name: str, action: str, sender: dict[str, Any], text: dict[str, Any], **more: Any) -> Any:
    """The route to the commands that a payload takes, if it takes one."""
    thread = {"number": 12, "user": PERSON, "labels": [], "author_association": "NONE"}
    payload: dict[str, Any] = {"action": action, "sender": sender, "issue": thread, "pull_request": thread}
    payload[KINDS[name]] = thread | {"user": PERSON, "body": COMMAND} | text
    event = Event(name, "a-guid", payload | more)
    return event, next((route for route in routes_for(event) if route.job == "commands"), None)


CASES: list[tuple[str, str, dict[str, Any], dict[str, Any], dict[str, Any], bool]] = [
    ("their own text", "edited", PERSON, {}, BODY, True),
    ("of which nothing was there before", "edited", PERSON, {}, {"body": {}}, True),
    ("by a maintainer", "edited", MAINTAINER, {}, BODY, False),
    ("by a bot", "edited", BOT, {}, BODY, False),
    ("to no command", "edited", PERSON, {"body": "Thank you!"}, BODY, False),
    ("to nothing", "edited", PERSON, {"body": None}, BODY, False),
    ("the title only", "edited", PERSON, {}, {"title": {"from": "A"}}, False),
    ("of an account that is gone", "edited", MAINTAINER, {"user": None}, BODY, False),
]


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("case", CASES, ids=[row[0] for row in CASES])
def test_an_edit(name: str, case: Any) -> None:
    _, action, sender, text, changes, wanted = case
    event, route = commands_of(name, action, sender, text, changes=changes)
    assert (route is not None) is wanted
    if route and "from" in changes["body"]:
        kept = route.fields(event)
        assert kept["changes.body.from"] == "Gladly!"
        assert kept[f"{KINDS[name]}.user.id"] == 7


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize(
    ("text", "wanted"),
    [({}, True), ({"user": None}, False), ({"body": "Thank you"}, False), ({"body": "@app @octocat"}, True)],
)
def test_a_new_text(name: str, text: dict[str, Any], wanted: bool) -> None:
    action = "created" if name == "issue_comment" else "opened"
    assert (commands_of(name, action, PERSON, text)[1] is not None) is wanted
    assert commands_of(name, action, BOT, text)[1] is None
