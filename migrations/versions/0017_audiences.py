"""What an epoch computes, once for each audience; topics and lists that only some may see.

Revision: 0017, after 0014.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0014"
branch_labels = None
depends_on = None

# SQLite only auto-increments a column typed exactly INTEGER.
IDENTIFIER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# Whole Unix seconds.
TIMESTAMP = sa.BigInteger()
KEYS = {
    "epoch": ["id"],
    "score": ["topic_id", "person_id"],
    "thread_topic": ["thread_id", "topic_id"],
    "evidence": ["message_id"],
    "work": ["id"],
}
"""The keys of each table within one audience."""


def _audience() -> sa.Column[str]:
    return sa.Column("audience", sa.String(40), nullable=False, server_default="")


def upgrade() -> None:
    with op.batch_alter_table("work_citation") as table:
        table.drop_constraint("fk_work_citation_work_id_work", type_="foreignkey")
    for name, key in KEYS.items():
        with op.batch_alter_table(name) as table:
            table.add_column(_audience())
            table.drop_constraint(f"pk_{name}", type_="primary")
            table.create_primary_key(f"pk_{name}", ["audience", *key])
    with op.batch_alter_table("work_citation") as table:
        table.add_column(_audience())
        table.drop_constraint("pk_work_citation", type_="primary")
        table.create_primary_key("pk_work_citation", ["audience", "work_id", "message_id"])
        table.create_foreign_key(
            "fk_work_citation_audience_work", "work", ["audience", "work_id"], ["audience", "id"]
        )
    with op.batch_alter_table("topic") as table:
        table.add_column(_audience())
        table.drop_constraint("uq_topic_tag", type_="unique")
        table.create_unique_constraint("uq_topic_audience", ["audience", "tag"])
    op.add_column("access_token", sa.Column("expires", TIMESTAMP, nullable=True))
    op.create_table(
        "access_token_list",
        sa.Column("token_id", IDENTIFIER, nullable=False),
        sa.Column("list_id", IDENTIFIER, nullable=False),
        sa.PrimaryKeyConstraint("token_id", "list_id", name="pk_access_token_list"),
        sa.ForeignKeyConstraint(
            ["token_id"], ["access_token.id"], name="fk_access_token_list_token_id_access_token"
        ),
        sa.ForeignKeyConstraint(
            ["list_id"], ["mailing_list.id"], name="fk_access_token_list_list_id_mailing_list"
        ),
    )
    # Until now any token read every private list.
    op.execute(
        "INSERT INTO access_token_list SELECT access_token.id, mailing_list.id"
        " FROM access_token CROSS JOIN mailing_list"
        " WHERE access_token.scope = 'read' AND mailing_list.private"
    )


def downgrade() -> None:
    op.drop_table("access_token_list")
    # The older schema would let a token hold for ever.
    op.execute(
        "UPDATE access_token SET revoked = expires WHERE revoked IS NULL AND expires IS NOT NULL"
    )
    with op.batch_alter_table("access_token") as table:
        table.drop_column("expires")
    # The older schema knows one audience, the public.
    for name in ("work_citation", *KEYS):
        op.execute(f"DELETE FROM {name} WHERE audience <> ''")  # noqa: S608 - names of this file
    private = "SELECT id FROM topic WHERE audience <> ''"
    for name in ("topic_term", "topic_pin", "topic_change"):
        op.execute(f"DELETE FROM {name} WHERE topic_id IN ({private})")  # noqa: S608 - as above
    for column in ("merged_into", "parent_id"):
        op.execute(f"UPDATE topic SET {column} = NULL WHERE {column} IN ({private})")  # noqa: S608
    op.execute("DELETE FROM topic WHERE audience <> ''")
    with op.batch_alter_table("topic") as table:
        table.drop_constraint("uq_topic_audience", type_="unique")
        table.create_unique_constraint("uq_topic_tag", ["tag"])
        table.drop_column("audience")
    with op.batch_alter_table("work_citation") as table:
        table.drop_constraint("fk_work_citation_audience_work", type_="foreignkey")
        table.drop_constraint("pk_work_citation", type_="primary")
        table.create_primary_key("pk_work_citation", ["work_id", "message_id"])
        table.drop_column("audience")
    for name, key in KEYS.items():
        with op.batch_alter_table(name) as table:
            table.drop_constraint(f"pk_{name}", type_="primary")
            table.create_primary_key(f"pk_{name}", key)
            table.drop_column("audience")
    with op.batch_alter_table("work_citation") as table:
        table.create_foreign_key("fk_work_citation_work_id_work", "work", ["work_id"], ["id"])
