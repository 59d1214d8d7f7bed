"""Copies of one post: its substance, and their bytes; names on addresses that are shared.

Revision: 0015, after 0014.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# SQLite only auto-increments a column typed exactly INTEGER.
IDENTIFIER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# Whole Unix seconds.
TIMESTAMP = sa.BigInteger()


def upgrade() -> None:
    op.add_column("message", sa.Column("substance", sa.LargeBinary(16), nullable=True))
    op.create_index("ix_message_substance", "message", ["substance"])
    op.add_column("address", sa.Column("shared_email", sa.String(400), nullable=True))
    op.create_index("ix_address_shared_email", "address", ["shared_email"])
    op.create_table(
        "message_copy",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("message_id", IDENTIFIER, nullable=False),
        sa.Column("list_id", IDENTIFIER, nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("dictionary_id", IDENTIFIER, nullable=True),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("received", TIMESTAMP, nullable=False),
        sa.Column("door", sa.String(8), nullable=False),
        sa.Column("envelope_sender", sa.String(400), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_message_copy"),
        sa.ForeignKeyConstraint(
            ["dictionary_id"],
            ["compression_dictionary.id"],
            name="fk_message_copy_dictionary_id_compression_dictionary",
        ),
        sa.ForeignKeyConstraint(
            ["list_id"], ["mailing_list.id"], name="fk_message_copy_list_id_mailing_list"
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name="fk_message_copy_message_id_message"
        ),
        sa.UniqueConstraint("digest", name="uq_message_copy_digest"),
    )
    op.create_index("ix_message_copy_list_id", "message_copy", ["list_id"])
    op.create_index("ix_message_copy_message_id", "message_copy", ["message_id"])


def downgrade() -> None:
    _make_messages_of_copies()
    op.drop_table("message_copy")
    op.drop_index("ix_address_shared_email", "address")
    with op.batch_alter_table("address") as batch:
        batch.drop_column("shared_email")
    op.drop_index("ix_message_substance", "message")
    with op.batch_alter_table("message") as batch:
        batch.drop_column("substance")


# What a copy shares with its message: all but the bytes.
SHARED = (
    "message_id message_id_derived date date_source subject base_subject is_reply "
    "parent_reference address_id author_name thread_id parent_id parent_source automation "
    "attachments time_zone mail_program quote_marks signature_mark defects reader_version"
).split()
OWNED = {
    "raw_message": ["dictionary_id", "data"],
    "own_text": ["text"],
    "reference": ["position", "target"],
    "attachment": ["position", "filename", "content_type", "size", "digest"],
    "authentication": ["verdict", "domain", "method", "reason", "pending"],
}
"""Columns of the rows that each message has, beside ``message_id``."""


def _make_messages_of_copies() -> None:
    """Make every copy a message of its own, as it was before, so that no bytes are lost."""
    connection = op.get_bind()
    names = ("message", "message_copy", "posting", "removal", *OWNED)
    tables = sa.MetaData()
    tables.reflect(connection, only=names)
    message, copy = tables.tables["message"], tables.tables["message_copy"]
    posting, removal = tables.tables["posting"], tables.tables["removal"]
    used = [
        connection.scalar(sa.select(sa.func.max(column)))
        for column in (message.c.id, removal.c.last_message_id)
    ]
    number = max(one or 0 for one in used)
    for row in connection.execute(sa.select(copy).order_by(copy.c.id)).all():
        number += 1
        original = connection.execute(
            sa.select(*(message.c[name] for name in SHARED)).where(message.c.id == row.message_id)
        ).one()
        values = {**original._mapping, "id": number, "digest": row.digest, "size": row.size}
        connection.execute(sa.insert(message).values(values))
        for name, columns in OWNED.items():
            owned = tables.tables[name]
            chosen = [owned.c[column] for column in columns]
            if name == "raw_message":
                chosen = [copy.c.dictionary_id, copy.c.data]
                source = sa.select(sa.literal(number), *chosen).where(copy.c.id == row.id)
            else:
                source = sa.select(sa.literal(number), *chosen).where(
                    owned.c.message_id == row.message_id
                )
            connection.execute(sa.insert(owned).from_select(["message_id", *columns], source))
        arrival = ("list_id", "received", "door", "envelope_sender")
        values = {name: row._mapping[name] for name in arrival}
        connection.execute(sa.insert(posting).values(**values, message_id=number))
        thread = original.thread_id
        connection.execute(
            sa.text("UPDATE thread SET messages = messages + 1 WHERE id = :thread"),
            {"thread": thread},
        )
