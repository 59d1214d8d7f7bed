"""Mailboxes of From, To, Cc and Reply-To, as mail and as archives' obscured text.

RFC 5322 section 3.4 read leniently and in linear time; the obscured forms are
those of pipermail, Google Groups, Yahoo and the web proxies that hide
addresses. What is hidden beyond undoing gives no address at all, so that many
people never meet under one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from archive.mail.headers import MAX_VALUE, clean, decode_words

MAX_NAME = 200
MAX_ADDRESS = 400
MAX_MAILBOXES = 1000
_SHORT = 500
"""Characters up to which a field's reading is remembered: people write more than once."""

# Bracketed, quoted and commented text keeps its commas; an open end closes at the field's end.
_TOKEN = re.compile(
    r"""=\?[\w.:+*-]{1,80}\?[bqBQ]\?[^?\s]{0,1000}\?="""
    r"""|"(?:[^"\\]|\\.)*+"?|<[^<>]*+>?|[(),;:]|[^"<(),;:=\\]++|\\.?|=""",
    re.DOTALL,
)
_PLAIN_FROM = re.compile(
    r'\s*+"?([^"<>@(),;:\\=]*?)"?\s*<([^\s<>@,;:"()|\[\]]+@[^\s<>@,;:"()|\[\]]+)>\s*\Z'
)
_PIPERMAIL = re.compile(r"\s*+([^\s@|<>()\"]+) at ([^\s@|<>()\"]+) \((.*)\)\s*\Z", re.DOTALL)
_ADDRESS = re.compile(r"[^\s@<>(),;:\"\[\]|\\]+@[^\s@<>(),;:\"\[\]|\\]+\Z")
_QUOTED_LOCAL = re.compile(r'"([^\s"@\\]+)"(@.*)\Z')
_AT_WORD = re.compile(r"([^\s@|<>]+)\s+at\s+([^\s@|<>]+)\Z")
_NAMED_AT_WORD = re.compile(r"([^@<>]{1,200}\S)\s+(\S{1,100} at [^\s@|<>]{1,200}\.[a-z]{2,20})\Z")
# What HTML-minded clients make of an address, and what some write for angle brackets.
_LINKED = re.compile(r"(?<=\S)\s?<mailto:[^<>]{0,400}>")
_BRACKETED = re.compile(r"\[([^\[\]\s]{1,200}(?:@| at )[^\[\]\s]{1,200})\]\s*\Z")
_ALL_QUOTED = re.compile(r'\s*"([^"<>]*<[^"<>@\s]+@[^"<>@\s]+>)"\s*\Z')
_ADDRESS_PIECE = re.compile(r'\\.?|[()"]|[^()"\\]++', re.DOTALL)
_ADDRESS_COMMENT = re.compile(r"\s\([^\s()]{1,200}@[^\s()]{1,200}\)\Z")
# What stands for an address by its digest (MD5, SHA-1, SHA-256), or by Gmane's cipher.
_HASHED = re.compile(
    r"(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})@|[^@]*-[a-z0-9+/=_]{16,}@(?:[a-z]+\.)?gmane\.org\Z"
)
_ESCAPE = re.compile(r"\\(.)")
_QUOTES_OPENED = frozenset("\u201e\u201c\u201d\u201a\u2018\u00ab")
_QUOTES_CLOSED = frozenset("\u201c\u201d\u2018\u2019\u00bb")
# What follows a comma without being a first name.
_TITLES = frozenset(
    "jr sr ii iii iv phd ph.d md m.d esq msc m.sc mba cpa se st s.t sh mm mt skom s.kom mkom m.kom "
    "ltd inc llc gmbh usa uk dr prof ir drs bsc b.sc ma pe".split()
)
_PARTICLES = frozenset(
    "van von de der den da di du del della dos la le el al bin binti ten ter y".split()
)


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote: behind a list's rewriting, decoded, display name as given.

    ``email`` is lower-case, or None where the archive obscured it so that it
    carries no identity; ``written`` is the address as it stood.
    """

    name: str
    email: str | None
    written: str


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A display name, still encoded, and an address, as they stand."""

    name: str
    address: str


@lru_cache(maxsize=8192)
def canonical_email(written: str) -> str | None:
    """The lower-case address, ``user at host`` undone, or None where it tells nothing."""
    address = written.strip().strip("'")
    if not address or len(address) > MAX_ADDRESS:
        return None
    if " at " in address:
        match = _AT_WORD.match(address)
        address = f"{match[1]}@{match[2]}" if match else address
    if address[:1] == '"':
        address = _QUOTED_LOCAL.sub(r"\1\2", address)
    lowered = address.lower()
    if not _ADDRESS.match(lowered) or "..." in lowered or "…" in lowered:
        return None
    if _HASHED.match(lowered):
        return None
    return lowered if lowered.isprintable() else None


def is_obscured(text: str) -> bool:
    """``text`` looks like an address an archive hid, not like a name."""
    return text.count("@") > 1 or "@end|ng" in text or "protected]" in text.lower()


def tidy_name(name: str) -> str:
    """A display name decoded, without quotes and outer space, ``Last, First`` turned."""
    if "\\" in name:
        name = _ESCAPE.sub(r"\1", name)
    name = clean(decode_words(name))
    if name[:1] == '"' or name[-1:] == '"':
        name = name.replace('"', "")
    name = name.strip("' \t")
    if (
        name[:1] in "\u201e\u201c\u201d\u201a\u2018\u00ab"
        and name[-1:] in "\u201c\u201d\u2018\u2019\u00bb"
    ):
        name = name[1:-1].strip()
    if name[-1:] == ")" and "@" in name:
        name = _ADDRESS_COMMENT.sub("", name)
    if name.count(",") == 1:
        name = _turn(name)
    return name[:MAX_NAME].strip()


def _turn(name: str) -> str:
    """``Last, First`` as ``First Last`` where both sides look like names; else as it was."""
    last, _, first = (part.strip() for part in name.partition(","))
    # A unit in parentheses stays at the end: ``Lestari, Ayu (Geodesi)``.
    opening = first.find("(") if first.endswith(")") else -1
    unit = first[opening:] if opening > 0 else ""
    first = first[: len(first) - len(unit)].strip()
    if not (_is_name_part(last) and _is_name_part(first)):
        return name
    return f"{first} {last} {unit}".strip()


def _is_name_part(part: str) -> bool:
    words = part.split()
    if not 1 <= len(words) <= 4 or words[0].lower().strip(".") in _TITLES:
        return False
    letters = "".join(words).replace(".", "").replace("-", "").replace("'", "").replace("’", "")
    if not letters.isalpha():
        return False
    # Names are capitalised but for particles; a lone word may be in lower case.
    return len(words) == 1 or all(
        word[0].isupper() or not word.isascii() or word in _PARTICLES for word in words
    )


def _without_comments(address: str) -> str:
    """An address without its comments (RFC 5322 section 3.2.2), also those in one another.

    Unless nothing but them holds the address sign: ``user (at) host``.
    """
    if "(" not in address:
        return address
    kept: list[str] = []
    depth, quoted = 0, False
    for piece in _ADDRESS_PIECE.findall(address):
        if piece == '"' and not depth:
            quoted = not quoted
        closes = piece == ")" and not quoted and depth > 0
        depth += (piece == "(" and not quoted) - closes
        if not (depth or closes):
            kept.append(piece)
    plain = "".join(kept)
    return plain if "@" in plain else address


class _MailboxReader:
    """Puts the pieces of an address field together, mailbox by mailbox."""

    __slots__ = ("_angle", "_comment", "_depth", "_name", "_named", "found")

    def __init__(self) -> None:
        self.found: list[Mailbox] = []
        self._name: list[str] = []
        self._comment: list[str] = []
        self._angle: str | None = None
        self._depth = 0
        self._named = 0
        """Pieces of the name before the bracket."""

    def take(self, piece: str) -> None:
        """The next piece of the field, as ``_TOKEN`` cuts it."""
        if piece in "()":
            self._take_parenthesis(piece)
        elif self._depth:
            self._comment.append(piece)
        elif piece[0] == "<" and len(piece) > 1:
            if self._angle is not None and _has_sign(self._angle):
                # Another mailbox, without the comma before it.
                after = self._name[self._named :]
                del self._name[self._named :]
                self.finish()
                self._name = after
            self._angle = _without_route(_without_comments(piece.strip("<>")))
            self._named = len(self._name)
        elif piece in ",;":
            self.finish()
        elif piece == ":":
            # What stood before it is a group's name.
            self._name.clear()
            self._comment.clear()
        else:
            self._name.append(piece)

    def _take_parenthesis(self, piece: str) -> None:
        was = self._depth
        self._depth = was + 1 if piece == "(" else max(0, was - 1)
        if min(was, self._depth) > 0:
            self._comment.append(piece)

    def finish(self) -> None:
        """A mailbox ends here."""
        words = "".join(self._name).strip()
        comment = "".join(self._comment).strip()
        if self._angle is not None:
            self.found.append(Mailbox(words.strip("<>") or comment, self._angle.strip()))
        elif words:
            self.found.append(_without_brackets(words, comment))
        self._name.clear()
        self._comment.clear()
        self._angle = None


def _without_route(address: str) -> str:
    """An address without the hosts it should go by (RFC 5322 section 4.4): ``@a,@b:user@c``."""
    return address.rpartition(":")[2] if address.lstrip()[:1] == "@" else address


def _without_brackets(words: str, comment: str) -> Mailbox:
    """A mailbox of which only words are left: an address, or a name with one beside it."""
    if "@" not in words:
        # The older way round, ``name (address)``.
        swapped = "@" in comment and _ADDRESS.match(comment) is not None
        return Mailbox(words, comment) if swapped else _split_at_word(words, comment)
    if " " not in words or "|" in words or "@end" in words:
        return Mailbox(comment, words)
    pieces = words.split()
    for number, piece in enumerate(pieces[:20]):
        address = piece.strip("<>")
        if _ADDRESS.match(address) and "." in address.rpartition("@")[2]:
            beside = pieces[:number] or [one for one in pieces[1:] if "@" not in one]
            return Mailbox(" ".join(beside) or comment, address)
    return Mailbox(comment, words)


def _split_at_word(words: str, comment: str) -> Mailbox:
    match = _NAMED_AT_WORD.match(words)
    return Mailbox(match[1], match[2]) if match else Mailbox(comment, words)


def parse_mailboxes(value: str) -> list[Mailbox]:
    """The mailboxes of an address field, groups dissolved, at most 1,000."""
    reader = _MailboxReader()
    for match in _TOKEN.finditer(value[:MAX_VALUE]):
        reader.take(match[0])
        if len(reader.found) >= MAX_MAILBOXES:
            return reader.found
    reader.finish()
    return reader.found


def _has_sign(address: str) -> bool:
    return "@" in address or " at " in address


def _split_pipermail(value: str) -> Mailbox | None:
    """``anything (Name)`` where the comment closes the field, as pipermail writes it."""
    stripped = value.strip()
    opening = stripped.find(" (")
    if opening <= 0 or not stripped.endswith(")"):
        return None
    address = stripped[:opening]
    if "<" in address or '"' in address or "," in address:
        return None
    comment = stripped[opening + 2 : -1]
    if not _has_sign(address) and _ADDRESS.match(comment):
        # The other way round; ``parse_mailboxes`` knows.
        return None
    return Mailbox(comment, address)


def parse_author(value: str) -> Author:
    """The first mailbox of a From field. ``email`` is None where it was obscured."""
    return _parse_short_author(value) if len(value) <= _SHORT else _parse_author(value)


def _parse_author(value: str) -> Author:
    if "mailto:" in value:
        without_links = _LINKED.sub("", value)
        value = (without_links if _has_sign(without_links) else value).replace("mailto:", "")
    if "&lt;" in value:
        value = value.replace("&lt;", "<").replace("&gt;", ">")
    quoted = _ALL_QUOTED.match(value)
    if quoted is not None:
        value = quoted[1]
    if value.rstrip()[-1:] == "]" and "<" not in value:
        value = _BRACKETED.sub(r"<\1>", value)
    match = _PLAIN_FROM.match(value)
    if match is not None and match[1]:
        name, written = tidy_name(match[1]), match[2]
        if name and not is_obscured(name):
            return Author(name, canonical_email(written), written)
    match = _PIPERMAIL.match(value)
    if match is not None:
        return _make_author(Mailbox(match[3], f"{match[1]} at {match[2]}"))
    found = _split_pipermail(value)
    if found is None:
        mailboxes = parse_mailboxes(value)
        if not mailboxes:
            return Author("", None, "")
        found = next((box for box in mailboxes if _has_sign(box.address)), mailboxes[0])
        if len(mailboxes) > 1 and found is mailboxes[1]:
            # An unquoted comma in the name: ``Last, First <a@b>``.
            last = mailboxes[0].address
            found = Mailbox(f"{last}, {found.name}" if found.name else last, found.address)
    return _make_author(found)


_parse_short_author = lru_cache(maxsize=4096)(_parse_author)


def _make_author(box: Mailbox) -> Author:
    written = clean(box.address)[:MAX_ADDRESS]
    email = canonical_email(written)
    if email is None and "<" not in written and "@" not in written and " at " not in written:
        # No address at all: the field holds a name only.
        only_name = tidy_name(box.name or written)
        return Author(only_name, None, written)
    name = tidy_name(box.name)
    if not name or is_obscured(name) or name.lower() == written.lower() or name.lower() == email:
        name = local_part(written)
    return Author(name, email, written)


def local_part(address: str) -> str:
    """What stands before the address sign, for want of a name."""
    before = address.partition("@")[0].partition(" at ")[0].strip(" \"'<>[(.")
    return before[:MAX_NAME] or address.strip()[:MAX_NAME]


def addresses_in(value: str) -> tuple[str, ...]:
    """The lower-case addresses of a recipient field, in order, without repeats."""
    if not value:
        return ()
    return _short_addresses(value) if len(value) <= _SHORT else _read_addresses(value)


def _read_addresses(value: str) -> tuple[str, ...]:
    if '"' in value or "(" in value or ":" in value or ";" in value:
        written = [box.address for box in parse_mailboxes(value)]
    else:
        written = []
        for piece in value[:MAX_VALUE].split(",", MAX_MAILBOXES)[:MAX_MAILBOXES]:
            opening = piece.rfind("<")
            written.append(piece[opening + 1 :].rstrip("> \t") if opening >= 0 else piece)
    found = (canonical_email(address) for address in written)
    return tuple(dict.fromkeys(address for address in found if address))


_short_addresses = lru_cache(maxsize=4096)(_read_addresses)
