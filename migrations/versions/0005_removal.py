"""What was removed, so that its ids are never given out again.

Revision: 0005, after 0004.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# SQLite only auto-increments a column typed exactly INTEGER.
IDENTIFIER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "removal",
        sa.Column("id", IDENTIFIER, nullable=False),
        # Whole Unix seconds.
        sa.Column("removed", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("last_message_id", IDENTIFIER, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_removal"),
    )


def downgrade() -> None:
    op.drop_table("removal")
