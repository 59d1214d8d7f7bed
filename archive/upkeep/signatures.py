"""Check the signatures of stored posts by DNS, in the background.

Signatures are never checked before the door answers ``250``, and never on old mail:
signers withdraw their keys after a while, so a failure of an old signature means
nothing.
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
from archive.network.resolver import NameService
from archive.people.update import recount_names
from archive.store.store import Store
from archive.tables import Authentication, Posting

KEPT_KEYS = timedelta(days=30)
"""How long we expect a signer to publish a key after using it."""
AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class _Pending:
    message: int
    list_id: int
    received: datetime


class SignatureWorker:
    """Judges posts that came by a door and whose signatures still wait for DNS."""

    def __init__(self, store: Store, names: NameService) -> None:
        self.store = store
        self.names = names

    def step(self) -> frozenset[int]:
        """Judge a few posts; return the ids of the lists to which forged ones of them came.

        Raises ``NameServiceError``; posts that are not judged yet keep waiting.
        """
        forged: set[int] = set()
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
            if trust.verdict == FORGED:
                forged.add(one.list_id)
        return frozenset(forged)

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
