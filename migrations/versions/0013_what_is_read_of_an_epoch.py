"""Of scores and evidence only what is read again: the rest is made anew with every view.

Revision: 0013, after 0012.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# SQLite only auto-increments a column typed exactly INTEGER.
IDENTIFIER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# Whole Unix seconds.
TIMESTAMP = sa.BigInteger()
SCORE: dict[str, sa.types.TypeEngine[Any]] = {
    "authority": sa.Float(),
    "recognition": sa.Float(),
    "consistency": sa.Float(),
    "presence": sa.Float(),
    "posts": sa.Integer(),
    "answers": sa.Integer(),
    "thanks": sa.Integer(),
    "first": TIMESTAMP,
    "last": TIMESTAMP,
}
EVIDENCE: dict[str, sa.types.TypeEngine[Any]] = {
    "asker_id": IDENTIFIER,
    "kind": sa.String(12),
    "weight": sa.Float(),
    "endorsement": sa.Float(),
    "version": sa.Integer(),
}


def upgrade() -> None:
    with op.batch_alter_table("score") as score:
        for name in SCORE:
            score.drop_column(name)
    with op.batch_alter_table("evidence") as evidence:
        evidence.drop_constraint("fk_evidence_asker_id_person", type_="foreignkey")
        for name in EVIDENCE:
            evidence.drop_column(name)


def downgrade() -> None:
    # Both are derived: the next epoch, due at once (``reputation.outdated``), writes them whole.
    op.execute("DELETE FROM score")
    op.execute("DELETE FROM evidence")
    op.execute("UPDATE epoch SET messages = -1")
    with op.batch_alter_table("score") as score:
        for name, kind in SCORE.items():
            score.add_column(sa.Column(name, kind, nullable=False))
    with op.batch_alter_table("evidence") as evidence:
        for name, kind in EVIDENCE.items():
            evidence.add_column(sa.Column(name, kind, nullable=False))
        evidence.create_foreign_key("fk_evidence_asker_id_person", "person", ["asker_id"], ["id"])
