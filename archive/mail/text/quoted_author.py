"""Whose words a quote holds, from the line or header block that announces it."""

from __future__ import annotations

import re

from archive.mail.text.attribution import LABELS, holds_verb, is_verb

MAX_NAME = 100

_ADDRESS = re.compile(
    r"[<\[(]{1,2}\s*(?:mailto:)?\s*([^\s<>()\[\]]{1,200}(?:(?:@| at )[^\s<>()\[\]]{1,200}"
    r"|\.\.\.\S{0,100}|protected)?)[^<>()\[\]]{0,60}[>\])]{1,2}"
)
_BARE_ADDRESS = re.compile(r"[^\s<>()\[\],\"]{1,100}@[^\s<>()\[\],\"]{1,200}")
_WHEN = re.compile(
    r"\d{1,2}[:.]\d\d(?:[:.]\d\d)?\s*(?:[ap]\.?m\b\.?)?|[+-]\d{2}:?\d{2}\b|\([A-Z]{2,5}\)"
    r"|\b(?:GMT|UTC|WIB|WITA|WIT|CES?T|[ECMP][SD]T)\b(?:[+-]\d{1,2}:?\d{0,2})?"
    r"|\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}|\b(?:19|20)\d\d\b",
    re.IGNORECASE,
)
_NAMED_RULE = re.compile(r"={4,} ?\(([^()]{1,40})\)")
_BEHALF = re.compile(r"\bon behalf of\b|\batas nama\b", re.IGNORECASE)
_PLACE = re.compile(r"[-\s]*in\s+(?:article|message|news:)?\s*\S+@\S+,\s*", re.IGNORECASE)
_LEAD = re.compile(
    r"(?:quoting|citando|zitat von|mengutip|from|on|at|in|pada|am|le|el|il|tanggal|pukul|jam|um|à"
    r"|uhr|h|by|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|senin|selasa|rabu"
    r"|kamis|jum'?at|sabtu|minggu|yesterday|kemarin|dari"
    r"|message by|article by|user|keltezéssel|utc|dem|den|kl|,|;|:|-|\*)(?=\W|$)",
    re.IGNORECASE,
)
_HIDDEN = frozenset({"email protected", "email\xa0protected"})
_MARKS = " \t,;:-–—*_\"'“”„‚‘’|>"


def quoted_author(attribution: str) -> str:
    """The name in an attribution, else the address, else an empty string."""
    lines = attribution.split("\n")
    for line in lines:
        label, colon, value = line.lstrip(" *>").partition(":")
        if colon and LABELS.get(label.strip(" *").lower()) == "from":
            return _name_of(value.strip(" *"))
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
        text = after if _only_time(before) and after.strip(_MARKS) else before
    address = _ADDRESS.search(text)
    limit = address.start() if address else len(text)
    last = 0
    for match in _WHEN.finditer(text, 0, limit):
        last = match.end()
    if last and not text[last:limit].strip(_MARKS) and not address:
        # ``X menulis di <date>``: the name stands first.
        return _WHEN.split(text, maxsplit=1)[0]
    return text[last:]


def _only_time(text: str) -> bool:
    """Nothing but a preposition, a weekday, a date and an hour."""
    rest, dates = _WHEN.subn(" ", text)
    return dates > 0 and not any(word[:1].isupper() and len(word) > 4 for word in rest.split()[1:])


def _name_of(text: str) -> str:
    # A list or a secretary sent it for somebody.
    text = _BEHALF.split(text)[-1]
    address = _ADDRESS.search(text)
    name = text[: address.start()] if address else text
    found = _BARE_ADDRESS.search(name)
    if found and not address:
        address, name = found, name[: found.start()]
    name = name.strip(_MARKS)
    while match := _LEAD.match(name):
        name = name[match.end() :].strip(_MARKS)
    if name.strip("[] ").lower() in _HIDDEN:
        return ""
    if name:
        return name[:MAX_NAME]
    if address is None:
        return ""
    written = address[1] if address.re is _ADDRESS else address[0]
    if written.lower() in {"email", "protected"}:
        return ""
    return written.removeprefix("mailto:")[:MAX_NAME]
