"""What people said of themselves by command: carried out again, in the scratch ledger, each at its moment."""

from collections.abc import Iterable

from adapters.context import Context
from adapters.ledger import events, forgetting, heard, invitations, people, places, programs, shares, wins
from adapters.ledger.inbox import Asked
from jobs.play import play
from jobs.rebuild.history import Heard, History
from mentoring import commands
from mentoring.commands import Command

# What is about the person alone. What is about a thread shows there, and is read instead.
ABOUT_ONESELF = frozenset(
    {"accept", "later", "decline", "away", "back", "capacity", "win", "yes", "no", "share"}
    | {"event", "role", "done", "result"}
)


def forget(context: Context, asked: Iterable[Heard]) -> None:
    """First of all: who asked for it is not to be named by anything that follows."""
    with context.ledger.write() as connection:
        for one in asked:
            forgetting.forget(connection, one.person_id, [one.login], one.at)


def hear(context: Context, repository_id: int, one: Heard) -> None:
    """Notes the commands of a text, so that no edit runs them again."""
    there = commands.parse_all(one.text, context.github.slug)
    with context.ledger.write() as connection:
        for fingerprint in commands.fingerprints(there):
            heard.hear(connection, repository_id, one.number, one.comment_id, fingerprint)


def say_again(context: Context, history: History, one: Heard) -> None:
    """Carries out what a text says about its author."""
    there = commands.parse(one.text, context.github.slug)
    if any(command.verb == "starter" for command in there):
        _accept_by_starter(context, history, one)
    lines = [_line(command) for command in there if _counts(command)]
    if lines:
        fields = {
            "comment.user.id": one.person_id,
            "comment.user.login": one.login,
            "comment.id": one.comment_id or None,
            "comment.created_at": one.at.isoformat(),
            "comment.body": "\n\n".join(lines),
        }
        given = {name: value for name, value in fields.items() if value is not None}
        name = f"said:{one.number}:{one.comment_id}"
        where = (history.installation_id, history.place.id, one.number)
        play(context, Asked(name, "commands", *where, given))


def _accept_by_starter(context: Context, history: History, one: Heard) -> None:
    """Opening a starter issue counts as accepting, where our note shows that it was one."""
    page = history.pages[one.number]
    if page.issue.author_id != one.person_id or not page.ours("starter"):
        return
    with context.ledger.write() as connection:
        place = places.repository(connection, history.place.id)
        if place is None or forgetting.is_forgotten(connection, one.person_id):
            return
        how, now = "/mentor starter", context.now()
        people.see(connection, one.person_id, one.login)
        if programs.person_says(connection, place.program_id, one.person_id, "yes", how, now):
            invitations.answer(connection, place.program_id, one.person_id, "accepted", now)


def _counts(command: Command) -> bool:
    return command.verb in ABOUT_ONESELF


def _line(command: Command) -> str:
    return f"/mentor {command.verb} {command.words}".strip()


def unname_the_forgotten(context: Context) -> None:
    """Takes out of others' wins whoever asked to be forgotten, as it was done when they asked."""
    with context.ledger.write() as connection:
        for row in wins.all_of_them(connection):
            left = forgetting.without_them(connection, row.text)
            if left != row.text:
                wins.reword(connection, row.id, left)
        for row in shares.all_of_them(connection):
            left = forgetting.without_them(connection, row.text)
            if left != row.text:
                shares.reword(connection, row, left)
        for row in events.all_of_them(connection):
            told = {name: getattr(row, name) for name in ("title", "result")}
            left_of_it = {name: it and forgetting.without_them(connection, it) for name, it in told.items()}
            if left_of_it != told:
                events.change(connection, row.key, **left_of_it)
