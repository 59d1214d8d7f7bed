"""The steps of the worker, one function each.

A step does the work that is pending, or a part of it that takes a short time. It returns
the number of seconds until it wants to run again; None means in the next pass.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.orm import Session

from archive.database import Database
from archive.errors import NameServiceError, PakarError
from archive.lists.audience import public
from archive.people.forgetting import forget_silent_addresses
from archive.search.audiences import AudienceIndexes
from archive.search.follower import IndexFollower
from archive.search.state import IndexBusyError
from archive.upkeep.repeated_signatures import RepeatedSignatures
from archive.upkeep.reread import Rereading
from reputation.epochs.scorer import Scorer
from reputation.outdated import outdate

if TYPE_CHECKING:
    from archive.upkeep.signatures import SignatureWorker

log = structlog.get_logger()

FOLLOW_AT_MOST = 5_000
FORGET_SECONDS = 3_600.0
REREAD_SECONDS = 2.0
"""Rereading pauses after this long, so that new mail is handled."""
ASK_AGAIN_SECONDS = 60.0
"""Pause after DNS gave no answer, or after a failure in rereading."""


def read_again(rereading: Rereading) -> float:
    """Reread, for a short time, messages that an older reader has read."""
    try:
        count = rereading.run(REREAD_SECONDS)
    except PakarError:
        raise
    except Exception:  # new mail must still be handled
        log.exception("reading messages again failed; it will be tried again")
        return ASK_AGAIN_SECONDS
    if count:
        log.info("messages read again", count=count, done=rereading.is_done)
    return math.inf if rereading.is_done else 0.0


def learn_signatures(
    database: Database,
    rereading: Rereading,
    signatures: RepeatedSignatures,
    indexes: AudienceIndexes,
) -> float | None:
    """Take repeated signatures out of own texts, after all is read by the newest reader."""
    if not rereading.is_done:
        return None
    count = signatures.run(REREAD_SECONDS)
    if count:
        log.info("repeated signatures taken out", count=count, done=signatures.is_done)
    if signatures.changed:
        index_again(database, signatures, indexes)
    return None if signatures.is_done else 0.0


def index_again(
    database: Database, signatures: RepeatedSignatures, indexes: AudienceIndexes
) -> None:
    """Bring the kept indexes up to what was learnt; one that is being written, another time."""
    changed = sorted(signatures.changed)
    try:
        for _, follower in indexes.kept():
            with database.session() as session:
                follower.look_at(session, changed, wait=0)
    except IndexBusyError:
        return
    signatures.changed.clear()


def outdate_for(session: Session, is_public: bool) -> None:
    """Mark rankings as made before own texts changed, of which a public one or none is."""
    outdate(session, but_public=not is_public)


def follow(database: Database, indexes: AudienceIndexes) -> None:
    """Index new messages, for every audience that has an index."""
    for _, follower in indexes.kept():
        _follow_one(database, follower)


def _follow_one(database: Database, follower: IndexFollower) -> None:
    """Index new messages, in parts, so that no read transaction lasts long."""
    try:
        for work in (follower.follow, follower.renew):
            count = FOLLOW_AT_MOST
            while count >= FOLLOW_AT_MOST:
                with database.session() as session:
                    count = work(session, at_most=FOLLOW_AT_MOST, wait=0)
    except IndexBusyError:
        # An import is writing the index; it indexes its own messages.
        return


def forget_indexes(indexes: AudienceIndexes) -> float:
    """Delete the search indexes of audiences of which nobody has searched for long."""
    indexes.forget_unused()
    return FORGET_SECONDS


def check_signatures(database: Database, signatures: SignatureWorker) -> float | None:
    """Check the signatures of a few new posts."""
    try:
        forged = signatures.step()
        if forged:
            with database.transaction() as session:
                outdate(session, but_public=forged <= public(session).closed)
    except NameServiceError as error:
        log.warning("signatures wait to be checked", reason=str(error))
        return ASK_AGAIN_SECONDS
    return None


def tidy(database: Database, rereading: Rereading, scorer: Scorer) -> float | None:
    """Delete, once, authors whom rereading left without posts and whom no ranking names."""
    if not rereading.is_done:
        return None
    with database.session() as session:
        if scorer.is_stale(session):
            return None
    with database.transaction() as session:
        forget_silent_addresses(session)
    return math.inf
