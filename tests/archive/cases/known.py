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
_NAMED_TWICE = _design("an inline text part is read; its file name is not listed besides")
_FOOTER_PART = _design("every plain text part is read; Pony Mail keeps the first alone")
_HTML = _design("own HTML to text; Pony Mail uses html2text with its Markdown marks")
_LATIN = _design("UTF-8 declared as Latin-1 is read as what it is")
_LIST_AUTHOR = _design("the list's own address makes nobody an author")
_SIGN_OFF = _design("a greeting and a name end the author's own text; no separator, no signature")
_WORDING = _miss("a bounce of the last century that only its wording tells from a post")

KNOWN: dict[str, dict[str, Difference]] = {
    "stalwart": {
        "legacy/034": _design("UTF-7 is refused: shown as it was sent"),
        "legacy/048": _design("x-uuencode is decoded; the expectation keeps it encoded"),
        "malformed/002": _SHOWN,
        "malformed/004": _SHOWN,
        "malformed/006": _SHOWN,
        "malformed/012": _design("an outer boundary ends an inner message"),
        "malformed/016": _miss("parts after the end of their own multipart stay in one text"),
        "malformed/020": _miss("text between two sets of header fields is dropped as a preamble"),
        "rfc/003": _design("a version that an alternative did not choose is no attachment"),
        "thirdparty/007": _design("an address without a host is none"),
        "thirdparty/015": _design("an enclosed message ends at the outer boundary"),
    },
    "cpython": {"msg_04": _NAMED_TWICE, "msg_44": _NAMED_TWICE},
    "ietf-mailarchive": {
        "bad_date.mail": _design("a date in figures without a weekday is read"),
        "bad_transfer_encoding.mail": _design("a misspelt transfer encoding is decoded"),
        "latin1.mail": _LATIN,
        "latin1.mbox": _LATIN,
        "mail_html.1": _LIST_AUTHOR,
        "mail_html_unsafe.1": _LIST_AUTHOR,
        "mail_long_messageid.1": _design("a msg-id of more than 998 octets is replaced"),
        "mail_multipart_bad.2": _design("a file name in undeclared GB 2312 is read"),
    },
    "ponymail-unit-tests": {
        "maven_duplicates_2017_listsao_1 8": _FOOTER_PART,
        "maven_duplicates_2017_listsao_2 8": _FOOTER_PART,
        "maven_duplicates_2017_mailarchivesao 8": _FOOTER_PART,
        "maven_duplicates_2017_mboxvm 8": _FOOTER_PART,
        "nexus-html-only 0": _HTML,
        "nexus-html-only 1": _HTML,
        "nexus-html-only 2": _HTML,
        "text_enriched 0": _design("text/enriched is read without its commands"),
    },
    "ponymail-foal": {
        "jetspeed-user.portals.apache.org-27090.eml": _design("a fold within a msg-id is closed"),
        "rfc2822-A5.eml": _miss("comments within an address, and a date before 1970"),
    },
    "talon": {
        "jeff_body": _SIGN_OFF,
        "short_url_body": _SIGN_OFF,
        "johndoeexamplecom_body": _miss("every line of the block has a mark of talon's before it"),
    },
    "email-reply-parser": {},
    "indonesian": {},
    "subjects": {},
    "captures": {},
    "confirmations": {},
    "flufl-bounce": {
        "bounce_01": _WORDING,
        "dumbass_01": _WORDING,
        "groupwise_03": _WORDING,
        "llnl_01": _WORDING,
        "microsoft_03": _WORDING,
        "simple_20": _WORDING,
    },
}
