"""Whose turn it is, how long people may wait, availability and claims."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "claims",
        sa.Column("repository_id", Id, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("program_id", Id, nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_why", sa.String(length=10), nullable=True),
        sa.Column("pull_number", sa.Integer(), nullable=True),
        sa.Column("assigned", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("repository_id", "number", "person_id", name=op.f("pk_claims")),
    )
    op.create_index("ix_claims_person_id", "claims", ["person_id", "repository_id"], unique=False)
    op.create_index(
        "uq_claims_open",
        "claims",
        ["repository_id", "number"],
        unique=True,
        sqlite_where=sa.text("released_at IS NULL"),
        postgresql_where=sa.text("released_at IS NULL"),
    )

    op.create_table(
        "forgotten",
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_forgotten")),
    )
    op.create_table(
        "heard",
        sa.Column("repository_id", Id, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("comment_id", Id, autoincrement=False, nullable=False),
        sa.Column("command", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("repository_id", "number", "comment_id", "command", name=op.f("pk_heard")),
    )
    op.create_table(
        "notes",
        sa.Column("repository_id", Id, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("repository_id", "number", "kind", name=op.f("pk_notes")),
    )
    op.create_table(
        "reminders",
        sa.Column("id", Id, nullable=False),
        sa.Column("program_id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminders")),
    )
    op.create_index("ix_reminders_person_id", "reminders", ["person_id", "reminded_at"], unique=False)

    op.create_table(
        "secrets",
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("value", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_secrets")),
    )
    op.create_table(
        "wins",
        sa.Column("id", Id, nullable=False),
        sa.Column("program_id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("repository_id", Id, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wins")),
    )
    op.create_index("ix_wins_person_id", "wins", ["person_id"], unique=False)
    op.create_index("ix_wins_program_id", "wins", ["program_id", "said_at"], unique=False)

    op.add_column("programs", sa.Column("presence_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_programs_presence_at", "programs", ["presence_at"], unique=False)
    op.add_column("logins", sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("mentors", sa.Column("roster_capacity", sa.Integer(), nullable=True))
    op.add_column("mentors", sa.Column("roster_capacity_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("mentors", sa.Column("capacity", sa.Integer(), nullable=True))
    op.add_column("mentors", sa.Column("capacity_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("mentors", sa.Column("away_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("mentors", sa.Column("away_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("mentors", sa.Column("away_how", sa.String(length=10), nullable=True))
    op.add_column("mentors", sa.Column("away_repository_id", Id, nullable=True))
    op.add_column("mentors", sa.Column("away_number", sa.Integer(), nullable=True))
    op.add_column("mentors", sa.Column("note_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("mentors", sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_mentors_away_until", "mentors", ["away_until"], unique=False)
    op.create_index("ix_mentors_note_at", "mentors", ["note_at"], unique=False)

    op.add_column(
        "mentorships", sa.Column("kind", sa.String(length=10), server_default="pull", nullable=False)
    )
    op.add_column("mentorships", sa.Column("second_id", Id, nullable=True))
    op.add_column("mentorships", sa.Column("tried", sa.JSON(), nullable=True))
    op.add_column(
        "mentorships", sa.Column("turn", sa.String(length=12), server_default="mentor", nullable=False)
    )
    op.add_column("mentorships", sa.Column("turn_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("mentorships", sa.Column("newcomer_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("mentorships", sa.Column("helped_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("mentorships", sa.Column("step", sa.Integer(), server_default="0", nullable=False))
    op.add_column("mentorships", sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("mentorships", sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("mentorships", sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("mentorships", sa.Column("greeting", sa.JSON(), nullable=True))
    op.create_index("ix_mentorships_due_at", "mentorships", ["due_at"], unique=False)
    op.create_index("ix_mentorships_newcomer_id", "mentorships", ["newcomer_id"], unique=False)
    op.create_index("ix_mentorships_second_id", "mentorships", ["second_id"], unique=False)

    op.drop_column("repositories", "gone_at")
    op.execute(
        "UPDATE mentorships SET turn_since = COALESCE(answered_at, since), newcomer_at = since, helped_at = answered_at,"
        " turn = CASE WHEN answered_at IS NULL THEN 'mentor' ELSE 'newcomer' END"
    )
    # What is open gets its place on the clock at the first look.
    op.execute("UPDATE mentorships SET due_at = since WHERE closed_at IS NULL")


def downgrade() -> None:
    op.add_column("repositories", sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True))

    op.drop_index("ix_mentorships_second_id", "mentorships")
    op.drop_index("ix_mentorships_newcomer_id", "mentorships")
    op.drop_index("ix_mentorships_due_at", "mentorships")
    op.drop_column("mentorships", "greeting")
    op.drop_column("mentorships", "handed_over_at")
    op.drop_column("mentorships", "reminded_at")
    op.drop_column("mentorships", "due_at")
    op.drop_column("mentorships", "step")
    op.drop_column("mentorships", "newcomer_at")
    op.drop_column("mentorships", "helped_at")
    op.drop_column("mentorships", "turn_since")
    op.drop_column("mentorships", "turn")
    op.drop_column("mentorships", "tried")
    op.drop_column("mentorships", "second_id")
    op.drop_column("mentorships", "kind")

    op.drop_index("ix_mentors_note_at", "mentors")
    op.drop_index("ix_mentors_away_until", "mentors")
    op.drop_column("mentors", "seen_at")
    op.drop_column("mentors", "note_at")
    op.drop_column("mentors", "away_number")
    op.drop_column("mentors", "away_repository_id")
    op.drop_column("mentors", "away_how")
    op.drop_column("mentors", "away_until")
    op.drop_column("mentors", "away_since")
    op.drop_column("mentors", "capacity_at")
    op.drop_column("mentors", "capacity")
    op.drop_column("mentors", "roster_capacity_at")
    op.drop_column("mentors", "roster_capacity")
    op.drop_column("logins", "gone_at")
    op.drop_index("ix_programs_presence_at", "programs")
    op.drop_column("programs", "presence_at")

    op.drop_index("ix_wins_program_id", "wins")
    op.drop_index("ix_wins_person_id", "wins")

    op.drop_table("wins")
    op.drop_table("secrets")
    op.drop_index("ix_reminders_person_id", "reminders")

    op.drop_table("reminders")
    op.drop_table("notes")
    op.drop_table("heard")
    op.drop_table("forgotten")
    op.drop_index(
        "uq_claims_open",
        "claims",
        sqlite_where=sa.text("released_at IS NULL"),
        postgresql_where=sa.text("released_at IS NULL"),
    )
    op.drop_index("ix_claims_person_id", "claims")

    op.drop_table("claims")
