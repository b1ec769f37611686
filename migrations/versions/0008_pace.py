"""How fast we write: what was written lately in each installation, and what is left of GitHub's limits."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("installations", sa.Column("write_after", Moment, nullable=True))
    op.add_column("installations", sa.Column("later_after", Moment, nullable=True))
    op.add_column("installations", sa.Column("limited_times", sa.Integer(), nullable=True))
    op.add_column("installations", sa.Column("failures", sa.Integer(), nullable=True))
    op.create_table(
        "writes",
        sa.Column("id", Id, nullable=False),
        sa.Column("installation_id", Id, nullable=False),
        sa.Column("written_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_writes")),
    )
    op.create_index("ix_writes_installation_id", "writes", ["installation_id", "written_at"], unique=False)
    op.create_index("ix_writes_written_at", "writes", ["written_at"], unique=False)
    op.create_table(
        "limits",
        sa.Column("installation_id", Id, autoincrement=False, nullable=False),
        sa.Column("resource", sa.String(length=50), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("remaining", sa.Integer(), nullable=False),
        sa.Column("resets_at", Moment, nullable=False),
        sa.Column("seen_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("installation_id", "resource", name=op.f("pk_limits")),
    )


def downgrade() -> None:
    op.drop_table("limits")
    op.drop_index("ix_writes_written_at", "writes")
    op.drop_index("ix_writes_installation_id", "writes")
    op.drop_table("writes")
    op.drop_column("installations", "failures")
    op.drop_column("installations", "limited_times")
    op.drop_column("installations", "later_after")
    op.drop_column("installations", "write_after")
