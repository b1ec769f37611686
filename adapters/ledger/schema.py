"""The ledger's tables: what was decided, when and why, keyed by GitHub's numeric ids."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    func,
    literal_column,
    text,
)

from adapters.ledger.wording import Wording
from adapters.redaction import redact


class Moment(TypeDecorator[datetime]):
    """An aware datetime in UTC. SQLite forgets time zones, so it is given and believed to hold UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("the ledger takes aware datetimes only")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


class Note(TypeDecorator[str]):
    """Why something was done or not, often in the words of an exception: without secrets."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return value and redact(value)


Id = BigInteger().with_variant(Integer(), "sqlite")  # SQLite numbers rows by itself only for INTEGER

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# --- the way of a webhook -------------------------------------------------------------------------

inbox = Table(
    "inbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("delivery", String(200), nullable=False),  # GitHub's GUID, or the clock's name for a moment
    Column("job", String(50), nullable=False),
    Column("installation_id", Id),
    Column("repository_id", Id),
    Column("thread", Integer),
    Column("fields", JSON, nullable=False),  # wiped when done
    Column("received_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("rung_at", Moment),  # when the queue was last told
    Column("claimed_until", Moment),
    Column("attempts", Integer, nullable=False, default=0),
    Column("done_at", Moment),
    Column("parked_at", Moment),
    Column("note", Note),  # why it was parked, or why nothing was done
    UniqueConstraint("delivery", "job"),
)
_waiting = text("done_at IS NULL AND parked_at IS NULL")
_parked = text("done_at IS NULL AND parked_at IS NOT NULL")
Index("ix_inbox_waiting", inbox.c.due_at, sqlite_where=_waiting, postgresql_where=_waiting)
Index(
    "ix_inbox_thread",
    inbox.c.repository_id,
    inbox.c.thread,
    sqlite_where=_waiting,
    postgresql_where=_waiting,
)
inbox_place = func.coalesce(inbox.c.installation_id, literal_column("0"))  # 0: of no installation
Index(
    "ix_inbox_in_turn",
    inbox_place,
    inbox.c.job,
    inbox.c.due_at,
    sqlite_where=_waiting,
    postgresql_where=_waiting,
)
Index("ix_inbox_parked", inbox.c.job, sqlite_where=_parked, postgresql_where=_parked)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", String(600), unique=True),  # names the effect of an append-like write, once for ever
    Column("replaces", String(600)),  # set-like writes of the same name still waiting are replaced
    Column("verb", String(30), nullable=False),
    Column("installation_id", Id, nullable=False),
    Column("repository_id", Id, nullable=False),
    Column("lane", String(600), nullable=False),  # writes of one lane keep their order
    Column("delivery", String(200)),  # of the row of the inbox that asked for it
    Column("urgency", Integer, nullable=False),  # 0: somebody waits for it; 1: can wait
    Column("payload", JSON, nullable=False),  # wiped when done
    Column("result", JSON),  # e.g. {"number": 12} or {"comment_id": 99}
    Column("in_doubt", Boolean, nullable=False, default=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("created_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("done_at", Moment),
    Column("parked_at", Moment),
    Column("note", Note),
)
Index(
    "ix_outbox_waiting",
    outbox.c.installation_id,
    outbox.c.urgency,
    outbox.c.id,
    sqlite_where=_waiting,
    postgresql_where=_waiting,
)
Index("ix_outbox_lane", outbox.c.lane, outbox.c.id, sqlite_where=_waiting, postgresql_where=_waiting)
Index("ix_outbox_parked", outbox.c.verb, sqlite_where=_parked, postgresql_where=_parked)

Index("ix_outbox_replaces", outbox.c.replaces, sqlite_where=_waiting, postgresql_where=_waiting)

leases = Table(
    "leases",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("holder", String(100), nullable=False),
    Column("until", Moment, nullable=False),
)

# --- places ---------------------------------------------------------------------------------------

installations = Table(
    "installations",
    metadata,
    Column("id", Id, primary_key=True),
    Column("account", String(100)),
    Column("since", Moment, nullable=False),
    Column("suspended_at", Moment),
    Column("removed_at", Moment),
    Column("wait_until", Moment),  # GitHub's limit: no request before
    Column("rung_at", Moment),
    Column("permissions", String(64)),  # a hash of what its owner allows, to notice that it changed
    Column("write_after", Moment),  # our own pace: no write before, reads go on
    Column("later_after", Moment),  # the same for what can wait
    Column("limited_times", Integer),  # secondary limits, each right after the last
    Column("failures", Integer),  # requests in a row that GitHub did not answer, or with a 5xx
)

writes = Table(
    "writes",  # when we wrote lately, so that all workers together keep our pace
    metadata,
    Column("id", Id, primary_key=True),
    Column("installation_id", Id, nullable=False),
    Column("written_at", Moment, nullable=False),
)
Index("ix_writes_installation_id", writes.c.installation_id, writes.c.written_at)
Index("ix_writes_written_at", writes.c.written_at)

limits = Table(
    "limits",  # what GitHub last said is left of its limits
    metadata,
    Column("installation_id", Id, primary_key=True, autoincrement=False),  # 0: of the App itself
    Column("resource", String(50), primary_key=True),
    Column("most", Integer, nullable=False),  # requests an hour
    Column("remaining", Integer, nullable=False),
    Column("resets_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
)

repositories = Table(
    "repositories",
    metadata,
    Column("id", Id, primary_key=True),
    Column("installation_id", Id),  # NULL: not installed there (any more)
    Column("full_name", String(200), nullable=False),
    Column("private", Boolean, nullable=False, default=False),
    Column("default_branch", String(255)),
    Column("archived", Boolean, nullable=False, default=False),
    Column("program_id", Id),  # the program its configuration names
    Column("since", Moment, nullable=False),
    Column("reconcile_at", Moment),  # when it is read again next
    Column("reconciled_until", Moment),  # what changed until then was seen
    Column("configured", String(64)),  # the version of the texts that was in force then
    Column("erase_at", Moment),  # the App left it: when what is known of it goes
    Column("language", String(35)),  # of the texts there, as its configuration says
    Column("texts", JSON(none_as_null=True)),  # its program's own, in the place of ours
)
Index("ix_repositories_reconcile_at", repositories.c.reconcile_at)
Index("ix_repositories_name", func.lower(repositories.c.full_name))  # names are the same in any case
Index("ix_repositories_program_id", repositories.c.program_id)

files = Table(
    "files",
    metadata,
    # Who read it: what one installation may see, another may not.
    Column("installation_id", Id, primary_key=True),
    Column("source", String(200), primary_key=True),  # a repository's id, else owner/repository in lower case
    Column("repository_id", Id),
    Column("etag", String(200)),
    Column("sha", String(64)),  # the blob's: one per version of the text
    Column("text", Text),  # NULL: there is no such file
    Column("good", JSON),  # the last good texts of this file and the one it extends: they stay in force
    Column("read_at", Moment, nullable=False),
)

# --- the sweep ------------------------------------------------------------------------------------

sweeps = Table(
    "sweeps",
    metadata,
    Column("name", String(50), primary_key=True),  # of a job that comes again and again
    Column("due_at", Moment, nullable=False),
    Column("read_until", Moment),  # what GitHub's log has up to then was read
    Column("cursor", Text),  # of a reading that is under way: the path of the next page
    Column("newest", Moment),  # of that reading: the newest delivery it saw
    Column("open", Boolean),  # whether the newest delivery was handed over
)

lost = Table(
    "lost",  # deliveries that GitHub could not hand over
    metadata,
    Column("guid", String(100), primary_key=True),
    Column("delivery_id", Id, nullable=False),  # the newest attempt, which is what can be asked for again
    Column("delivered_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),  # how often we asked for it
    Column("due_at", Moment),  # when it is asked for next; NULL: recovered, or given up
    Column("recovered_at", Moment),
)
Index("ix_lost_due_at", lost.c.due_at)

repairs = Table(
    "repairs",  # what was put back once: if people take it off again, it stays off
    metadata,
    Column("repository_id", Id, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("what", String(30), primary_key=True),  # label, or the kind of a note
    Column("repaired_at", Moment, nullable=False),
)

# --- people and programs --------------------------------------------------------------------------

people = Table(
    "people",
    metadata,
    Column("id", Id, primary_key=True),
    Column("login", String(100), nullable=False),
)
Index("ix_people_login", func.lower(people.c.login))  # names are the same in any case

logins = Table(
    "logins",
    metadata,
    Column("login", String(100), primary_key=True),  # lower case, as written in a roster
    Column("person_id", Id),  # resolved once; NULL: nobody has this login
    Column("taken_by", Id),  # the login belongs to somebody else now, who is not the person that was meant
    Column("gone_at", Moment),  # the account is no more
    Column("resolved_at", Moment, nullable=False),
)

programs = Table(
    "programs",
    metadata,
    Column("id", Id, primary_key=True),  # the home repository's
    Column("name", String(200), nullable=False),
    Column("since", Moment, nullable=False),
    Column("version", String(64)),  # of the texts of which everything below was last taken
    Column("digest_due_at", Moment),
    Column("peers_due_at", Moment),  # when newcomers are introduced to each other next; NULL: never
    Column("presence_at", Moment),  # when the mentors' signs of life are looked at next; NULL: never
)
Index("ix_programs_presence_at", programs.c.presence_at)

cohorts = Table(
    "cohorts",
    metadata,
    Column("program_id", Id, primary_key=True),
    Column("name", String(200), primary_key=True),
    Column("since", Moment, nullable=False),  # when the App first saw it
    Column("due_at", Moment),  # when its graduates are to be invited; NULL: not to be
    Column("invited_at", Moment),
)

mentors = Table(
    "mentors",
    metadata,
    Column("program_id", Id, primary_key=True),
    Column("person_id", Id, primary_key=True),
    Column("roster", String(10)),  # agreed, declined: what the roster says, ask is not a statement
    Column("roster_at", Moment),  # when that was first seen
    Column("said", String(10)),  # yes, no, later: what the person said
    Column("said_at", Moment),
    Column("said_how", String(100)),
    Column("roster_capacity", Integer),
    Column("roster_capacity_at", Moment),  # when that was first seen
    Column("capacity", Integer),  # what the person said by command
    Column("capacity_at", Moment),
    Column("away_since", Moment),  # or when they said that they are back, which is then its end too
    Column("away_until", Moment),  # NULL while away: until a sign of life
    Column("away_how", String(10)),  # said, silent: for want of a sign of life; NULL: it is over
    Column("away_repository_id", Id),  # where it was said: the note the day before comes there
    Column("away_number", Integer),
    Column("note_at", Moment),  # when that note is due
    Column("seen_at", Moment),  # the last sign of life on GitHub that we saw
    Column("changed_at", Moment, default=func.now(), onupdate=func.now()),  # by the database's clock
)
Index("ix_mentors_changed_at", mentors.c.program_id, mentors.c.changed_at)
Index("ix_mentors_away_until", mentors.c.away_until)
Index("ix_mentors_person_id", mentors.c.person_id)
Index("ix_mentors_note_at", mentors.c.note_at)

listings = Table(
    "listings",  # who wants to be on the public page of mentors, and who no longer; by their own word alone
    metadata,
    Column("person_id", Id, primary_key=True, autoincrement=False),
    Column("listed", Boolean, nullable=False),
    Column("said_at", Moment, nullable=False),
    Column("said_how", String(100), nullable=False),
)

invitations = Table(
    "invitations",
    metadata,
    Column("program_id", Id, primary_key=True),
    Column("cohort", String(200), primary_key=True),
    Column("person_id", Id, primary_key=True),
    Column("issue_key", String(600), nullable=False),  # the outbox row that opened the issue
    Column("comment_key", String(600), nullable=False),
    Column("state", String(10), nullable=False),  # open, later, accepted, declined
    Column("asked_at", Moment, nullable=False),
    Column("answered_at", Moment),
    Column("remind_at", Moment),
    Column("reason", Text),
)
Index("ix_invitations_person", invitations.c.person_id)
Index("ix_invitations_issue", invitations.c.issue_key)
Index("ix_invitations_remind_at", invitations.c.remind_at)

asks = Table(
    "asks",  # what else somebody was asked in their invitation
    metadata,
    Column("program_id", Id, primary_key=True),
    Column("person_id", Id, primary_key=True),
    Column("ask", String(20), primary_key=True),  # event, next_program, showcase, write
    Column("cohort", String(200), nullable=False),
    Column("asked_at", Moment),  # NULL: they said it without being asked
    Column("answer", String(3)),  # yes, no; NULL: none yet
    Column("answered_at", Moment),
)
Index("ix_asks_person_id", asks.c.person_id)

lineage = Table(
    "lineage",  # who was helped here, and was then asked to help the next one; their invitation has the same key
    metadata,
    Column("program_id", Id, primary_key=True),
    Column("person_id", Id, primary_key=True),
    Column("helper_id", Id),  # who helped them; NULL: somebody who is not known here any more
    Column("generation", Integer, nullable=False),  # the helper's and one; of who never was helped it is 0
    Column("merged", Integer, nullable=False),  # their pull requests that were merged by then
    Column("areas", JSON(none_as_null=True)),  # of the threads on which they were helped
    Column("asked_repository_id", Id),  # where they were asked: the reminder comes there
    Column("asked_number", Integer),
    Column("since", Moment, nullable=False),
)
Index("ix_lineage_person_id", lineage.c.person_id)
Index("ix_lineage_helper_id", lineage.c.helper_id)

shares = Table(
    "shares",  # what people show of what they made, in the issue of their cohort
    metadata,
    Column("program_id", Id, primary_key=True),
    Column("cohort", String(200), primary_key=True),
    Column("person_id", Id, primary_key=True),
    Column("text", Text),  # NULL: they took it back
    Column("said_at", Moment, nullable=False),
)
Index("ix_shares_person_id", shares.c.person_id)

events = Table(
    "events",  # that people open for newcomers, each with an issue of its own
    metadata,
    Column("key", String(600), primary_key=True),  # the outbox row that opened the issue
    Column("program_id", Id, nullable=False),
    Column("cohort", String(200), nullable=False),  # "": nobody's
    Column("person_id", Id),  # who opened it; NULL: they withdrew
    Column("title", Text, nullable=False),
    Column("begins_at", Moment, nullable=False),
    Column("timed", Boolean, nullable=False),  # whether the hour was said, or the day alone
    Column("opened_at", Moment, nullable=False),
    Column("done", JSON, nullable=False),  # what is ticked off the checklist
    Column("step", Integer, nullable=False),  # 0: nothing was said, 1: reminded, 2: asked how it was
    Column("due_at", Moment),  # when the next step is; NULL: none
    Column("cancelled_at", Moment),
    Column("result", Text),  # in the words of whoever told it
    Column("came", Integer),  # people
    Column("firsts", Integer),  # first pull requests; NULL: not said
    Column("result_at", Moment),
)
Index("ix_events_program_id", events.c.program_id, events.c.begins_at)
Index("ix_events_person_id", events.c.person_id)
Index("ix_events_due_at", events.c.due_at)

event_roles = Table(
    "event_roles",
    metadata,
    Column("key", String(600), primary_key=True),
    Column("role", String(10), primary_key=True),  # host, greeter, mentor, notes
    Column("person_id", Id, primary_key=True),
    Column("program_id", Id, nullable=False),
    Column("taken_at", Moment, nullable=False),
)
Index("ix_event_roles_person_id", event_roles.c.person_id)
Index("ix_event_roles_program_id", event_roles.c.program_id)

starters = Table(
    "starters",  # good first issues that carry a mentor's name
    metadata,
    Column("repository_id", Id, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("program_id", Id, nullable=False),
    Column("mentor_id", Id),
    Column("kind", String(10), nullable=False),  # starter: opened by its mentor; labelled: by label
    Column("since", Moment, nullable=False),
    Column("closed_at", Moment),
    Column("dropped_at", Moment),  # no longer a good first issue here
    Column("title", Text),  # for the page for newcomers; NULL in private repositories
    Column("labels", JSON(none_as_null=True)),  # the same
    Column("reasons", Wording),
)
Index("ix_starters_mentor", starters.c.program_id, starters.c.mentor_id)
_good_first = text("closed_at IS NULL AND dropped_at IS NULL")
Index(
    "ix_starters_open",
    starters.c.program_id,
    starters.c.mentor_id,
    sqlite_where=_good_first,
    postgresql_where=_good_first,
)

authors = Table(
    "authors",  # people whose first pull request in a repository is known
    metadata,
    Column("repository_id", Id, primary_key=True),
    Column("person_id", Id, primary_key=True),
    Column("first_number", Integer, nullable=False),
)
Index("ix_authors_person_id", authors.c.person_id)

greetings = Table(
    "greetings",  # once per person and program
    metadata,
    Column("program_id", Id, primary_key=True),
    Column("person_id", Id, primary_key=True),
    Column("repository_id", Id, nullable=False),
    Column("number", Integer, nullable=False),
    Column("greeted_at", Moment, nullable=False),
)
Index("ix_greetings_person_id", greetings.c.person_id)

contributions = Table(
    "contributions",  # what people of ours did on GitHub: a pull request of theirs, a review of somebody else's
    metadata,
    Column("repository_id", Id, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("person_id", Id, primary_key=True),
    Column("kind", String(10), primary_key=True),  # pull, review
    Column("program_id", Id, nullable=False),
    Column("opened_at", Moment, nullable=False),  # of a review: when the first one was given
    Column("merged_at", Moment),
    Column("closed_at", Moment),
    Column("changed_at", Moment, nullable=False),  # when we last noted something new
)
Index("ix_contributions_program", contributions.c.program_id, contributions.c.opened_at)
Index("ix_contributions_person_id", contributions.c.person_id)
Index("ix_contributions_merged_at", contributions.c.program_id, contributions.c.merged_at)

mentorships = Table(
    "mentorships",
    metadata,
    Column("repository_id", Id, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("kind", String(10), nullable=False, server_default="pull"),  # pull, claim, or asked: `/mentor me`
    Column("program_id", Id, nullable=False),
    Column("newcomer_id", Id, nullable=False),
    Column("mentor_id", Id),  # NULL: nobody was free
    Column("second_id", Id),  # covers while the mentor is away or silent
    Column("beside_id", Id),  # who once helped the mentor, and is there too on the mentor's first newcomer
    Column("tried", JSON),  # the ids of everybody who was named here
    Column("starter_number", Integer),  # the good first issue here that the thread closes
    Column("since", Moment, nullable=False),
    Column("answer_by", Moment),
    Column("answered_at", Moment),  # the first human answer
    Column("turn", String(12), nullable=False, server_default="mentor"),  # newcomer, mentor, maintainers
    Column("turn_since", Moment),
    Column("newcomer_at", Moment),  # the newcomer's last sign of life
    Column("helped_at", Moment),  # the last human answer
    Column(
        "step", Integer, nullable=False, server_default="0"
    ),  # the highest step taken while it is their turn
    Column("due_at", Moment),  # when the next one is; NULL: none
    Column("reminded_at", Moment),
    Column("handed_over_at", Moment),
    Column("closed_at", Moment),
    Column("merged", Boolean, nullable=False, default=False),
    Column("reasons", Wording),  # of every candidate, for those who ask why
    Column("greeting", JSON),  # what the welcome was filled with, so that it can be rewritten
    Column("changed_at", Moment, default=func.now(), onupdate=func.now()),  # by the database's clock
)
Index("ix_mentorships_program", mentorships.c.program_id, mentorships.c.since)
Index("ix_mentorships_mentor", mentorships.c.mentor_id)
Index("ix_mentorships_second_id", mentorships.c.second_id)
Index("ix_mentorships_newcomer_id", mentorships.c.newcomer_id)
Index("ix_mentorships_came", mentorships.c.program_id, mentorships.c.newcomer_id, mentorships.c.since)
Index("ix_mentorships_due_at", mentorships.c.due_at)
# What is open, and each person's newest: a decision reads neither the history nor everybody's.
_open = text("closed_at IS NULL")
Index(
    "ix_mentorships_open",
    mentorships.c.program_id,
    mentorships.c.mentor_id,
    sqlite_where=_open,
    postgresql_where=_open,
)
Index(
    "ix_mentorships_open_second",
    mentorships.c.program_id,
    mentorships.c.second_id,
    sqlite_where=_open,
    postgresql_where=_open,
)
Index(
    "ix_mentorships_open_about",
    mentorships.c.repository_id,
    mentorships.c.starter_number,
    sqlite_where=_open,
    postgresql_where=_open,
)
Index(
    "ix_mentorships_merged",
    mentorships.c.program_id,
    mentorships.c.closed_at,
    sqlite_where=text("merged = 1"),  # as SQLAlchemy asks it, else SQLite does not see that it fits
    postgresql_where=text("merged"),
)
Index("ix_mentorships_last", mentorships.c.program_id, mentorships.c.mentor_id, mentorships.c.since)
_covered = text("second_id IS NOT NULL")
Index(
    "ix_mentorships_last_second",
    mentorships.c.program_id,
    mentorships.c.second_id,
    mentorships.c.handed_over_at,
    sqlite_where=_covered,
    postgresql_where=_covered,
)
_handed_over = text("handed_over_at IS NOT NULL")
Index(
    "ix_mentorships_handed_over_at",
    mentorships.c.program_id,
    mentorships.c.handed_over_at,
    sqlite_where=_handed_over,
    postgresql_where=_handed_over,
)
Index("ix_mentorships_changed_at", mentorships.c.program_id, mentorships.c.changed_at)

reminders = Table(
    "reminders",  # of mentors, so that nobody gets more than two a day
    metadata,
    Column("id", Id, primary_key=True),
    Column("program_id", Id, nullable=False),
    Column("person_id", Id, nullable=False),
    Column("reminded_at", Moment, nullable=False),
)
Index("ix_reminders_person_id", reminders.c.person_id, reminders.c.reminded_at)

claims = Table(
    "claims",
    metadata,
    Column("repository_id", Id, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("person_id", Id, primary_key=True),
    Column("program_id", Id, nullable=False),
    Column("claimed_at", Moment, nullable=False),
    Column("released_at", Moment),
    Column("released_why", String(10)),  # said, silent, closed, or linked: a pull request goes on with it
    Column("pull_number", Integer),  # the pull request that came of it
    Column("assigned", Boolean, nullable=False, default=False),  # by us: only then do we take it back unasked
)
_open_claim = text("released_at IS NULL")
Index(
    "uq_claims_open",
    claims.c.repository_id,
    claims.c.number,
    unique=True,
    sqlite_where=_open_claim,
    postgresql_where=_open_claim,
)
Index("ix_claims_person_id", claims.c.person_id, claims.c.repository_id)
Index("ix_claims_released_at", claims.c.program_id, claims.c.released_at)
_with_pull = text("pull_number IS NOT NULL")
Index(
    "ix_claims_pull_number",
    claims.c.repository_id,
    claims.c.pull_number,
    sqlite_where=_with_pull,
    postgresql_where=_with_pull,
)

notes = Table(
    "notes",  # comments that have to reach somebody anew: how many there were of a kind, each in the last one's place
    metadata,
    Column("repository_id", Id, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("kind", String(30), primary_key=True),
    Column("count", Integer, nullable=False),
)

heard = Table(
    "heard",  # commands that ran, so that no edit runs them again
    metadata,
    Column("repository_id", Id, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("comment_id", Id, primary_key=True, autoincrement=False),  # 0: the opening text
    Column("command", String(64), primary_key=True),  # a hash of it, and of which one it is among its likes
    Column("erase_at", Moment),  # when it goes; NULL until the night after it was heard
)

wins = Table(
    "wins",
    metadata,
    Column("id", Id, primary_key=True),
    Column("program_id", Id, nullable=False),
    Column("person_id", Id, nullable=False),
    Column("repository_id", Id, nullable=False),
    Column("number", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("said_at", Moment, nullable=False),
    Column("kind", String(20), nullable=False, server_default="other"),  # a word of mentoring.wins.KINDS
    Column("told_by", Id),  # who told of it; NULL: whose win it is; 0: who was forgotten
    Column("enough_at", Moment),  # when its teller was told that these are enough for a day
)
Index("ix_wins_told_by", wins.c.told_by)
Index("ix_wins_program_id", wins.c.program_id, wins.c.said_at)
Index("ix_wins_person_id", wins.c.person_id)

praise = Table(
    "praise",  # what a mentor could praise a newcomer for: of each merge some numbers, and nobody's words
    metadata,
    Column("repository_id", Id, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("program_id", Id, nullable=False),
    Column("newcomer_id", Id, nullable=False),
    Column("mentor_id", Id, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("merged_at", Moment, nullable=False),
    Column("files", Integer, nullable=False),
    Column("added", Integer, nullable=False),  # lines
    Column("removed", Integer, nullable=False),
    Column("rounds", Integer, nullable=False),  # reviews that asked for changes
    Column("area", String(50)),  # of the program's file
    Column("first", Boolean, nullable=False),  # the newcomer's first merge in the program
    Column("tests", Boolean, nullable=False),  # whether tests are among the files
    Column("docs", Boolean, nullable=False),  # whether nothing else is
    Column("said_at", Moment),  # when the mentor had said something, or wanted it no more
)
Index("ix_praise_mentor_id", praise.c.mentor_id, praise.c.merged_at)
Index("ix_praise_newcomer_id", praise.c.newcomer_id)
Index("ix_praise_program_id", praise.c.program_id, praise.c.merged_at)

forgotten = Table(
    "forgotten",  # who asked to be forgotten, as a keyed hash alone
    metadata,
    Column("person", String(64), primary_key=True),
    Column("asked_at", Moment, nullable=False),
)

secrets = Table(
    "secrets",  # made by the ledger itself, for its own use
    metadata,
    Column("name", String(50), primary_key=True),
    Column("value", String(100), nullable=False),
)

setup = Table(
    "setup",  # the set-up page: one row, until the App has its credentials
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("token", String(64), nullable=False),  # a hash of the one in the link
    Column("browser", String(64)),  # a hash of its cookie; NULL: nobody has opened the link
    Column("keeps", Boolean, nullable=False),  # whether what GitHub gives is kept in .env
    Column("opened_at", Moment, nullable=False),
    Column("done_at", Moment),
)

sessions = Table(
    "sessions",  # who signed in; a row ends with it
    metadata,
    Column("key_hash", String(64), primary_key=True),  # of what the browser keeps
    Column("person_id", Id, nullable=False),
    Column("login", String(100), nullable=False),
    Column("form_token", String(100), nullable=False),  # stands in each of their forms
    Column("expires_at", Moment, nullable=False),
    Column("installations", JSON, nullable=False),  # ids: what GitHub said that they may see
    Column("asked", Id),  # the one of which the repositories were asked for
    Column("repositories", JSON, nullable=False),
)
Index("ix_sessions_person_id", sessions.c.person_id)
Index("ix_sessions_expires_at", sessions.c.expires_at)

certificates = Table(
    "certificates",  # of what was done, for whoever asked
    metadata,
    Column("id", String(40), primary_key=True),  # at random: who has it may see the page
    Column("program_id", Id, nullable=False),
    Column("person_id", Id, nullable=False),
    Column("kind", String(10), nullable=False),  # mentor, newcomer
    Column("program", String(200), nullable=False),  # as it was called then
    Column("noun", String(50), nullable=False),
    Column("helped", Integer, nullable=False),  # newcomers
    Column("merged", Integer, nullable=False),  # of them, or of a newcomer's own
    Column("since", Moment, nullable=False),
    Column("issued_at", Moment, nullable=False),
    Column("revoked_at", Moment),
    Column("revoked_how", String(10)),  # person, organizers
)
Index("ix_certificates_person_id", certificates.c.person_id)

peers = Table(
    "peers",  # who was introduced to others who were new at the same time, and who does not want to be
    metadata,
    Column("program_id", Id, primary_key=True),
    Column("person_id", Id, primary_key=True),
    Column("introduced_at", Moment),
    Column("off_at", Moment),  # when they said so; NULL: they did not, or no longer
)
Index("ix_peers_person_id", peers.c.person_id)
Index("ix_peers_introduced_at", peers.c.program_id, peers.c.introduced_at)

exit_answers = Table(
    "exit_answers",  # what made people stay, and what got in the way; a row without an answer: they were asked
    metadata,
    Column("program_id", Id, primary_key=True),
    Column("person_id", Id, primary_key=True),
    Column("stayed", Text),
    Column("hindered", Text),
    Column("named", Boolean, nullable=False),  # whether it may be said who it was
    Column("asked_at", Moment, nullable=False),
    Column("answered_at", Moment),
)
Index("ix_exit_answers_person_id", exit_answers.c.person_id)

digests = Table(
    "digests",
    metadata,
    Column("program_id", Id, primary_key=True),
    Column("week", String(10), primary_key=True),  # the local date the week's digest was due
    Column("issue_key", String(600)),  # NULL: there was nothing to say
    Column("decided_at", Moment, nullable=False),
    Column("read_until", Moment),  # what came later is for the next one; NULL: decided_at
)

reports = Table(
    "reports",  # on who stayed of a cohort, some days after its end
    metadata,
    Column("program_id", Id, primary_key=True),
    Column("cohort", String(200), primary_key=True),
    Column("days", Integer, primary_key=True, autoincrement=False),
    Column("since", Moment, nullable=False),  # when it was first noted: reviews are kept since then
    Column("due_at", Moment, nullable=False),
    Column("decided_at", Moment),
    Column("issue_key", String(600)),  # NULL: there was nothing to say
    Column("counted", JSON(none_as_null=True)),  # how much was read for it
)
_undecided = text("decided_at IS NULL")
Index("ix_reports_due_at", reports.c.due_at, sqlite_where=_undecided, postgresql_where=_undecided)
