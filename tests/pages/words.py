"""The words of a page that are ours: its texts and what is read aloud, without what people wrote and without code."""

import re
from functools import cache
from html.parser import HTMLParser

from babel.messages.pofile import read_po

from adapters.catalogues import TRANSLATIONS
from adapters.translations import forms

_OF_OTHERS = {"bdi", "code", "pre", "textarea", "style"}
_ALOUD = {"aria-label", "alt", "title", "placeholder"}
_EMPTY = {"meta", "link", "img", "input", "br", "rect", "line"}


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if not self._hidden:
            self._keep(*(given[name] or "" for name in given if name in _ALOUD))
        # A cell of a table takes the direction of its words, whoever they are from.
        is_theirs = tag in _OF_OTHERS or (given.get("dir") == "auto" and tag not in {"td", "th"})
        if tag not in _EMPTY:
            self._open.append((tag, self._hidden or is_theirs or bool(given.get("hreflang"))))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._keep(data)

    @property
    def _hidden(self) -> bool:
        return bool(self._open) and self._open[-1][1]

    def _keep(self, *texts: str) -> None:
        self.found += [" ".join(one.split()) for one in texts if re.search(r"[^\W\d_]", one)]


def words_of(html: str) -> list[str]:
    """Each piece of text that is ours, in its order."""
    parser = _Words()
    parser.feed(html)
    return parser.found


@cache
def _sentences() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """What a page would say in English, if nobody had translated it; each with how to find it."""
    with (TRANSLATIONS / "es.po").open("rb") as file:
        messages = [one for one in read_po(file) if one.id]
    said = {own: forms(one.string) for one in messages for own in forms(one.id)}
    return tuple((one, _pattern(one)) for one, spanish in said.items() if one not in spanish and _words(one))


def _words(sentence: str) -> list[str]:
    return re.findall(r"[^\W\d_]{2,}", re.sub(r"%\(\w+\)s|<[^>]+>", " ", sentence))


def _pattern(sentence: str) -> re.Pattern[str]:
    """A sentence with anything in its places; a part of one, between two elements, counts as well."""
    parts = re.split(r"%\(\w+\)s", re.sub(r"<[^>]+>", "\0", sentence.replace("%%", "%")))
    return re.compile(".*?".join(r"\s*".join(map(re.escape, part.split("\0"))) for part in parts), re.DOTALL)


def english_in(html: str) -> list[str]:
    """The sentences of ours that a page says in English."""
    texts = words_of(html)
    whole = "\n".join(texts)
    return [
        sentence
        for sentence, pattern in _sentences()
        if any(pattern.fullmatch(text) for text in texts)
        or (
            len(re.findall(r"[^\W\d_]{2,}", re.sub(r"%\(\w+\)s", "", sentence))) > 3 and pattern.search(whole)
        )
    ]
