"""When a mentor's words or a mentorship last changed. The indexes come with the release, concurrently."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

Moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("mentors", sa.Column("changed_at", Moment, nullable=True))
    op.add_column("mentorships", sa.Column("changed_at", Moment, nullable=True))


def downgrade() -> None:
    for index in ("ix_mentorships_changed_at", "ix_mentors_changed_at"):
        op.drop_index(index, if_exists=True)
    op.drop_column("mentorships", "changed_at")
    op.drop_column("mentors", "changed_at")
