"""The lists an archive keeps, and their receiving addresses."""

from __future__ import annotations

import re
import secrets
import string
from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.errors import NotFoundError, UsageError
from archive.settings import Settings
from archive.tables import ListAlias, MailingList

_ADDRESS = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[a-z0-9.-]{1,253}")
_IDENTIFIER = re.compile(r"[a-z0-9_+=.@-]{1,200}\.[a-z0-9.-]{1,54}")
_SECRET_ALPHABET = string.ascii_lowercase + "234567"
_SECRET_LENGTH = 20
"""Twenty letters of five bits each: 100 bits."""

LANGUAGES = ("id", "en", "auto")
MAXIMUM_TAGS = 50
_TAG = re.compile(r"[^\W_](?:[\w.+/&-]{0,58}[\w+])?")
"""One word: that is how a tag stands in brackets, alone or beside others."""


def list_address(text: str) -> str:
    """``text`` as a canonical list address.

    Raises ``UsageError`` when it is none.
    """
    address = text.strip().lower()
    if not _ADDRESS.fullmatch(address) or ".." in address:
        raise UsageError.of("list-address-malformed", address=text.strip()[:200])
    return address


def find_list(session: Session, address: str) -> MailingList:
    """The list known by that address, its own or an alias. Raises ``NotFoundError``."""
    found = known_list(session, address.strip().lower())
    if found is None:
        raise NotFoundError.of("list-unknown", address=address[:320])
    return found


def known_list(session: Session, address: str) -> MailingList | None:
    """The list known by that address, lower-case, its own or an alias."""
    found = session.scalar(select(MailingList).where(MailingList.address == address))
    if found is not None:
        return found
    return session.scalar(
        select(MailingList)
        .join(ListAlias, ListAlias.list_id == MailingList.id)
        .where(ListAlias.alias == address)
    )


def add_list(session: Session, address: str, **fields: Any) -> MailingList:
    """Add a list, or return the one known by that address unchanged."""
    address = list_address(address)
    known = known_list(session, address)
    if known is not None:
        return known
    local_part = address.partition("@")[0]
    created = MailingList(
        address=address,
        slug=_free_slug(session, local_part),
        secret="".join(secrets.choice(_SECRET_ALPHABET) for _ in range(_SECRET_LENGTH)),
        name=fields.pop("name", None) or local_part,
        created=datetime.now(UTC),
        **fields,
    )
    session.add(created)
    session.flush()
    return created


def add_alias(session: Session, mailing_list: MailingList, alias: str) -> None:
    """Know a list also by another address, or by another List-Id (RFC 2919).

    Raises ``UsageError`` when it is neither, or another list's.
    """
    name = _alias(alias)
    taken = session.scalar(select(MailingList).where(MailingList.address == name))
    known = session.get(ListAlias, name)
    owner = taken.id if taken is not None else known.list_id if known is not None else None
    if owner is not None and owner != mailing_list.id:
        raise UsageError(f"{name} belongs to another list of this archive")
    if owner is None:
        session.add(ListAlias(alias=name, list_id=mailing_list.id, created=datetime.now(UTC)))
        session.flush()


def remove_alias(session: Session, mailing_list: MailingList, alias: str) -> None:
    """Forget an alias. Raises ``NotFoundError``."""
    known = session.get(ListAlias, _alias(alias))
    if known is None or known.list_id != mailing_list.id:
        raise NotFoundError(f"{mailing_list.address} has no alias {alias[:320]}")
    session.delete(known)
    session.flush()


def aliases_of_lists(session: Session) -> dict[int, list[str]]:
    """The other addresses and List-Ids that lists are known by, sorted, by list."""
    aliases: defaultdict[int, list[str]] = defaultdict(list)
    for alias in session.scalars(select(ListAlias).order_by(ListAlias.alias)):
        aliases[alias.list_id].append(alias.alias)
    return aliases


def subject_tags(text: str) -> list[str]:
    """Subject tags from ``jual, [net-next]``: lower-case, without brackets, each once.

    Raises ``UsageError`` for what can be no tag.
    """
    tags = list(dict.fromkeys(" ".join(one.split()).lower() for one in text.split(",")))
    tags = [one.removeprefix("[").removesuffix("]").strip() for one in tags if one]
    for tag in tags:
        if not _TAG.fullmatch(tag):
            raise UsageError(f"not a subject tag: {tag[:200]!r}")
    if len(tags) > MAXIMUM_TAGS:
        raise UsageError(f"a list has at most {MAXIMUM_TAGS} subject tags")
    return tags


def list_identifier(text: str) -> str:
    """``text`` as a canonical List-Id. Raises ``UsageError`` when it is none."""
    identifier = text.strip().strip("<>").lower()
    if not _IDENTIFIER.fullmatch(identifier):
        raise UsageError(f"not a List-Id: {text.strip()[:200]!r}")
    return identifier


def _alias(text: str) -> str:
    return list_address(text) if "@" in text else list_identifier(text)


def receiving_address(mailing_list: MailingList, settings: Settings) -> str:
    """Where the list manager sends posts for this list."""
    return f"archive+{mailing_list.slug}.{mailing_list.secret}@{settings.mail_domain}"


def _free_slug(session: Session, local_part: str) -> str:
    """A slug for a receiving address: letters, digits and hyphens, not taken yet."""
    base = re.sub(r"[^a-z0-9]+", "-", local_part).strip("-")[:60] or "list"
    taken = set(session.scalars(select(MailingList.slug).where(MailingList.slug.startswith(base))))
    number = 1
    slug = base
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug
