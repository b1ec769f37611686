"""What the report calls its numbers, and what each of them means; docs/report.md says the same."""

from collections.abc import Mapping

from mentoring.stayed import Figure
from mentoring.wording import Phrase, phrase

NAMES: Mapping[str, Phrase] = {
    "pulls_opened": phrase("pull requests opened"),
    "pulls_merged": phrase("pull requests merged"),
    "asked": phrase("invited to help"),
    "accepted": phrase("said yes"),
    "openers": phrase("opened a starter issue"),
    "starters": phrase("starter issues opened"),
    "taken": phrase("starter issues taken"),
    "starters_merged": phrase("starter issues merged"),
    "helpers": phrase("helped a newcomer"),
    "helped": phrase("newcomers helped"),
    "came": phrase("newcomers with a first pull request"),
    "merged": phrase("had something merged"),
    "again": phrase("made a second contribution"),
    "active_7": phrase("active after 7 days"),
    "active_30": phrase("active after 30 days"),
    "active_90": phrase("active after 90 days"),
    "active_180": phrase("active after 180 days"),
    "active_365": phrase("active after 365 days"),
    "event_came": phrase("people who came to an event"),
    "event_firsts": phrase("first pull requests at an event"),
    "exit_asked": phrase("asked what made them stay, what got in the way"),
    "exit_answered": phrase("answered that question"),
    "exit_stayed": phrase("told what made them stay"),
    "exit_hindered": phrase("told what got in the way"),
}

MEANINGS: Mapping[str, Phrase] = {
    "pulls_opened": phrase(
        "Of a cohort: by its members, from its first to its last day. Of a period: by anybody but bots."
    ),
    "pulls_merged": phrase("Of these, whatever is merged by the day of the report."),
    "asked": phrase(
        "Of the cohort's people, whoever got an invitation, as one of this cohort or of another."
    ),
    "accepted": phrase("Of those who were asked."),
    "openers": phrase("Of those who said yes, whoever opened an issue that still is a starter issue."),
    "starters": phrase("By the cohort's people, open or closed, as long as they are starter issues."),
    "taken": phrase("Of these, with a claim that was not given back, or with a newcomer's pull request."),
    "starters_merged": phrase("Of the opened ones, those of whose pull requests one is merged."),
    "helpers": phrase(
        "Of the cohort's people, whoever was named to a newcomer, first or as second, and a person answered there."
    ),
    "helped": phrase("The newcomers whom they helped so, each once."),
    "came": phrase("People whose first pull request in the program's repositories falls into the period."),
    "merged": phrase("Of these, whoever had any pull request merged by the day of the report."),
    "again": phrase("Of these, whoever opened another pull request, in any of the program's repositories."),
    "active": phrase(
        "Whoever did something in the 30 days that end with that day, the first day not counted; "
        "of those for whom that day is over."
    ),
    "event_came": phrase("As somebody told it with `/mentor result`; nobody counts after."),
    "event_firsts": phrase("As told in the same line; – where it was not said."),
    "exit_asked": phrase(
        "In the whole program and in this period: whoever got a link to the question, or answered without one. "
        "With fewer than five answers nothing is said of them."
    ),
    "exit_answered": phrase(
        "Of these, whoever wrote something. What they wrote is on the organizers' page alone."
    ),
    "exit_stayed": phrase("Of those who answered."),
    "exit_hindered": phrase("Of those who answered."),
}

NOT_KNOWN = phrase("not known")
NOBODY_YET = "–"  # nobody has come so far


def said(figure: Figure) -> str:
    """A number as people read it: `5 of 8 (63 %)`, `12`, `–` of nobody yet, or that it is not known."""
    if figure.part is None:
        return NOT_KNOWN
    if figure.whole is None:
        return str(figure.part)
    if not figure.whole:
        return NOBODY_YET
    values = {"part": figure.part, "whole": figure.whole, "share": figure.per_cent}
    return phrase("%(part)s of %(whole)s (%(share)s %%)", **values)
