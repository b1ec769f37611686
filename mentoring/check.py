"""Check: what the check run on a commit says about the configuration file in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mentoring import texts
from mentoring.actions import Check, Remark, RewriteCheck, Text, effect
from mentoring.configuration import FILE, Problem
from mentoring.roster import Program
from mentoring.simulating import Line

DAYS = 30  # that are played with the file
FOREMOST = ("invitation", "welcome", "reminder")  # kinds of what would have been said that stand in the title
MOST_REMARKS = 50  # GitHub takes no more in a request


@dataclass(frozen=True)
class Checked:
    """The file of one commit, and what was found out about it.

    `branch`: None for what is in force already. `version`: names the texts, and no others; empty without a file.
    `notes`: what was not looked at, a sentence each.
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
    def title(self) -> str:
        if not self.version:
            return "There is no configuration any more"
        if self.problems:
            return f"{_counted(len(self.problems), 'problem')} in {FILE}"
        return f"{_counted(len(self.doubts), 'thing')} to look at" if self.doubts else "Nothing to change"


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
    told = ", ".join(line.words for line in [one for one in lines if one.kind in FOREMOST] or lines[:1])
    title = (
        f"{checked.title} – with this file the last {DAYS} days would have {told}" if told else checked.title
    )
    own = checked.program
    values = {"days": DAYS, "lines": lines, "remarks": remarks, "examples": _examples(own) if own else []}
    details = Text("issues/check_details", values)
    return RewriteCheck(checked.repository_id, checked.key, title, text(checked), details)


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
        (len(people), "1 person", "people"),
        (len(program.cohorts), "1 cohort", "cohorts"),
        (len(program.areas), "1 area", "areas"),
    ]
    return "".join(f", {one if count == 1 else f'{count} {many}'}" for count, one, many in found if count)


def _remark(checked: Checked, problem: Problem, level: str) -> Remark:
    # An annotation can only point into this repository; a mistake in an extended file is told at line 1.
    if problem.source.lower() == checked.repository.lower():
        return Remark(FILE, problem.line, problem.column, problem.message, level)
    return Remark(FILE, 1, 1, f"In {problem.source}: {problem.message}", level)


def _counted(count: int, name: str) -> str:
    return f"{count} {name}" if count == 1 else f"{count} {name}s"
