"""The pages: server-rendered HTML, usable without JavaScript, in Indonesian and English."""

from __future__ import annotations

from fastapi import FastAPI

from api.context import Context


def register_pages(app: FastAPI, context: Context) -> None:
    """Adds every page, the static files and the error pages to ``app``.

    To be called after the API's exception handlers are in place: errors of
    pages become pages, all others stay with those handlers.
    """
    # The whole API speaks by api.pages.translations; the pages stand on that API in turn.
    from api.pages.registration import register

    register(app, context)
