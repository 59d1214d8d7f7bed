"""Bytes from outside, handed over to be stored, never to be shown or run."""

from __future__ import annotations

import re
from urllib.parse import quote

from fastapi import Request, Response

from api.protocol.caching import conditional, entity_tag

_ISOLATED = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
    "Vary": "Authorization",
}
_NO_TOKEN = re.compile(r"[^A-Za-z0-9._ -]")


def download(request: Request, content: bytes, media_type: str, filename: str) -> Response:
    """``content`` to be saved under ``filename``, or 304 where the client has it."""
    headers = {
        **_ISOLATED,
        "Content-Disposition": content_disposition(filename),
        "Content-Type": media_type,
        "ETag": entity_tag(content),
    }
    return conditional(request, Response(content, headers=headers))


def content_disposition(filename: str) -> str:
    """The field's value for a file to be saved: its name in ASCII, and in full (RFC 6266)."""
    plain = _NO_TOKEN.sub("_", filename)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"


def documented_bytes(media_type: str, description: str) -> dict[int | str, dict[str, object]]:
    """The description of an answer that is bytes, for OpenAPI."""
    schema = {"type": "string", "format": "binary"}
    return {200: {"description": description, "content": {media_type: {"schema": schema}}}}
