"""The exit question: who was asked, and what they answered."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "exit_answers",
        sa.Column("program_id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("stayed", sa.Text(), nullable=True),
        sa.Column("hindered", sa.Text(), nullable=True),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("program_id", "person_id", name="pk_exit_answers"),
    )
    op.create_index("ix_exit_answers_person_id", "exit_answers", ["person_id"])


def downgrade() -> None:
    op.drop_table("exit_answers")
