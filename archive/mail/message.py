"""Reading a message: bytes in, a frozen ``ParsedMessage`` out; never raises."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from archive.mail.addresses import Author, addresses_in
from archive.mail.author import find_author
from archive.mail.automation import find_automation
from archive.mail.body import AttachedPart, read_body
from archive.mail.client import time_zone
from archive.mail.dates import is_plausible, parse_date, parse_received
from archive.mail.headers import (
    HEADERS_UNFINISHED,
    MAX_REFERENCES,
    Headers,
    message_ids,
    own_message_id,
    parameters,
    split_message,
)
from archive.mail.subject import MAX_BASE_SUBJECT, base_subject
from archive.mail.text.spans import Span, SpanKind, find_spans, own_text

__all__ = [
    "READER_VERSION",
    "AttachedPart",
    "Author",
    "ParsedMessage",
    "Span",
    "SpanKind",
    "parse_message",
]

READER_VERSION = 6
"""Rises whenever the same bytes would be read otherwise than before."""

MAX_SUBJECT = 1_000
MAX_RECIPIENTS = 1_000


@dataclass(frozen=True, slots=True)
class ParsedMessage:
    """What one message says, decoded and bounded. msg-ids are without brackets."""

    message_id: str | None
    date: datetime | None
    """From Date, or None when absent or absurd."""
    received: datetime | None
    """From the topmost Received, or None."""
    subject: str
    base_subject: str
    """RFC 5256 base subject, case-folded, at most 300 characters."""
    is_reply: bool
    author: Author
    recipients: tuple[str, ...]
    """Lower-case addresses of To and Cc."""
    list_ids: tuple[str, ...]
    references: tuple[str, ...]
    """Distinct msg-ids of References then In-Reply-To, oldest first, own id dropped."""
    parent_reference: str | None
    parent_source: str | None
    """``in-reply-to`` or ``references``."""
    automation: str | None
    results: tuple[str, ...]
    """Fields Authentication-Results (RFC 8601), topmost first, undecoded."""
    signed: bool
    """It bears a DKIM or ARC signature."""
    time_zone: int | None
    """Minutes east of UTC that Date states by number, or None."""
    mail_program: str
    """User-Agent or else X-Mailer, as written; empty without either."""
    text: str
    spans: tuple[Span, ...]
    attachments: tuple[AttachedPart, ...]
    defects: tuple[str, ...]
    headers: Headers = field(repr=False, compare=False)
    """The header fields that all this was read from."""

    @property
    def own_text(self) -> str:
        """The author's words and code, joined by a newline, outer white space trimmed."""
        return own_text(self.text, self.spans)


def _read_dates(headers: Headers, defects: list[str]) -> tuple[datetime | None, datetime | None]:
    now = datetime.now(UTC)
    received = parse_received(headers.raw("received")) if "received" in headers else None
    # No server stamped mail before 1970: only a Date without Received may claim that.
    if received is not None and not is_plausible(received, now, received):
        received = None
    written = headers.raw("date")
    date = parse_date(written)
    if date is None:
        defects.append("date-unreadable" if written.strip() else "date-missing")
    elif not is_plausible(date, now, received):
        defects.append("date-absurd")
        date = None
    return date, received


def _read_references(
    headers: Headers, own: str | None
) -> tuple[tuple[str, ...], str | None, str | None]:
    """Distinct referenced ids, the declared parent, and the field that declares it."""
    named = message_ids(headers.raw("references"))
    answered = message_ids(headers.raw("in-reply-to"))
    usable = [identifier for identifier in named if identifier != own]
    answers = [identifier for identifier in answered if identifier != own]
    parent, source = None, None
    if len(answered) == 1 and answers:
        parent, source = answers[0], "in-reply-to"
    elif usable:
        parent, source = usable[-1], "references"
    elif answers:
        parent, source = answers[0], "in-reply-to"
    distinct = list(dict.fromkeys(usable + answers))
    if len(distinct) > MAX_REFERENCES:
        distinct = [distinct[0], *distinct[-(MAX_REFERENCES - 1) :]]
    return tuple(distinct), parent, source


def _list_ids(headers: Headers) -> tuple[str, ...]:
    """RFC 2919 identifiers, lower-case, without brackets."""
    found = []
    for value in headers.all("list-id"):
        opening = value.rfind("<")
        identifier = value[opening + 1 :].partition(">")[0].strip().lower()
        if identifier and " " not in identifier:
            found.append(identifier[:998])
    return tuple(dict.fromkeys(found))


def parse_message(raw: bytes) -> ParsedMessage:
    """Read one message. Never raises, whatever the bytes; ``defects`` names what was wrong.

    Pure but for the clock, by which dates far ahead are told to be absurd.
    Time is linear in the size of ``raw``.
    """
    headers, data, whole = split_message(raw)
    defects: list[str] = [] if whole else [HEADERS_UNFINISHED]
    content_type = "text/plain"
    fields: dict[str, str] = {}
    if "content-type" in headers:
        content_type, fields = parameters(headers.raw("content-type"))
        headers.charset = fields.get("charset")
    body = read_body(headers, data)
    defects.extend(body.defects)
    own = own_message_id(headers.raw("message-id")) if "message-id" in headers else None
    if own is None:
        defects.append("message-id-missing")
    date, received = _read_dates(headers, defects)
    references, parent, source = _read_references(headers, own)
    subject = headers.text("subject")[:MAX_SUBJECT].rstrip()
    base, is_reply = base_subject(subject)
    recipients = addresses_in(headers.raw("to"))
    if "cc" in headers:
        recipients = tuple(dict.fromkeys(recipients + addresses_in(headers.raw("cc"))))
    recipients = recipients[:MAX_RECIPIENTS]
    author = find_author(headers, subject)
    return ParsedMessage(
        message_id=own,
        date=date,
        received=received,
        subject=subject,
        base_subject=base.casefold()[:MAX_BASE_SUBJECT],
        is_reply=is_reply,
        author=author,
        recipients=recipients,
        list_ids=_list_ids(headers) if "list-id" in headers else (),
        references=references,
        parent_reference=parent,
        parent_source=source,
        automation=find_automation(
            headers,
            content_type=content_type,
            report_type=fields.get("report-type", "").lower(),
            subject=subject,
            is_reply=is_reply,
            author=author,
            recipients=recipients,
            text=body.text,
        ),
        results=tuple(headers.all("authentication-results"))
        if "authentication-results" in headers
        else (),
        signed="dkim-signature" in headers or "arc-seal" in headers,
        time_zone=time_zone(headers.raw("date")),
        mail_program=(headers.raw("user-agent") or headers.raw("x-mailer"))[:200],
        text=body.text,
        spans=find_spans(body.text, is_reply or parent is not None),
        attachments=tuple(body.attachments),
        defects=tuple(dict.fromkeys(defects)),
        headers=headers,
    )


def other_text(parsed: ParsedMessage) -> str:
    """What is searchable in a message beside its author's own words: what it quotes."""
    kinds = (SpanKind.QUOTED, SpanKind.FORWARDED)
    return "\n".join(
        parsed.text[span.start : span.end] for span in parsed.spans if span.kind in kinds
    )
