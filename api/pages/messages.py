"""The permanent page of a message: every stored version, its text, attachments and original."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from api.answers.messages import message
from api.pages.bodies.body import Body, body
from api.pages.routing import CurrentVisit, page_at
from api.pages.site import Site
from api.schemas import MessageVersion


@dataclass(frozen=True, slots=True)
class ShownVersion:
    """One stored version of a message, and its body for the page."""

    shown: MessageVersion
    body: Body


def routes(site: Site) -> APIRouter:
    """The pages ``/messages/{message-id}``; the id may contain slashes."""
    router = APIRouter()

    @page_at(router, "/messages/{message_id:path}")
    def message_page(visit: CurrentVisit, message_id: str) -> HTMLResponse:
        found = message(site.context, message_id, reader=visit.reader)
        return site.page(
            visit,
            "message.html",
            title=found.subject or visit.translate.plain("message.no_subject"),
            json_url=f"/api/v1{found.url}",
            holds_bodies=True,
            message=found,
            versions=[
                ShownVersion(
                    shown=version,
                    body=body(version.text, version.own_text, version.spans, plain=visit.plain),
                )
                for version in found.versions
            ],
        )

    return router
