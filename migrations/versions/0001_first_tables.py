"""The ledger's first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "authors",
        sa.Column("repository_id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("first_number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("repository_id", "person_id", name=op.f("pk_authors")),
    )
    op.create_table(
        "cohorts",
        sa.Column("program_id", Id, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("program_id", "name", name=op.f("pk_cohorts")),
    )
    op.create_table(
        "digests",
        sa.Column("program_id", Id, nullable=False),
        sa.Column("week", sa.String(length=10), nullable=False),
        sa.Column("issue_key", sa.String(length=600), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("program_id", "week", name=op.f("pk_digests")),
    )
    op.create_table(
        "files",
        sa.Column("installation_id", Id, nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("repository_id", Id, nullable=True),
        sa.Column("etag", sa.String(length=200), nullable=True),
        sa.Column("sha", sa.String(length=64), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("good", sa.JSON(), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("installation_id", "source", name=op.f("pk_files")),
    )
    op.create_table(
        "greetings",
        sa.Column("program_id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("repository_id", Id, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("greeted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("program_id", "person_id", name=op.f("pk_greetings")),
    )
    op.create_table(
        "inbox",
        sa.Column("id", Id, nullable=False),
        sa.Column("delivery", sa.String(length=200), nullable=False),
        sa.Column("job", sa.String(length=50), nullable=False),
        sa.Column("installation_id", Id, nullable=True),
        sa.Column("repository_id", Id, nullable=True),
        sa.Column("thread", sa.Integer(), nullable=True),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rung_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("parked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("delivery", "job", name=op.f("uq_inbox_delivery_job")),
    )
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.create_index(
            "ix_inbox_thread",
            ["repository_id", "thread"],
            unique=False,
            sqlite_where=sa.text("done_at IS NULL AND parked_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL AND parked_at IS NULL"),
        )
        batch_op.create_index(
            "ix_inbox_waiting",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("done_at IS NULL AND parked_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL AND parked_at IS NULL"),
        )

    op.create_table(
        "installations",
        sa.Column("id", Id, nullable=False),
        sa.Column("account", sa.String(length=100), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wait_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rung_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installations")),
    )
    op.create_table(
        "invitations",
        sa.Column("program_id", Id, nullable=False),
        sa.Column("cohort", sa.String(length=200), nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("issue_key", sa.String(length=600), nullable=False),
        sa.Column("comment_key", sa.String(length=600), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("program_id", "cohort", "person_id", name=op.f("pk_invitations")),
    )
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.create_index("ix_invitations_issue", ["issue_key"], unique=False)
        batch_op.create_index("ix_invitations_person", ["person_id"], unique=False)
        batch_op.create_index("ix_invitations_remind_at", ["remind_at"], unique=False)

    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("holder", sa.String(length=100), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    op.create_table(
        "logins",
        sa.Column("login", sa.String(length=100), nullable=False),
        sa.Column("person_id", Id, nullable=True),
        sa.Column("taken_by", Id, nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("login", name=op.f("pk_logins")),
    )
    op.create_table(
        "mentors",
        sa.Column("program_id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("roster", sa.String(length=10), nullable=True),
        sa.Column("roster_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("said", sa.String(length=10), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("said_how", sa.String(length=100), nullable=True),
        sa.PrimaryKeyConstraint("program_id", "person_id", name=op.f("pk_mentors")),
    )
    op.create_table(
        "mentorships",
        sa.Column("repository_id", Id, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("program_id", Id, nullable=False),
        sa.Column("newcomer_id", Id, nullable=False),
        sa.Column("mentor_id", Id, nullable=True),
        sa.Column("starter_number", sa.Integer(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("merged", sa.Boolean(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("repository_id", "number", name=op.f("pk_mentorships")),
    )
    with op.batch_alter_table("mentorships", schema=None) as batch_op:
        batch_op.create_index("ix_mentorships_mentor", ["mentor_id"], unique=False)
        batch_op.create_index("ix_mentorships_program", ["program_id", "since"], unique=False)

    op.create_table(
        "outbox",
        sa.Column("id", Id, nullable=False),
        sa.Column("key", sa.String(length=600), nullable=True),
        sa.Column("replaces", sa.String(length=600), nullable=True),
        sa.Column("verb", sa.String(length=30), nullable=False),
        sa.Column("installation_id", Id, nullable=False),
        sa.Column("repository_id", Id, nullable=False),
        sa.Column("lane", sa.String(length=600), nullable=False),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("in_doubt", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("parked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outbox_lane",
            ["lane", "id"],
            unique=False,
            sqlite_where=sa.text("done_at IS NULL AND parked_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL AND parked_at IS NULL"),
        )
        batch_op.create_index(
            "ix_outbox_replaces",
            ["replaces"],
            unique=False,
            sqlite_where=sa.text("done_at IS NULL AND parked_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL AND parked_at IS NULL"),
        )
        batch_op.create_index(
            "ix_outbox_waiting",
            ["installation_id", "urgency", "id"],
            unique=False,
            sqlite_where=sa.text("done_at IS NULL AND parked_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL AND parked_at IS NULL"),
        )

    op.create_table(
        "people",
        sa.Column("id", Id, nullable=False),
        sa.Column("login", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
    )
    op.create_table(
        "programs",
        sa.Column("id", Id, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=True),
        sa.Column("digest_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programs")),
    )
    op.create_table(
        "repositories",
        sa.Column("id", Id, nullable=False),
        sa.Column("installation_id", Id, nullable=True),
        sa.Column("full_name", sa.String(length=200), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("default_branch", sa.String(length=255), nullable=True),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("program_id", Id, nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repositories")),
    )
    with op.batch_alter_table("repositories", schema=None) as batch_op:
        batch_op.create_index("ix_repositories_name", [sa.literal_column("lower(full_name)")], unique=False)
        batch_op.create_index("ix_repositories_program_id", ["program_id"], unique=False)

    op.create_table(
        "starters",
        sa.Column("repository_id", Id, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("program_id", Id, nullable=False),
        sa.Column("mentor_id", Id, nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("repository_id", "number", name=op.f("pk_starters")),
    )
    with op.batch_alter_table("starters", schema=None) as batch_op:
        batch_op.create_index("ix_starters_mentor", ["program_id", "mentor_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("starters", schema=None) as batch_op:
        batch_op.drop_index("ix_starters_mentor")

    op.drop_table("starters")
    with op.batch_alter_table("repositories", schema=None) as batch_op:
        batch_op.drop_index("ix_repositories_program_id")
        batch_op.drop_index("ix_repositories_name")

    op.drop_table("repositories")
    op.drop_table("programs")
    op.drop_table("people")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_outbox_waiting",
            sqlite_where=sa.text("done_at IS NULL AND parked_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL AND parked_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_outbox_replaces",
            sqlite_where=sa.text("done_at IS NULL AND parked_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL AND parked_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_outbox_lane",
            sqlite_where=sa.text("done_at IS NULL AND parked_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL AND parked_at IS NULL"),
        )

    op.drop_table("outbox")
    with op.batch_alter_table("mentorships", schema=None) as batch_op:
        batch_op.drop_index("ix_mentorships_program")
        batch_op.drop_index("ix_mentorships_mentor")

    op.drop_table("mentorships")
    op.drop_table("mentors")
    op.drop_table("logins")
    op.drop_table("leases")
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.drop_index("ix_invitations_remind_at")
        batch_op.drop_index("ix_invitations_person")
        batch_op.drop_index("ix_invitations_issue")

    op.drop_table("invitations")
    op.drop_table("installations")
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_inbox_waiting",
            sqlite_where=sa.text("done_at IS NULL AND parked_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL AND parked_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_inbox_thread",
            sqlite_where=sa.text("done_at IS NULL AND parked_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL AND parked_at IS NULL"),
        )

    op.drop_table("inbox")
    op.drop_table("greetings")
    op.drop_table("files")
    op.drop_table("digests")
    op.drop_table("cohorts")
    op.drop_table("authors")
