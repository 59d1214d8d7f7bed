"""Messages that come without expectations: read as the standard library reads them.

Those of CPython's tests, the IETF's mail archive and Pony Mail Foal. Compared are subject,
sender, date, msg-id, the body chosen, and the names of files. The body must
begin as the library's does: Pakar reads on in parts after the first. Where the
archive's own tests say what they expect, that counts and not the library's reading.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from archive.errors import RefusedError
from archive.mail.message import parse_message
from tests.archive.mail.cases.outcome import Comparison, Outcome, mbox_messages, words

# From mlarchive/tests/archive: views.py, test_detail_bad_content_transfer_encoding, and mail.py,
# test_MessageWrapper_process_attachments_non_ascii_filename (a name in bytes that say no charset).
_BODIES = {"bad_transfer_encoding.mail": "Hello. Testing"}
_NUMBERS_OF_FILES = {"mail_multipart_bad.2": 1}


def _or_none(read: Callable[[], Any]) -> Any:
    """What ``read`` gives; None where the library stumbles over its own objects."""
    try:
        return read()
    except (AttributeError, IndexError, LookupError, TypeError, ValueError):
        return None


def _plain_body(message: EmailMessage) -> Any:
    body: Any = message.get_body(("plain",))
    return body.get_content()


def _compare(name: str, raw: bytes) -> Outcome:
    case = Comparison(name)
    found = parse_message(raw)
    expected = message_from_bytes(raw, _class=EmailMessage, policy=default)
    case.equal("subject", found.subject, words(str(expected["subject"] or "")))
    sender = _or_none(lambda: expected["from"].addresses[0])
    if sender is not None and "@" in sender.addr_spec:
        # Pakar keeps the list's own address as written, but takes it for nobody's identity.
        address = found.author.email or found.author.written.lower()
        case.equal("from", address, sender.addr_spec.lower())
        if sender.display_name and "@" not in sender.display_name:
            # Pakar turns ``Family, Given`` round.
            name = sender.display_name.replace(",", " ").split()
            case.equal("name", sorted(found.author.name.split()), sorted(name))
    date = _or_none(lambda: expected["date"].datetime)
    if date is not None and date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    case.equal("date", found.date, date)
    # RFC 5322 section 4.5.4: white space within an obsolete msg-id is no part of it.
    identifier = "".join(str(expected["message-id"] or "").split()).strip("<>")
    case.equal("msg-id", found.message_id or "", identifier)
    body = _BODIES.get(case.name) or _or_none(lambda: _plain_body(expected))
    if isinstance(body, str):
        # Flowed lines are joined, and their quote marks with them.
        text = words(body.replace(">", " "))
        case.equal("body", words(found.text.replace(">", " "))[: len(text)], text)
    names = [part.get_filename() for part in expected.walk() if part.get_filename()]
    attached = [item.filename for item in found.attachments]
    if case.name in _NUMBERS_OF_FILES:
        case.equal("files", len(attached), _NUMBERS_OF_FILES[case.name])
    else:
        case.equal("files", [name for name in attached if name in names], names)
    return case.outcome()


def cpython(cases: Path) -> list[Outcome]:
    """The messages of CPython's email tests."""
    paths = sorted((cases / "cpython").glob("*.txt"))
    return [_compare(path.stem, path.read_bytes()) for path in paths]


def ietf(cases: Path) -> list[Outcome]:
    """The messages and mboxes of the IETF archive's tests."""
    folder = cases / "ietf-mailarchive" / "backend" / "mlarchive" / "tests" / "data"
    names = (path for path in folder.iterdir() if path.name != ".gitignore")
    # Whole archives in other formats than the mbox.
    return _all(path for path in names if path.name[:7] != "mailbox" or path.name == "mailbox_mbox")


def ponymail_foal(cases: Path) -> list[Outcome]:
    """The messages and mboxes of Pony Mail Foal's tests."""
    return _all((cases / "ponymail-foal" / "test" / "resources").iterdir())


def _all(paths: Iterable[Path]) -> list[Outcome]:
    found = []
    for path in sorted(paths):
        try:
            messages = mbox_messages(path)
        except RefusedError:
            messages = [path.read_bytes()]
        for number, raw in enumerate(messages):
            name = path.name if len(messages) == 1 else f"{path.name} {number}"
            found.append(_compare(name, raw))
    return found
