"""Starting: the first configuration of a repository, composed of what is found there, to be finished by a person."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

MOST_AREAS = 8
MOST_LABELS = 5
LONGEST_NAME = 50  # characters of an area's name or a label
LONGEST_LINE = 200
COHORT = timedelta(days=90)  # as an example

# Labels that projects give to issues for people who are new to them; compared without case, signs and emoji.
GOOD_FIRST = (
    "good first issue",
    "good first bug",
    "good first pr",
    "good first contribution",
    "first timers only",
    "first time contributor",
    "beginner friendly",
    "newcomer friendly",
    "starter issue",
    "easy pickings",
    "low hanging fruit",
    "up for grabs",
    "junior job",
    "newbie",
    "beginner",
    "beginners",
    "newcomer",
    "newcomers",
    "starter",
    "easy",
    "e easy",
    "difficulty easy",
    "level easy",
    "level starter",
)
# Folders that are in many repositories and about which nobody can be said to know.
NOT_AREAS = {"node_modules", "vendor", "third_party", "dist", "build", "target", "tmp", "log", "logs", "bin"}

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[ _.-][A-Za-z0-9]+)*", re.ASCII)
_RESERVED = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
_GLOB = re.compile(r"[*?\[\]!\\]")


@dataclass(frozen=True)
class Found:
    """What a repository shows: its labels, its top folders, the text of CODEOWNERS; and who sets it up."""

    name: str  # without the owner
    organizer: str  # a login
    today: date
    labels: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    codeowners: str = ""
    schema_url: str = ""  # where editors find what the keys mean


@dataclass(frozen=True)
class Area:
    """A part of the code, as proposed."""

    name: str
    path: str
    labels: tuple[str, ...] = ()
    team: str = ""


def compose(found: Found, longest: int | None = None) -> str:
    """The text of a configuration file. With `longest`, areas are left out until it has no more characters."""
    proposed = areas(found)
    text = _text(found, proposed)
    while longest is not None and len(text) > longest and proposed:
        proposed = proposed[:-1]
        text = _text(found, proposed)
    return text


def good_first_labels(labels: Iterable[str]) -> tuple[str, ...]:
    """Those of a repository's labels that mean a good first issue, the clearest name first."""
    known = {name: place for place, name in enumerate(GOOD_FIRST)}
    fitting = [label for label in labels if _words(label) in known and _fits(label)]
    return tuple(sorted(fitting, key=lambda label: known[_words(label)]))[:MOST_LABELS]


def areas(found: Found) -> tuple[Area, ...]:
    """The parts that CODEOWNERS names by folder, else the top folders; each with labels of the same name."""
    proposed = list(_of_codeowners(found.codeowners)) or list(_of_folders(found.folders))
    by_name: dict[str, Area] = {}
    for area in proposed:
        by_name.setdefault(area.name.lower(), area)
    return tuple(_labelled(area, found.labels) for area in list(by_name.values())[:MOST_AREAS])


def _of_codeowners(text: str) -> Iterable[Area]:
    """A line each: a pattern and its owners (docs.github.com, "About code owners"). People are not named as teams."""
    for line in text.splitlines():
        pattern, *owners = line.partition("#")[0].split()[:20] or [""]
        folder = pattern.strip("/").removesuffix("/**").removesuffix("/*")
        is_folder = pattern.endswith(("/", "/*", "/**")) or "." not in folder.rpartition("/")[2]
        if not folder or not is_folder or _GLOB.search(folder) or not _fits(folder.rpartition("/")[2]):
            continue
        teams = (owner.rpartition("/")[2] for owner in owners if "/" in owner)
        # Without a slash before its end a pattern means a folder of that name anywhere.
        anywhere = "/" not in pattern.rstrip("/*") and not pattern.startswith("/")
        path = f"**/{folder}/**" if anywhere else f"{folder}/**"
        if len(path) <= LONGEST_LINE and path.isprintable():
            yield Area(folder.rpartition("/")[2], path, team=next(filter(_fits, teams), ""))


def _of_folders(folders: Iterable[str]) -> Iterable[Area]:
    for folder in folders:
        is_code = not folder.startswith(".") and folder.lower() not in NOT_AREAS
        if is_code and _fits(folder) and not _GLOB.search(folder):
            yield Area(folder, f"{folder}/**")


def _labelled(area: Area, labels: Sequence[str]) -> Area:
    """Labels such as `docs`, `area: docs` or `C-docs`."""
    wanted = _words(area.name)
    same = [label for label in labels if _fits(label) and wanted and _words(label).split(" ")[-1] == wanted]
    return replace(area, labels=tuple(same[:3]))


def _words(label: str) -> str:
    """Lower-case words of a label, without signs and emoji."""
    return " ".join(re.findall(r"[^\W_]+", label.lower()))


def _fits(text: str) -> bool:
    """Whether a name can stand in the file: one line, not too long, no backtick, nothing that cannot be printed."""
    return 0 < len(text) <= LONGEST_NAME and text.isprintable() and "`" not in text and text == text.strip()


def _text(found: Found, proposed: Sequence[Area]) -> str:
    labels = good_first_labels(found.labels)
    lines = [
        *([f"# yaml-language-server: $schema={found.schema_url}"] if found.schema_url else []),
        "# Lamplighter is at work as soon as this file is on the default branch.",
        "",
        f"program: {_scalar(found.name)}    # how it is called in every text",
        f"organizers: [{_scalar(found.organizer)}]    # told when a newcomer waits too long",
    ]
    if labels:
        lines.append(f"good_first_issue_labels: [{', '.join(map(_scalar, labels))}]")
    if proposed:
        lines += ["", "areas:    # who knows what; keep what fits"]
        lines += [f"  {_scalar(area.name)}: {{{_of_area(area)}}}" for area in proposed]
    return "\n".join([*lines, "", *_cohort(found, proposed), ""])


def _of_area(area: Area) -> str:
    parts = [f"paths: [{json.dumps(area.path, ensure_ascii=False)}]"]
    if area.labels:
        parts.append(f"labels: [{', '.join(map(_scalar, area.labels))}]")
    if area.team:
        parts.append(f"team: {_scalar(area.team)}")
    return ", ".join(parts)


def _cohort(found: Found, proposed: Sequence[Area]) -> list[str]:
    """What only a person knows. Nobody is named or asked before they fill it in."""
    area = f", areas: [{_scalar(proposed[0].name)}]" if proposed else ""
    return [
        "# Who finished your program, and may be asked to help newcomers. Fill it in and take the # away:",
        "# cohorts:",
        "#   - name: First cohort",
        f"#     starts: {found.today - COHORT}",
        f"#     ends: {found.today}",
        "#     members:",
        f"#       - {{login: {_scalar(found.organizer)}{area}}}",
    ]


def _scalar(text: str) -> str:
    """A text as YAML has it: plain where nothing else could be read in it, else quoted."""
    is_plain = _PLAIN.fullmatch(text) and text.lower() not in _RESERVED
    # A quoted scalar of JSON is one of YAML as well (YAML 1.2, section 1.3).
    return text if is_plain else json.dumps(text, ensure_ascii=not text.isprintable())
