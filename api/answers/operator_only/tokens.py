"""API tokens as the operator sees them: everything but the token."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from api.schemas import Schema
from archive.tables import AccessToken
from archive.tokens import lists_opened


class TokenFacts(Schema):
    """A token; ``last_used`` is to the minute, ``lists`` are the private ones that it opens.

    Scopes above ``read`` open every list.
    """

    name: str
    scope: str
    lists: list[str]
    created: datetime
    expires: datetime | None
    last_used: datetime | None
    revoked: datetime | None


class NewToken(TokenFacts):
    """A token just made, with its text."""

    token: str


def access_tokens(session: Session, rows: Sequence[AccessToken]) -> list[TokenFacts]:
    """What is known of each token."""
    lists = lists_opened(session, [row.id for row in rows])
    return [TokenFacts.of(row, lists=lists.get(row.id, [])) for row in rows]
