"""Claims: who may take a starter issue, and the plain words in which people ask for one."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt

from mentoring.actions import Comment, Text, Thread, effect
from mentoring.roster import Program

MOST_FREE = 2  # free issues that somebody is pointed to

# Links and images mean nothing here, and looking for them takes seconds in a text of thousands of brackets.
_MARKDOWN = MarkdownIt("commonmark").disable(["link", "image"])
_MOST_READ = 10_000  # characters of a comment
_GAPS = {"softbreak": " ", "hardbreak": "\n", "code_inline": "`", "html_inline": " "}

_SOFT = r"(?:(?:please|also|maybe|perhaps|just|still|really|gladly|happily|very much|now|then) )*"
_I = r"(?:i|we) "
_WOULD = r"(?:i|we)(?:'d| would) "
_AM = r"(?:i'm|i am|we're|we are) "
_MAY = (
    rf"(?:can|could|may|might|shall) {_I}{_SOFT}|(?:ok|okay|alright|possible) (?:if {_I}{_SOFT}|for me to )"
    rf"|mind if {_I}{_SOFT}"
)
_WISH = (
    rf"{_WOULD}{_SOFT}(?:like|love|be (?:happy|glad|willing|interested)) (?:to|in) |{_I}{_SOFT}(?:want|wish) to "
    rf"|i wanna |(?:{_AM}{_SOFT})?(?:interested in|up for|happy to|willing to|keen to) "
)
_WILL = rf"(?:i|we)(?:'ll| will| can| could) {_SOFT}|(?:let me|lemme) {_SOFT}"
_THIS = (
    r"(?:this|it|that|(?:this|that|the) (?:(?:good )?first )?(?:one|issue|ticket|task|bug|feature|problem))"
)
_WORK = (
    r"(?:(?:start )?(?:to )?work(?:ing)? on|tak(?:e|ing)(?: up| on| over)?|pick(?:ing)? up|tackl(?:e|ing)"
    r"|claim(?:ing)?|handl(?:e|ing)|grab(?:bing)?|fix(?:ing)?|solv(?:e|ing)|resolv(?:e|ing)"
    r"|implement(?:ing)?|address(?:ing)?)"
)
_TRY = r"(?:try(?:ing)?|attempt(?:ing)?|have|contribut(?:e|ing) to|help(?:ing)?(?: out)? (?:with|on)|look(?:ing)? into)"
_APART = (
    r"(?:(?:take|pick) (?:this|it|that)(?: one)? (?:on|up|over)|give (?:this|it)(?: one)? a (?:try|go|shot))"
)
# What may follow, so that `take it for granted` or `fix this by restarting` is no wish to work on the issue.
_END = (
    r"(?=\W*$|[.!?,;:)]|\s+(?:[^\w\s`]|(?:please|if|and|but|too|also|next|today|tomorrow|then|thanks|thank|"
    r"because|since|once|from here|right away|as (?:my|a first|a beginner)|"
    r"for (?:my|me|hacktoberfest|gsoc|outreachy)|this (?:week|weekend|evening)|under|sir|team|everyone)\b))"
)
_ASKS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(?:{_MAY}|{_WISH})(?:{_WORK}|{_TRY}) {_THIS}{_END}",
        rf"\b(?:{_WILL}){_WORK} {_THIS}{_END}",
        rf"\b(?:{_MAY}|{_WISH}|{_WILL}){_APART}{_END}",
        rf"\b(?:i'll|i will|i can|let me) do (?:this|it){_END}",
        rf"\b(?:{_AM})(?:now |currently |already )?working on (?:this|it|this issue){_END}",
        rf"\binterested in {_THIS}{_END}",
        rf"\bassign (?:me\b|(?:{_THIS} )?(?:to|for) (?:me|us)\b)",
        rf"\b(?:can|could|may) (?:{_I}|{_THIS} )(?:please )?(?:be|get|have) (?:{_THIS} )?assigned\b",
        rf"\bis {_THIS} (?:still |currently |yet )*(?:available|free|unassigned|unclaimed|up for grabs|taken)"
        rf"(?: (?:to|for) (?:take|work on|claim|me|contribution|a newcomer|a beginner))?{_END}",
        rf"\bis {_THIS} still open{_END}",
    )
)
_ASKS_HOW = re.compile(r"\b(?:how|where|when|why|what|which|whether)\b[^,]*$")
_DENIES = re.compile(
    r"\b(?:don'?t|doesn't|didn't|won't|can'?t|cannot|do not|does not|did not|will not|not (?:sure|able)|unable"
    r"|never|no longer|unfortunately)\b"
)
_APOSTROPHES = re.compile(
    r"\b(i)(d (?=like|love|be )|ll (?=take|do|work|fix|pick|tackle|solve)|m (?=interested|working))"
)


def asks_to_claim(text: str) -> bool:
    """Whether somebody says in plain words that they would like to work on the issue.

    Quotes, code and HTML are none of their words. In doubt: no.
    """
    return any(_asks(clause) for prose in _prose(text[:_MOST_READ]) for clause in _clauses(prose))


def _prose(text: str) -> Iterator[str]:
    """The paragraphs and list items that are nobody else's words, each on one line, in lower case."""
    quoted = 0
    for token in _MARKDOWN.parse(text):
        quoted += {"blockquote_open": 1, "blockquote_close": -1}.get(token.type, 0)
        if token.type == "inline" and not quoted:
            said = (c.content if c.type == "text" else _GAPS.get(c.type, "") for c in token.children or ())
            plain = " ".join("".join(said).lower().replace("’", "'").split(" "))
            yield _APOSTROPHES.sub(r"\1'\2", plain)


def _clauses(prose: str) -> list[str]:
    """The parts of the sentences: what is denied in one says nothing about the next."""
    return [" ".join(part.split()) for part in re.split(r"(?<=[.!?;,:])\s+|\n|\s+[-–—]+\s+", prose)]


def _asks(clause: str) -> bool:
    found = next((match for pattern in _ASKS if (match := pattern.search(clause))), None)
    if found is None:
        return False
    before = clause[: found.start()]
    return not (_ASKS_HOW.search(before) or _DENIES.search(before))


@dataclass(frozen=True)
class Free:
    """An issue that somebody could take instead."""

    slug: str
    number: int
    url: str
    title: str
    labels: tuple[str, ...] = ()


def hint_key(thread: Thread) -> str:
    """The effect key of the hint at the command: one for each thread, ever."""
    return effect(thread.name, "claim_hint")


def hint(
    thread: Thread, program: Program, newcomer: str, mentor: str, taken_by: str | None, free: Sequence[Free]
) -> Comment:
    """Tells somebody who asked in plain words how to take the issue or, where it is taken, what else is free."""
    values = {
        "newcomer": newcomer,
        "mentor": mentor,
        "noun": program.mentor_noun,
        "taken_by": taken_by,
        "free": list(free),
    }
    return Comment(thread, "claim_hint", hint_key(thread), Text("comments/claim_hint", values))


def released(program: Program, newcomer: str, question: str | None = None) -> Text:
    """To a newcomer whose claim was freed because it was silent. `question`: where the exit question is, if it is asked."""
    after = program.follow_up.release_claim_after
    values = {"newcomer": newcomer, "after": after, "question": question, "program": program.name}
    return Text("comments/claim_released", values)
