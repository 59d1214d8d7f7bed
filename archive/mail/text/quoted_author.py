"""Whose words a quote holds, from the line or header block that announces it."""

from __future__ import annotations

import re

from archive.mail.text.attribution import DATE_WORDS, holds_verb, is_verb
from archive.mail.text.header_blocks import FROM, LABELS
from archive.mail.words.phrases import alternatives
from archive.mail.words.registry import gather
from archive.mail.words.spellings import with_lost_accents

MAX_NAME = 100

_ZONE = r"(?<=\d )\([A-Z]{2,5}\)"
"""A time zone after an offset, ``-0700 (PDT)``: neither an address nor a department."""
_ADDRESS = re.compile(
    rf"(?!{_ZONE})[<\[(]{{1,2}}\s*(?:mailto:)?\s*"
    r"([^\s<>()\[\]]{1,200}(?:(?:@| at )[^\s<>()\[\]]{1,200}"
    r"|\.\.\.\S{0,100}|protected)?)[^<>()\[\]]{0,60}[>\])]{1,2}"
)
_BARE_ADDRESS = re.compile(r"[^\s<>()\[\],\"]{1,100}@[^\s<>()\[\],\"]{1,200}")
_WHEN = re.compile(
    r"\d{1,2}[:.]\d\d(?:[:.]\d\d)?\s*(?:[ap]\.?m\b\.?)?|[+-]\d{2}:?\d{2}\b"
    rf"|{_ZONE}|\b(?:GMT|UTC|WIB|WITA|WIT|CES?T|[ECMP][SD]T)\b(?:[+-]\d{{1,2}}:?\d{{0,2}})?"
    r"|\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}|\b(?:19|20)\d\d\b",
    re.IGNORECASE,
)
_NAMED_RULE = re.compile(r"={4,} ?\(([^()]{1,40})\)")
_BEHALF = re.compile(
    rf"\b{alternatives(gather(lambda language: language.quoting.on_behalf))}\b", re.IGNORECASE
)
_THROUGH = re.compile(
    rf"\s{alternatives(gather(lambda language: language.quoting.through))}\s.*\Z", re.IGNORECASE
)
_PLACE = re.compile(
    rf"[-\s]*(?:{alternatives(gather(lambda language: language.quoting.references))}|in(?: news:)?)"
    r"\s*\S+@\S+,\s*",
    re.IGNORECASE,
)
_BEFORE_NAMES = frozenset(
    with_lost_accents(
        gather(
            lambda language: (
                language.quoting.citing + language.quoting.before_names + language.quoting.days
            )
        )
    )
)
_AFTER_NAMES = tuple(
    f" {words}"
    for words in sorted(
        gather(lambda language: language.quoting.after_names), key=len, reverse=True
    )
)
_SHORT_DAYS = frozenset(with_lost_accents(gather(lambda language: language.quoting.short_days)))
_OF_DATES = frozenset(DATE_WORDS)
_FIRST_WORDS = re.compile(r"([^\W\d_](?:[^\W\d_]|['-])*+)(?!\w)(?: ([^\W\d_]+)(?!\w))?")
_NOBODY = frozenset(
    (
        "email protected",
        "email\xa0protected",
        *gather(lambda language: language.quoting.sentence_words),
    )
)
"""What stands where a name is hidden or none is given: ``schrieben Sie``."""
_MARKS = " \t,;:-–—*_\"'“”„‚‘’|>"


def quoted_author(attribution: str) -> str:
    """The name in an attribution, else the address, else an empty string."""
    lines = attribution.split("\n")
    for number, line in enumerate(lines):
        label, colon, value = line.lstrip(" *>").replace("：", ":").partition(":")
        if colon and LABELS.get(label.strip(" *").lower()) == FROM:
            # A folded value stands on the next line.
            following = lines[number + 1] if number + 1 < len(lines) else ""
            return _name_of(value.strip(" *") or following.strip())
    text = " ".join(attribution.split())[:600]
    if match := _NAMED_RULE.match(text):
        return match[1].strip()
    if not holds_verb(text) and (":" not in text[-2:] or len(text) < 12):
        return _name_of(_without_time(text)) if _ADDRESS.search(text) else ""
    return _name_of(_without_time(_PLACE.sub("", text, count=1)))


def _without_time(text: str) -> str:
    """What follows the date, or leads to it where the verb stands before."""
    spoken = [word for word in re.finditer(r"[^\s:>]+", text) if is_verb(word[0])]
    if spoken:
        before, after = text[: spoken[-1].start()], text[spoken[-1].end() :]
        text = after if _only_time(before) and after.strip(_MARKS) else _without_auxiliary(before)
    address = _ADDRESS.search(text)
    limit = address.start() if address else len(text)
    last = 0
    for match in _WHEN.finditer(text, 0, limit):
        last = match.end()
    if last and not text[last:limit].strip(_MARKS) and not address:
        # ``X menulis di <date>``: the name stands first.
        return _WHEN.split(text, maxsplit=1)[0]
    return text[last:]


def _without_auxiliary(text: str) -> str:
    """``text`` without the words between a name and its verb: ``X a écrit``."""
    named = text.rstrip()
    for word in _AFTER_NAMES:
        if named.lower().endswith(word):
            return named[: -len(word)]
    return text


def _only_time(text: str) -> bool:
    """Nothing but a preposition, a weekday, a date and an hour."""
    rest, dates = _WHEN.subn(" ", text)
    return dates > 0 and not any(
        word[:1].isupper() and len(word) > 4 and word.strip(",.").lower() not in _OF_DATES
        for word in rest.split()[1:]
    )


def _name_of(text: str) -> str:
    # A list or a secretary sent it for somebody.
    text = _BEHALF.split(text)[-1].replace("&quot;", "")
    address = _ADDRESS.search(text)
    name = text[: address.start()] if address else text
    found = _BARE_ADDRESS.search(name)
    if found and not address:
        address, name = found, name[: found.start()]
    name = _THROUGH.sub("", _without_lead(name.strip(_MARKS)))
    if name.strip("[] ").lower() in _NOBODY:
        return ""
    if name:
        return name[:MAX_NAME]
    if address is None:
        return ""
    written = address[1] if address.re is _ADDRESS else address[0]
    if written.lower() in {"email", "protected"}:
        return ""
    return written.removeprefix("mailto:")[:MAX_NAME]


def _without_lead(name: str) -> str:
    """``name`` without prepositions and days before it."""
    while match := _FIRST_WORDS.match(name):
        first, second = match[1].lower(), (match[2] or "").lower()
        if f"{first} {second}" in _BEFORE_NAMES:
            end = match.end()
        elif first in _BEFORE_NAMES or (first in _SHORT_DAYS and name[match.end(1) :][:1] in ",."):
            end = match.end(1)
        else:
            break
        name = name[end:].lstrip(".").strip(_MARKS)
    return name
