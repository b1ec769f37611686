"""Commands: which lines of a text ask for something."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.commands import may_hold_command
from mentoring.commands import (
    MOST,
    TO,
    VERBS,
    Command,
    fingerprints,
    parse,
    parse_all,
    says_nothing,
    unknown,
)

SLUG = "lamplighter-observatory"
ACCEPT = Command("accept")

READ: list[tuple[str, str, tuple[Command, ...]]] = [
    ("alone", "/mentor accept", (ACCEPT,)),
    ("in any case", "/MENTOR Accept", (ACCEPT,)),
    ("by the App's name", "@lamplighter-observatory accept", (ACCEPT,)),
    ("by the App's name in any case", "@Lamplighter-Observatory ACCEPT", (ACCEPT,)),
    ("with words", "/mentor later 3 weeks", (Command("later", "3 weeks"),)),
    ("for somebody", "/mentor @Octocat", (Command("@", "Octocat"),)),
    ("for somebody, with more words", "/mentor @octocat, please", (Command("@", "octocat please"),)),
    ("for somebody, by the App's name", "@lamplighter-observatory @octocat", (Command("@", "octocat"),)),
    ("of two words", "/mentor forget me", (Command("forget", "me"),)),
    ("unknown", "/mentor xyz", (Command("xyz"),)),
    ("a request, by the App's name", "@lamplighter-observatory next, please!", (Command("next", "please!"),)),
    ("nearly a verb, by the App's name", "@lamplighter-observatory acept", (Command("acept"),)),
    ("words keep their case, too", "/mentor win Sent it to PyCon", (Command("win", "Sent it to PyCon"),)),
    ("with many spaces", "  /mentor   later   3   weeks  ", (Command("later", "3 weeks"),)),
    ("with tabs", "/mentor\tlater\t3 weeks", (Command("later", "3 weeks"),)),
    ("with a space that does not break", "/mentor\u00a0later 3\u00a0weeks", (Command("later", "3 weeks"),)),
    ("with code in the words", "/mentor later `3 weeks`", (Command("later", "3 weeks"),)),
    (
        "with an address in the words",
        "/mentor win <https://example.org/a>",
        (Command("win", "https://example.org/a"),),
    ),
    ("without a verb", "/mentor", (Command(""),)),
    ("with a full stop", "/mentor accept.", (ACCEPT,)),
    ("with joy", "/mentor accept!", (ACCEPT,)),
    ("with a comma and thanks", "/mentor accept, thank you!", (Command("accept", "thank you!"),)),
    ("between other lines", "Thank you!\n/mentor accept\nSee you.", (ACCEPT,)),
    ("between paragraphs", "Thank you!\n\n/mentor accept\n\nSee you.", (ACCEPT,)),
    ("as a browser sends it", "Thank you!\r\n/mentor accept\r\nSee you.\r\n", (ACCEPT,)),
    ("above a signature's line", "/mentor accept\n---\nOctocat", (ACCEPT,)),
    ("with a hard line break", "/mentor accept\\\nThank you", (ACCEPT,)),
    ("after the end of a quote", "> /mentor decline\n\n/mentor accept", (ACCEPT,)),
    ("after the end of code", "```\n/mentor decline\n```\n/mentor accept", (ACCEPT,)),
    ("after a comment", "<!-- /mentor decline -->\n\n/mentor accept", (ACCEPT,)),
    ("on a line of its own in a list", "- Thank you\n\n  /mentor accept", (ACCEPT,)),
    ("far to the right below a list", "- Thank you\n    /mentor accept", (ACCEPT,)),
    ("right below a list", "- Thank you\n/mentor accept", (ACCEPT,)),
    ("after a quote in HTML", "<blockquote>\n\na\n\n</blockquote>\n\n/mentor accept", (ACCEPT,)),
    ("after code in HTML", "Not <code>a</code>\n/mentor accept", (ACCEPT,)),
    ("after a comment about HTML", "<!-- <code> -->\n\n/mentor accept", (ACCEPT,)),
    ("several, in order", "/mentor accept\n/mentor later", (ACCEPT, Command("later"))),
    ("in two paragraphs", "/mentor accept\n\n/mentor capacity 3", (ACCEPT, Command("capacity", "3"))),
]
IGNORED: list[tuple[str, str]] = [
    ("thanks to the App", "@lamplighter-observatory thanks!"),
    ("a request to nobody in particular", "@lamplighter-observatory please look at this"),
    ("a sentence about the App", "@lamplighter-observatory is great"),
    ("a sentence with a verb of ours", "@lamplighter-observatory next time, ask me first"),
    ("a sentence with nearly a verb of ours", "@lamplighter-observatory claims to be kind"),
    ("a cry for help to nobody in particular", "@lamplighter-observatory help me understand this"),
    ("a sentence about somebody", "@lamplighter-observatory @octocat told me about you"),
    ("the App's name alone", "@lamplighter-observatory"),
    ("nothing at all", ""),
    ("within a line", "Please use /mentor accept"),
    ("another word", "/mentors accept"),
    ("another word, after a hyphen", "/mentor-x accept"),
    ("somebody else", "@octocat accept"),
    ("somebody with a longer name", "@lamplighter-observatory-2 accept"),
    ("an address", "https://example.org/mentor accept"),
    ("a path", "/mentor/accept"),
    ("in code", "`/mentor accept`"),
    ("in code over lines", "`a\n/mentor accept\nb`"),
    ("in a fence", "```\n/mentor accept\n```"),
    ("in a fence of tildes", "~~~text\n/mentor accept\n~~~"),
    ("in a fence that does not end", "```\n/mentor accept"),
    ("in a fence in a list", "- a\n\n  ```\n  /mentor accept\n  ```"),
    ("in indented code", "Text\n\n    /mentor accept"),
    ("in code indented by a tab", "Text\n\n\t/mentor accept"),
    ("in a quote", "> /mentor accept"),
    ("in a quote of a quote", "> > /mentor accept"),
    ("in a quote that goes on", "> Thank you\n/mentor accept"),
    ("in a quote in a list", "- > /mentor accept"),
    ("in a list in a quote", "> - a\n>\n>   /mentor accept"),
    ("in a comment", "<!-- /mentor accept -->"),
    ("in a comment over lines", "<!--\n/mentor accept\n-->"),
    ("in a comment that does not end", "<!--\n/mentor accept"),
    ("in a comment within a paragraph", "Thank <!--\n/mentor accept\n--> you"),
    ("in HTML", "<details>\n/mentor accept\n</details>"),
    ("in a quote in HTML", "<blockquote>\n\n/mentor accept\n\n</blockquote>"),
    ("in code in HTML", "Text <code>\n/mentor accept\n</code>"),
    ("in code over paragraphs in HTML", "Text <PRE>\n\n/mentor accept"),
    ("after HTML", "<b></b>/mentor accept"),
    ("as a list's item, since people list commands so", "- /mentor accept"),
    ("as a numbered item", "1. /mentor accept"),
    ("as an item of a list in a list", "- a\n  - /mentor accept\n    - /mentor decline"),
    ("as a heading", "# /mentor accept"),
    ("in bold", "**/mentor accept**"),
    ("as a link", "[/mentor accept](https://example.org)"),
    ("struck out", "~~/mentor accept~~"),
    ("with a backslash, which means: as text", "\\/mentor accept"),
    ("in a table", "| a |\n|---|\n| /mentor accept |"),
]


@pytest.mark.parametrize(("text", "commands"), [row[1:] for row in READ], ids=[row[0] for row in READ])
def test_commands_are_read(text: str, commands: tuple[Command, ...]) -> None:
    assert parse(text, SLUG) == commands
    assert may_hold_command(text)  # else the front door would have dropped it


@pytest.mark.parametrize("text", [row[1] for row in IGNORED], ids=[row[0] for row in IGNORED])
def test_what_is_no_command_is_ignored(text: str) -> None:
    assert parse(text, SLUG) == ()


def test_ten_commands_at_most_are_read() -> None:
    text = "\n".join(f"/mentor capacity {number}" for number in range(12))
    assert MOST == 10
    assert parse(text, SLUG) == tuple(Command("capacity", str(number)) for number in range(10))
    assert len(parse_all(text, SLUG)) == 12


def test_the_likes_of_a_command_are_told_apart() -> None:
    one, other, again, third = fingerprints(
        [Command("next"), Command("next", "please"), Command("NEXT"), Command("next")]
    )
    assert len({one, other, again, third}) == 4
    assert fingerprints([Command("win", "A  talk"), Command("next")])[1] == one
    assert all(len(name) == 64 for name in (one, other, again, third))


HINTS = [
    ("", "Write a word after `/mentor`, such as `/mentor me`; `/mentor help` lists them all."),
    ("acept", "There is no `/mentor acept`; did you mean `/mentor accept`, or `/mentor help`?"),
    ("relaese", "There is no `/mentor relaese`; did you mean `/mentor release`, or `/mentor help`?"),
    ("halp", "There is no `/mentor halp`; did you mean `/mentor help`?"),
    ("forgt", "There is no `/mentor forgt`; did you mean `/mentor forget me`, or `/mentor help`?"),
    ("xyz", "There is no `/mentor xyz`; `/mentor help` lists what there is."),
    ("@", "Write a word after `/mentor`, such as `/mentor me`; `/mentor help` lists them all."),
    ("`@everyone`", "Write a word after `/mentor`, such as `/mentor me`; `/mentor help` lists them all."),
    ("<b>", "Write a word after `/mentor`, such as `/mentor me`; `/mentor help` lists them all."),
    ("x" * 5000, "Write a word after `/mentor`, such as `/mentor me`; `/mentor help` lists them all."),
]


@pytest.mark.parametrize(("verb", "sentence"), HINTS, ids=[row[0][:12] for row in HINTS])
def test_an_unknown_verb_gets_the_nearest(verb: str, sentence: str) -> None:
    assert unknown(verb) == sentence


@pytest.mark.parametrize(
    ("words", "nothing"),
    [("", True), (".", True), ("please", True), ("Thank you!", True), ("me", False), ("octocat", False)],
)
def test_which_words_say_nothing(words: str, nothing: bool) -> None:
    assert says_nothing(words) == nothing


def test_which_commands_need_an_open_thread() -> None:
    assert {verb for verb, line in VERBS.items() if line.on_thread} == {
        "me",
        TO,
        "next",
        "claim",
        "release",
        "starter",
    }


PIECES = st.sampled_from(
    [
        "/mentor accept",
        "@lamplighter-observatory next",
        "> ",
        "- ",
        "    ",
        "`",
        "```",
        "<!--",
        "-->",
        "\n",
        "\r\n",
        "\n\n",
        " ",
        "a",
        "# ",
        "\t",
        "*",
        "1. ",
        "\u00a0",
        "\\",
    ]
)
TEXTS = st.lists(PIECES, max_size=14).map("".join) | st.text(max_size=100)


@given(TEXTS)
def test_the_front_door_lets_every_command_through(text: str) -> None:
    # A lone carriage return ends a line in Markdown; GitHub's texts have none.
    text = text.replace("\r\n", "\n").replace("\r", "")
    if parse(text, SLUG):
        assert may_hold_command(text)


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "piece", ["[", "*", "`", "<", "> ", "![", "a <!-- ", "*a_b ", "/mentor a\n", "\n", "@a", "@a "]
)
def test_a_nasty_text_is_read_before_anybody_notices(piece: str) -> None:
    text = (piece * 65_536)[:65_536]
    may_hold_command(text)
    assert len(parse(text, SLUG)) <= MOST
