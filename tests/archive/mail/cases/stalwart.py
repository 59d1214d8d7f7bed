"""Messages with the parse tree that Stalwart's mail parser expects of them.

Compared are subject, sender, recipients, date, msg-id, references, the readable
text and the attachments with their names, sizes and digests.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from archive.mail.headers import clean
from archive.mail.message import parse_message
from archive.mail.parts.body import read_attachment
from archive.mail.parts.markup import html_to_text
from tests.archive.mail.cases.outcome import Comparison, Outcome, words

Tree = dict[str, Any]


def _field(part: Tree, name: str) -> Any:
    """The value of a header field in the tree, or None; of repeated ones the first."""
    for header in part["headers"]:
        if header["name"] == name and header["value"] != "Empty":
            (value,) = header["value"].values()
            return value
    return None


def _addresses(value: Any) -> list[Tree]:
    if not value:
        return []
    if "List" in value:
        return list(value["List"])
    return [address for group in value["Group"] for address in group["addresses"]]


def _instant(value: Tree) -> datetime:
    offset = timedelta(hours=value["tz_hour"], minutes=value["tz_minute"])
    year, month, day, hour, minute, second = (
        value[part] for part in ("year", "month", "day", "hour", "minute", "second")
    )
    written = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    return written + offset if value["tz_before_gmt"] else written - offset


def _content(part: Tree) -> tuple[str, Any]:
    body = part["body"]
    if isinstance(body, str):
        return body, None
    ((kind, content),) = body.items()
    return kind, content


def _text(part: Tree) -> str:
    kind, content = _content(part)
    if kind == "Html":
        return html_to_text(content)
    return str(content) if kind == "Text" else ""


def _is_detached(part: Tree) -> bool:
    disposition = _field(part, "content_disposition")
    return bool(disposition) and disposition["c_type"] == "attachment"


def _readable(tree: Tree) -> str:
    """The words of the parts to be read, and of messages enclosed inline."""
    texts = []
    for number, part in enumerate(tree["parts"]):
        kind, content = _content(part)
        if number in tree["text_body"]:
            texts.append(_text(part))
        elif kind == "Message" and not _is_detached(part):
            texts.append(_readable(content))
    return words(" ".join(texts))


def _attached(tree: Tree) -> list[Tree]:
    """The attached parts, those of enclosed messages after them as Pakar lists them."""
    found = []
    for number in tree["attachments"]:
        part = tree["parts"][number]
        found.append(part)
        kind, content = _content(part)
        if kind == "Message" and not _is_detached(part):
            found.extend(_attached(content))
    return found


def _name(part: Tree) -> str | None:
    for field, attribute in (("content_disposition", "filename"), ("content_type", "name")):
        value = _field(part, field) or {}
        for pair in value.get("attributes") or []:
            if pair["name"] == attribute:
                return str(pair["value"])
    return None


def _compare_attachments(case: Comparison, raw: bytes, tree: Tree) -> None:
    found = parse_message(raw).attachments
    expected = _attached(tree)
    case.equal("attachments", len(found), len(expected))
    for number, part in enumerate(expected[: len(found)]):
        kind, content = _content(part)
        name = _name(part)
        item, data = read_attachment(raw, number) or (found[number], b"")
        if name is not None:
            case.equal_text(f"name {number}", item.filename, clean(name).rpartition("/")[2])
        if kind in ("Binary", "InlineBinary"):
            # Some trees were made of copies with other line ends.
            if data.replace(b"\r\n", b"\n") != bytes(content):
                case.equal(f"content {number}", data, bytes(content))
            case.equal(f"size {number}", item.size, len(data))


_HEAD = re.compile(r"-{10} Forwarded message -{10}\n(?:(?:From|Date|Subject|To): .*(?:\n|\Z))*")


def _compare(name: str, raw: bytes, tree: Tree) -> Outcome:
    case = Comparison(name)
    found = parse_message(raw)
    root = tree["parts"][0]
    case.equal_text("subject", found.subject, words(_field(root, "subject") or ""))
    senders = _addresses(_field(root, "from"))
    if senders:
        name_, email = senders[0].get("name"), senders[0].get("address")
        address = found.author.email
        if address is None and email and "@" not in email:
            # Pakar keeps an address without a host as written, but takes it for nobody's.
            address = found.author.written.lower()
        case.equal("from", address, email.lower() if email else None)
        if name_:
            case.equal("name", found.author.name, words(name_))
    named = _addresses(_field(root, "to")) + _addresses(_field(root, "cc"))
    emails = dict.fromkeys(address["address"].lower() for address in named if address["address"])
    case.equal("recipients", found.recipients, tuple(emails))
    date = _field(root, "date")
    try:
        case.equal("date", found.date, _instant(date) if date else None)
    except ValueError:
        # The tree keeps dates that no calendar has.
        case.equal("date", found.date, None)
    case.equal("msg-id", found.message_id, _field(root, "message_id"))
    case.equal("references", found.references, _references(root))
    text = words(_HEAD.sub("", found.text))
    case.equal_text("text", text, _readable(tree))
    _compare_attachments(case, raw, tree)
    return case.outcome()


def _references(root: Tree) -> tuple[str, ...]:
    named: list[str] = []
    for field in ("references", "in_reply_to"):
        value = _field(root, field) or []
        named.extend([value] if isinstance(value, str) else value)
    return tuple(dict.fromkeys(named))


def outcomes(cases: Path) -> list[Outcome]:
    """Every message that comes with its tree."""
    folder = cases / "stalwart" / "resources" / "eml"
    return [
        _compare(
            str(path.relative_to(folder).with_suffix("")),
            path.with_suffix(".eml").read_bytes(),
            json.loads(path.read_text(encoding="utf-8")),
        )
        for path in sorted(folder.rglob("*.json"))
    ]
