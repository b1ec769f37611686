"""Doubts: what is allowed in a configuration and still worth a second look, each with its place."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from mentoring import texts
from mentoring.configuration import Parsed, Problem
from mentoring.globs import matches
from mentoring.roster import DIGEST_SECTIONS, Program, hinted
from mentoring.wording import phrase
from mentoring.yaml12 import Mark, Path, quoted

MOST_OF_A_KIND = 50
MOST_PATTERNS = 300
MOST_COMPARED = 200_000  # patterns with files; the worst of them take five seconds
_WILD = re.compile(r"[*?\[]")


@dataclass(frozen=True)
class Written:
    """A value of the file, and where it stands."""

    value: str
    mark: Mark


def doubts(parsed: Parsed, unspoken: Collection[str] = ()) -> tuple[Problem, ...]:
    """What the file alone tells, in the order of the file. Nothing where it has mistakes.

    `unspoken`: logins, in lower case, of people who asked not to be named.
    """
    if parsed.program is None:
        return ()
    checks = [
        _steps_that_wait,
        _empty_areas,
        _sections_left_out,
        _empty_cohorts,
        _unheard_asks,
        _silent_texts,
        _unknown_teams,
        *([_nobody] if parsed.is_whole else []),
    ]
    found = [one for check in checks for one in first(check(parsed.program, parsed.marks))]
    for about_people in (_twice, _in_two_cohorts):
        found += first(about_people(parsed.program, parsed.marks, unspoken))
    return in_order(found)


def first(found: Iterable[Problem]) -> Iterator[Problem]:
    """As many of a kind as are told: each costs time to word, and a file may have thousands."""
    return islice(found, MOST_OF_A_KIND)


def in_order(found: Iterable[Problem]) -> tuple[Problem, ...]:
    """As they stand in the file."""
    return tuple(sorted(found, key=lambda one: (one.source, one.line, one.column)))


def logins(parsed: Parsed) -> list[Written]:
    """Every login of the file, each time it is written."""
    return _written(parsed, _logins)


def labels(parsed: Parsed) -> list[Written]:
    """Every label that the file itself names; defaults are ours."""
    return _written(parsed, _labels)


def patterns(parsed: Parsed) -> list[Written]:
    """Every pattern of files."""
    return _written(parsed, _patterns)


def _written(parsed: Parsed, values: Callable[[Program], Iterator[tuple[Path, str]]]) -> list[Written]:
    found = values(parsed.program) if parsed.program else ()
    return [Written(value, parsed.marks[path]) for path, value in found if path in parsed.marks]


def _logins(program: Program) -> Iterator[tuple[Path, str]]:
    yield from ((("organizers", i), login) for i, login in enumerate(program.organizers))
    for i, cohort in enumerate(program.cohorts):
        if cohort.captain:
            yield ("cohorts", i, "captain"), cohort.captain
        for name, team in cohort.teams.items():
            yield from ((("cohorts", i, "teams", name, role), login) for role, login in team if login)
        for j, member in enumerate(cohort.members):
            yield ("cohorts", i, "members", j, "login"), member.login


def _labels(program: Program) -> Iterator[tuple[Path, str]]:
    yield from (
        (("good_first_issue_labels", i), one) for i, one in enumerate(program.good_first_issue_labels)
    )
    yield from (
        (("follow_up", "pause_labels", i), one) for i, one in enumerate(program.follow_up.pause_labels)
    )
    for name, area in program.areas.items():
        yield from ((("areas", name, "labels", i), label) for i, label in enumerate(area.labels))


def _patterns(program: Program) -> Iterator[tuple[Path, str]]:
    for name, area in program.areas.items():
        yield from ((("areas", name, "paths", i), path) for i, path in enumerate(area.paths))


def not_at_home(parsed: Parsed, home: str) -> Problem:
    """`home`: the repository whose file holds the cohorts."""
    what = phrase(
        "Lamplighter is not installed on %(home)s, where the cohorts are kept: it asks no graduates"
        " and writes no digest; welcomes and good first issues work",
        home=home,
    )
    return _problem(parsed.marks.get(("_extends",), Mark("", 1, 1)), what)


def unknown_logins(
    written: Collection[Written], nobodys: Collection[str], taken: Collection[str]
) -> Iterator[Problem]:
    """`nobodys`, `taken`: logins in lower case that no person has, and that have passed on to somebody else."""
    for one in written:
        if one.value.lower() in taken:
            what = phrase(
                "%(login)s belongs to somebody else by now, and gets no rights from this",
                login=quoted(one.value),
            )
            yield _problem(one.mark, what)
        elif one.value.lower() in nobodys:
            what = phrase(
                "no person on GitHub is called %(login)s; teams and organizations do not count",
                login=quoted(one.value),
            )
            yield _problem(one.mark, what)


def unknown_labels(written: Collection[Written], there: Collection[str]) -> Iterator[Problem]:
    """`there`: all labels of the repository."""
    known = {name.lower() for name in there}
    for one in written:
        if one.value.lower() not in known:
            what = phrase("this repository has no label %(label)s", label=quoted(one.value))
            yield _problem(one.mark, hinted(what, one.value, there))


def unmatched(written: Collection[Written], files: Collection[str]) -> Iterator[Problem]:
    """`files`: the paths of all files of the repository. Of very many patterns only the first are looked at."""
    compared = 0
    for one in islice(written, MOST_PATTERNS):
        begin = _WILD.split(one.value)[0]
        likely = [path for path in files if path.startswith(begin)]
        tried = next((n for n, path in enumerate(likely, 1) if matches(path, [one.value])), 0)
        compared += tried or len(likely)
        if compared > MOST_COMPARED:
            return
        if not tried:
            yield _problem(one.mark, _matches_nothing(one.value, files))


def _matches_nothing(pattern: str, files: Collection[str]) -> str:
    """A folder's own name matches nothing: what is meant is what is in it."""
    folder = pattern.rstrip("/")
    if not any(path.startswith(f"{folder}/") for path in files):
        return phrase("no file of this repository matches %(pattern)s", pattern=quoted(pattern))
    return phrase(
        "no file of this repository matches %(pattern)s; for all that is in the folder write %(all)s",
        pattern=quoted(pattern),
        all=quoted(f"{folder}/**"),
    )


def _twice(program: Program, marks: Mapping[Path, Mark], unspoken: Collection[str]) -> Iterator[Problem]:
    for key, values in (
        ("organizers", program.organizers),
        ("good_first_issue_labels", program.good_first_issue_labels),
    ):
        seen: set[str] = set()
        for i, value in enumerate(values):
            if value.lower() in seen and value.lower() not in unspoken:
                yield _problem(marks[key, i], _in_list_twice(value))
            seen.add(value.lower())


def _in_list_twice(value: str) -> str:
    return phrase("%(value)s is in this list twice", value=quoted(value))


def _in_two_cohorts(
    program: Program, marks: Mapping[Path, Mark], unspoken: Collection[str]
) -> Iterator[Problem]:
    entries: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for i, cohort in enumerate(program.cohorts):
        for j, member in enumerate(cohort.members):
            entries[member.login.lower()].append((i, j))
    for places in (found for login, found in entries.items() if login not in unspoken):
        for i, j in places[1:]:
            login, first = program.cohorts[i].members[j].login, program.cohorts[places[0][0]].name
            counts = program.entry(login)
            assert counts  # it is in the roster
            what = phrase(
                "%(login)s is in %(cohort)s too; the entry in %(newest)s counts",
                login=quoted(login),
                cohort=quoted(first),
                newest=quoted(counts[0].name),
            )
            yield _problem(marks["cohorts", i, "members", j, "login"], what)


def _steps_that_wait(program: Program, marks: Mapping[Path, Mark]) -> Iterator[Problem]:
    times = program.follow_up
    for earlier, later in (("answer_within", "hand_over_after"), ("hand_over_after", "organizer_after")):
        key = ("follow_up", later)
        if getattr(times, later) < getattr(times, earlier) and ("follow_up",) in marks:
            what = phrase(
                "`%(later)s` is less than `%(earlier)s`, and waits for it", later=later, earlier=earlier
            )
            yield _problem(marks.get(key, marks["follow_up",]), what)


def _sections_left_out(program: Program, marks: Mapping[Path, Mark]) -> Iterator[Problem]:
    without = program.digest.without if program.digest else ()
    if set(without) >= set(DIGEST_SECTIONS):
        what = phrase("every section is left out, so no digest ever comes: write `digest: off` instead")
        yield _problem(marks["digest", "without"], what)
        return
    for i, section in enumerate(without):
        place = marks["digest", "without", i]
        if section in without[:i]:
            yield _problem(place, _in_list_twice(section))
        elif section == "charts" and "numbers" in without:
            yield _problem(place, phrase("the charts are part of `numbers`, which are left out too"))


def _empty_areas(program: Program, marks: Mapping[Path, Mark]) -> Iterator[Problem]:
    for name, area in program.areas.items():
        if not area.paths and not area.labels:
            what = phrase(
                "%(area)s has neither paths nor labels, so nothing belongs to it", area=quoted(name)
            )
            yield _problem(marks["areas", name], what)


def _empty_cohorts(program: Program, marks: Mapping[Path, Mark]) -> Iterator[Problem]:
    for i, cohort in enumerate(program.cohorts):
        if not cohort.members and ("cohorts", i, "name") in marks:
            what = phrase(
                "%(cohort)s has no members, so nobody is asked when it ends", cohort=quoted(cohort.name)
            )
            yield _problem(marks["cohorts", i, "name"], what)


def _unknown_teams(program: Program, marks: Mapping[Path, Mark]) -> Iterator[Problem]:
    """Where a cohort names teams, a member's may be one of them misspelled."""
    for i, cohort in enumerate(program.cohorts):
        for j, member in enumerate(cohort.members):
            path = ("cohorts", i, "members", j, "team")
            if cohort.teams and member.team and member.team not in cohort.teams and path in marks:
                what = phrase(
                    "no team of %(cohort)s is called %(team)s",
                    cohort=quoted(cohort.name),
                    team=quoted(member.team),
                )
                yield _problem(marks[path], hinted(what, member.team, cohort.teams))


def _unheard_asks(program: Program, marks: Mapping[Path, Mark]) -> Iterator[Problem]:
    if program.asks and not program.starter_issues and ("asks",) in marks:
        what = phrase("`asks` go with the invitation, and with `starter_issues: 0` nobody is invited")
        yield _problem(marks["asks",], what)


def _silent_texts(program: Program, marks: Mapping[Path, Mark]) -> Iterator[Problem]:
    """A text of the program's own that leaves out what people wait for: it may, and perhaps did not mean to."""
    for kind, text in program.texts.given().items():
        missing = [f"`{{{name}}}`" for name in texts.lacks(kind, text)]
        if missing and ("texts", kind) in marks:
            what = phrase("`%(kind)s` leaves out %(names)s", kind=kind, names=", ".join(missing))
            yield _problem(marks["texts", kind], what)
        for name in texts.literal(kind, text) if ("texts", kind) in marks else ():
            what = phrase(
                "`%(kind)s` says {%(name)s} with its braces; for what it stands for write one brace each",
                kind=kind,
                name=name,
            )
            yield _problem(marks["texts", kind], what)


def _nobody(program: Program, marks: Mapping[Path, Mark]) -> Iterator[Problem]:
    somebody = any(True for _ in program.members())
    if not somebody and not any(area.team or area.channel for area in program.areas.values()):
        what = phrase(
            "nobody can be named yet, so newcomers hear nothing: add a cohort, or a team or channel for an area"
        )
        yield _problem(marks["program",], what)


def _problem(mark: Mark, message: str) -> Problem:
    return Problem(mark.line, mark.column, message, mark.source)
