"""The lists an archive keeps, and their receiving addresses."""

from __future__ import annotations

import re
import secrets
import string
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from archive.errors import NotFoundError, UsageError
from archive.models import ListAlias, MailingList
from archive.settings import Settings
from archive.sorting import ListNames

_ADDRESS = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[a-z0-9.-]{1,253}")
_SECRET_ALPHABET = string.ascii_lowercase + "234567"
_SECRET_LENGTH = 20
"""Twenty letters of five bits each: 100 bits."""

LANGUAGES = ("id", "en", "auto")
NO_ARCHIVE_POLICIES = ("honour", "ignore")


def list_address(text: str) -> str:
    """``text`` as a canonical list address.

    Raises ``UsageError`` when it is none.
    """
    address = text.strip().lower()
    if not _ADDRESS.fullmatch(address) or ".." in address:
        raise UsageError(f"not a list address: {text.strip()[:200]!r}")
    return address


def find_list(session: Session, address: str) -> MailingList:
    """The list of that address. Raises ``NotFoundError``."""
    found = session.scalar(select(MailingList).where(MailingList.address == address.lower()))
    if found is None:
        raise NotFoundError(f"no list {address[:320]} in this archive")
    return found


def add_list(session: Session, address: str, **fields: Any) -> MailingList:
    """Add a list, or return the one of that address unchanged."""
    address = list_address(address)
    known = session.scalar(select(MailingList).where(MailingList.address == address))
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


def names_of_lists(session: Session, list_ids: Iterable[int]) -> dict[int, ListNames]:
    """By what names each of these lists is known."""
    aliases: defaultdict[int, list[str]] = defaultdict(list)
    for alias in session.scalars(select(ListAlias).order_by(ListAlias.alias)):
        aliases[alias.list_id].append(alias.alias)
    found = session.execute(select(MailingList.id, MailingList.address, MailingList.identifier))
    lists = {list_id: (address, identifier) for list_id, address, identifier in found}
    identifiers = {
        list_id: {identifier or address.replace("@", "."), *aliases[list_id]}
        for list_id, (address, identifier) in lists.items()
    }
    return {
        list_id: ListNames(
            addresses=(lists[list_id][0], *(one for one in aliases[list_id] if "@" in one)),
            identifier=lists[list_id][1],
            identifiers=frozenset(one for one in aliases[list_id] if "@" not in one),
            neighbours=frozenset().union(
                *(names for other, names in identifiers.items() if other != list_id)
            ),
        )
        for list_id in set(list_ids) & lists.keys()
    }


def learn_identifier(session: Session, list_id: int, identifier: str) -> None:
    """Take the List-Id of a list's post for the list's own, unless it has one."""
    session.execute(
        update(MailingList)
        .where(MailingList.id == list_id, MailingList.identifier.is_(None))
        .values(identifier=identifier[:255])
    )


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
