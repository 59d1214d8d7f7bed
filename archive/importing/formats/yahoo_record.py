"""One message of a Yahoo! Groups export as an RFC 5322 message, always the same bytes.

Yahoo's interface gave ``rawEmail``, escaped as HTML, with the hosts of
addresses cut off, attachments taken out and long posts truncated; or only
what its pages showed. What can be mended is mended here, and what was changed
is kept in a field of its own.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

TRUNCATED = "(Message over 64 KB, truncated)"
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&#39;", "'"), ("&quot;", '"'), ("&amp;", "&"))
_CUT_ADDRESS = re.compile(r"([\w.+=-]{1,100})@\.\.\.")
_FIELD = re.compile(r"[!-9;-~]+[ \t]*:")
_MESSAGE_ID = re.compile(r"^message-id[ \t]*:[ \t]*(<[^>\n]{1,500}>)", re.IGNORECASE | re.MULTILINE)
_LABEL = re.compile(r"[^a-z0-9._-]+")
_NOT_SHOWN = re.compile(r"\[?[ \t]*Attachment content not displayed\.?[ \t]*\]?")
_MIME = ("content-type", "content-transfer-encoding", "mime-version")
_LINE = 76

File = tuple[str, bytes]
"""Name and content of an attachment."""


@dataclass(frozen=True, slots=True)
class Record:
    """What Yahoo told of one message. group: the group's name, lower-case."""

    group: str
    fields: Mapping[str, Any]

    @property
    def number(self) -> int | None:
        """The message's number in its group, or None where the record tells none."""
        for name in ("msgId", "_id", "messageId"):
            if (number := whole_number(self.fields.get(name))) is not None:
                return number
        return None

    @property
    def topic(self) -> int | None:
        """The number of the message that began its topic."""
        return whole_number(self.fields.get("topicId"))

    @property
    def raw(self) -> str:
        """The message as it was sent, unescaped exactly once; empty where Yahoo gave none.

        Stray carriage returns are left out.
        """
        return unescaped(self._text("rawEmail")).replace("\r", "").lstrip("\n")

    @property
    def body(self) -> str:
        """The message as the page showed it, in HTML."""
        return self._text("messageBody")

    @property
    def posted(self) -> int | None:
        """Unix seconds."""
        return whole_number(self.fields.get("postDate"))

    @property
    def person(self) -> str:
        """What Yahoo knew the sender by: stable for each, where addresses are cut."""
        known = self._text("profile") or str(whole_number(self.fields.get("userId")) or "")
        return _LABEL.sub("-", known.lower()).strip("-.")[:60]

    @property
    def sender(self) -> str:
        """Name and address as the record tells them."""
        return one_line(unescaped(self._text("from")))

    @property
    def name(self) -> str:
        """The sender's name, where the record tells it apart."""
        return one_line(unescaped(self._text("authorName")))

    @property
    def subject(self) -> str:
        """The subject."""
        return one_line(unescaped(self._text("subject")))

    def message_id(self) -> str:
        """Its Message-ID with brackets, made up from its number where it has none."""
        found = _MESSAGE_ID.search(self.raw.partition("\n\n")[0])
        return found[1] if found else made_up_id(self.group, self.number or 0)

    def _text(self, name: str) -> str:
        value = self.fields.get(name)
        return value if isinstance(value, str) else ""


def whole_number(value: object) -> int | None:
    """A number as JSON, MongoDB's JSON or Yahoo's strings tell it."""
    if isinstance(value, Mapping) and len(value) == 1:
        value = next(iter(value.values()))
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 16:
        return int(value)
    if isinstance(value, int | float) and abs(value) < 1e15:
        return int(value)
    return None


def made_up_id(group: str, number: int) -> str:
    """The Message-ID of a message whose own is unknown."""
    return f"<{number}@{group}.yahoogroups.invalid>"


def unescaped(text: str) -> str:
    """HTML's five entities undone once; what was an entity in the mail itself stays one."""
    for entity, letter in _ENTITIES:
        text = text.replace(entity, letter)
    return text


def one_line(text: str) -> str:
    """``text`` fit for a header field."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())[:900]


def mended(record: Record, root: str | None, shown: str, files: Sequence[File]) -> bytes:
    """A record with ``rawEmail`` as a message.

    root: Message-ID of the topic's first message, None for that one itself.
    shown: its text in HTML, taken where the raw one was truncated. files: attachments beside it.
    """
    head, body = _split(record.raw)
    extra: list[str] = []
    head = _named(head, record, extra)
    if not _has(head, "message-id"):
        head.append(f"Message-ID: {record.message_id()}")
    if root is not None:
        head = _joined(head, root)
    if not _has(head, "list-id"):
        extra.append(f"List-Id: <{record.group}.yahoogroups.com>")
    if not _has(head, "date") and record.posted is not None:
        extra.append(f"Date: {_date(record.posted)}")
    if body.rstrip().endswith(TRUNCATED) or TRUNCATED in body[-400:]:
        before, _, after = body.rpartition(TRUNCATED)
        body = before.rstrip() + "\n" + after.lstrip("\n")
        extra.append("X-Yahoo-Groups-Content-Truncated: yes")
        if len(shown) > len(body):
            head = [line for line in head if not _is(line, *_MIME)]
            extra.append("MIME-Version: 1.0")
            return _message(head + extra, *_mixed(record, shown, files))
    body = _with_files(body, files)
    return _message(head + extra, [], body)


def built(record: Record, root: str | None, files: Sequence[File]) -> bytes:
    """A record that tells only what the page showed, as a message."""
    sender = record.sender or record.name or "unknown"
    head = [f"From: {_keyed(sender, record)}"]
    if "@" not in sender and record.person:
        head = [f"From: {record.name or sender} <user@{record.person}.yahoo.invalid>"]
    if record.posted is not None:
        head.append(f"Date: {_date(record.posted)}")
    head.append(f"Subject: {record.subject}")
    head.append(f"Message-ID: {record.message_id()}")
    if root is not None:
        head.append(f"References: {root}")
    head.append(f"List-Id: <{record.group}.yahoogroups.com>")
    head.append("X-Yahoo-Groups-Source: page")
    head.append("MIME-Version: 1.0")
    return _message(head, *_mixed(record, record.body, files))


def _split(text: str) -> tuple[list[str], str]:
    """Header lines and body. Yahoo forgot the empty line after its own last field."""
    lines = text.split("\n")
    head: list[str] = []
    for number, line in enumerate(lines):
        if not line.strip():
            return head, "\n".join(lines[number + 1 :])
        after_last = bool(head) and _is(head[-1], "x-egroups-approved-by")
        if after_last and not (_FIELD.match(line) or line[:1] in " \t"):
            return head, "\n".join(lines[number:])
        head.append(line)
    return head, ""


def _named(head: list[str], record: Record, extra: list[str]) -> list[str]:
    """The header with a From that tells people apart, though their addresses were cut."""
    lines = list(head)
    for number, line in enumerate(lines):
        if not _is(line, "from"):
            continue
        end = number + 1
        while end < len(lines) and lines[end][:1] in (" ", "\t"):
            end += 1
        written = " ".join(part.strip() for part in lines[number:end]).partition(":")[2].strip()
        keyed = _keyed(written, record)
        if keyed != written:
            lines[number:end] = [f"From: {keyed}"]
            extra.append(f"X-Original-Yahoo-Groups-Redacted-From: {one_line(written)}")
        return lines
    sender = record.sender or record.name
    return [f"From: {_keyed(sender, record)}", *lines] if sender else lines


def _keyed(sender: str, record: Record) -> str:
    """``name@...`` made an address of the person that Yahoo's profile tells."""
    if not record.person:
        return sender
    return _CUT_ADDRESS.sub(rf"\1@{record.person}.yahoo.invalid", sender)


def _joined(head: list[str], root: str) -> list[str]:
    """The header with the topic's first message as the oldest reference."""
    for number, line in enumerate(head):
        if _is(line, "references"):
            named = line.partition(":")[2].strip()
            return [*head[:number], f"References: {root} {named}".rstrip(), *head[number + 1 :]]
    return [*head, f"References: {root}"]


def _has(head: Sequence[str], name: str) -> bool:
    return any(_is(line, name) for line in head)


def _is(line: str, *names: str) -> bool:
    return line.partition(":")[0].strip().lower() in names


def _date(seconds: int) -> str:
    try:
        return format_datetime(datetime.fromtimestamp(seconds, UTC))
    except (ValueError, OverflowError, OSError):
        return "unknown"


def _mixed(record: Record, shown: str, files: Sequence[File]) -> tuple[list[str], str]:
    """Fields and body of a message in HTML with its attachments."""
    kind = "Content-Type: text/html; charset=utf-8"
    encoding = "Content-Transfer-Encoding: 8bit"
    if not files:
        return [kind, encoding], shown
    boundary = f"=_yahoo-{record.group}-{record.number}"
    parts = [f"--{boundary}\n{kind}\n{encoding}\n\n{shown}\n"]
    parts.extend(
        f"--{boundary}\nContent-Type: application/octet-stream\n"
        f'Content-Disposition: attachment; filename="{_quoted(name)}"\n'
        f"Content-Transfer-Encoding: base64\n\n{_base64(content)}\n"
        for name, content in files
    )
    return [f'Content-Type: multipart/mixed; boundary="{boundary}"'], (
        "".join(parts) + f"--{boundary}--\n"
    )


def _with_files(body: str, files: Sequence[File]) -> str:
    """Attachments put back where Yahoo took them out, in the order of the parts."""
    waiting = list(files)
    pieces: list[str] = []
    position = 0
    for match in _NOT_SHOWN.finditer(body):
        before = body[position : match.start()]
        head = before[before.rfind("\n--") + 1 :].lower()
        pieces.append(before)
        position = match.start()
        if waiting and "content-transfer-encoding: base64" in head:
            pieces.append(_base64(waiting.pop(0)[1]))
            position = match.end()
    return "".join([*pieces, body[position:]])


def _base64(content: bytes) -> str:
    text = base64.b64encode(content).decode("ascii")
    return "\n".join(text[at : at + _LINE] for at in range(0, len(text), _LINE))


def _quoted(name: str) -> str:
    return one_line(name).replace("\\", "_").replace('"', "'")


def _message(head: Sequence[str], more: Sequence[str], body: str) -> bytes:
    text = "\n".join([*head, *more]) + "\n\n" + body.rstrip("\n") + "\n"
    return text.encode("utf-8", "replace")
