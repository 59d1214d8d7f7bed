"""Add the pages to the application."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.responses import Response

from api.context import Context
from api.pages import ask, home, lists, messages, people, privacy, search, threads, topics
from api.pages.errors import install_error_pages
from api.pages.site import Site

_A_YEAR = "public, max-age=31536000, immutable"


def register_pages(app: FastAPI, context: Context) -> None:
    """Add all pages, static files and error pages to ``app``.

    Call this after the API's exception handlers are installed: errors of pages are then
    shown as pages, and all others stay with those handlers.
    """
    site = Site(context)
    for module in (home, lists, topics, people, threads, messages, search, ask, privacy):
        app.include_router(module.routes(site))
    for name, asset in site.assets.items():
        _serve(app, name, asset.content, asset.media_type)
    install_error_pages(app, site)


def _serve(app: FastAPI, name: str, content: bytes, media_type: str) -> None:
    """Serve a static file. Its URL contains its version, so browsers may cache it for long."""
    headers = {"Cache-Control": _A_YEAR, "X-Content-Type-Options": "nosniff"}

    def static_file() -> Response:
        return Response(content, media_type=media_type, headers=headers)

    app.add_api_route(
        f"/static/{name}",
        static_file,
        include_in_schema=False,
        name=f"static-{name}",
    )
