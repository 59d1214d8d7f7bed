"""The database tables of the archive, one file per subject; import them from here.

These hold original data: ``MailingList``, ``ListAlias``, ``Posting``, ``Message`` (only
digest and size), ``RawMessage``, ``MessageCopy``, ``CompressionDictionary``,
``SetAsideMail``, ``AccessToken``, ``Subscription``, decisions (``Decision`` and its claims) and
``Removal``. ``RateCount`` is worth a minute. Every other table and column is derived
from them and can be rebuilt.
"""

from __future__ import annotations

from archive.tables.base import Base, Identifier, Timestamp, seconds, table_of
from archive.tables.decisions import Decision, IdentityClaim, MergeSuggestion, ThreadClaim
from archive.tables.lists import ListAlias, MailingList
from archive.tables.messages import (
    CHOICE_STEP,
    Attachment,
    Authentication,
    CompressionDictionary,
    Message,
    MessageCopy,
    OwnText,
    Posting,
    RawMessage,
    Reference,
    Removal,
    Thread,
)
from archive.tables.people import Address, AddressName, Person
from archive.tables.rates import RateCount
from archive.tables.set_aside import MAX_SENDER, Aside, SetAsideMail, Status
from archive.tables.subscriptions import OutgoingMail, State, Subscription, SubscriptionEvent, Wish
from archive.tables.tokens import AccessToken, AccessTokenList

__all__ = [
    "CHOICE_STEP",
    "MAX_SENDER",
    "AccessToken",
    "AccessTokenList",
    "Address",
    "AddressName",
    "Aside",
    "Attachment",
    "Authentication",
    "Base",
    "CompressionDictionary",
    "Decision",
    "Identifier",
    "IdentityClaim",
    "ListAlias",
    "MailingList",
    "MergeSuggestion",
    "Message",
    "MessageCopy",
    "OutgoingMail",
    "OwnText",
    "Person",
    "Posting",
    "RateCount",
    "RawMessage",
    "Reference",
    "Removal",
    "SetAsideMail",
    "State",
    "Status",
    "Subscription",
    "SubscriptionEvent",
    "Thread",
    "ThreadClaim",
    "Timestamp",
    "Wish",
    "seconds",
    "table_of",
]
