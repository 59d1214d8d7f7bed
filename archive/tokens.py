"""API tokens: who may do what by HTTP. True data.

A token is 256 random bits, shown once; the store keeps its SHA-256 alone. So
much chance needs no slow hash and no salt: there is nothing to guess
(NIST SP 800-63B, section 5.1.2.2, on look-up secrets).
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from archive.errors import NotFoundError, UsageError
from archive.tables import AccessToken

PREFIX: Final = "pakar_"
"""By which scanners know a token that somebody published by accident."""
_BYTES: Final = 32
_TOKEN: Final = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}")
_NAME: Final = re.compile(r"[^\W_](?:[\w.@ -]{0,98}[\w.])?")


class Scope(StrEnum):
    """What a token allows; each scope includes those before it."""

    READ = "read"
    """Private lists and whole e-mail addresses."""
    CURATE = "curate"
    """Decisions about topics, people and threads, and what was hidden by them."""
    ADMIN = "admin"
    """All that the operator sees."""

    def includes(self, other: Scope) -> bool:
        """Whether a token of this scope may do what ``other`` asks for."""
        order = list(Scope)
        return order.index(self) >= order.index(other)


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who shows a token that holds."""

    id: int
    name: str
    scope: Scope
    last_used: datetime | None


def create_token(session: Session, name: str, scope: Scope) -> tuple[str, AccessToken]:
    """A new token: its text, which is nowhere kept, and its row.

    Raises ``UsageError`` for a name that a token in force bears, or that is none.
    """
    wanted = name.strip()
    if not _NAME.fullmatch(wanted):
        raise UsageError("a token's name is 1 to 100 letters, digits, spaces and . @ _ -")
    if _in_force(session, wanted) is not None:
        raise UsageError(f"there is a token {wanted!r} already; revoke it first")
    text = PREFIX + secrets.token_urlsafe(_BYTES)
    token = AccessToken(name=wanted, digest=_digest(text), scope=str(scope), created=_now())
    session.add(token)
    session.flush()
    return text, token


def revoke_token(session: Session, name: str) -> AccessToken:
    """Refuse a token from now on. Raises ``NotFoundError`` where none of that name is in force."""
    token = _in_force(session, name.strip())
    if token is None:
        raise NotFoundError(f"no token {name.strip()[:100]!r} is in force")
    token.revoked = _now()
    session.flush()
    return token


def tokens(session: Session, *, revoked: bool = False) -> list[AccessToken]:
    """Tokens by name, those in force alone unless ``revoked``."""
    query = select(AccessToken).order_by(AccessToken.name, AccessToken.id)
    if not revoked:
        query = query.where(AccessToken.revoked.is_(None))
    return list(session.scalars(query))


def find_bearer(session: Session, text: str) -> Bearer | None:
    """Who shows this token; None for one that does not hold."""
    if not _TOKEN.fullmatch(text):
        return None
    digest = _digest(text)
    token = session.scalar(
        select(AccessToken).where(AccessToken.digest == digest, AccessToken.revoked.is_(None))
    )
    # The index compares digests, which nobody can steer; the answer rests on a comparison
    # whose time tells nothing.
    if token is None or not hmac.compare_digest(bytes(token.digest), digest):
        return None
    return Bearer(token.id, token.name, Scope(token.scope), token.last_used)


def note_use(session: Session, bearer: Bearer, used: datetime) -> None:
    """Keep when a token was last used."""
    session.execute(update(AccessToken).where(AccessToken.id == bearer.id).values(last_used=used))


def _in_force(session: Session, name: str) -> AccessToken | None:
    return session.scalar(
        select(AccessToken).where(AccessToken.name == name, AccessToken.revoked.is_(None))
    )


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
