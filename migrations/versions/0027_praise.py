"""What a mentor could praise a newcomer for: of each merge some numbers."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "praise",
        sa.Column("repository_id", number, primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        *(sa.Column(name, number, nullable=False) for name in ("program_id", "newcomer_id", "mentor_id")),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in ("opened_at", "merged_at")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("files", "added", "removed", "rounds")),
        sa.Column("area", sa.String(50), nullable=True),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in ("first", "tests", "docs")),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("repository_id", "number", name="pk_praise"),
    )
    op.create_index("ix_praise_mentor_id", "praise", ["mentor_id", "merged_at"])
    op.create_index("ix_praise_newcomer_id", "praise", ["newcomer_id"])
    op.create_index("ix_praise_program_id", "praise", ["program_id", "merged_at"])


def downgrade() -> None:
    op.drop_table("praise")
