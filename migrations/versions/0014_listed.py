"""Who agreed to be on the public page of mentors."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "listings",
        sa.Column(
            "person_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            autoincrement=False,
        ),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("said_how", sa.String(100), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name="pk_listings"),
    )


def downgrade() -> None:
    op.drop_table("listings")
