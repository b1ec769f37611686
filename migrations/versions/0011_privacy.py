"""When what is known of a repository is erased, because the App left it. Indexes come with the release."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("repositories", sa.Column("erase_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for table in ("mentors", "greetings", "authors"):
        op.drop_index(f"ix_{table}_person_id", if_exists=True)
    op.drop_column("repositories", "erase_at")
