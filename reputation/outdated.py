"""Rankings that lack what was decided since."""

from __future__ import annotations

from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from reputation.tables import Epoch

OUTDATED: Final = -1
"""``Epoch.messages`` of an epoch that lacks one curation; lower for more."""


def outdate(session: Session, *, but_public: bool = False) -> None:
    """Mark the newest epoch of each audience as made before a curation, whoever ranks next.

    but_public: the curation is about what the public does not see, so its epoch stays.

    Each mark lowers ``Epoch.messages`` further below 0, so that a ranking
    under way can tell that another one came meanwhile.
    """
    newest = select(Epoch.audience, func.max(Epoch.id)).group_by(Epoch.audience)
    if but_public:
        newest = newest.where(Epoch.audience != "")
    for audience, number in session.execute(newest).all():
        epoch = session.get_one(Epoch, (audience, number), populate_existing=True)
        epoch.messages = min(epoch.messages, 0) + OUTDATED
    session.flush()
