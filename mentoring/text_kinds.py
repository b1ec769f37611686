"""The texts that a program can put its own words for, each with its closed list of placeholders."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Placeholder:
    """Where its value stands in what a text is filled with, such as `mentor.login`, and how it is printed.

    `how`: mention, name, login, names, mentions, day, duration, address, place; number and words as they are;
    fixes: the words that close an issue, by its number; part: the block of this name of our own template.
    """

    path: str
    how: str
    example: str  # in the check run


@dataclass(frozen=True)
class Kind:
    """A text that can be replaced.

    `needs`: what people would miss, which is a doubt and no mistake. `unless`: where any of these is true, there is
    more to say than the program's words do, and ours are said. `begins`: they stand above ours, or in the place of its
    first sentences, and the rest stays. What our template has in its block `more` is always said below.
    """

    template: str
    placeholders: Mapping[str, Placeholder]
    needs: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    begins: bool = False


_NEWCOMER = Placeholder("newcomer", "mention", "@hubot")
_MENTOR = Placeholder("mentor", "mention", "@octocat")
_DAY = "Friday, 4 December"
_GRADUATE = Placeholder("graduate", "mention", "@octocat")
_ASKED = Placeholder("asked", "number", "2")
_ANSWERS = Placeholder(
    "answers",
    "part",
    "| you write | what happens |\n|---|---|\n| `/mentor accept` | newcomers may be introduced to you |",
)
_FIXES = Placeholder("number", "fixes", "`Fixes #12`")
_HELPER = Placeholder("helper", "name", "**octocat**")
_COHORT = Placeholder("cohort", "words", "Session 4")
_PERSON = Placeholder("login", "name", "**hubot**")
_NEXT = Placeholder("next", "part", "**A next step, if you like.** Take an issue of another part.")
EVERYWHERE = {"program": "Djangonaut Space", "noun": "mentor"}  # with their examples

KINDS: Mapping[str, Kind] = {
    "welcome": Kind(
        "comments/welcome",
        {
            "newcomer": _NEWCOMER,
            "mentor": Placeholder("mentor.login", "mention", "@octocat"),
            "answer_by": Placeholder("answer_by", "day", _DAY),
        },
        ("newcomer", "mentor", "answer_by"),
        ("answered", "second", "asked_again", "told", "beside"),
    ),
    "introduction": Kind(
        "comments/introduction",
        {"newcomer": _NEWCOMER, "mentor": _MENTOR, "answer_by": Placeholder("answer_by", "day", _DAY)},
        ("newcomer", "mentor"),
        ("together", "busy", "beside"),
    ),
    "nobody_free": Kind("comments/nobody_free", {"newcomer": _NEWCOMER}, ("newcomer",), ("before",)),
    "reminder": Kind(
        "comments/reminder",
        {
            "mentor": _MENTOR,
            "newcomer": Placeholder("newcomer", "login", "hubot"),
            "since": Placeholder("since", "day", _DAY),
        },
        ("mentor", "newcomer"),
        ("others", "hidden"),
    ),
    "organizers": Kind(
        "comments/organizers",
        {
            "organizers": Placeholder("told", "mentions", "@monalisa"),
            "newcomer": Placeholder("newcomer", "login", "hubot"),
            "mentors": Placeholder("mentors", "names", "**octocat**"),
            "since": Placeholder("since", "day", _DAY),
        },
        ("organizers", "newcomer"),
    ),
    "check_in": Kind(
        "comments/check_in",
        {"newcomer": _NEWCOMER, "mentor": Placeholder("mentor", "name", "**octocat**")},
        ("newcomer",),
    ),
    "claim_hint": Kind(
        "comments/claim_hint",
        {"newcomer": _NEWCOMER, "mentor": Placeholder("mentor", "name", "**octocat**")},
        ("newcomer",),
        ("taken_by",),
    ),
    "claim_released": Kind(
        "comments/claim_released",
        {"newcomer": _NEWCOMER, "after": Placeholder("after", "duration", "3 weeks")},
        ("newcomer",),
    ),
    "invitation": Kind(
        "comments/invitation",
        {
            "graduate": _GRADUATE,
            "cohort": _COHORT,
            "asked": _ASKED,
            "starter_url": Placeholder("starter_url", "address", "https://example.org/new"),
            "answers": _ANSWERS,
        },
        ("graduate", "starter_url", "answers"),
        ("agreed",),
    ),
    "invitation_reminder": Kind(
        "comments/invitation_reminder", {"graduate": _GRADUATE, "asked": _ASKED}, ("graduate",)
    ),
    "back_tomorrow": Kind(
        "comments/back_tomorrow",
        {"mentor": _MENTOR, "until": Placeholder("until", "day", _DAY)},
        ("mentor", "until"),
    ),
    "good_first": Kind(
        "comments/good_first",
        {"mentor": _MENTOR, "area": Placeholder("area", "words", "orm"), "fixes": _FIXES},
        ("mentor",),
        ("claimed_by", "pull"),
    ),
    "starter": Kind(
        "comments/starter",
        {
            "mentor": Placeholder("mentor", "name", "**octocat**"),
            "contact": Placeholder("contact", "place", "<https://example.org/chat>"),
            "fixes": _FIXES,
        },
        ("mentor",),
        ("dropped", "claimed_by", "pull"),
    ),
    "merged": Kind(
        "comments/merged",
        {
            "newcomer": _NEWCOMER,
            "mentor": _HELPER,
            "took": Placeholder("took", "duration", "3 days"),
            "next": _NEXT,
        },
        ("newcomer", "next"),
    ),
    "peers": Kind(
        "comments/peers",
        {
            "newcomer": _NEWCOMER,
            "peers": Placeholder(
                "peers", "part", "- **monalisa**: [Say how the dome opens](https://example.org/5)"
            ),
        },
        ("newcomer", "peers"),
    ),
    "lineage": Kind(
        "comments/lineage",
        {
            "newcomer": _NEWCOMER,
            "mentor": _HELPER,
            "merged": Placeholder("merged", "number", "3"),
            "answers": _ANSWERS,
        },
        ("newcomer", "answers"),
    ),
    "lineage_reminder": Kind("comments/lineage_reminder", {"newcomer": _NEWCOMER}, ("newcomer",)),
    "path": Kind(
        "comments/path",
        {
            "person": _PERSON,
            "done": Placeholder("done", "part", "- **2** pull requests merged in this repository"),
            "steps": Placeholder("steps", "part", "1. Get started\n2. **First task** – you are here"),
            "next": _NEXT,
        },
        ("steps",),
    ),
    "certificate": Kind(
        "comments/certificate",
        {
            "person": _PERSON,
            "certificates": Placeholder(
                "certificates", "part", "- [Your certificate of mentoring](https://example.org/certificate)"
            ),
        },
        ("certificates",),
    ),
    "invitations": Kind(
        "issues/invitations", {"cohort": Placeholder("group", "words", "Session 4")}, begins=True
    ),
    "showcase": Kind("issues/showcase", {"cohort": _COHORT}, begins=True),
    "report": Kind(
        "issues/report",
        {
            "cohort": _COHORT,
            "opened": Placeholder("opened", "number", "29"),
            "merged": Placeholder("merged", "number", "20"),
        },
        begins=True,
    ),
    "digest": Kind("issues/digest", {}, begins=True),
}
OF_TEMPLATES: Mapping[str, str] = {it.template: kind for kind, it in KINDS.items()}
