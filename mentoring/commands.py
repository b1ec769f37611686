"""Commands: what can be asked for, and which lines of a text ask for it."""

import difflib
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from markdown_it import MarkdownIt
from markdown_it.token import Token

from mentoring.wording import Phrase, phrase

# Without joining them, what a backslash escaped is a token of its own. Links and images mean nothing to a
# command, and looking for them takes seconds in a text of thousands of brackets.
_MARKDOWN = MarkdownIt("commonmark").disable(["text_join", "link", "image"])
_WORDS = {"text", "text_special", "code_inline"}
# Quotes and code may be written as HTML, too; what a comment says opens none.
_QUOTING = re.compile(r"<!--.*?(?:-->|\Z)|<(?P<end>/?)(?:blockquote|code|pre)\b", re.DOTALL | re.IGNORECASE)
MOST = 10  # commands that run in one text
LONGEST_VERB = 20  # of an unknown one; comparing costs the product of the lengths

TO = "@"  # the verb of `/mentor @login`
_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,38}")
_VERB = re.compile(rf"[a-z-]{{2,{LONGEST_VERB}}}")
_ENDS = ".,;:!?"
_ASKS = re.compile(
    r"(?:event|next[\s_-]+program(?:me)?|showcase|write)\b", re.IGNORECASE
)  # behind yes and no
# By the App's name these are commands only with what belongs behind them; else they are talk.
_BEHIND = {
    "yes": _ASKS,
    "no": _ASKS,
    "event": re.compile(r"cancel|.*[0-9]", re.IGNORECASE),
    "role": re.compile(r"(?:no |not )?(?:host|greeter|mentors?|note|none)", re.IGNORECASE),
    "done": re.compile(
        r"(?:no |not )?(?:place|issues|mentors|channel|setup|greeting|notes)\b", re.IGNORECASE
    ),
    "result": re.compile(r".*[0-9]"),
}
_POLITE = re.compile(r"(?:please|thanks|thank you)?[\s.,!]*", re.IGNORECASE)


@dataclass(frozen=True)
class Command:
    """`/mentor later 3 weeks` is the verb `later` with the words `3 weeks`.

    `/mentor @octocat please` is the verb `@` with the words `octocat please`.
    """

    verb: str
    words: str = ""


@dataclass(frozen=True)
class Line:
    """A line in the table of commands: what is written, by whom, and what comes of it."""

    usages: tuple[str, ...]  # without `/mentor`; the first word of each is its verb
    who: Phrase
    effect: Phrase
    on_thread: bool = False  # about the thread, so that it has to be open

    @property
    def verbs(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(_verb(usage.split()[0])[0] for usage in self.usages))


def _verb(word: str) -> tuple[str, str]:
    """The verb that a word is, and what belongs to the words behind it."""
    return (TO, word[1:]) if word.startswith("@") else (word.lower(), "")


# The one list of commands: for `/mentor help`, the hint at the nearest verb, and the papers.
LINES = (
    Line(
        ("accept", "later 3 weeks", "decline"),
        phrase("whoever was invited"),
        phrase("answers the invitation"),
    ),
    Line(
        ("starter",),
        phrase("a graduate or a mentor, on an issue of theirs"),
        phrase("makes it a starter issue and adds the labels; counts as accepting"),
        on_thread=True,
    ),
    Line(
        ("me", "me in Italian", "me for orm"),
        phrase("anyone"),
        phrase("asks for a mentor here"),
        on_thread=True,
    ),
    Line(
        ("@login",),
        phrase("maintainers, organizers"),
        phrase("makes this person the mentor here, even if full or away"),
        on_thread=True,
    ),
    Line(
        ("next",),
        phrase("the mentor, the newcomer, maintainers, organizers"),
        phrase("hands over to somebody else"),
        on_thread=True,
    ),
    Line(("why",), phrase("anyone"), phrase("tells how the choice was made")),
    Line(
        ("away 2 weeks", "away until 24 December", "back", "capacity 3"),
        phrase("a mentor"),
        phrase("no newcomers until then, and somebody covers; back again; so many at a time, 0 pauses"),
    ),
    Line(
        ("list", "unlist"),
        phrase("a mentor"),
        phrase("shows you on the public page of mentors; takes you off it again"),
    ),
    Line(
        ("claim", "release"),
        phrase("newcomers, on a starter issue"),
        phrase("takes the issue; gives it back"),
        on_thread=True,
    ),
    Line(
        ("win <text or link>", "win talk: <text or link>", "win @login <text or link>"),
        phrase("members, organizers, maintainers"),
        phrase("records a win of any kind for the digest, your own or somebody's"),
    ),
    Line(
        ("yes showcase", "no showcase"),
        phrase("the invited graduate"),
        phrase("answers what else was asked: event, next program, showcase, write"),
    ),
    Line(
        ("share <text or link>",),
        phrase("members of the program, in a cohort's showcase issue"),
        phrase("shows what you made; `share nothing` takes it off"),
    ),
    Line(
        ("peers off", "peers on"),
        phrase("anyone"),
        phrase(
            "keeps you out of the introduction to others who are new, and takes it back; lets you in again"
        ),
    ),
    Line(
        ("event 24 January: Bug day", "event cancel"),
        phrase("organizers, graduates who said `yes event`"),
        phrase("opens an issue for it; in that issue another day moves it"),
    ),
    Line(
        ("role host", "done place", "result 12 came, 3 first pull requests"),
        phrase("people of the program, in an event's issue"),
        phrase("takes a role (`role no host` gives it back); ticks a line off; tells how it was"),
    ),
    Line(("path",), phrase("anyone"), phrase("shows your path and your numbers")),
    Line(
        ("certificate", "certificate revoke"),
        phrase("anyone"),
        phrase("gives you a certificate of what you did here; takes it back"),
    ),
    Line(
        ("forget me",),
        phrase("anyone"),
        phrase("you are never named or recorded again; what was recorded is erased"),
    ),
    Line(("help",), phrase("anyone"), phrase("shows this table, once per thread")),
)
VERBS: Mapping[str, Line] = {verb: line for line in LINES for verb in line.verbs}
WHOLE = {"forget": "forget me"}  # by itself this verb does nothing
ALONE = frozenset(
    {"accept", "decline", "starter", "next", "back", "list", "unlist", "claim", "release", "path", "help"}
)  # no words follow


def parse(text: str, slug: str) -> tuple[Command, ...]:
    """The commands that run in a text, in order: the first MOST of them."""
    return tuple(islice(_commands(text, slug), MOST))


def parse_all(text: str, slug: str) -> tuple[Command, ...]:
    """The commands in a text, in order: `/mentor …` or `@slug …` on a line of their own, in any case.

    Markdown decides what is a line: code, quotes and HTML are none, since people write about commands there.
    By the App's name people also talk about it: there a line is a command only if it clearly is one.
    """
    return tuple(_commands(text, slug))


def fingerprints(commands: Iterable[Command]) -> list[str]:
    """Names each command of a text – a hash, so that nothing anybody wrote is kept – and which one among its likes."""
    seen: Counter[str] = Counter()
    names = []
    for command in commands:
        said = f"{command.verb} {command.words}".casefold()
        seen[said] += 1
        names.append(hashlib.sha256(f"{seen[said]} {said}".encode()).hexdigest())
    return names


def unknown(verb: str) -> Phrase:
    """One sentence to somebody who asked for what there is not. What they wrote is quoted only if it is harmless."""
    if not _VERB.fullmatch(verb):
        return phrase("Write a word after `/mentor`, such as `/mentor me`; `/mentor help` lists them all.")
    near = nearest(verb)
    if near == "help":
        return phrase("There is no `/mentor %(verb)s`; did you mean `/mentor help`?", verb=verb)
    if near:
        return phrase(
            "There is no `/mentor %(verb)s`; did you mean `/mentor %(near)s`, or `/mentor help`?",
            verb=verb,
            near=WHOLE.get(near, near),
        )
    return phrase("There is no `/mentor %(verb)s`; `/mentor help` lists what there is.", verb=verb)


def nearest(verb: str, least: float = 0.6) -> str | None:
    """The known verb that is most like this one."""
    if not _VERB.fullmatch(verb):
        return None
    found = difflib.get_close_matches(verb, VERBS, n=1, cutoff=least)
    return found[0] if found else None


def says_nothing(words: str) -> bool:
    """Whether the words behind a verb are none, or only polite."""
    return _POLITE.fullmatch(words) is not None


def _commands(text: str, slug: str) -> Iterator[Command]:
    found = (_command(line, slug) for line in _lines(text))
    return (command for command in found if command)


def _command(line: str, slug: str) -> Command | None:
    start, word, *words = [*line.split(), "", ""]
    by_name = start.lower() == f"@{slug}".lower()
    if start.lower() != "/mentor" and not by_name:
        return None
    verb, login = _verb(word.rstrip(_ENDS))
    command = Command(verb, " ".join([login, *words]).strip())
    if by_name and not _is_meant(command, ended=word[-1:] in _ENDS):
        return None
    return command


def _is_meant(command: Command, *, ended: bool) -> bool:
    """Whether a line that begins with the App's name is a command, and not a sentence about the App.

    `@lamplighter next time, please` hands nobody over, `@lamplighter claims to help` has no typo in it, and
    `@lamplighter thanks!` needs no answer.
    """
    if command.verb == TO:
        return _LOGIN.fullmatch(command.words) is not None
    verb = command.verb if command.verb in VERBS else nearest(command.verb, 0.8)
    if verb is None:
        return False
    if verb in _BEHIND:  # `@lamplighter no, I meant the other one` is talk
        return _BEHIND[verb].match(command.words) is not None
    return verb not in ALONE or ended or says_nothing(command.words)


def _lines(text: str) -> Iterator[str]:
    """The lines that are not quoted and begin with plain text."""
    quoted = in_html = 0
    tokens = _MARKDOWN.parse(text)
    for i, token in enumerate(tokens):
        quoted += {"blockquote_open": 1, "blockquote_close": -1}.get(token.type, 0)
        if token.type == "html_block":
            in_html = _depth(in_html, token.content)
        if token.type == "inline":
            said, in_html = _outside(token.children or [], in_html)
        if token.type == "inline" and not quoted:
            lines = list(_plain_lines(said))
            yield from lines[_is_marked(tokens[max(0, i - 2) : i]) :]


def _outside(children: list[Token], depth: int) -> tuple[list[Token], int]:
    """What stands outside of quotes and code in HTML, and how deep in them the text is afterwards."""
    said = []
    for child in children:
        depth = _depth(depth, child.content) if child.type == "html_inline" else depth
        if not depth or child.type in {"html_inline", "softbreak", "hardbreak"}:
            said.append(child)
    return said, depth


def _depth(depth: int, html: str) -> int:
    for found in _QUOTING.finditer(html):
        if found["end"] is not None:
            depth = max(depth - 1, 0) if found["end"] else depth + 1
    return depth


def _is_marked(before: list[Token]) -> bool:
    """Whether the first line follows a list item's or a heading's mark, so that it is not on its own."""
    return before[-1].markup.startswith("#") or (len(before) > 1 and before[-2].type == "list_item_open")


def _plain_lines(children: list[Token]) -> Iterator[str]:
    line: list[Token] = []
    for child in [*children, Token("softbreak", "br", 0)]:
        if child.type not in {"softbreak", "hardbreak"}:
            line.append(child)
            continue
        is_plain = bool(line) and line[0].type == "text" and bool(line[0].content)
        yield "".join(part.content for part in line if part.type in _WORDS) if is_plain else ""
        line = []
