"""``/attachments``: one content, whatever posts carry it and whatever they call it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from api import schemas
from api.answers import attachments
from api.context import Context
from api.protocol.caching import json_answer
from api.protocol.parameters import CurrentReader, PageParameters, Parameters
from api.protocol.problems import documented
from api.routes.downloads import documented_bytes, download

Digest = Annotated[
    str, Path(pattern="^[0-9a-f]{64}$", description="SHA-256 of the content, in hexadecimal.")
]


def routes(context: Context) -> APIRouter:
    """The routes of attachments by their content."""
    router = APIRouter(tags=["messages"])

    @router.get(
        "/attachments/{digest}",
        response_model=schemas.AttachmentPosts,
        responses=documented(404),
    )
    def get_attachment_posts(
        request: Request,
        reader: CurrentReader,
        digest: Digest,
        query: Annotated[PageParameters, Query()],
    ) -> Response:
        """The posts that carry an attachment."""
        found = attachments.attachment_posts(context, digest, reader=reader, page=query.page)
        return json_answer(request, found)

    @router.get(
        "/attachments/{digest}/content",
        response_class=Response,
        responses=documented(404) | documented_bytes("*/*", "The attachment's bytes."),
    )
    def get_attachment_content(
        request: Request,
        reader: CurrentReader,
        digest: Digest,
        _: Annotated[Parameters, Query()],
    ) -> Response:
        """An attachment's bytes, from the first post that carries it."""
        found = attachments.attachment_content(context, digest, reader=reader)
        return download(request, found.content, found.content_type, found.filename)

    return router
