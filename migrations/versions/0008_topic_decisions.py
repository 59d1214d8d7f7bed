"""Curation of topics as decisions that can be undone; what mail a suggested topic had seen.

Revision: 0008, after 0007.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# SQLite only auto-increments a column typed exactly INTEGER.
IDENTIFIER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    for name in ("last_message_id", "words_message_id"):
        op.add_column("topic", sa.Column(name, IDENTIFIER, nullable=False, server_default="0"))
    op.create_table(
        "topic_change",
        sa.Column("decision_id", IDENTIFIER, nullable=False),
        sa.Column("topic_id", IDENTIFIER, nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name="fk_topic_change_decision_id_decision"
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name="fk_topic_change_topic_id_topic"),
        sa.PrimaryKeyConstraint("decision_id", "topic_id", name="pk_topic_change"),
    )
    op.create_index("ix_topic_change_topic", "topic_change", ["topic_id"])


def downgrade() -> None:
    op.drop_table("topic_change")
    op.execute("DELETE FROM decision WHERE subject = 'topics'")
    with op.batch_alter_table("topic") as topic:
        topic.drop_column("words_message_id")
        topic.drop_column("last_message_id")
