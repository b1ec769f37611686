"""Certificates, for whoever asked for one."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "certificates",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("program_id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("program", sa.String(200), nullable=False),
        sa.Column("noun", sa.String(50), nullable=False),
        sa.Column("helped", sa.Integer(), nullable=False),
        sa.Column("merged", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_how", sa.String(10), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_certificates"),
    )
    op.create_index("ix_certificates_person_id", "certificates", ["person_id"])


def downgrade() -> None:
    op.drop_table("certificates")
