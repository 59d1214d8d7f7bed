"""What comes to a list's receiving address: a post, or mail to set aside, and why.

A pure decision: an ordered row of small rules, of which the first that applies
decides. A wrong "no post" hides somebody's words until the operator looks, a
wrong "post" shows everybody a notice that may hold a password; so each rule
asks for proof that a post does not bear.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from archive.lists import no_archive
from archive.lists.managers.notice import NoticeKind
from archive.lists.managers.recognition import recognise_notice
from archive.lists.names import ListNames, fits
from archive.mail.automation.absence import named_as_absence
from archive.mail.automation.verdict import (
    ADMINISTRIVIA,
    AUTO_REPLY,
    BOUNCE,
    DIGEST,
    automatic_by_header,
    bounce_by_header,
    is_list_robot,
    named_as_bounce,
)
from archive.mail.digest import split_digest
from archive.mail.headers import Headers
from archive.mail.message import ParsedMessage
from archive.tables import Aside, Status

QUARANTINE = "quarantine"
SPAM = "spam"
NO_ARCHIVE = "no-archive"

_CHECKER_HOST = re.compile(r"\bon\s+([a-z0-9-]+(?:\.[a-z0-9-]+)+)\.?\s*\Z", re.IGNORECASE)
_SPAM_SUBJECT = re.compile(
    r"(?:\[[^\]]{1,60}\]\s*)?(?:\*{3,5}\s*SPAM\s*\*{3,5}|\[SPAM\]|\{SPAM\??\})", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One mail to be sorted; ``envelope_sender`` is empty for the null sender."""

    raw: bytes
    parsed: ParsedMessage
    envelope_sender: str | None
    names: ListNames

    @property
    def headers(self) -> Headers:
        """Its header fields."""
        return self.parsed.headers

    @property
    def is_distributed(self) -> bool:
        """The list's manager stamped it as it stamps posts (RFC 2369)."""
        return "list-post" in self.headers or "x-beenthere" in self.headers

    @property
    def is_addressed_to_list(self) -> bool:
        """To or Cc names the list, as people's posts do."""
        return not set(self.names.addresses).isdisjoint(self.parsed.recipients)

    @property
    def could_be_posted(self) -> bool:
        """Something says that it came by way of the list."""
        return self.is_distributed or self.is_addressed_to_list or bool(self.parsed.list_ids)


Rule = Callable[[Candidate], Aside | None]


def sort_mail(
    raw: bytes, parsed: ParsedMessage, envelope_sender: str | None, names: ListNames
) -> Aside | None:
    """Why the mail is no post of the list, or None for a post."""
    candidate = Candidate(raw, parsed, envelope_sender, names)
    for rule in RULES:
        aside = rule(candidate)
        if aside is not None:
            return aside
    return None


def _notice(mail: Candidate) -> Aside | None:
    for address in mail.names.addresses:
        notice = recognise_notice(
            mail.raw,
            address,
            headers=mail.headers,
            request_address=mail.names.request_address,
            expected=mail.names.manager,
        )
        # A digest is made of posts: it is not the manager's own word.
        if notice is not None and notice.kind is not NoticeKind.DIGEST:
            return Aside(notice.kind.value, f"a notice of {notice.manager}: {notice.reason}")
    return None


def sort_past_mail(raw: bytes, parsed: ParsedMessage, list_address: str | None) -> Aside | None:
    """As ``sort_mail``, of what an archive holds: all of it was posted, but digests twice."""
    if parsed.automation != DIGEST:
        return None
    names = ListNames((list_address or "",))
    return _digest(Candidate(raw, parsed, None, names))


def _digest(mail: Candidate) -> Aside | None:
    if mail.parsed.automation != DIGEST:
        return None
    sender = mail.parsed.author.email or mail.parsed.author.written.lower()
    known = {*mail.names.addresses, *mail.parsed.recipients}
    if sender not in known and not is_list_robot(sender):
        # People forward mail as a digest, and answer to one under its subject.
        return None
    posts = len(split_digest(mail.raw))
    return Aside(DIGEST, f"a digest, split into {posts} posts") if posts else None


def _administrivia(mail: Candidate) -> Aside | None:
    if mail.headers.raw("x-list-administrivia").strip().lower() == "yes":
        return Aside(ADMINISTRIVIA, "the list manager marked it as administrivia")
    if mail.parsed.automation != ADMINISTRIVIA or mail.is_distributed:
        return None
    sender = mail.parsed.author.email or ""
    if not mail.names.is_host(sender.partition("@")[2]):
        return None
    return Aside(ADMINISTRIVIA, f"it comes from the list's robot {sender}")


def _bounce(mail: Candidate) -> Aside | None:
    flagged = mail.parsed.automation == BOUNCE
    if flagged and bounce_by_header(mail.headers, mail.parsed.author):
        return Aside(BOUNCE, "its header says that mail could not be delivered")
    # Words alone do not prove it of a post: people discuss bounces.
    named = named_as_bounce(mail.parsed.subject) and "in-reply-to" not in mail.headers
    if (flagged or named) and not mail.could_be_posted:
        return Aside(BOUNCE, "its subject is that of undelivered mail, and no list sent it")
    return None


def _auto_reply(mail: Candidate) -> Aside | None:
    flagged = mail.parsed.automation == AUTO_REPLY
    if flagged and automatic_by_header(mail.headers):
        return Aside(AUTO_REPLY, "its header says that a program replied")
    # Likewise of being away.
    if (flagged or named_as_absence(mail.parsed.subject)) and not mail.could_be_posted:
        return Aside(AUTO_REPLY, "its subject is that of an automatic reply, and no list sent it")
    return None


def _spam(mail: Candidate) -> Aside | None:
    """Marked by a filter of the list's own host; what a sender's filter says counts for nothing."""
    headers = mail.headers
    flagged = headers.raw("x-spam-flag").strip().lower().startswith("yes")
    if flagged or headers.raw("x-spam-status").strip().lower().startswith("yes"):
        checker = _CHECKER_HOST.search(headers.raw("x-spam-checker-version").strip()[-300:])
        if checker is None or mail.names.is_host(checker[1].lower()):
            return Aside(SPAM, "the list's host marked it as spam", Status.WAITING)
    # Before any reply mark: in what follows one, people answer to spam.
    if _SPAM_SUBJECT.match(mail.parsed.subject):
        return Aside(SPAM, "its subject bears a spam filter's mark", Status.WAITING)
    return None


def _no_archive(mail: Candidate) -> Aside | None:
    if not mail.names.honours_no_archive:
        return None
    asked = no_archive.asked_by(mail.headers)
    if asked is None:
        return None
    stamped = no_archive.stamping_manager(mail.headers, mail.names.addresses)
    if stamped is not None and mail.names.no_archive_open:
        return None
    return Aside(NO_ARCHIVE, f"its author asked for it not to be archived ({asked})")


def _foreign_identifier(mail: Candidate) -> Aside | None:
    found = mail.parsed.list_ids
    if not found:
        return None
    names = mail.names
    known = names.identifiers | {names.identifier}
    if not known.isdisjoint(found):
        return None
    if mail.is_addressed_to_list and not names.neighbours.isdisjoint(found):
        # A cross-post, in the copy that went out by the other list.
        return None
    if names.identifier is None:
        if any(fits(one, address) for one in found for address in names.addresses):
            return None
        reason = f"its List-Id {found[0]} does not fit the list's address {names.addresses[0]}"
    elif any(fits(one, address) for one in found for address in names.addresses[1:]):
        return None
    else:
        reason = f"its List-Id is {found[0]}, the list's is {names.identifier}"
    return Aside(QUARANTINE, reason, Status.WAITING)


# In this order: what a list manager says of itself comes before any guess, and only what could
# be a post is asked for the right List-Id.
RULES: tuple[Rule, ...] = (
    _digest,
    _notice,
    _administrivia,
    _bounce,
    _auto_reply,
    _spam,
    _foreign_identifier,
    _no_archive,
)
