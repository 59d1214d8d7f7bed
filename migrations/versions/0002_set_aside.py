"""What is no post, how far a From is trusted, and by what names a list is known.

Revision: 0002, after 0001.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# SQLite only auto-increments a column typed exactly INTEGER.
IDENTIFIER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# Whole Unix seconds.
TIMESTAMP = sa.BigInteger()


def upgrade() -> None:
    op.add_column("mailing_list", sa.Column("identifier", sa.String(255), nullable=True))
    op.add_column(
        "mailing_list",
        sa.Column("no_archive_by", sa.String(20), server_default="default", nullable=False),
    )
    _create_list_alias()
    _create_set_aside()
    _create_authentication()


def downgrade() -> None:
    op.drop_table("authentication")
    op.drop_table("set_aside")
    op.drop_table("list_alias")
    op.drop_column("mailing_list", "no_archive_by")
    op.drop_column("mailing_list", "identifier")


def _create_list_alias() -> None:
    op.create_table(
        "list_alias",
        sa.Column("alias", sa.String(320), nullable=False),
        sa.Column("list_id", IDENTIFIER, nullable=False),
        sa.Column("created", TIMESTAMP, nullable=False),
        sa.PrimaryKeyConstraint("alias", name="pk_list_alias"),
        sa.ForeignKeyConstraint(
            ["list_id"], ["mailing_list.id"], name="fk_list_alias_list_id_mailing_list"
        ),
    )
    op.create_index("ix_list_alias_list_id", "list_alias", ["list_id"])


def _create_set_aside() -> None:
    op.create_table(
        "set_aside",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("list_id", IDENTIFIER, nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("dictionary_id", IDENTIFIER, nullable=True),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("received", TIMESTAMP, nullable=False),
        sa.Column("door", sa.String(8), nullable=False),
        sa.Column("envelope_sender", sa.String(400), nullable=True),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("decided", TIMESTAMP, nullable=True),
        sa.Column("considered", TIMESTAMP, nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("sender", sa.String(400), nullable=False),
        sa.Column("message_id", sa.String(998), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_set_aside"),
        sa.ForeignKeyConstraint(
            ["dictionary_id"],
            ["compression_dictionary.id"],
            name="fk_set_aside_dictionary_id_compression_dictionary",
        ),
        sa.ForeignKeyConstraint(
            ["list_id"], ["mailing_list.id"], name="fk_set_aside_list_id_mailing_list"
        ),
        sa.UniqueConstraint("list_id", "digest", name="uq_set_aside_list_id"),
    )
    op.create_index("ix_set_aside_considered", "set_aside", ["considered"])
    op.create_index("ix_set_aside_status", "set_aside", ["status"])


def _create_authentication() -> None:
    op.create_table(
        "authentication",
        sa.Column("message_id", IDENTIFIER, nullable=False),
        sa.Column("verdict", sa.String(10), nullable=False),
        sa.Column("domain", sa.String(255), nullable=True),
        sa.Column("method", sa.String(24), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("pending", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name="pk_authentication"),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name="fk_authentication_message_id_message"
        ),
    )
    op.create_index("ix_authentication_pending", "authentication", ["pending"])
