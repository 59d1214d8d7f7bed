"""Subscriptions, what happened to them, and the mails that the archive sends.

Revision: 0004, after 0003.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# SQLite only auto-increments a column typed exactly INTEGER.
IDENTIFIER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# Whole Unix seconds.
TIMESTAMP = sa.BigInteger()


def upgrade() -> None:
    op.add_column(
        "set_aside",
        sa.Column("to_receiving_address", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    _create_subscription()
    _create_subscription_event()
    _create_outgoing_mail()


def downgrade() -> None:
    op.drop_table("outgoing_mail")
    op.drop_table("subscription_event")
    op.drop_table("subscription")
    op.drop_column("set_aside", "to_receiving_address")


def _create_subscription() -> None:
    op.create_table(
        "subscription",
        sa.Column("list_id", IDENTIFIER, nullable=False),
        sa.Column("manager", sa.String(16), nullable=True),
        sa.Column("request_address", sa.String(320), nullable=True),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changed", TIMESTAMP, nullable=False),
        sa.Column("pending", sa.String(8), nullable=True),
        sa.Column("requested", TIMESTAMP, nullable=True),
        sa.Column("expires", TIMESTAMP, nullable=True),
        sa.Column("renewals", sa.Integer(), nullable=False),
        sa.Column("last_post", TIMESTAMP, nullable=True),
        sa.Column("posting_seen", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("list_id", name="pk_subscription"),
        sa.ForeignKeyConstraint(
            ["list_id"], ["mailing_list.id"], name="fk_subscription_list_id_mailing_list"
        ),
    )


def _create_subscription_event() -> None:
    op.create_table(
        "subscription_event",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("list_id", IDENTIFIER, nullable=False),
        sa.Column("happened", TIMESTAMP, nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("set_aside_id", IDENTIFIER, nullable=True),
        sa.Column("decision", sa.String(10), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_subscription_event"),
        sa.ForeignKeyConstraint(
            ["list_id"], ["mailing_list.id"], name="fk_subscription_event_list_id_mailing_list"
        ),
        sa.ForeignKeyConstraint(
            ["set_aside_id"], ["set_aside.id"], name="fk_subscription_event_set_aside_id_set_aside"
        ),
    )
    op.create_index("ix_subscription_event_list_id", "subscription_event", ["list_id", "id"])


def _create_outgoing_mail() -> None:
    op.create_table(
        "outgoing_mail",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("list_id", IDENTIFIER, nullable=False),
        sa.Column("purpose", sa.String(12), nullable=False),
        sa.Column("sender", sa.String(400), nullable=False),
        sa.Column("recipient", sa.String(520), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("token", sa.String(80), nullable=True),
        sa.Column("created", TIMESTAMP, nullable=False),
        sa.Column("gives_up", TIMESTAMP, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt", TIMESTAMP, nullable=True),
        sa.Column("sent", TIMESTAMP, nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_outgoing_mail"),
        sa.ForeignKeyConstraint(
            ["list_id"], ["mailing_list.id"], name="fk_outgoing_mail_list_id_mailing_list"
        ),
    )
    op.create_index("ix_outgoing_mail_list_id", "outgoing_mail", ["list_id"])
    op.create_index("ix_outgoing_mail_next_attempt", "outgoing_mail", ["next_attempt"])
