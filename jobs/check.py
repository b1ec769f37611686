"""Check: say on a pushed commit what is wrong with the configuration file in it, and what looks wrong."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from adapters import configuration as files
from adapters import reads
from adapters.configuration import Files
from adapters.context import Context
from adapters.github import Installation, Missing, Refused
from adapters.ledger import forgetting, inbox, pace, people, places
from jobs import check_simulation
from jobs.checked import begun
from jobs.decision import Row, decide
from mentoring import check as rules
from mentoring import doubts
from mentoring.check import Checked
from mentoring.configuration import Parsed, Problem
from mentoring.doubts import Written
from mentoring.facts import Place
from mentoring.roster import without_hint
from mentoring.wording import phrase

FEW = 30  # logins that are looked up for one check
FEW_PAGES = 10  # of labels

LITTLE_LEFT = phrase(
    "Little is left of the requests that GitHub allows in an hour, so logins, labels and paths were not looked for."
)
HIDDEN = phrase("there is a mistake; the check of its own commits tells it")
ELSEWHERE = phrase("Other repositories build on this file, so its labels and paths were not looked for here.")
REFUSED = phrase("GitHub did not let us look for all of its logins, labels and paths.")
MANY_LABELS = phrase("This repository has too many labels to look for those in the file.")
MANY_FILES = phrase(
    "This repository has too many files for GitHub to list them, so paths were not looked for."
)


@dataclass
class _Found:
    """Doubts, and what was not looked at."""

    doubts: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def check(context: Context, row: Row) -> None:
    """Looks at the file of a commit. Whatever branch it is on, nothing is put into force here."""
    github = context.github.installation(row.installation_id)
    place = files.place_of(context, github, row.installation_id, row.repository_id)
    checked = look(context, github, place, row)
    with decide(context, row) as decision:
        decision.act(row.installation_id, [rules.check(checked)])
        more = [] if LITTLE_LEFT in checked.notes else check_simulation.ask(row, checked)
        rows = inbox.put_new(decision.connection, more, decision.now)
    context.bell.ring_inbox(rows)


def look(context: Context, github: Installation, place: Place, row: Row) -> Checked:
    """What is to be said of a row's commit. Raises Missing if there is no such commit (yet)."""
    commit = str(row.field("after"))
    found = files.read_at(context, github, place, commit)
    checked = begun(context, place, commit, row.fields.get("ref"))
    if not found.layers:
        return checked
    parsed = files.parse(found.texts)
    checked = replace(
        checked,
        version=found.version,
        problems=_discreet(context, place, found),
        language=parsed.language or "",
    )
    if found.problems:
        return checked
    seen = _doubts(context, github, place, found, parsed, commit)
    return replace(
        checked, program=parsed.program, doubts=doubts.in_order(seen.doubts), notes=tuple(seen.notes)
    )


def _discreet(context: Context, place: Place, found: Files) -> tuple[Problem, ...]:
    """The problems; in a public repository without the words of a private one's file."""
    with context.ledger.read() as connection:
        rows = {one.slug: places.repository(connection, one.repository_id or 0) for one in found.layers[1:]}
    mine = f"{place.full_name.partition('/')[0]}/".lower()
    # Of another owner's repositories we read what is public alone; of this one's we may know too little.
    hidden = {slug for slug, row in rows.items() if (row.private if row else slug.lower().startswith(mine))}
    if place.private or not hidden:
        return found.problems
    told = [HIDDEN if one.source in hidden else without_hint(one.message) for one in found.problems]
    discreet = (replace(one, message=message) for one, message in zip(found.problems, told, strict=True))
    return tuple(dict.fromkeys(discreet))


def _doubts(
    context: Context, github: Installation, place: Place, found: Files, parsed: Parsed, commit: str
) -> _Found:
    """A request for each new login, one for each hundred labels, and one for all files."""
    with context.ledger.read() as connection:
        unspoken = forgetting.logins_among(connection, {one.value.lower() for one in doubts.logins(parsed)})
        is_low = pace.low_until(connection, place.installation_id, context.now())
        users = places.repositories_of_program(connection, place.id)
    # The other file is checked where it lives.
    own = [one for one in doubts.doubts(parsed, unspoken) if one.source == place.full_name]
    seen = _Found([*own, *_not_at_home(context, place, found, parsed)])
    if is_low:
        seen.notes.append(LITTLE_LEFT)
        return seen
    try:
        _look_on_github(
            context, github, seen, place, parsed, commit, alone=all(u.id == place.id for u in users)
        )
    except (Missing, Refused):
        seen.notes.append(REFUSED)
    return seen


def _look_on_github(
    context: Context,
    github: Installation,
    seen: _Found,
    place: Place,
    parsed: Parsed,
    commit: str,
    *,
    alone: bool,
) -> None:
    """`alone`: no other repository builds on this one's file."""
    _look_for_logins(context, github, seen, _own(place, doubts.logins(parsed)))
    labels, patterns = _own(place, doubts.labels(parsed)), _own(place, doubts.patterns(parsed))
    if place.full_name.endswith("/.github") or not alone:
        seen.notes += [ELSEWHERE] if labels or patterns else []
        return
    _look_for_labels(github, seen, place, labels)
    _look_for_files(github, seen, place, patterns, commit)


def _own(place: Place, written: list[Written]) -> list[Written]:
    """What stands in this repository's file: the other file is checked where it lives."""
    return [one for one in written if one.mark.source == place.full_name]


def _not_at_home(context: Context, place: Place, found: Files, parsed: Parsed) -> Iterator[Problem]:
    home = next((layer for layer in found.layers if layer.slug == parsed.cohorts_from), None)
    if home is None or home.repository_id == place.id:
        return
    with context.ledger.read() as connection:
        row = places.repository(connection, home.repository_id) if home.repository_id else None
    if row is None or not row.installation_id:
        yield doubts.not_at_home(parsed, home.slug)


def _look_for_logins(context: Context, github: Installation, seen: _Found, written: list[Written]) -> None:
    """Nothing of it is kept: a branch may name anybody. Who asked to be forgotten is not spoken of."""
    wanted = {one.value.lower() for one in written}
    with context.ledger.read() as connection:
        wanted -= forgetting.logins_among(connection, wanted)
        known = people.resolved(connection, wanted)
        taken = set(people.taken(connection, wanted))
    new = sorted(login for login in wanted - taken if known.get(login) is None)
    nobodys = {login for login in new[:FEW] if reads.person(github, login) is None}
    seen.doubts += doubts.first(doubts.unknown_logins(written, nobodys, taken))
    if len(new) > FEW:
        seen.notes.append(phrase("Only %(few)s of the new logins were looked up.", few=FEW))


def _look_for_labels(github: Installation, seen: _Found, place: Place, written: list[Written]) -> None:
    there = reads.labels(github, place.id, FEW_PAGES) if written else []
    if there is None:
        seen.notes.append(MANY_LABELS)
        return
    seen.doubts += doubts.first(doubts.unknown_labels(written, there))


def _look_for_files(
    github: Installation, seen: _Found, place: Place, written: list[Written], commit: str
) -> None:
    there = reads.files(github, place.id, commit) if written else []
    if there is None:
        seen.notes.append(MANY_FILES)
        return
    seen.doubts += doubts.first(doubts.unmatched(written, there))
