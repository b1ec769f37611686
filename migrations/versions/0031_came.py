"""When somebody first came to a program is found without reading everybody's history."""

from alembic import op

revision = "0031"
down_revision = "0030"

NAME, TABLE = "ix_mentorships_came", "mentorships"


def upgrade() -> None:
    op.create_index(NAME, TABLE, ["program_id", "newcomer_id", "since"])


def downgrade() -> None:
    op.drop_index(NAME, table_name=TABLE)
