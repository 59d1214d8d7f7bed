"""What posts mention, and the works of people.

Revision: 0003, after 0002.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# SQLite only auto-increments a column typed exactly INTEGER.
IDENTIFIER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column(
        "post_trait",
        sa.Column("agrees", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.create_table(
        "mention",
        sa.Column("message_id", IDENTIFIER, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("target", sa.String(998), nullable=False),
        sa.PrimaryKeyConstraint("message_id", "position", name="pk_mention"),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name="fk_mention_message_id_message"
        ),
    )
    op.create_index("ix_mention_kind", "mention", ["kind"])
    op.create_table(
        "work_claim",
        sa.Column("message_id", IDENTIFIER, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("locator", sa.String(998), nullable=True),
        sa.Column("maker", sa.String(200), nullable=True),
        sa.PrimaryKeyConstraint("message_id", "position", name="pk_work_claim"),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name="fk_work_claim_message_id_message"
        ),
    )
    _create_work()


def downgrade() -> None:
    for table in ("work_citation", "work", "work_claim", "mention"):
        op.drop_table(table)
    op.drop_column("post_trait", "agrees")


def _create_work() -> None:
    op.create_table(
        "work",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("person_id", IDENTIFIER, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("locator", sa.String(998), nullable=True),
        sa.Column("message_id", IDENTIFIER, nullable=False),
        sa.Column("announced", sa.Boolean(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_work"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_work_person_id_person"),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name="fk_work_message_id_message"),
    )
    op.create_index("ix_work_person", "work", ["person_id"])
    op.create_table(
        "work_citation",
        sa.Column("work_id", IDENTIFIER, nullable=False),
        sa.Column("message_id", IDENTIFIER, nullable=False),
        sa.PrimaryKeyConstraint("work_id", "message_id", name="pk_work_citation"),
        sa.ForeignKeyConstraint(["work_id"], ["work.id"], name="fk_work_citation_work_id_work"),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name="fk_work_citation_message_id_message"
        ),
    )
