"""What a page for newcomers shows of a good first issue: its title and labels, in public repositories."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.add_column("starters", sa.Column("title", sa.Text(), nullable=True))
    op.add_column("starters", sa.Column("labels", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("starters", "labels")
    op.drop_column("starters", "title")
