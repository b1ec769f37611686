"""Check: what the check run on a commit says about the configuration file in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mentoring import texts
from mentoring.actions import Check, Remark, RewriteCheck, Text, effect
from mentoring.configuration import FILE, Problem
from mentoring.roster import Program
from mentoring.simulating import Line
from mentoring.wording import Phrase, listed, phrase, phrases

DAYS = 30  # that are played with the file
FOREMOST = ("invitation", "welcome", "reminder")  # kinds of what would have been said that stand in the title
MOST_REMARKS = 50  # GitHub takes no more in a request


@dataclass(frozen=True)
class Checked:
    """The file of one commit, and what was found out about it.

    `branch`: None for what is in force already. `version`: names the texts, and no others; empty without a file.
    `notes`: what was not looked at, a sentence each. `language`: the one that the file asks for, so that one hears what
    it means; "": nobody can tell, and it is that of what is in force.
    """

    repository_id: int
    repository: str
    commit: str
    branch: str | None
    default_branch: str
    version: str
    program: Program | None = None
    problems: tuple[Problem, ...] = ()
    doubts: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    language: str = ""

    @property
    def key(self) -> str:
        """The same commit with the same texts is told once."""
        name = self.version[:16] or "gone"
        return effect(f"repo {self.repository_id}", f"commit {self.commit}", "check", name)

    @property
    def conclusion(self) -> str:
        """`failure`: it cannot be used. `neutral`: it can, and somebody should look at it."""
        if self.problems:
            return "failure"
        return "neutral" if self.doubts or not self.version else "success"

    @property
    def title(self) -> Phrase:
        if not self.version:
            return phrase("There is no configuration any more")
        if self.problems:
            count = len(self.problems)
            return phrases(
                "%(count)s problem in %(file)s", "%(count)s problems in %(file)s", count, file=FILE
            )
        if not self.doubts:
            return phrase("Nothing to change")
        return phrases("%(count)s thing to look at", "%(count)s things to look at", len(self.doubts))


def check(checked: Checked) -> Check:
    """The check run."""
    found = [(one, "failure") for one in checked.problems] + [(one, "warning") for one in checked.doubts]
    remarks = tuple(_remark(checked, problem, level) for problem, level in found[:MOST_REMARKS])
    return Check(
        checked.repository_id,
        "check",
        checked.key,
        checked.commit,
        checked.title,
        text(checked),
        remarks,
        checked.conclusion,
    )


def rewritten(checked: Checked, lines: Sequence[Line], remarks: Sequence[str]) -> RewriteCheck:
    """The same, with what would have been said in the last days.

    `remarks`: what that takes for granted, or why it is not told.
    """
    told = [line.words for line in [one for one in lines if one.kind in FOREMOST] or lines[:1]]
    title = _with_simulation(checked.title, told) if told else checked.title
    own = checked.program
    values = {"days": DAYS, "lines": lines, "remarks": remarks, "examples": _examples(own) if own else []}
    details = Text("issues/check_details", values, checked.language)
    return RewriteCheck(checked.repository_id, checked.key, title, text(checked), details)


def _with_simulation(title: Phrase, told: Sequence[Phrase]) -> Phrase:
    return phrases(
        "%(title)s – with this file the last day would have %(told)s",
        "%(title)s – with this file the last %(count)s days would have %(told)s",
        DAYS,
        title=title,
        told=listed(*told),
    )


def text(checked: Checked) -> Text:
    """The summary."""
    program = checked.program
    return Text(
        "issues/check",
        {
            "file": FILE,
            "owners": f"{checked.repository.partition('/')[0]}/.github",
            "is_there": bool(checked.version),
            "branch": checked.branch,
            "default_branch": checked.default_branch,
            "problems": checked.problems,
            "doubts": checked.doubts,
            "notes": checked.notes,
            "program": program.name if program else None,
            "size": _size(program) if program else "",
        },
        checked.language,
    )


def _examples(program: Program) -> list[Mapping[str, str]]:
    """The program's own words, as they would look."""
    return [
        {"kind": kind, "words": texts.example(kind, words, program.name, program.mentor_noun)}
        for kind, words in program.texts.given().items()
    ]


def _size(program: Program) -> str:
    people = {member.login.lower() for _, member in program.members()}
    found = [
        phrases("%(count)s person", "%(count)s people", len(people)),
        phrases("%(count)s cohort", "%(count)s cohorts", len(program.cohorts)),
        phrases("%(count)s area", "%(count)s areas", len(program.areas)),
    ]
    there = [one for one in found if one.number]
    return phrase(", %(things)s", things=listed(*there)) if there else ""


def _remark(checked: Checked, problem: Problem, level: str) -> Remark:
    # An annotation can only point into this repository; a mistake in an extended file is told at line 1.
    if problem.source.lower() == checked.repository.lower():
        return Remark(FILE, problem.line, problem.column, problem.message, level)
    what = phrase("In %(source)s: %(problem)s", source=problem.source, problem=problem.message)
    return Remark(FILE, 1, 1, what, level)
