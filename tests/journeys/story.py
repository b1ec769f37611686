"""The words in which a month is written down: who takes part, with which habits, and what they do when."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Mentor:
    """Answers so long after they were told, or never; `away`: from and until when they do nothing."""

    login: str
    answers: timedelta | None = None
    away: tuple[str, str] | None = None


@dataclass(frozen=True)
class Newcomer:
    """Opens a first pull request; goes on so long after each answer, or vanishes."""

    login: str
    opens: str
    title: str
    files: tuple[str, ...] = ("README.md",)
    goes_on: timedelta | None = None
    fixes: str | None = None


@dataclass(frozen=True)
class Says:
    """Somebody writes: a comment on the thread with these words in its title, or a new issue."""

    when: str
    login: str
    on: str = ""
    text: str = ""
    opens: str = ""
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Story:
    """Everything about a month that is known beforehand; what people answer follows from their habits."""

    begins: datetime
    lasts: timedelta
    file: str
    mentors: tuple[Mentor, ...]
    newcomers: tuple[Newcomer, ...]
    acts: tuple[Says, ...] = ()

    def moment(self, when: str) -> datetime:
        """`Mon 9 Nov 09:12`, in UTC."""
        found = datetime.strptime(f"{when} {self.begins.year}", "%a %d %b %H:%M %Y")  # noqa: DTZ007
        found = found.replace(tzinfo=self.begins.tzinfo)
        assert stamp(found) == when, f"{when} is no day of {self.begins.year}"
        return found


def stamp(moment: datetime) -> str:
    return f"{moment:%a} {moment.day} {moment:%b %H:%M}"
