"""Find out who sends a request: look up its token in the store, and note the use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog
from fastapi import BackgroundTasks, Request
from starlette.concurrency import run_in_threadpool

from api.context import Context
from api.languages import language_of
from api.protocol.rates import Pace
from api.readers import Reader, bearer_of, require
from archive.errors import StoreUnavailableError
from archive.tokens import Bearer, Scope, find_bearer, note_use

USE_NOTED_EVERY: Final = timedelta(minutes=1)
"""The last use of a token is written at most this often, because reading must not wait for
writers."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Caller:
    """The sender of a request, as a reader, and the context of the answer."""

    context: Context
    reader: Reader


def context_of(request: Request) -> Context:
    """The context of the application that got the request."""
    context: Context = request.app.state.context
    return context


async def current_caller(request: Request, background: BackgroundTasks) -> Caller:
    """The caller for whom the answer is made. Raises ``AuthenticationError``."""
    context = context_of(request)
    language = language_of(request.headers.get("accept-language"))
    authorization = request.headers.get("authorization")
    if authorization is None:
        return Caller(context, Reader(language=language))

    def find(text: str) -> Bearer | None:
        with context.database.session() as session:
            return find_bearer(session, text)

    bearer = await run_in_threadpool(bearer_of, authorization, find)
    now = datetime.now(UTC)
    if bearer.last_used is None or now - bearer.last_used >= USE_NOTED_EVERY:
        background.add_task(_note, context, bearer, now)
    return Caller(context, Reader(bearer.scope, language, bearer.name, bearer.lists))


async def current_moderator(request: Request, background: BackgroundTasks) -> Caller:
    """The moderator who decides.

    Raises ``AuthenticationError``, ``ForbiddenError``, or ``ProblemError`` 429 for too
    many decisions.
    """
    caller = await current_caller(request, background)
    require(caller.reader, Scope.CURATE)
    pace: Pace = request.app.state.pace
    # Looking at decisions is no decision.
    if request.method != "GET" and not await pace.allows("deciding", caller.reader.name):
        raise await pace.excess("deciding", caller.reader.name)
    return caller


def _note(context: Context, bearer: Bearer, used: datetime) -> None:
    try:
        with context.database.transaction() as session:
            note_use(session, bearer, used)
    except StoreUnavailableError as error:
        # An import may block the store; the next request with this token tries again.
        log.info("the use of a token was not noted", token=bearer.name, reason=str(error))
