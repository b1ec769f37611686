"""Starter issues: opened by a graduate, with their name as mentor, and easy to start with."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from mentoring.actions import Action, Label, Rewrite, Text, Unlabel, effect
from mentoring.facts import Issue
from mentoring.good_first import FREE, Taken, say
from mentoring.roster import Member, Program
from mentoring.welcome import MENTOR_LABEL_DESCRIPTION
from mentoring.wording import Phrase, phrase

_HIDDEN = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(?P<title>[^\n]+)$", re.MULTILINE)
_ENOUGH = 12  # characters: fewer are "todo", "n/a", "see above"
_SECTION_MOST = 65_536


@dataclass(frozen=True)
class Criterion:
    """One of the six things that make an issue good to start with.

    Source: the criteria for good first issues in Kubernetes' contributor guide ("help wanted").
    """

    name: str
    heading: Phrase  # of our prefilled form
    sign: re.Pattern[str]  # what shows it in an issue that was written freely


def _criterion(name: str, heading: Phrase, sign: str) -> Criterion:
    return Criterion(name, heading, re.compile(sign, re.IGNORECASE))


CRITERIA = (
    _criterion("context", phrase("What is it about?"), r"\S.{200,}"),
    _criterion(
        "solution",
        phrase("How could it be solved?"),
        r"\b(solution|solve|approach|steps?|should|instead|proposal"
        r"|solución|soluciona\w*|resolver\w*|resuelve|enfoque|pasos?|debería|propuesta)\b",
    ),
    _criterion("code", phrase("Where in the code?"), r"`[^`\n]+`|\b[\w.-]{1,50}/[\w./-]{1,100}\.\w{1,6}\b"),
    _criterion("example", phrase("An example to follow"), r"https?://|(?<!\w)#\d+\b|\bexample\b|\bejemplo\b"),
    _criterion("test", phrase("How do you know that it works?"), r"\btest|\bprueba|\bprobar"),
    _criterion(
        "barrier",
        phrase("What do you need to know before?"),
        r"\b(no prior|beginner|need to know|knowledge|familiar|nothing special|experience"
        r"|hace falta saber|conocimientos?|principiantes?|nada especial|experiencia)\b",
    ),
)


# What a heading may be in any language, in lower case, by the name of its criterion: forms stay readable when a
# program changes its language.
Headings = Mapping[str, Collection[str]]
IN_ENGLISH: Headings = {criterion.name: (criterion.heading.lower(),) for criterion in CRITERIA}


def missing(body: str, headings: Headings = IN_ENGLISH) -> tuple[str, ...]:
    """The names of the criteria which the text does not meet yet."""
    text = _without_command(_HIDDEN.sub("", body.replace("\r\n", "\n")[:_SECTION_MOST]))
    sections = _sections(text)
    prose = " ".join(part for part in _HEADING.sub("", text).split())
    return tuple(c.name for c in CRITERIA if not _met(c, headings[c.name], sections, prose))


def _without_command(text: str) -> str:
    """The text without the end of our prefilled form, which is no answer to its last question."""
    head, line, end = text.rpartition("\n***\n")
    _, command, rest = end.partition("/mentor starter")
    return f"{head}\n{rest}" if line and command else text


def _met(criterion: Criterion, headings: Collection[str], sections: dict[str, str], prose: str) -> bool:
    ours = next((sections[heading] for heading in headings if heading in sections), None)
    if ours is not None:
        return len(ours) >= _ENOUGH
    return criterion.sign.search(prose) is not None


def _sections(text: str) -> dict[str, str]:
    """What stands below each heading, by the heading in lower case."""
    heads = list(_HEADING.finditer(text))
    ends = [head.start() for head in heads] + [len(text)]
    return {
        head["title"].rstrip("# \t").lower(): text[head.end() : end].strip()
        for head, end in zip(heads, ends[1:], strict=True)
    }


def graduate(program: Program, login: str, now: datetime) -> Member | None:
    """The entry of whoever may open starter issues: their cohort has ended, or the roster says `agreed`."""
    entries = [entry for entry in program.members() if entry[1].login.lower() == login.lower()]
    graduated = [member for cohort, member in entries if program.ended(cohort, now)]
    if graduated:
        return graduated[-1]
    agreed = any(member.mentoring == "agreed" for _, member in entries)
    return entries[-1][1] if agreed else None


def key_of(issue: Issue) -> str:
    """The effect key of the comment on a starter issue."""
    return effect(issue.thread.name, "starter")


def open_starter(
    issue: Issue,
    program: Program,
    mentor: Member,
    count: int,
    *,
    noted: bool = False,
    taken: Taken = FREE,
    headings: Headings = IN_ENGLISH,
) -> tuple[Action, ...]:
    """The labels the graduate may not add, and one comment: thanks, what comes next, what would help.

    `count`: how many starter issues of theirs there are with this one. `noted`: the comment was written before.
    """
    name = program.mentor_label_for(mentor.login)
    good = () if program.is_good_first(issue.labels) else (program.good_first_issue_labels[0],)
    label = Label(issue.thread, (*good, name), {name: MENTOR_LABEL_DESCRIPTION})
    text = note(issue, program, mentor, count, taken, headings)
    return label, say(issue.thread, "starter", key_of(issue), text, noted=noted)


def improve(
    issue: Issue,
    program: Program,
    mentor: Member,
    count: int,
    taken: Taken = FREE,
    headings: Headings = IN_ENGLISH,
) -> tuple[Action, ...]:
    """The comment again, after the issue was edited."""
    text = note(issue, program, mentor, count, taken, headings)
    return (Rewrite(issue.thread, "starter", key_of(issue), text),)


def drop(issue: Issue, program: Program, login: str | None, *, noted: bool = True) -> tuple[Action, ...]:
    """The issue lost the label: the name of its mentor comes off, the comment says so."""
    actions: list[Action] = []
    if login:
        actions.append(Unlabel(issue.thread, program.mentor_label_for(login)))
    if noted:
        text = Text("comments/starter", {"dropped": True, "noun": program.mentor_noun})
        actions.append(Rewrite(issue.thread, "starter", key_of(issue), text))
    return tuple(actions)


def note(
    issue: Issue,
    program: Program,
    mentor: Member,
    count: int,
    taken: Taken = FREE,
    headings: Headings = IN_ENGLISH,
) -> Text:
    """The comment on a starter issue."""
    values = {
        "dropped": False,
        "mentor": mentor.login,
        "noun": program.mentor_noun,
        "number": issue.number,
        "contact": mentor.contact,
        "count": count,
        "asked": program.starter_issues,
        "missing": missing(issue.body, headings),
        "claimed_by": taken.claimed_by,
        "pull": taken.pull,
    }
    return Text("comments/starter", values)


def progress(opened: int, asked: int) -> str:
    """How far somebody came, e.g. `1/2`; more than was asked for is welcome and counted."""
    return f"{opened}/{asked}" if asked else str(opened)
