"""Looking at signatures after a post is stored, by DNS, in a worker's time.

Never before ``250``, and never for old mail: keys are withdrawn after a while,
so that a signature of long ago that fails says nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from archive.lists.names import names_of_lists
from archive.mail.message import parse_message
from archive.mail.trust.results import FORGED, UNKNOWN, Trust
from archive.mail.trust.verdict import judge_signatures
from archive.people.shown_names import recount_names
from archive.resolver import NameService
from archive.store.store import Store
from archive.tables import Authentication, Posting

KEPT_KEYS = timedelta(days=30)
AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class _Pending:
    message: int
    list_id: int
    received: datetime


class SignatureWorker:
    """Judges what came by a door and waits for a look at DNS."""

    def __init__(self, store: Store, names: NameService) -> None:
        self.store = store
        self.names = names

    def step(self) -> bool:
        """Judge a few posts; whether one was found forged.

        Raises ``NameServiceError``; what is not judged yet goes on waiting.
        """
        found_forged = False
        for one in self._pending():
            if datetime.now(UTC) - one.received > KEPT_KEYS:
                trust = Trust(UNKNOWN, None, None, "too old for its signatures to be checked")
            else:
                raw = self.store.raw(one.message)
                with self.store.database.session() as session:
                    known = names_of_lists(session, [one.list_id]).get(one.list_id)
                hosts = [address.rpartition("@")[2] for address in known.addresses] if known else []
                trust = judge_signatures(raw, parse_message(raw), hosts, self.names.text)
            with self.store.database.transaction() as session:
                _write(session, one.message, trust)
            found_forged = found_forged or trust.verdict == FORGED
        return found_forged

    def _pending(self) -> list[_Pending]:
        with self.store.database.session() as session:
            rows = session.execute(
                select(
                    Authentication.message_id, func.min(Posting.list_id), func.min(Posting.received)
                )
                .join(Posting, Posting.message_id == Authentication.message_id)
                .where(Authentication.pending)
                .group_by(Authentication.message_id)
                .order_by(Authentication.message_id)
                .limit(AT_ONCE)
            ).all()
        return [_Pending(*row) for row in rows]


def _write(session: Session, message: int, trust: Trust) -> None:
    session.execute(
        update(Authentication)
        .where(Authentication.message_id == message)
        .values(
            verdict=trust.verdict,
            domain=trust.domain,
            method=trust.method,
            reason=trust.reason,
            pending=False,
        )
    )
    if trust.verdict == FORGED:
        recount_names(session, [message])
