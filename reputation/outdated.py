"""Rankings that lack what was decided since."""

from __future__ import annotations

from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from reputation.tables import Epoch

OUTDATED: Final = -1
"""``Epoch.messages`` of an epoch that lacks one curation; lower for more."""


def outdate(session: Session) -> None:
    """Mark the newest epoch as made before a curation, whoever ranks next.

    Each mark lowers ``Epoch.messages`` further below 0, so that a ranking
    under way can tell that another one came meanwhile.
    """
    newest = session.scalar(select(func.max(Epoch.id)))
    if newest is not None:
        epoch = session.get_one(Epoch, newest, populate_existing=True)
        epoch.messages = min(epoch.messages, 0) + OUTDATED
    session.flush()
