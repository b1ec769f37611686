"""The report on who stayed of a cohort: an issue in the home at its end, later and a year after, once each."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import date, timedelta

from adapters import outbox, texts, writes
from adapters.context import Context
from adapters.ledger import places, programs, reports
from jobs import drafting
from jobs.decision import Again, Decision, Row, decide
from jobs.program import Loaded, known_program
from jobs.report_book import Filled, fill
from jobs.week import load_home, nameable, seen_now
from mentoring import report as rules
from mentoring.actions import OpenIssue
from mentoring.book import Period
from mentoring.leaderboard import Place, leaderboard
from mentoring.mentors import declined
from mentoring.report import Report
from mentoring.roster import Cohort, Member

HOUR = timedelta(hours=1)


def report(context: Context, row: Row) -> None:
    """Posts the report of the occasion that has come, unless there is nobody to tell of."""
    program_id, name, days = (row.field(word) for word in ("program_id", "cohort", "days"))
    loaded = load_home(context, program_id)
    if loaded is None:
        raise Again(context.now() + HOUR, "the App cannot work on the program's home")
    cohort = next((one for one in loaded.program.cohorts if one.name == name), None)
    if cohort is not None and rules.due_at(loaded.program, cohort, days) > context.now():
        return  # the file has changed since; its new dates have a moment of their own
    mark = drafting.mark(context)
    drafted = _draft(context, loaded, cohort, days) if cohort and loaded.program.report else None
    shown = _shown(context, loaded, drafted[0]) if drafted else None
    with decide(context, row) as decision:
        programs.lock(decision.connection, program_id)
        drafting.must_stand(decision, mark)
        decision.note = _post(decision, loaded, name, days, drafted, shown)


Drafted = tuple[OpenIssue, Report]


def _draft(context: Context, loaded: Loaded, cohort: Cohort, days: int) -> Drafted | None:
    """The issue with its numbers; None: there is nothing to say, or a later occasion has come too."""
    with context.ledger.read() as connection:
        others = reports.of_cohort(connection, loaded.home.id, cohort.name)
    later = any(other > days and row.due_at <= context.now() for other, row in others.items())
    if later or not _ids(loaded, cohort.members):
        return None
    filled = fill(context, loaded)
    found = of_cohort(loaded, filled, cohort)
    named = [
        (place, [loaded.login_of(one) or "ghost" for one in place.people])
        for place in _places(context, loaded, filled, cohort)
    ]
    return rules.issue(loaded.program, loaded.home.id, cohort, days, found, named), found


def _post(
    decision: Decision, loaded: Loaded, name: str, days: int, drafted: Drafted | None, shown: int | None
) -> str | None:
    """Records what became of the occasion, and asks for the issue; says why not, where there is none."""
    connection, now, home = decision.connection, decision.now, loaded.home
    known = reports.of_cohort(connection, home.id, name).get(days)
    if known is None or known.decided_at is not None:
        return "this report was decided already"
    if drafted is None:
        reports.decided(connection, home.id, name, days, now)
        return "nothing to report" if loaded.program.report else "reports are switched off"
    issue, found = drafted
    counted = asdict(found.counted)
    reports.decided(connection, home.id, name, days, now, issue_key=issue.key, counted=counted)
    if shown is not None:
        outbox.adopt(connection, home.installation_id, issue, {"number": shown}, now)
    decision.act(home.installation_id, [issue])
    return None


def _shown(context: Context, loaded: Loaded, issue: OpenIssue) -> int | None:
    """The issue that GitHub shows already, as after the loss of our database."""
    github = context.github.installation(loaded.home.installation_id)
    return writes.find_issue(github, loaded.home.id, context.github.bot, texts.marker(issue.kind, issue.key))


def of_cohort(loaded: Loaded, filled: Filled, cohort: Cohort) -> Report:
    """A cohort's numbers, counted now."""
    members = set(_ids(loaded, cohort.members)) | filled.asked_in.get(cohort.name, frozenset())
    found = rules.of_cohort(filled.book, cohort, members, filled.ours)
    held = [one for name, one in filled.events if name == cohort.name]
    return replace(found, counted=filled.counted, events=held)


def of_period(loaded: Loaded, filled: Filled, period: Period) -> Report:
    """Everybody's numbers in a period, counted now."""
    ended: dict[int, date] = {}
    for cohort, member in loaded.program.members():
        person_id = loaded.id_of(member.login)
        if person_id is not None and cohort.ends in period:
            ended[person_id] = max(cohort.ends, ended.get(person_id, cohort.ends))
    found = rules.of_period(filled.book, period, ended, filled.ours)
    held = [one for _, one in filled.events if one.day in period]
    return replace(found, counted=filled.counted, events=held)


def _places(context: Context, loaded: Loaded, filled: Filled, cohort: Cohort) -> Sequence[Place]:
    """The leaderboard, of what may be named in the home."""
    if not loaded.program.leaderboard or cohort.kind == "mentorship":
        return ()
    with context.ledger.read() as connection:
        found = places.repositories_of_program(connection, loaded.home.id)
        said = programs.statements(connection, loaded.home.id)
    now = seen_now(context, found, loaded.home.id)
    home = now.get(loaded.home.id)
    shown = nameable(now.values(), in_private=home is not None and home.private)
    willing = _ids(loaded, [one for one in cohort.members if one.mentoring != "declined"])
    # The newest cohort's roster, or they themselves, may have declined since.
    people = [one for one in willing if one not in said or not declined(said[one].said, said[one].roster)]
    return leaderboard(filled.book, people, Period(cohort.starts, cohort.ends), shown.keys())


def _ids(loaded: Loaded, members: Iterable[Member]) -> list[int]:
    found = (loaded.id_of(one.login) for one in members)
    return [one for one in found if one is not None]


def schedule_all(context: Context) -> None:
    """Notes the occasions of programs that were known before there were reports."""
    with context.ledger.read() as connection:
        ids = reports.without_any(connection)
    for program_id in ids:
        loaded = known_program(context, program_id)
        if loaded is not None and loaded.program.cohorts:
            with context.ledger.write() as connection:
                for cohort in loaded.program.cohorts:
                    first_seen = programs.see_cohort(connection, program_id, cohort.name, context.now())
                    due = rules.occasions(loaded.program, cohort, first_seen)
                    reports.schedule(connection, program_id, cohort.name, due, context.now())
