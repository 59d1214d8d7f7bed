"""Reading a message: bytes in, a frozen ``ParsedMessage`` out; never raises."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field
from datetime import UTC, datetime

from archive.mail.addresses import Author, addresses_in
from archive.mail.author import find_author
from archive.mail.automation.verdict import find_automation, is_digest_subject
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
from archive.mail.parts.body import AttachedPart, read_body
from archive.mail.parts.wrapped import unwrap
from archive.mail.patch_author import find_patch_author
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

WRAPPED = "wrapped"
"""Noted on a post that its list put into a message of its own."""
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
    passed_on_by: Author | None
    """The sender of another's patch; None where author and sender are one."""
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
    def sender(self) -> Author:
        """Who sent the message: its author, but for a patch that somebody passed on."""
        return self.passed_on_by or self.author

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
    date = parse_date(written) or parse_date(headers.raw("resent-date"))
    if date is None:
        defects.append("date-unreadable" if written.strip() else "date-missing")
    elif not is_plausible(date, now, received):
        defects.append("date-absurd")
        date = None
    return date, received


def _read_references(
    headers: Headers, own: str | None, addresses: Container[str]
) -> tuple[tuple[str, ...], str | None, str | None]:
    """Distinct referenced ids, the declared parent, and the field that declares it.

    addresses: of those who write and read; without brackets one of them is no id.
    """
    named = _named_ids(headers.raw("references"), addresses)
    answered = _named_ids(headers.raw("in-reply-to"), addresses)
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


def _named_ids(value: str, addresses: Container[str]) -> list[str]:
    found = message_ids(value)
    if found and "<" not in value:
        return [identifier for identifier in found if identifier.lower() not in addresses]
    return found


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
    wrapped = unwrap(headers, data)
    # The list's header around a post tells how it came; what it says stands inside.
    said, data = wrapped or (headers, data)
    body = read_body(said, data)
    defects.extend(body.defects)
    own = own_message_id(headers.raw("message-id")) if "message-id" in headers else None
    if own is None:
        defects.append("message-id-missing")
    date, received = _read_dates(headers, defects)
    subject = headers.text("subject")[:MAX_SUBJECT].rstrip()
    base, is_reply = base_subject(subject)
    recipients = addresses_in(headers.raw("to"))
    if "cc" in headers:
        recipients = tuple(dict.fromkeys(recipients + addresses_in(headers.raw("cc"))))
    recipients = recipients[:MAX_RECIPIENTS]
    sender = find_author(said, subject)
    author, passed_on_by = (sender, None)
    if not is_reply:
        author, passed_on_by = find_patch_author(subject, body.text, sender)
    references, parent, source = _read_references(said, own, {sender.email or "", *recipients})
    if wrapped is not None:
        defects.append(WRAPPED)
        references = _with_inner_id(references, said)
    return ParsedMessage(
        message_id=own,
        date=date,
        received=received,
        subject=subject,
        # That of a digest says nothing of what its answers are about.
        base_subject="" if is_digest_subject(base) else base.casefold()[:MAX_BASE_SUBJECT],
        is_reply=is_reply,
        author=author,
        passed_on_by=passed_on_by,
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
            author=sender,
            recipients=recipients,
            text=body.text,
        ),
        results=tuple(headers.all("authentication-results"))
        if "authentication-results" in headers
        else (),
        signed="dkim-signature" in headers or "arc-seal" in headers,
        # By its habits an author is known again; these are the sender's.
        time_zone=None if passed_on_by else time_zone(headers.raw("date")),
        mail_program=""
        if passed_on_by
        else (headers.raw("user-agent") or headers.raw("x-mailer"))[:200],
        text=body.text,
        spans=find_spans(body.text, is_reply or parent is not None),
        attachments=tuple(body.attachments),
        defects=tuple(dict.fromkeys(defects)),
        headers=headers,
    )


def _with_inner_id(references: tuple[str, ...], inner: Headers) -> tuple[str, ...]:
    """Answers name the message inside, which came to the author's friends by other ways."""
    identifier = own_message_id(inner.raw("message-id"))
    if identifier is None or identifier in references:
        return references
    return (*references[-(MAX_REFERENCES - 1) :], identifier)


def other_text(parsed: ParsedMessage) -> str:
    """What is searchable in a message beside its author's own words: what it quotes."""
    kinds = (SpanKind.QUOTED, SpanKind.FORWARDED)
    return "\n".join(
        parsed.text[span.start : span.end] for span in parsed.spans if span.kind in kinds
    )
