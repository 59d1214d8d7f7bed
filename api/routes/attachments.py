"""``/attachments``: one content, whatever posts carry it and whatever they call it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from api import schemas
from api.answers import attachments
from api.protocol.caching import json_answer
from api.protocol.parameters import Asked, CurrentCaller, PageParameters, Parameters
from api.protocol.problems import documented
from api.routes.downloads import documented_bytes, download

Digest = Annotated[
    str, Path(pattern="^[0-9a-f]{64}$", description="SHA-256 of the content, in hexadecimal.")
]

router = APIRouter(tags=["messages"])


@router.get(
    "/attachments/{digest}", response_model=schemas.AttachmentPosts, responses=documented(404)
)
def get_attachment_posts(
    request: Request, caller: CurrentCaller, digest: Digest, query: Asked[PageParameters]
) -> Response:
    """The posts that carry an attachment."""
    found = attachments.attachment_posts(
        caller.context, digest, reader=caller.reader, page=query.page
    )
    return json_answer(request, found)


@router.get(
    "/attachments/{digest}/content",
    response_class=Response,
    responses=documented(404) | documented_bytes("*/*", "The attachment's bytes."),
)
def get_attachment_content(
    request: Request, caller: CurrentCaller, digest: Digest, _: Asked[Parameters]
) -> Response:
    """An attachment's bytes, from the first post that carries it."""
    found = attachments.attachment_content(caller.context, digest, reader=caller.reader)
    return download(request, found.content, found.content_type, found.filename)
