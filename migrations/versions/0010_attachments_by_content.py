"""Attachments are found by their content.

Revision: 0010, after 0009.
"""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_attachment_digest", "attachment", ["digest"])


def downgrade() -> None:
    op.drop_index("ix_attachment_digest", table_name="attachment")
