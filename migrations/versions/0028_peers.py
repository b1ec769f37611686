"""Who was introduced to others who were new at the same time, and when that happens next."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "peers",
        *(sa.Column(name, number, nullable=False) for name in ("program_id", "person_id")),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=True) for name in ("introduced_at", "off_at")),
        sa.PrimaryKeyConstraint("program_id", "person_id", name="pk_peers"),
    )
    op.create_index("ix_peers_person_id", "peers", ["person_id"])
    op.create_index("ix_peers_introduced_at", "peers", ["program_id", "introduced_at"])
    op.add_column("programs", sa.Column("peers_due_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("programs", "peers_due_at")
    op.drop_table("peers")
