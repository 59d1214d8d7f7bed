"""Ask: for a pasted question, show similar threads and people who probably know the answer."""

from __future__ import annotations

from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool

from api import schemas
from api.answers.lists import mailing_lists
from api.answers.matching import match
from api.pages.routing import CurrentVisit, ListAddress, page_at
from api.pages.site import Site
from api.pages.visit import Visit
from api.paging import PageRequest
from api.protocol.problems import wrong_media_type
from archive.errors import TooLargeError, UsageError

MAXIMUM_BODY = 50_000
"""Most characters of a question; the form states the same limit."""
# One character takes at most 12 bytes in percent-encoded UTF-8.
MAXIMUM_FORM_BYTES = 12 * MAXIMUM_BODY + 10_000
MAXIMUM_FIELDS = 20
PEOPLE_SHOWN = 8
_FORM = "application/x-www-form-urlencoded"


def routes(site: Site) -> APIRouter:
    """The page ``/ask``: GET shows the form, POST answers it. Nothing is stored."""
    router = APIRouter()

    @page_at(router, "/ask")
    def ask_page(visit: CurrentVisit, list_address: ListAddress = None) -> HTMLResponse:
        question = schemas.Question(list=list_address or None)
        return _page(site, visit, question, None, "")

    @router.post("/ask", include_in_schema=False, response_class=HTMLResponse)
    async def answer_page(request: Request, visit: CurrentVisit) -> HTMLResponse:
        form = await read_form(request)
        return await run_in_threadpool(_answer, site, visit, form)

    return router


async def read_form(request: Request) -> dict[str, str]:
    """Read the fields of an ``application/x-www-form-urlencoded`` body; the last of a name wins.

    Raises ``TooLargeError``, ``ProblemError`` for another content type, and ``UsageError``
    for a malformed body.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != _FORM:
        raise wrong_media_type(media_type, _FORM)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAXIMUM_FORM_BYTES:
            raise TooLargeError.of("form-too-large", most=MAXIMUM_FORM_BYTES)
    try:
        fields = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, max_num_fields=MAXIMUM_FIELDS
        )
    except ValueError:
        raise UsageError.of("form-unreadable") from None
    return dict(fields)


def _answer(site: Site, visit: Visit, form: dict[str, str]) -> HTMLResponse:
    t = visit.translate
    body = form.get("body", "").replace("\r\n", "\n")
    subject = form.get("subject", "")
    question = schemas.Question(
        subject=subject[:1_000],
        body=body[:MAXIMUM_BODY],
        list=form.get("list", "")[:320] or None,
    )
    if not (question.subject.strip() or question.body.strip()):
        return _page(site, visit, question, None, t.plain("ask.missing"))
    if len(body) > MAXIMUM_BODY:
        return _page(site, visit, question, None, t.plain("ask.too_long"))
    found = match(site.context, question, reader=visit.reader, limit=PEOPLE_SHOWN)
    return _page(site, visit, question, found, "")


def _page(
    site: Site,
    visit: Visit,
    question: schemas.Question,
    found: schemas.Match | None,
    problem: str,
) -> HTMLResponse:
    lists = mailing_lists(site.context, reader=visit.reader, page=PageRequest(limit=200))
    return site.page(
        visit,
        "ask.html",
        title=visit.translate.plain("ask.title"),
        current="/ask",
        status=422 if problem else 200,
        lists=lists.items,
        subject=question.subject,
        body=question.body,
        chosen_list=question.list or "",
        match=found,
        problem=problem,
    )
