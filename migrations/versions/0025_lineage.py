"""Who was helped here and then asked to help the next one, and by whom they had been helped."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "lineage",
        sa.Column("program_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("helper_id", _ID, nullable=True),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("merged", sa.Integer(), nullable=False),
        sa.Column("areas", sa.JSON(), nullable=True),
        sa.Column("asked_repository_id", _ID, nullable=True),
        sa.Column("asked_number", sa.Integer(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("program_id", "person_id", name="pk_lineage"),
    )
    op.create_index("ix_lineage_person_id", "lineage", ["person_id"])
    op.create_index("ix_lineage_helper_id", "lineage", ["helper_id"])
    op.add_column("mentorships", sa.Column("beside_id", _ID, nullable=True))


def downgrade() -> None:
    op.drop_column("mentorships", "beside_id")
    op.drop_index("ix_lineage_helper_id", "lineage")
    op.drop_index("ix_lineage_person_id", "lineage")
    op.drop_table("lineage")
