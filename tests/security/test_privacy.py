"""What the page on privacy says is kept is what the tables have: nothing more, nothing less."""

import re
from pathlib import Path

import pytest

from adapters.ledger.schema import metadata
from tests.test_papers import ROOT

PAGE = ROOT / "docs/privacy.md"
ROW = re.compile(r"^\| `(\w+)` \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)
# A new column is one or the other: decide, and say so on the page.
PERSONAL = {
    *("areas", "asked_number", "asked_repository_id", "beside_id", "generation", "helper_id"),
    *(
        "account",
        "answered_at",
        "away_how",
        "away_number",
        "away_repository_id",
        "away_since",
        "away_until",
        "capacity",
    ),
    *(
        "command",
        "comment_id",
        "comment_key",
        "delivery",
        "fields",
        "first_number",
        "good",
        "greeting",
        "helped_at",
    ),
    *(
        "key",
        "lane",
        "listed",
        "login",
        "mentor_id",
        "newcomer_at",
        "newcomer_id",
        "note",
        "payload",
        "person",
        "person_id",
    ),
    *(
        "pull_number",
        "reason",
        "reasons",
        "reminded_at",
        "replaces",
        "result",
        "roster",
        "roster_capacity",
        "said",
    ),
    *("answer", "ask", "told_by", "enough_at", "role", "introduced_at", "off_at"),
    *("said_how", "second_id", "seen_at", "state", "taken_by", "text", "thread", "title", "tried", "turn"),
    *("helped", "program", "revoked_how"),  # of a certificate
    *("hindered", "named", "stayed"),  # of an answer to the exit question
    *("asked", "form_token", "installations", "key_hash", "repositories"),  # of whoever signed in
}
OF_NOBODY = {
    *("begins_at", "timed", "done", "came", "firsts", "result_at", "taken_at"),  # of an event
    "peers_due_at",
    *("language", "texts"),  # of a repository: what its file says
    *("issued_at", "noun", "revoked_at"),
    *("area", "files", "added", "removed", "rounds", "first", "tests", "docs"),  # of a merge
    "expires_at",
    "merged_at",
    *(
        "archived",
        "asked_at",
        "assigned",
        "attempts",
        "away_since",
        "cancelled_at",
        "capacity_at",
        "changed_at",
        "claimed_at",
    ),
    *(
        "claimed_until",
        "closed_at",
        "cohort",
        "configured",
        "count",
        "created_at",
        "cursor",
        "decided_at",
        "default_branch",
    ),
    *(
        "delivered_at",
        "delivery_id",
        "done_at",
        "dropped_at",
        "due_at",
        "digest_due_at",
        "erase_at",
        "etag",
        "failures",
    ),
    *(
        "full_name",
        "gone_at",
        "greeted_at",
        "guid",
        "handed_over_at",
        "holder",
        "id",
        "in_doubt",
        "installation_id",
    ),
    *(
        "invited_at",
        "issue_key",
        "job",
        "kind",
        "labels",
        "later_after",
        "limited_times",
        "merged",
        "most",
        "name",
        "newest",
    ),
    *(
        "note_at",
        "number",
        "open",
        "parked_at",
        "permissions",
        "presence_at",
        "private",
        "program_id",
        "read_at",
    ),
    *(
        "read_until",
        "received_at",
        "reconcile_at",
        "reconciled_until",
        "recovered_at",
        "released_at",
        "released_why",
    ),
    *(
        "remaining",
        "remind_at",
        "removed_at",
        "repaired_at",
        "repository_id",
        "resets_at",
        "resolved_at",
        "resource",
    ),
    *(
        "roster_at",
        "roster_capacity_at",
        "rung_at",
        "said_at",
        "sha",
        "since",
        "source",
        "starter_number",
        "step",
    ),
    *(
        "suspended_at",
        "turn_since",
        "until",
        "urgency",
        "value",
        "verb",
        "version",
        "wait_until",
        "week",
        "what",
    ),
    *("write_after", "written_at", "answer_by"),
    *("days", "counted"),  # of a report
    *("token", "browser", "keeps", "opened_at"),  # the set-up page's
}
# Columns of tables where the name means somebody although it does not elsewhere, and the other way round.
HERE = {
    ("lineage", "merged"),
    ("people", "id"),
    ("greetings", "number"),
    ("certificates", "kind"),
    ("certificates", "merged"),
}
NOT_HERE = {("mentorships", "reminded_at"), ("limits", "seen_at")}


def told() -> dict[str, set[str]]:
    """The columns that the page names, by table; a table that is about nobody has none."""
    page = PAGE.read_text("utf-8")
    rows = {table: set(re.findall(r"`(\w+)`", about)) for table, about, _, _ in ROW.findall(page)}
    (others,) = re.findall(r"^These are about no person: (.+)\.$", page, re.MULTILINE)
    return rows | {table: set() for table in re.findall(r"`(\w+)`", others)}


def test_the_page_names_every_table_and_no_other() -> None:
    assert set(told()) == set(metadata.tables)


@pytest.mark.parametrize("name", sorted(metadata.tables))
def test_the_page_names_every_column_that_is_about_people_and_no_other(name: str) -> None:
    columns = {one.name for one in metadata.tables[name].columns}
    unknown = columns - PERSONAL - OF_NOBODY
    assert not unknown, f"{unknown} of {name}: is it about a person? Then {PAGE.name} has to say so."
    personal = {
        one for one in columns if (one in PERSONAL and (name, one) not in NOT_HERE) or (name, one) in HERE
    }
    assert told().get(name, set()) == personal


def test_every_row_says_why_and_how_long() -> None:
    rows = ROW.findall(PAGE.read_text("utf-8"))
    assert len(rows) > 10 and all(len(why) > 5 and len(how_long) > 5 for _, _, why, how_long in rows)


def test_the_times_on_the_page_are_those_of_the_ledger() -> None:
    retention = (Path(ROOT) / "adapters/ledger/retention.py").read_text("utf-8")
    page = PAGE.read_text("utf-8")
    assert "KEPT = timedelta(days=90)" in retention and "90 days" in page
    assert "BRIEFLY = timedelta(days=30)" in retention and "| 30 days |" in page
