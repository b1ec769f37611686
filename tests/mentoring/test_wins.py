"""Wins: what somebody means who tells of one, and what is no win."""

import pytest

from mentoring.wins import EMPTY, KINDS, LINK, LONGEST, THE_KINDS, TOO_LONG, USUAL, Told, told
from mentoring.wording import Mistake

SITE = "https://example.org/my-first-talk"

MEANT = [
    ("words alone", "We did it", Told("other", "We did it")),
    ("a link alone", SITE, Told("other", SITE)),
    (
        "a kind and words",
        "talk My first talk https://a.example",
        Told("talk", "My first talk https://a.example"),
    ),
    ("a kind with a colon", "blog: how I learned to rebase", Told("blog", "how I learned to rebase")),
    ("a kind and a link", f"video {SITE}", Told("video", SITE)),
    ("a kind, a colon and a link without a space", f"blog:{SITE}", Told("blog", SITE)),
    ("a kind in capitals", "TALK: PyCon", Told("talk", "PyCon")),
    ("several of a kind", "translations: the whole tutorial", Told("translation", "the whole tutorial")),
    ("another word for it", "documentation: A glossary", Told("docs", "A glossary")),
    ("the specification's own word", "eventOrganizing: A sprint", Told("event", "A sprint")),
    ("a sentence keeps its words", "review of #12 and #13", Told("review", "review of #12 and #13")),
    ("a marathon", "marathon: Three weeks with one bug", Told("marathon", "Three weeks with one bug")),
    (
        "no kind, although it begins like one",
        "Codeberg has a mirror now",
        Told("other", "Codeberg has a mirror now"),
    ),
    ("no kind before a colon", "Finally: my pull request", Told("other", "Finally: my pull request")),
    ("a contest is no content", "Contest: we won", Told("other", "Contest: we won")),
    ("somebody else's", "@mona polished the lens", Told("other", "polished the lens", "mona")),
    ("for somebody else", "for @mona: talk: The dome", Told("talk", "The dome", "mona")),
    ("a kind, for somebody else", "talk for @mona The dome", Told("talk", "The dome", "mona")),
    ("by somebody named in the text", "talk: @mona and I spoke", Told("talk", "@mona and I spoke")),
    ("a team is nobody", "@octo/team shipped it", Told("other", "@octo/team shipped it")),
    ("lines become one", "blog:\n  one\n\ttwo", Told("blog", "one two")),
    ("as long as may be", "a" * LONGEST, Told("other", "a" * LONGEST)),
    ("a link in words may be any", "Look: http://example.org", Told("other", "Look: http://example.org")),
    ("emoji", "🎉", Told("other", "🎉")),
]


@pytest.mark.parametrize(("words", "meant"), [row[1:] for row in MEANT], ids=[row[0] for row in MEANT])
def test_what_is_meant(words: str, meant: Told) -> None:
    assert told(words) == meant


NOTHING = [
    ("nothing", "", EMPTY),
    ("a kind of nothing", "talk:", EMPTY),
    ("somebody's nothing", "@mona", EMPTY),
    ("nothing that shows", "\u200b \u2060", EMPTY),
    ("too much", "a" * (LONGEST + 1), TOO_LONG),
    ("ten thousand characters", "win " * 2500, TOO_LONG),
    ("a link that is not private on its way", "http://example.org", LINK),
    ("a link that is code", "javascript:alert(1)", LINK),
    ("a link that is data", "talk: data:text/html,hello", LINK),
    ("half a link", "www.example.org", LINK),
    ("a file", "FILE:///etc/passwd", LINK),
    ("which kinds are there", "kinds?", THE_KINDS),
    ("a question mark", "?", THE_KINDS),
]


@pytest.mark.parametrize(("words", "sentence"), [row[1:] for row in NOTHING], ids=[row[0] for row in NOTHING])
def test_what_is_no_win_gets_one_sentence(words: str, sentence: str) -> None:
    with pytest.raises(Mistake) as unclear:
        told(words)
    assert str(unclear.value) == sentence


@pytest.mark.parametrize("word", ["blgo", "tallk", "translaton", "mentorng"])
def test_a_misspelt_kind_gets_the_nearest_and_the_kinds(word: str) -> None:
    with pytest.raises(
        Mistake, match="Did you mean `/mentor win (blog|talk|translation|mentoring): …`"
    ) as unclear:
        told(f"{word}: something")
    assert str(unclear.value).endswith(THE_KINDS)


def test_every_kind_is_written_as_its_word_and_the_specifications_names_are_all_there() -> None:
    for word, kind in KINDS.items():
        assert told(f"{word}: x") == Told(word, "x")
        if kind.type and kind.type != "question":  # which means to answer them
            assert told(f"{kind.type}: x") == Told(word, "x")
    # allcontributors.org, "Emoji Key"
    published = (
        "audio a11y bug blog business code content data doc design example eventOrganizing financial fundingFinding "
        "ideas infra maintenance mentoring platform plugin projectManagement promotion question research review "
        "security tool translation test tutorial talk userTesting video"
    )
    assert {kind.type for kind in KINDS.values() if kind.type} == set(published.split())
    assert USUAL == (
        "blog", "talk", "event", "translation", "review", "question", "answer", "docs", "marathon", "code", "mentoring"
    )  # fmt: skip
