"""Paths: `/mentor path` shows somebody their own numbers, kindly."""

from adapters import reads
from adapters.github import Refused
from adapters.ledger import contributions, outbox
from adapters.ledger import paths as ledger
from jobs.asking import Apply, Asking
from jobs.candidates import mentor
from jobs.decision import Decision
from mentoring import path as rules
from mentoring.actions import Comment, Rewrite, Text, effect
from mentoring.commands import Command
from mentoring.path import Walked


def path(asking: Asking, _command: Command) -> Apply:
    """`/mentor path`: one comment for each person and thread; asked again, it is brought up to date."""
    merged = _merged(asking)

    def apply(decision: Decision) -> None:
        _say(decision, asking, _text(decision, asking, merged))

    return apply


def _merged(asking: Asking) -> int:
    """The person's merged pull requests here, among the last hundred that were closed; one request."""
    github = asking.context.github.installation(asking.row.installation_id)
    try:
        found = reads.merged_pulls(github, asking.row.repository_id, asking.login)
    except Refused:
        return 0  # a blocked account's work cannot be listed
    return sum(one.author_id == asking.person_id for one in found)


def _text(decision: Decision, asking: Asking, merged: int) -> Text:
    program, home_id, person_id = asking.loaded.program, asking.loaded.home.id, asking.person_id
    opened, merged_in_all, reviewed = contributions.numbers(decision.connection, home_id, person_id)
    mentors = mentor(decision.connection, asking.loaded, person_id) is not None
    walked = Walked(opened, max(merged, merged_in_all), reviewed, mentors)
    begun, up_to_the_merge = ledger.helped(decision.connection, home_id, person_id)
    values = {
        "login": asking.login,
        "program": program.name,
        "noun": program.mentor_noun,
        "merged": merged,
        "begun": ledger.begun(decision.connection, home_id, person_id),
        "helped": begun,
        "helped_merged": up_to_the_merge,
        "starters": ledger.starters_opened(decision.connection, home_id, person_id),
        "claimed": ledger.claimed(decision.connection, home_id, person_id),
        "reviewed": reviewed,
        **rules.shown(program, walked),
    }
    return Text("comments/path", values)


def _say(decision: Decision, asking: Asking, text: Text) -> None:
    key = effect(asking.thread.name, "path", f"person {asking.person_id}")
    was_said = outbox.state_of(decision.connection, key) is not None
    say = Rewrite if was_said else Comment
    decision.act(asking.row.installation_id, [say(asking.thread, "path", key, text)])
