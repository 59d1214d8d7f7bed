"""Which cases Pakar does not read as their expectations say, and why.

``design`` is a difference that stays, because an archive of discussions is
better served; ``miss`` is a fault of the reading.
"""

from __future__ import annotations

from typing import NamedTuple


class Difference(NamedTuple):
    """Why one case differs."""

    kind: str
    reason: str


def _design(reason: str) -> Difference:
    return Difference("design", reason)


def _miss(reason: str) -> Difference:
    return Difference("miss", reason)


_SHOWN = _design("a multipart without its boundary is shown as text, not listed as a file")
_HTML = _design("own HTML to text; Pony Mail uses html2text with its Markdown marks")
_LATIN = _design("UTF-8 declared as Latin-1 is read as what it is")

KNOWN: dict[str, dict[str, Difference]] = {
    "stalwart": {
        "legacy/034": _design("UTF-7 is refused: shown as it was sent"),
        "legacy/048": _design("x-uuencode is decoded; the expectation keeps it encoded"),
        "malformed/002": _SHOWN,
        "malformed/004": _SHOWN,
        "malformed/006": _SHOWN,
        "malformed/012": _design("an outer boundary ends an inner message"),
        "malformed/016": _design("boundaries of a multipart that has ended are text (RFC 2046)"),
        "malformed/020": _miss("text between two sets of header fields is dropped as a preamble"),
        "thirdparty/015": _design("an enclosed message ends at the outer boundary"),
    },
    "cpython": {},
    "ietf-mailarchive": {
        "bad_date.mail": _design("a date in figures without a weekday is read"),
        "latin1.mail": _LATIN,
        "latin1.mbox": _LATIN,
        "mail_long_messageid.1": _design("a msg-id of more than 998 octets is replaced"),
    },
    "ponymail-unit-tests": {
        "nexus-html-only 0": _HTML,
        "nexus-html-only 1": _HTML,
        "nexus-html-only 2": _HTML,
        "text_enriched 0": _design("text/enriched is read without its commands"),
    },
    "ponymail-foal": {},
    "talon": {
        "short_url_body": _design(
            "a greeting and a name end the author's own text; no separator, no signature"
        ),
    },
    "email-reply-parser": {},
    "indonesian": {},
    "subjects": {},
    "captures": {},
    "confirmations": {},
    "flufl-bounce": {},
}
