"""The page on privacy: what is kept about people, and how they see, correct, export or hide it."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from api.pages.routing import CurrentVisit, page_at
from api.pages.site import Site

SECTIONS_OF_TEXT = (
    ("held", 2),
    ("visit", 1),
    ("see", 1),
    ("correct", 1),
    ("export", 1),
    ("hide", 2),
    ("meaning", 1),
)
"""The sections in order, each with its number of paragraphs in the catalogues."""


def _contact(stated: str) -> Markup | None:
    """The operator's address or page as a link, None where none is set."""
    if not stated:
        return None
    target = f"mailto:{stated}" if "@" in stated and ":" not in stated else stated
    return Markup('<a href="{}">{}</a>').format(target, stated)


def routes(site: Site) -> APIRouter:
    """The page ``/privacy``."""
    router = APIRouter()

    @page_at(router, "/privacy")
    def privacy_page(visit: CurrentVisit) -> HTMLResponse:
        return site.page(
            visit,
            "privacy.html",
            title=visit.translate.plain("privacy.title"),
            sections_of_text=SECTIONS_OF_TEXT,
            contact=_contact(site.context.settings.operator_contact),
        )

    return router
