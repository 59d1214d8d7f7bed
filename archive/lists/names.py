"""By what names a list is known, and what it learns of them from its posts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from archive.lists import no_archive
from archive.lists.no_archive import HONOUR, IGNORE
from archive.lists.registry import aliases_of_lists
from archive.mail.headers import Headers
from archive.mail.message import ParsedMessage
from archive.mail.trust.results import is_same_site
from archive.tables import MailingList, Subscription


@dataclass(frozen=True, slots=True)
class ListNames:
    """By what names the list is known that the mail came to; all lower-case.

    addresses: its own first, then earlier ones and aliases.
    identifier: its List-Id (RFC 2919) once declared or learned.
    identifiers: further List-Ids that it is known by.
    neighbours: List-Ids of the archive's other lists.
    honours_no_archive: posts that ask not to be archived are set aside.
    no_archive_open: nobody has decided that yet, so that the list's manager may.
    manager, request_address: what its subscription says of its list manager.
    """

    addresses: tuple[str, ...]
    identifier: str | None = None
    identifiers: frozenset[str] = frozenset()
    neighbours: frozenset[str] = frozenset()
    honours_no_archive: bool = True
    no_archive_open: bool = True
    manager: str | None = None
    request_address: str | None = None

    def is_host(self, host: str) -> bool:
        """Whether ``host`` is one of the list's, or stands over or under one."""
        return any(is_same_site(host, one.partition("@")[2]) for one in self.addresses)


def names_of_lists(session: Session, list_ids: Iterable[int]) -> dict[int, ListNames]:
    """By what names each of these lists is known."""
    aliases = aliases_of_lists(session)
    managers: dict[int, tuple[str | None, str | None]] = {
        list_id: (manager, request_address)
        for list_id, manager, request_address in session.execute(
            select(Subscription.list_id, Subscription.manager, Subscription.request_address)
        )
    }
    lists = {one.id: one for one in session.scalars(select(MailingList))}
    identifiers = {
        one.id: {one.identifier or one.address.replace("@", "."), *aliases.get(one.id, ())}
        for one in lists.values()
    }
    return {
        list_id: ListNames(
            addresses=(
                lists[list_id].address,
                *(one for one in aliases.get(list_id, ()) if "@" in one),
            ),
            identifier=lists[list_id].identifier,
            identifiers=frozenset(one for one in aliases.get(list_id, ()) if "@" not in one),
            neighbours=frozenset().union(
                *(names for other, names in identifiers.items() if other != list_id)
            ),
            honours_no_archive=lists[list_id].no_archive == HONOUR,
            no_archive_open=lists[list_id].no_archive_by == "default",
            manager=managers.get(list_id, (None, None))[0],
            request_address=managers.get(list_id, (None, None))[1],
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


def let_manager_decide(session: Session, list_id: int, manager: str) -> None:
    """Ignore X-No-Archive on a list whose manager stamps it on all mail.

    What the operator decided stands.
    """
    session.execute(
        update(MailingList)
        .where(MailingList.id == list_id, MailingList.no_archive_by == "default")
        .values(no_archive=IGNORE, no_archive_by=manager)
    )


def fits(identifier: str, address: str) -> bool:
    """Whether a List-Id is what a list of that address would carry.

    ``talk.lists.example.org`` fits ``talk@lists.example.org`` and, since lists
    are often announced under a shorter or longer host, ``talk@example.org``.
    """
    local, _, host = address.partition("@")
    if identifier in (address, f"{local}.{host}"):
        return True
    if not identifier.startswith(f"{local}."):
        return False
    return is_same_site(identifier.removeprefix(f"{local}."), host)


def learnable_identifier(parsed: ParsedMessage, names: ListNames) -> str | None:
    """The List-Id that a list without one learns from its post, or None."""
    if names.identifier is not None:
        return None
    return next((one for one in parsed.list_ids if fits(one, names.addresses[0])), None)


def no_archive_stamp(headers: Headers, names: ListNames) -> str | None:
    """The list manager whose stamp asks for no archive, while nobody has decided; or None."""
    if not names.no_archive_open:
        return None
    return no_archive.stamping_manager(headers, names.addresses)
