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
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from archive.errors import NotFoundError, UsageError
from archive.tables import AccessToken, AccessTokenList, MailingList

PREFIX: Final = "pakar_"
"""Lets secret scanners recognise a token that somebody published by accident."""
_BYTES: Final = 32
_TOKEN: Final = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}")
_NAME: Final = re.compile(r"[^\W_](?:[\w.@ -]{0,98}[\w.])?")


class Scope(StrEnum):
    """What a token allows; each scope includes those before it."""

    READ = "read"
    """Read complete e-mail addresses, and the private lists that the token opens."""
    CURATE = "curate"
    """Read every list, decide about topics, people and threads, and see what decisions have
    hidden."""
    ADMIN = "admin"
    """See everything that the operator sees."""

    def includes(self, other: Scope) -> bool:
        """Whether a token of this scope may do what ``other`` requires."""
        order = list(Scope)
        return order.index(self) >= order.index(other)


@dataclass(frozen=True, slots=True)
class Bearer:
    """The holder of a valid token. lists: ids of the private lists that it opens."""

    id: int
    name: str
    scope: Scope
    last_used: datetime | None
    lists: frozenset[int] = frozenset()


def create_token(
    session: Session,
    name: str,
    scope: Scope,
    *,
    lists: Collection[int] = (),
    expires: datetime | None = None,
) -> tuple[str, AccessToken]:
    """Create a token; return its text, which is not stored anywhere, and its row.

    lists: ids of the private lists that a token of scope ``read`` opens; every
        larger scope opens all.
    expires: when it stops to hold.

    Raises ``UsageError`` if the name is invalid or belongs to a token in force, if it
    would not hold now, or for lists with a larger scope.
    """
    if lists and scope.includes(Scope.CURATE):
        raise UsageError(f"a token of scope {scope} reads every list; --list is for scope read")
    if expires is not None and expires <= _now():
        raise UsageError("a token must expire in the future")
    wanted = name.strip()
    if not _NAME.fullmatch(wanted):
        raise UsageError("a token's name is 1 to 100 letters, digits, spaces and . @ _ -")
    if _in_force(session, wanted) is not None:
        raise UsageError(f"there is a token {wanted!r} already; revoke it first")
    text = PREFIX + secrets.token_urlsafe(_BYTES)
    token = AccessToken(
        name=wanted, digest=_digest(text), scope=str(scope), created=_now(), expires=expires
    )
    session.add(token)
    session.flush()
    session.add_all(AccessTokenList(token_id=token.id, list_id=one) for one in sorted({*lists}))
    session.flush()
    return text, token


def lists_opened(session: Session, tokens: Collection[int]) -> dict[int, list[str]]:
    """Addresses of the lists that each token (row id) opens by name, in order."""
    rows = session.execute(
        select(AccessTokenList.token_id, MailingList.address)
        .join(MailingList, MailingList.id == AccessTokenList.list_id)
        .where(AccessTokenList.token_id.in_(tokens))
        .order_by(MailingList.address)
    )
    found: dict[int, list[str]] = {}
    for token, address in rows:
        found.setdefault(token, []).append(address)
    return found


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
    """The holder of this token; None for an invalid, expired or revoked token."""
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
    if not _holds(token):
        return None
    lists = session.scalars(
        select(AccessTokenList.list_id).where(AccessTokenList.token_id == token.id)
    )
    return Bearer(token.id, token.name, Scope(token.scope), token.last_used, frozenset(lists))


def note_use(session: Session, bearer: Bearer, used: datetime) -> None:
    """Store when a token was last used."""
    session.execute(update(AccessToken).where(AccessToken.id == bearer.id).values(last_used=used))


def _in_force(session: Session, name: str) -> AccessToken | None:
    named = select(AccessToken).where(AccessToken.name == name, AccessToken.revoked.is_(None))
    return next((token for token in session.scalars(named) if _holds(token)), None)


def _holds(token: AccessToken) -> bool:
    """Whether a token has not expired."""
    return token.expires is None or token.expires > datetime.now(UTC)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
