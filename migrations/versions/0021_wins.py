"""Wins have a kind, and may be told by somebody else than whose they are."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.add_column("wins", sa.Column("kind", sa.String(20), nullable=False, server_default="other"))
    op.add_column(
        "wins", sa.Column("told_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
    )
    op.add_column("wins", sa.Column("enough_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for column in ("enough_at", "told_by", "kind"):
        op.drop_column("wins", column)
