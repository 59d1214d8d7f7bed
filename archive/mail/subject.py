"""The base subject of RFC 5256 section 2.1, with the reply marks people's clients write."""

from __future__ import annotations

import re

from archive.mail.words.phrases import alternatives
from archive.mail.words.registry import gather

MAX_BASE_SUBJECT = 300

_REPLY_MARKS = frozenset(gather(lambda language: language.subjects.reply))
_FORWARD_MARKS = frozenset(gather(lambda language: language.subjects.forward))
_MARK = alternatives(sorted(_REPLY_MARKS | _FORWARD_MARKS, key=len, reverse=True))
_LEADER = re.compile(
    rf"\s*+(?:(?P<mark>{_MARK})\s*+"
    r"(?:\[[^\[\]]{0,40}\]|\(\d{1,6}\)|\^\d{1,6}|\*\d{1,6})?\s*+[:：]"
    r"|(?P<tag>\[[^\[\]]*+\])"
    r"|(?P<spam>\*{2,10}\s?spam\s?\*{2,10}|\{spam\??\}))",
    re.IGNORECASE,
)
_WRAPPED = re.compile(r"\s*+\[fwd?:", re.IGNORECASE)


def base_subject(subject: str) -> tuple[str, bool]:
    """The subject without reply and forward marks and tags, and whether a reply mark stood there.

    Tags in square brackets are dropped wherever they lead, unless nothing else
    would remain. White space runs become one space.
    """
    rest = " ".join(subject.split())
    is_reply = False
    while True:
        rest = _drop_trailing_forwards(rest)
        rest, replied = _drop_leaders(rest)
        is_reply = is_reply or replied
        match = _WRAPPED.match(rest)
        if match is None or not rest.endswith("]"):
            return rest, is_reply
        rest = rest[match.end() : -1].strip()


def _drop_leaders(subject: str) -> tuple[str, bool]:
    position, is_reply = 0, False
    tags: int | None = None
    while (match := _LEADER.match(subject, position)) is not None:
        mark, tag = match["mark"], match["tag"]
        if tag and match.end() == len(subject) and tags is None and _WRAPPED.match(tag):
            break
        if mark:
            is_reply = is_reply or mark.lower() in _REPLY_MARKS
            tags = None
        elif tag and tags is None:
            tags = position
        position = match.end()
    rest = subject[position:].strip()
    if not rest and tags is not None:
        rest = subject[tags:].strip()
    return rest, is_reply


def _drop_trailing_forwards(subject: str) -> str:
    while subject.endswith(")"):
        opening = subject.rfind("(")
        if opening < 0 or subject[opening + 1 : -1].strip().lower() not in _FORWARD_MARKS:
            break
        subject = subject[:opening].rstrip()
    return subject
