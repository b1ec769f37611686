"""When a cohort's reports are due, and what was posted."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "reports",
        sa.Column("program_id", ID, primary_key=True),
        sa.Column("cohort", sa.String(200), primary_key=True),
        sa.Column("days", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("issue_key", sa.String(600), nullable=True),
        sa.Column("counted", sa.JSON(), nullable=True),
    )


def downgrade() -> None:
    op.drop_table("reports")
