"""API tokens, which decide what a client may do by HTTP. Original data.

A token is 256 random bits and is shown only once; the store keeps only its SHA-256.
With so much randomness nobody can guess a token, so it needs no slow hash and no salt
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
"""Lets secret scanners recognise a token that somebody published by accident."""
_BYTES: Final = 32
_TOKEN: Final = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}")
_NAME: Final = re.compile(r"[^\W_](?:[\w.@ -]{0,98}[\w.])?")


class Scope(StrEnum):
    """What a token allows; each scope includes those before it."""

    READ = "read"
    """Read private lists and complete e-mail addresses."""
    CURATE = "curate"
    """Decide about topics, people and threads, and see what decisions have hidden."""
    ADMIN = "admin"
    """See everything that the operator sees."""

    def includes(self, other: Scope) -> bool:
        """Whether a token of this scope may do what ``other`` requires."""
        order = list(Scope)
        return order.index(self) >= order.index(other)


@dataclass(frozen=True, slots=True)
class Bearer:
    """The holder of a valid token."""

    id: int
    name: str
    scope: Scope
    last_used: datetime | None


def create_token(session: Session, name: str, scope: Scope) -> tuple[str, AccessToken]:
    """Create a token; return its text, which is not stored anywhere, and its row.

    Raises ``UsageError`` if the name is invalid or belongs to a token in force.
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
    """Revoke a token. Raises ``NotFoundError`` if no token with this name is in force."""
    token = _in_force(session, name.strip())
    if token is None:
        raise NotFoundError(f"no token {name.strip()[:100]!r} is in force")
    token.revoked = _now()
    session.flush()
    return token


def tokens(session: Session, *, revoked: bool = False) -> list[AccessToken]:
    """All tokens in force, sorted by name; with ``revoked``, the revoked ones too."""
    query = select(AccessToken).order_by(AccessToken.name, AccessToken.id)
    if not revoked:
        query = query.where(AccessToken.revoked.is_(None))
    return list(session.scalars(query))


def find_bearer(session: Session, text: str) -> Bearer | None:
    """The holder of this token; None for an invalid or revoked token."""
    if not _TOKEN.fullmatch(text):
        return None
    digest = _digest(text)
    token = session.scalar(
        select(AccessToken).where(AccessToken.digest == digest, AccessToken.revoked.is_(None))
    )
    # The index look-up compares digests, whose bytes an attacker cannot choose. The result
    # depends on this comparison, which takes the same time for every digest.
    if token is None or not hmac.compare_digest(bytes(token.digest), digest):
        return None
    return Bearer(token.id, token.name, Scope(token.scope), token.last_used)


def note_use(session: Session, bearer: Bearer, used: datetime) -> None:
    """Store when a token was last used."""
    session.execute(update(AccessToken).where(AccessToken.id == bearer.id).values(last_used=used))


def _in_force(session: Session, name: str) -> AccessToken | None:
    return session.scalar(
        select(AccessToken).where(AccessToken.name == name, AccessToken.revoked.is_(None))
    )


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
