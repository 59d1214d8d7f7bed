"""What the worker brings up to date, one step each.

A step does what there is to do, or as much of it as takes a moment, and gives
the seconds after which it wants to be taken again; None: with the next pass.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import structlog

from archive.database import Database
from archive.errors import NameServiceError, PakarError
from archive.search.follower import IndexFollower
from archive.search.state import IndexBusyError
from archive.store.removal import forget_silent_addresses
from archive.upkeep.reread import Rereading
from reputation.epochs.scorer import Scorer
from reputation.outdated import outdate

if TYPE_CHECKING:
    from archive.upkeep.signatures import SignatureWorker

log = structlog.get_logger()

FOLLOW_AT_MOST = 5_000
REREAD_SECONDS = 2.0
"""Reading again gives way to new mail after so long."""
ASK_AGAIN_SECONDS = 60.0
"""After DNS gave no answer, or after a fault in reading again."""


def read_again(rereading: Rereading) -> float:
    """Read again, for a moment, what an older reader has read."""
    try:
        count = rereading.run(REREAD_SECONDS)
    except PakarError:
        raise
    except Exception:  # what is new goes on being followed all the same
        log.exception("reading messages again failed; it will be tried again")
        return ASK_AGAIN_SECONDS
    if count:
        log.info("messages read again", count=count, done=rereading.is_done)
    return math.inf if rereading.is_done else 0.0


def follow(database: Database, follower: IndexFollower) -> None:
    """Index what is new, in parts that hold no long read transaction."""
    count = FOLLOW_AT_MOST
    try:
        while count >= FOLLOW_AT_MOST:
            with database.session() as session:
                count = follower.follow(session, at_most=FOLLOW_AT_MOST, wait=0)
    except IndexBusyError:
        # An import is writing the index and indexes its own messages.
        return


def check_signatures(database: Database, signatures: SignatureWorker) -> float | None:
    """Have a few new posts' signatures checked."""
    try:
        if signatures.step():
            with database.transaction() as session:
                outdate(session)
    except NameServiceError as error:
        log.warning("signatures wait to be checked", reason=str(error))
        return ASK_AGAIN_SECONDS
    return None


def tidy(database: Database, rereading: Rereading, scorer: Scorer) -> float | None:
    """Forget, once, authors that reading again left without posts and no ranking names."""
    if not rereading.is_done:
        return None
    with database.session() as session:
        if scorer.is_stale(session):
            return None
    with database.transaction() as session:
        forget_silent_addresses(session)
    return math.inf
