"""Until when a digest has read: the next one begins there."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.add_column("digests", sa.Column("read_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("digests", "read_until")
