"""What people decide about people and threads; how messages are written.

Revision: 0006, after 0005.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# SQLite only auto-increments a column typed exactly INTEGER.
IDENTIFIER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# Whole Unix seconds.
TIMESTAMP = sa.BigInteger()


def upgrade() -> None:
    _create_decisions()
    _create_merge_suggestion()
    op.add_column("message", sa.Column("time_zone", sa.Integer(), nullable=True))
    op.add_column("message", sa.Column("mail_program", sa.String(40), nullable=True))
    op.add_column("message", sa.Column("quote_marks", sa.LargeBinary(), nullable=True))
    _add_own_person()
    _sort_name_keys()


def downgrade() -> None:
    with op.batch_alter_table("address") as batch:
        batch.drop_index("ix_address_own_person_id")
        batch.drop_constraint("fk_address_own_person_id_person", type_="foreignkey")
        batch.drop_column("own_person_id")
    with op.batch_alter_table("message") as batch:
        batch.drop_column("quote_marks")
        batch.drop_column("mail_program")
        batch.drop_column("time_zone")
    for table in ("merge_suggestion", "thread_claim", "identity_claim", "decision"):
        op.drop_table(table)


def _create_decisions() -> None:
    op.create_table(
        "decision",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("subject", sa.String(8), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("author", sa.String(200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made", TIMESTAMP, nullable=False),
        sa.Column("undone", TIMESTAMP, nullable=True),
        sa.Column("undone_by", sa.String(200), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_decision"),
    )
    op.create_table(
        "identity_claim",
        sa.Column("decision_id", IDENTIFIER, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("relation", sa.String(10), nullable=False),
        sa.Column("one", sa.String(400), nullable=False),
        sa.Column("other", sa.String(400), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name="fk_identity_claim_decision_id_decision"
        ),
        sa.PrimaryKeyConstraint("decision_id", "position", name="pk_identity_claim"),
    )
    op.create_index("ix_identity_claim_one", "identity_claim", ["one"])
    op.create_index("ix_identity_claim_other", "identity_claim", ["other"])
    op.create_table(
        "thread_claim",
        sa.Column("decision_id", IDENTIFIER, nullable=False),
        sa.Column("message_id", sa.String(998), nullable=False),
        sa.Column("parent", sa.String(998), nullable=True),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name="fk_thread_claim_decision_id_decision"
        ),
        sa.PrimaryKeyConstraint("decision_id", name="pk_thread_claim"),
    )
    op.create_index("ix_thread_claim_message_id", "thread_claim", ["message_id"])


def _create_merge_suggestion() -> None:
    op.create_table(
        "merge_suggestion",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("one", IDENTIFIER, nullable=False),
        sa.Column("other", IDENTIFIER, nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("found", TIMESTAMP, nullable=False),
        sa.ForeignKeyConstraint(["one"], ["address.id"], name="fk_merge_suggestion_one_address"),
        sa.ForeignKeyConstraint(
            ["other"], ["address.id"], name="fk_merge_suggestion_other_address"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_merge_suggestion"),
        sa.UniqueConstraint("one", "other", name="uq_merge_suggestion_one"),
    )
    op.create_index("ix_merge_suggestion_other", "merge_suggestion", ["other"])


def _add_own_person() -> None:
    """Which person an address began with is not known of older rows: the one it has."""
    op.add_column("address", sa.Column("own_person_id", IDENTIFIER, nullable=True))
    op.execute("UPDATE address SET own_person_id = person_id")
    with op.batch_alter_table("address") as batch:
        batch.alter_column("own_person_id", existing_type=IDENTIFIER, nullable=False)
        batch.create_foreign_key(
            "fk_address_own_person_id_person", "person", ["own_person_id"], ["id"]
        )
        batch.create_index("ix_address_own_person_id", ["own_person_id"])


def _sort_name_keys() -> None:
    """The words of a full name are compared as a set from now on."""
    table = sa.table("address_name", sa.column("name_key", sa.String))
    connection = op.get_bind()
    keys = connection.scalars(sa.select(table.c.name_key).distinct()).all()
    changed = [
        {"old": key, "new": ordered}
        for key in keys
        if (ordered := " ".join(sorted(key.split()))) != key
    ]
    if changed:
        connection.execute(
            sa.update(table)
            .where(table.c.name_key == sa.bindparam("old"))
            .values(name_key=sa.bindparam("new")),
            changed,
        )
