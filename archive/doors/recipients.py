"""Finds the list that a recipient's address means.

Only the list's manager knows ``archive+NAME.SECRET@`` of the archive's mail
domain. Everybody knows a list's own address, so it counts only for clients on
this machine, and only where the operator allows it.
"""

from __future__ import annotations

import hmac

from sqlalchemy import bindparam, or_, select

from archive.database import Database
from archive.tables import ListAlias, MailingList

RECEIVING_PREFIX = "archive+"
_LIST_OF_ADDRESS = select(MailingList.id).where(
    or_(
        MailingList.address == bindparam("address"),
        MailingList.id.in_(
            select(ListAlias.list_id).where(ListAlias.alias == bindparam("address"))
        ),
    )
)
_LIST_OF_SLUG = select(MailingList.id, MailingList.secret).where(
    MailingList.slug == bindparam("slug")
)


class Recipients:
    """Looks recipients up. Safe to share between threads."""

    def __init__(self, database: Database, mail_domain: str) -> None:
        self._database = database
        self._mail_domain = mail_domain.lower()

    def list_of(self, recipient: str, *, own_address: bool) -> int | None:
        """Return the list row of a recipient, or None.

        own_address: whether a list's own address, or an alias of it, counts too.

        Raises ``StoreUnavailableError``.
        """
        address = recipient.lower()
        if not address.isascii() or not address.isprintable() or len(address) > 400:
            return None
        with self._database.session() as session:
            connection = session.connection()
            if own_address:
                own = connection.scalar(_LIST_OF_ADDRESS, {"address": address})
                if own is not None:
                    return int(own)
            if not self.is_receiving_address(address):
                return None
            name = address.rpartition("@")[0].removeprefix(RECEIVING_PREFIX)
            slug, _, secret = name.rpartition(".")
            row = connection.execute(_LIST_OF_SLUG, {"slug": slug}).first()
        # An unknown list takes the same way, so that the time tells nothing.
        expected = "-" if row is None else row.secret
        matches = hmac.compare_digest(secret.encode(), expected.encode())
        return row.id if row is not None and matches else None

    def is_receiving_address(self, recipient: str) -> bool:
        """Whether the recipient has the form of an address that only a list manager knows."""
        local_part, _, domain = recipient.lower().rpartition("@")
        return domain == self._mail_domain and local_part.startswith(RECEIVING_PREFIX)
