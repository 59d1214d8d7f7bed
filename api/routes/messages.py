"""``/messages``: read, raw, and their attachments.

A Message-ID is percent-encoded in the path; one with a slash may hold it
encoded or, as some proxies make it, plain.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from api import schemas
from api.answers import attachments, messages
from api.protocol.caching import json_answer
from api.protocol.parameters import Asked, CurrentCaller, Parameters, Segment, VersionParameters
from api.protocol.problems import documented
from api.routes.downloads import documented_bytes, download

router = APIRouter(tags=["messages"])


@router.get(
    "/messages/{message_id:path}/attachments/{n}",
    response_class=Response,
    responses=documented(404) | documented_bytes("*/*", "The attachment's bytes."),
)
def get_attachment(
    request: Request,
    caller: CurrentCaller,
    message_id: Segment,
    n: Annotated[int, Path(ge=1, le=100_000)],
    query: Asked[VersionParameters],
) -> Response:
    """One attachment, decoded."""
    found = attachments.attachment(
        caller.context, message_id, n, version=query.version, reader=caller.reader
    )
    return download(request, found.content, found.content_type, found.filename)


@router.get(
    "/messages/{message_id:path}/raw",
    response_class=Response,
    responses=documented(404) | documented_bytes("message/rfc822", "The message as it came."),
)
def get_raw_message(
    request: Request, caller: CurrentCaller, message_id: Segment, query: Asked[VersionParameters]
) -> Response:
    """The exact bytes of a message."""
    content = messages.raw_message(
        caller.context, message_id, version=query.version, reader=caller.reader
    )
    return download(request, content, "message/rfc822", "message.eml")


@router.get(
    "/messages/{message_id:path}", response_model=schemas.Message, responses=documented(404)
)
def get_message(
    request: Request, caller: CurrentCaller, message_id: Segment, _: Asked[Parameters]
) -> Response:
    """A message in all its stored versions."""
    return json_answer(request, messages.message(caller.context, message_id, reader=caller.reader))
