"""What people of ours did on GitHub: their pull requests and reviews, for paths and for who stayed."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "contributions",
        sa.Column("repository_id", Id, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("program_id", Id, nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("repository_id", "number", "person_id", "kind", name="pk_contributions"),
    )
    op.create_index("ix_contributions_program", "contributions", ["program_id", "opened_at"])
    op.create_index("ix_contributions_person_id", "contributions", ["person_id"])


def downgrade() -> None:
    op.drop_table("contributions")
