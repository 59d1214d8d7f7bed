"""The first schema: the archive's tables, then the reputation's.

Revision: 0001, the first.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# SQLite only auto-increments a column typed exactly INTEGER.
IDENTIFIER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# Whole Unix seconds.
TIMESTAMP = sa.BigInteger()


def upgrade() -> None:
    _create_compression_dictionary()
    _create_epoch()
    _create_mailing_list()
    _create_person()
    _create_thread()
    _create_topic()
    _create_address()
    _create_score()
    _create_thread_topic()
    _create_topic_term()
    _create_address_name()
    _create_message()
    _create_attachment()
    _create_evidence()
    _create_own_text()
    _create_post_trait()
    _create_posting()
    _create_raw_message()
    _create_reference()
    _create_topic_pin()


def downgrade() -> None:
    # Their indexes go with them.
    for table in (
        "topic_pin",
        "reference",
        "raw_message",
        "posting",
        "post_trait",
        "own_text",
        "evidence",
        "attachment",
        "message",
        "address_name",
        "topic_term",
        "thread_topic",
        "score",
        "address",
        "topic",
        "thread",
        "person",
        "mailing_list",
        "epoch",
        "compression_dictionary",
    ):
        op.drop_table(table)


def _create_compression_dictionary() -> None:
    op.create_table(
        "compression_dictionary",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("created", TIMESTAMP, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_compression_dictionary"),
    )


def _create_epoch() -> None:
    op.create_table(
        "epoch",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("method", sa.String(20), nullable=False),
        sa.Column("computed", TIMESTAMP, nullable=False),
        sa.Column("as_of", TIMESTAMP, nullable=False),
        sa.Column("last_message_id", IDENTIFIER, nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("suggested_messages", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_epoch"),
    )


def _create_mailing_list() -> None:
    op.create_table(
        "mailing_list",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("address", sa.String(320), nullable=False),
        sa.Column("slug", sa.String(320), nullable=False),
        sa.Column("secret", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("obfuscate", sa.Boolean(), nullable=False),
        sa.Column("no_archive", sa.String(8), nullable=False),
        sa.Column("topic_tags", sa.Text(), nullable=False),
        sa.Column("created", TIMESTAMP, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_mailing_list"),
        sa.UniqueConstraint("address", name="uq_mailing_list_address"),
        sa.UniqueConstraint("slug", name="uq_mailing_list_slug"),
    )


def _create_person() -> None:
    op.create_table(
        "person",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("merged_into", IDENTIFIER, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.ForeignKeyConstraint(
            ["merged_into"], ["person.id"], name="fk_person_merged_into_person"
        ),
    )
    op.create_index("ix_person_name", "person", ["name"])


def _create_thread() -> None:
    op.create_table(
        "thread",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("first", TIMESTAMP, nullable=False),
        sa.Column("last", TIMESTAMP, nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_thread"),
    )
    op.create_index("ix_thread_last", "thread", ["last"])


def _create_topic() -> None:
    op.create_table(
        "topic",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("slug", sa.String(120), nullable=False),
        sa.Column("label", sa.String(200), nullable=False),
        sa.Column("label_id", sa.String(200), nullable=True),
        sa.Column("label_en", sa.String(200), nullable=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("merged_into", IDENTIFIER, nullable=True),
        sa.Column("curated", sa.Boolean(), nullable=False),
        sa.Column("created", TIMESTAMP, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_topic"),
        sa.ForeignKeyConstraint(["merged_into"], ["topic.id"], name="fk_topic_merged_into_topic"),
        sa.UniqueConstraint("slug", name="uq_topic_slug"),
    )


def _create_address() -> None:
    op.create_table(
        "address",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("key", sa.String(400), nullable=False),
        sa.Column("email", sa.String(400), nullable=True),
        sa.Column("person_id", IDENTIFIER, nullable=False),
        sa.Column("merge_reason", sa.String(200), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_address"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_address_person_id_person"),
        sa.UniqueConstraint("key", name="uq_address_key"),
    )
    op.create_index("ix_address_person_id", "address", ["person_id"])


def _create_score() -> None:
    op.create_table(
        "score",
        sa.Column("topic_id", IDENTIFIER, nullable=False),
        sa.Column("person_id", IDENTIFIER, nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("low", sa.Float(), nullable=False),
        sa.Column("high", sa.Float(), nullable=False),
        sa.Column("authority", sa.Float(), nullable=False),
        sa.Column("recognition", sa.Float(), nullable=False),
        sa.Column("consistency", sa.Float(), nullable=False),
        sa.Column("presence", sa.Float(), nullable=False),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("thanks", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(20), nullable=False),
        sa.Column("first", TIMESTAMP, nullable=False),
        sa.Column("last", TIMESTAMP, nullable=False),
        sa.PrimaryKeyConstraint("topic_id", "person_id", name="pk_score"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_score_person_id_person"),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name="fk_score_topic_id_topic"),
    )
    op.create_index("ix_score_person", "score", ["person_id"])


def _create_thread_topic() -> None:
    op.create_table(
        "thread_topic",
        sa.Column("thread_id", IDENTIFIER, nullable=False),
        sa.Column("topic_id", IDENTIFIER, nullable=False),
        sa.Column("theta", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("thread_id", "topic_id", name="pk_thread_topic"),
        sa.ForeignKeyConstraint(
            ["thread_id"],
            ["thread.id"],
            name="fk_thread_topic_thread_id_thread",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name="fk_thread_topic_topic_id_topic"),
    )
    op.create_index("ix_thread_topic_topic", "thread_topic", ["topic_id", "theta"])


def _create_topic_term() -> None:
    op.create_table(
        "topic_term",
        sa.Column("topic_id", IDENTIFIER, nullable=False),
        sa.Column("term", sa.String(100), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("topic_id", "term", name="pk_topic_term"),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name="fk_topic_term_topic_id_topic"),
    )


def _create_address_name() -> None:
    op.create_table(
        "address_name",
        sa.Column("address_id", IDENTIFIER, nullable=False),
        sa.Column("list_id", IDENTIFIER, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("name_key", sa.String(200), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("first", TIMESTAMP, nullable=False),
        sa.Column("last", TIMESTAMP, nullable=False),
        sa.PrimaryKeyConstraint("address_id", "list_id", "name", name="pk_address_name"),
        sa.ForeignKeyConstraint(
            ["address_id"], ["address.id"], name="fk_address_name_address_id_address"
        ),
        sa.ForeignKeyConstraint(
            ["list_id"], ["mailing_list.id"], name="fk_address_name_list_id_mailing_list"
        ),
    )
    op.create_index("ix_address_name_key", "address_name", ["name_key"])


def _create_message() -> None:
    op.create_table(
        "message",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(998), nullable=False),
        sa.Column("message_id_derived", sa.Boolean(), nullable=False),
        sa.Column("date", TIMESTAMP, nullable=False),
        sa.Column("date_source", sa.String(16), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("base_subject", sa.String(300), nullable=False),
        sa.Column("is_reply", sa.Boolean(), nullable=False),
        sa.Column("parent_reference", sa.String(998), nullable=True),
        sa.Column("address_id", IDENTIFIER, nullable=False),
        sa.Column("author_name", sa.String(200), nullable=False),
        sa.Column("thread_id", IDENTIFIER, nullable=True),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("parent_source", sa.String(16), nullable=True),
        sa.Column("automation", sa.String(24), nullable=True),
        sa.Column("attachments", sa.Integer(), nullable=False),
        sa.Column("defects", sa.Text(), nullable=True),
        sa.Column("reader_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_message"),
        sa.ForeignKeyConstraint(
            ["address_id"], ["address.id"], name="fk_message_address_id_address"
        ),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name="fk_message_thread_id_thread"),
        sa.UniqueConstraint("digest", name="uq_message_digest"),
    )
    op.create_index("ix_message_address", "message", ["address_id", "date"])
    op.create_index("ix_message_base_subject", "message", ["base_subject", "date"])
    op.create_index("ix_message_date", "message", ["date"])
    op.create_index("ix_message_message_id", "message", ["message_id"])
    op.create_index("ix_message_thread", "message", ["thread_id", "date"])


def _create_attachment() -> None:
    op.create_table(
        "attachment",
        sa.Column("message_id", IDENTIFIER, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(255), nullable=False),
        sa.Column("content_type", sa.String(127), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("message_id", "position", name="pk_attachment"),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name="fk_attachment_message_id_message"
        ),
    )


def _create_evidence() -> None:
    op.create_table(
        "evidence",
        sa.Column("message_id", IDENTIFIER, nullable=False),
        sa.Column("person_id", IDENTIFIER, nullable=False),
        sa.Column("asker_id", IDENTIFIER, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("endorsement", sa.Float(), nullable=False),
        sa.Column("thanked", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name="pk_evidence"),
        sa.ForeignKeyConstraint(["asker_id"], ["person.id"], name="fk_evidence_asker_id_person"),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name="fk_evidence_message_id_message"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_evidence_person_id_person"),
    )
    op.create_index("ix_evidence_person", "evidence", ["person_id"])


def _create_own_text() -> None:
    op.create_table(
        "own_text",
        sa.Column("message_id", IDENTIFIER, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name="pk_own_text"),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name="fk_own_text_message_id_message"
        ),
    )


def _create_post_trait() -> None:
    op.create_table(
        "post_trait",
        sa.Column("message_id", IDENTIFIER, nullable=False),
        sa.Column("own_length", sa.Integer(), nullable=False),
        sa.Column("thanks", sa.Boolean(), nullable=False),
        sa.Column("offers", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name="pk_post_trait"),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name="fk_post_trait_message_id_message"
        ),
    )


def _create_posting() -> None:
    op.create_table(
        "posting",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("list_id", IDENTIFIER, nullable=False),
        sa.Column("message_id", IDENTIFIER, nullable=False),
        sa.Column("received", TIMESTAMP, nullable=False),
        sa.Column("door", sa.String(8), nullable=False),
        sa.Column("envelope_sender", sa.String(400), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_posting"),
        sa.ForeignKeyConstraint(
            ["list_id"], ["mailing_list.id"], name="fk_posting_list_id_mailing_list"
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name="fk_posting_message_id_message"
        ),
        sa.UniqueConstraint("list_id", "message_id", name="uq_posting_list_id"),
    )
    op.create_index("ix_posting_message_id", "posting", ["message_id"])


def _create_raw_message() -> None:
    op.create_table(
        "raw_message",
        sa.Column("message_id", IDENTIFIER, nullable=False),
        sa.Column("dictionary_id", IDENTIFIER, nullable=True),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name="pk_raw_message"),
        sa.ForeignKeyConstraint(
            ["dictionary_id"],
            ["compression_dictionary.id"],
            name="fk_raw_message_dictionary_id_compression_dictionary",
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name="fk_raw_message_message_id_message"
        ),
    )


def _create_reference() -> None:
    op.create_table(
        "reference",
        sa.Column("message_id", IDENTIFIER, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("target", sa.String(998), nullable=False),
        sa.PrimaryKeyConstraint("message_id", "position", name="pk_reference"),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name="fk_reference_message_id_message"
        ),
    )
    op.create_index("ix_reference_target", "reference", ["target"])


def _create_topic_pin() -> None:
    op.create_table(
        "topic_pin",
        sa.Column("topic_id", IDENTIFIER, nullable=False),
        sa.Column("message_id", IDENTIFIER, nullable=False),
        sa.Column("included", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("topic_id", "message_id", name="pk_topic_pin"),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name="fk_topic_pin_message_id_message"
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name="fk_topic_pin_topic_id_topic"),
    )
