"""Events that graduates and organizers open: their day, who does what, and what came of it."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "events",
        sa.Column("key", sa.String(600), nullable=False),
        sa.Column("program_id", ID, nullable=False),
        sa.Column("cohort", sa.String(200), nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("begins_at", MOMENT, nullable=False),
        sa.Column("timed", sa.Boolean(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("done", sa.JSON(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("cancelled_at", MOMENT, nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("came", sa.Integer(), nullable=True),
        sa.Column("firsts", sa.Integer(), nullable=True),
        sa.Column("result_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_events"),
    )
    op.create_index("ix_events_program_id", "events", ["program_id", "begins_at"])
    op.create_index("ix_events_person_id", "events", ["person_id"])
    op.create_index("ix_events_due_at", "events", ["due_at"])
    op.create_table(
        "event_roles",
        sa.Column("key", sa.String(600), nullable=False),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("program_id", ID, nullable=False),
        sa.Column("taken_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key", "role", "person_id", name="pk_event_roles"),
    )
    op.create_index("ix_event_roles_person_id", "event_roles", ["person_id"])
    op.create_index("ix_event_roles_program_id", "event_roles", ["program_id"])


def downgrade() -> None:
    op.drop_table("event_roles")
    op.drop_table("events")
