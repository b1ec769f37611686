"""Seeing inside: which delivery each write belongs to."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("outbox", sa.Column("delivery", sa.String(length=200), nullable=True))


def downgrade() -> None:
    op.drop_column("outbox", "delivery")
