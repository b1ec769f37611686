"""What else graduates were asked beside starter issues, their answers, and what they share."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "asks",
        sa.Column("program_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("ask", sa.String(20), nullable=False),
        sa.Column("cohort", sa.String(200), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(3), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("program_id", "person_id", "ask", name="pk_asks"),
    )
    op.create_index("ix_asks_person_id", "asks", ["person_id"])
    op.create_table(
        "shares",
        sa.Column("program_id", ID, nullable=False),
        sa.Column("cohort", sa.String(200), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("program_id", "cohort", "person_id", name="pk_shares"),
    )
    op.create_index("ix_shares_person_id", "shares", ["person_id"])


def downgrade() -> None:
    op.drop_table("shares")
    op.drop_table("asks")
