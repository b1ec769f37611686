"""The sweep: how far the delivery log was read, what was lost, and when each repository is read again."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "sweeps",
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("due_at", Moment, nullable=False),
        sa.Column("read_until", Moment, nullable=True),
        sa.Column("cursor", sa.Text(), nullable=True),
        sa.Column("newest", Moment, nullable=True),
        sa.Column("open", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_sweeps")),
    )
    op.create_table(
        "lost",
        sa.Column("guid", sa.String(length=100), nullable=False),
        sa.Column("delivery_id", Id, nullable=False),
        sa.Column("delivered_at", Moment, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", Moment, nullable=True),
        sa.Column("recovered_at", Moment, nullable=True),
        sa.PrimaryKeyConstraint("guid", name=op.f("pk_lost")),
    )
    op.create_index("ix_lost_due_at", "lost", ["due_at"], unique=False)
    op.create_table(
        "repairs",
        sa.Column("repository_id", Id, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=30), nullable=False),
        sa.Column("repaired_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("repository_id", "number", "what", name=op.f("pk_repairs")),
    )
    op.add_column("installations", sa.Column("permissions", sa.String(length=64), nullable=True))
    op.add_column("repositories", sa.Column("reconcile_at", Moment, nullable=True))
    op.add_column("repositories", sa.Column("reconciled_until", Moment, nullable=True))
    op.add_column("repositories", sa.Column("configured", sa.String(length=64), nullable=True))
    op.create_index("ix_repositories_reconcile_at", "repositories", ["reconcile_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_repositories_reconcile_at", table_name="repositories")
    op.drop_column("repositories", "configured")
    op.drop_column("repositories", "reconciled_until")
    op.drop_column("repositories", "reconcile_at")
    op.drop_column("installations", "permissions")
    op.drop_table("repairs")
    op.drop_index("ix_lost_due_at", table_name="lost")
    op.drop_table("lost")
    op.drop_table("sweeps")
