"""Subject tags that are topics, parents of topics, words that mean the same.

Revision: 0011, after 0010.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# SQLite only auto-increments a column typed exactly INTEGER.
IDENTIFIER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("topic") as topic:
        topic.add_column(sa.Column("tag", sa.String(60), nullable=True))
        topic.add_column(sa.Column("parent_id", IDENTIFIER, nullable=True))
        topic.add_column(
            sa.Column("parent_decided", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        topic.create_foreign_key("fk_topic_parent_id_topic", "topic", ["parent_id"], ["id"])
        topic.create_unique_constraint("uq_topic_tag", ["tag"])
    op.create_table(
        "synonym",
        sa.Column("one", sa.String(100), nullable=False),
        sa.Column("other", sa.String(100), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("one", "other", name="pk_synonym"),
    )
    op.create_index("ix_synonym_other", "synonym", ["other"])
    op.create_table(
        "synonym_change",
        sa.Column("decision_id", IDENTIFIER, nullable=False),
        sa.Column("one", sa.String(100), nullable=False),
        sa.Column("other", sa.String(100), nullable=False),
        sa.Column("before", sa.String(8), nullable=True),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name="fk_synonym_change_decision_id_decision"
        ),
        sa.PrimaryKeyConstraint("decision_id", name="pk_synonym_change"),
    )


def downgrade() -> None:
    op.drop_table("synonym_change")
    op.drop_table("synonym")
    with op.batch_alter_table("topic") as topic:
        topic.drop_constraint("uq_topic_tag", type_="unique")
        topic.drop_constraint("fk_topic_parent_id_topic", type_="foreignkey")
        topic.drop_column("parent_decided")
        topic.drop_column("parent_id")
        topic.drop_column("tag")
