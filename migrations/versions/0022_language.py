"""The language in which a repository is spoken to, and the words its program puts in the place of ours."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.add_column("repositories", sa.Column("language", sa.String(35), nullable=True))
    op.add_column("repositories", sa.Column("texts", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("repositories", "texts")
    op.drop_column("repositories", "language")
