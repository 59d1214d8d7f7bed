"""The true author behind a list that rewrites From to get past DMARC.

In the order: X-Original-From; a Reply-To or Cc that is not the list;
X-MailFrom, X-Original-Sender; the name before ``via``, without an address.
"""

from __future__ import annotations

import re
from functools import lru_cache

from archive.mail.addresses import (
    Author,
    Mailbox,
    addresses_in,
    canonical_email,
    local_part,
    parse_author,
    parse_mailboxes,
    tidy_name,
)
from archive.mail.headers import Headers, decode_words
from archive.mail.words.phrases import alternatives
from archive.mail.words.registry import gather

_VIA = re.compile(
    rf"(.*?)['\"]?\s+{alternatives(gather(lambda language: language.quoting.through))}"
    r"\s+\S.{0,200}\Z",
    re.DOTALL | re.IGNORECASE,
)
_MAILTO = re.compile(r"mailto:([^\s<>?,]+)", re.IGNORECASE)
_LIST_FIELDS = ("x-beenthere", "x-mailing-list")
# RFC 2919 identifiers are mostly the address with its sign made a dot.
_LIST_ID = re.compile(r"<?([^\s<>,.]{1,100})\.([^\s<>,]{1,250}\.[^\s<>,]{2,63})>?")
_WORD = re.compile(r"[^\W\d_]{2,}")
# Rewritten addresses that hold the old one: groups.io's and Mailman's ``user=host@list``, the
# IETF's ``user=40host@dmarc``.
_ENCODED = re.compile(r"([^\s@=]+)=(?:40)?([a-z0-9-]+(?:\.[a-z0-9-]+)+)@[^\s@]+\Z")

_DMARC_HOST = re.compile(r"@dmarc\.[a-z0-9-]+\.|@[^@]+\.dmarc\.")


def list_addresses(headers: Headers) -> frozenset[str]:
    """The list's own addresses, lower-case, as its header fields tell them."""
    return _list_addresses(
        headers.raw("list-post")[:2000],
        ",".join(headers.raw(name)[:1000] for name in _LIST_FIELDS if name in headers),
        ",".join(headers.all("list-id"))[:2000],
    )


@lru_cache(maxsize=512)
def _list_addresses(list_post: str, plain: str, list_ids: str) -> frozenset[str]:
    found = {match[1].lower() for match in _MAILTO.finditer(list_post)}
    found.update(addresses_in(plain))
    for match in _LIST_ID.finditer(list_ids.lower()):
        found.add(f"{match[1]}@{match[2]}")
    return frozenset(found)


def names_mediator(name: str) -> bool:
    """Whether a display name says through which list somebody writes: ``X via Y``."""
    return _VIA.match(name) is not None


def find_author(headers: Headers, subject: str) -> Author:
    """Who wrote the message; ``subject`` is decoded."""
    value = headers.raw("from")
    author = parse_author(value)
    if not value.strip():
        value = headers.raw("sender") or headers.raw("reply-to") or headers.raw("resent-from")
        author = parse_author(value)
    if author.email is not None and "=40" in author.email:
        # The IETF's lists leave the name alone and say in the host what they did.
        decoded = _from_encoded(author, author.name)
        if decoded is not None and _DMARC_HOST.search(author.email):
            return decoded
    via = _VIA.match(author.name) if " " in author.name else None
    if via is None and not _may_be_list(author.email, headers, subject):
        return author
    lists = set(list_addresses(headers))
    mediated = author.email in lists or _is_tag(author.email, subject)
    if via is None and not mediated:
        return author
    if via is not None and not mediated and not _is_list_like(author, headers, lists):
        return author
    name = tidy_name(via[1]) if via else author.name
    lists.add(author.email or "")
    return (
        _from_original(headers, name)
        or _from_replies(headers, name, lists, via is not None)
        or _from_encoded(author, name)
        or _from_senders(headers, name, lists)
        or Author(_human_name(name, author), None, author.written)
    )


def _may_be_list(email: str | None, headers: Headers, subject: str) -> bool:
    if email is None:
        return False
    return (
        "list-post" in headers
        or "list-id" in headers
        or "x-beenthere" in headers
        or "x-mailing-list" in headers
        or _is_tag(email, subject)
    )


def _is_tag(email: str | None, subject: str) -> bool:
    """The address is that of the list named in the subject's tag (pipermail shows no more)."""
    return email is not None and f"[{email.partition('@')[0]}]" in subject.lower()


def _is_list_like(author: Author, headers: Headers, lists: set[str]) -> bool:
    """``X via Y`` from a program that speaks for X, not from a person of that name."""
    if lists or "x-original-from" in headers or "sender" in headers or author.email is None:
        return True
    return "reply-to" in headers or _ENCODED.match(author.email) is not None


def _human_name(name: str, author: Author) -> str:
    return name or author.name or local_part(author.written)


def _shares_word(first: str, second: str) -> bool:
    """Two display names have a word in common; one that is empty does not contradict."""
    words = {word.lower() for word in _WORD.findall(first)}
    others = {word.lower() for word in _WORD.findall(second)}
    return not words or not others or bool(words & others)


def _from_original(headers: Headers, name: str) -> Author | None:
    value = headers.raw("x-original-from")
    if not value:
        return None
    found = parse_author(decode_words(value))
    if found.email is None:
        return None
    return found if found.name else Author(name, found.email, found.written)


def _candidates(headers: Headers, field: str, lists: set[str]) -> list[tuple[Mailbox, str]]:
    found = []
    for box in parse_mailboxes(headers.raw(field))[:50]:
        email = canonical_email(box.address)
        if email is not None and email not in lists:
            found.append((box, email))
    return found


def _from_replies(headers: Headers, name: str, lists: set[str], via: bool) -> Author | None:
    replies = _candidates(headers, "reply-to", lists)
    chosen = _of_name(replies, name)
    if chosen is None and len(replies) == 1:
        written_name = tidy_name(replies[0][0].name)
        if "@" in written_name:
            written_name = ""
        if _shares_word(name, written_name) or not via:
            chosen = replies[0]
    if chosen is None:
        # Mailman puts the author into Cc where replies go to the list: only by the name.
        chosen = _of_name(_candidates(headers, "cc", lists), name)
    if chosen is None:
        return None
    box, email = chosen
    return Author(name or tidy_name(box.name) or local_part(email), email, box.address)


def _of_name(found: list[tuple[Mailbox, str]], name: str) -> tuple[Mailbox, str] | None:
    wanted = name.lower()
    for box, email in found:
        if wanted and tidy_name(box.name).lower() == wanted:
            return box, email
    return None


def _from_encoded(author: Author, name: str) -> Author | None:
    match = _ENCODED.match(author.email or "")
    if match is None:
        return None
    return Author(_human_name(name, author), f"{match[1]}@{match[2]}", author.written)


def _from_senders(headers: Headers, name: str, lists: set[str]) -> Author | None:
    for field in ("x-mailfrom", "x-original-sender"):
        email = canonical_email(headers.raw(field).strip().strip("<>"))
        if email and email not in lists and "bounce" not in email:
            return Author(name or local_part(email), email, headers.raw(field).strip()[:400])
    return None
