"""Nothing: the numbers from 0003 to 0007 were once given without content, and a database may carry the last."""

revision = "0007"
down_revision = "0002"


def upgrade() -> None:
    """No change."""


def downgrade() -> None:
    """No change."""
