"""Liveness and readiness."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from api import schemas
from api.context import Context
from archive.errors import PakarError
from archive.tables import MailingList


def health() -> schemas.Health:
    """The process answers: nothing else is looked at."""
    return schemas.Health(status="ok")


def readiness(context: Context) -> schemas.Readiness:
    """Whether every part can do its work now."""
    checks: dict[str, Callable[[], schemas.PartState]] = {
        "store": lambda: _store(context),
        "rankings": lambda: _rankings(context),
        **context.parts,
    }
    parts = {name: _state(check) for name, check in checks.items()}
    ready = all(part.ready for part in parts.values())
    return schemas.Readiness(status="ready" if ready else "not ready", parts=parts)


def _state(check: Callable[[], schemas.PartState]) -> schemas.PartState:
    try:
        return check()
    except PakarError as error:
        return schemas.PartState(ready=False, detail=str(error))


def _store(context: Context) -> schemas.PartState:
    with context.database.session() as session:
        session.execute(select(MailingList.id).limit(1)).first()
    return schemas.PartState(ready=True)


def _rankings(context: Context) -> schemas.PartState:
    epoch = context.view().epoch
    return schemas.PartState(ready=True, detail=f"epoch {epoch.id}")
