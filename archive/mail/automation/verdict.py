"""Mail that a program sent: auto-replies, bounces, digests, list administrivia, bots.

RFC 3834 for Auto-Submitted, RFC 3462 for reports; the rest is what mail
programs write. ``Precedence: list`` or ``bulk`` alone is an ordinary list post.

The verdict takes weight away from what somebody wrote, so it needs a header field that
only programs write, or two signs that do not follow from each other: an address
``noreply`` is one, and so is a person whose name is Bot.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from archive.mail.addresses import Author, addresses_in
from archive.mail.author import list_addresses
from archive.mail.automation.absence import is_absence_notice
from archive.mail.automation.bots import is_bot, is_nameless
from archive.mail.digest_forms import DIGEST_OPENING
from archive.mail.headers import Headers
from archive.mail.words.openings import Openings
from archive.mail.words.phrases import segments
from archive.mail.words.registry import gather

AUTO_REPLY = "auto-reply"
BOUNCE = "bounce"
DIGEST = "digest"
ADMINISTRIVIA = "administrivia"
BOT = "bot"

_AUTO_REPLY_FIELDS = frozenset({"x-autoreply", "x-autorespond", "x-autoresponder", "x-vacation"})
_BOT_FIELDS = frozenset(
    "x-github-reason x-github-sender x-bugzilla-reason x-bugzilla-type x-bugzilla-url "
    "x-jira-fingerprint x-trac-project x-trac-version x-launchpad-bug x-gitlab-project "
    "x-gitlab-pipeline-id x-gerrit-messagetype x-gerrit-change-id x-phabricator-stamps "
    "x-redmine-project x-redmine-host x-jenkins-job x-travis-ci x-roundup-name x-mantis-project "
    "x-sourceforge-tracker-unixname x-rt-ticket x-git-refname x-git-rev x-cron-env x-hudson-job "
    "x-syzbot".split()
)
_BOT_MAILERS = re.compile(
    r"roundup|\btrac |bugzilla|jira|gitlab|redmine|mantis|jenkins|buildbot|git_multimail|svnmailer"
    r"|\bcia |phabricator|launchpad|nagios|logwatch",
    re.IGNORECASE,
)
_MAIL_DAEMON = re.compile(r"(?:mailer-daemon|mail-daemon|mdaemon)(?:$|[-+])")
_LIST_ROBOT = re.compile(
    # LISTSERV gives people of some hosts the address ``TOKEN-dmarc-request`` for good.
    r"(?!.*-dmarc-request$)"
    r"(?:(?:listserv|majordomo|sympa|mailman|ecartis|listproc|mlmmj|ezmlm)$"
    r"|.{1,200}(?:-confirm\+|-request$|-owner$|-bounces(?:$|\+)|-help$|\+help$|\+owner$|\+confsub"
    r"|\+confunsub|\+subconfirm|-admin$|\+bounces))"
)
_ROBOT_ENDING = re.compile(r"[-+](?:request|owner|help|admin|bounces|confirm)(?:\+.*)?\Z")
_CONFIRMATION = re.compile(r".*(?:-confirm\+|\+confsub|\+confunsub|\+subconfirm)")
_DIGEST_SUBJECT = re.compile(
    r"(?:\[[^\]]{1,60}\] )?(?:\S.{0,120}? )?"
    r"Digest(?:,? (?:Vol\.? ?\d+|V\d+|\d|\w{3,9},? \d)| - \d| Number \d| (?:of|for) \S).{0,100}\Z",
    re.IGNORECASE,
)
_BOUNCE_SUBJECTS = Openings(gather(lambda language: language.automation.bounce_subjects))
# What mail servers without a report's form have written, near the beginning of the text.
_BOUNCE_TEXTS = tuple(
    text
    for phrase in gather(lambda language: language.automation.bounce_texts)
    for text in segments(phrase)[0]
)
_RETURN_ADDRESS = re.compile(
    r"(?:owner-[^@]+|[^@]+-(?:bounces|owner)(?:\+[^@]*)?|[^@]+\+(?:bounces|owner)[^@]*)@"
)
_OPENING = 400
"""Characters of the text in which a bounce says that it is one."""
NOT_PERSONAL = frozenset({BOT, BOUNCE, ADMINISTRIVIA})
"""Automatic mail whose sender's name tells nothing of a person."""


def is_digest_subject(subject: str) -> bool:
    """Whether a subject is one that list managers give to digests."""
    return "igest" in subject and _DIGEST_SUBJECT.match(subject) is not None


def find_automation(
    headers: Headers,
    *,
    content_type: str,
    report_type: str,
    subject: str,
    is_reply: bool,
    author: Author,
    recipients: Sequence[str],
    text: str,
) -> str | None:
    """Why a message is automatic mail, or None for a human's post.

    ``subject`` is decoded and has its reply marks; ``author`` is the one
    behind a list's rewriting; ``recipients`` are those of To and Cc, lower-case.
    """
    local = (author.email or "").partition("@")[0]
    bounce = _bounce(headers, content_type, report_type, subject, local) or _worded_bounce(
        headers, subject, recipients, text
    )
    if bounce:
        return bounce
    if headers.raw("x-list-administrivia").strip().lower() == "yes":
        return ADMINISTRIVIA
    if content_type == "multipart/digest" or _is_digest(
        subject, is_reply, author.email or _written_sender(headers), recipients, text
    ):
        return DIGEST
    if local and _LIST_ROBOT.match(local) and _speaks_for_list(headers, author, recipients):
        return ADMINISTRIVIA
    if local == "postmaster" and is_nameless(author) and _is_bulk_without_list(headers):
        return ADMINISTRIVIA
    if automatic_by_header(headers) or _is_junk(headers):
        return AUTO_REPLY
    if is_absence_notice(subject, text):
        return AUTO_REPLY
    return BOT if _bot_by_header(headers) or is_bot(headers, author, text) else None


def _written_sender(headers: Headers) -> str | None:
    """The address in From, also where it is the list's own."""
    found = addresses_in(headers.raw("from"))
    return found[0] if found else None


def _is_digest(
    subject: str, is_reply: bool, sender: str | None, recipients: Sequence[str], text: str
) -> bool:
    """Sent by a list or its robot, and a digest by its subject or by its first lines.

    People answer to digests under their subject, and lists drop the mark of the reply.
    """
    named = not is_reply and is_digest_subject(subject)
    if not named and not (text[:1] == "T" or text[:1] == "S" or "igest" in text[:200]):
        return False
    opens = DIGEST_OPENING.match(text) is not None
    if sender is None:
        return named and opens
    robot = is_list_robot(sender) or sender in recipients
    return robot and (named or opens)


def _speaks_for_list(headers: Headers, author: Author, recipients: Sequence[str]) -> bool:
    """Whether a sign beside the address itself says that a list manager writes from it."""
    local, _, host = (author.email or "").partition("@")
    name = _ROBOT_ENDING.sub("", local)
    if _CONFIRMATION.match(local) or is_nameless(author) or author.name.lower() == name:
        return True
    its_list = f"{name}@{host}"
    if its_list in recipients or its_list in list_addresses(headers):
        return True
    return _is_bulk_without_list(headers)


def _is_bulk_without_list(headers: Headers) -> bool:
    """Lists write the field into posts; without theirs a program wrote it."""
    precedence = headers.raw("precedence").strip().lower()
    return precedence in ("bulk", "junk") and "list-post" not in headers


def _bounce(
    headers: Headers, content_type: str, report_type: str, subject: str, local: str
) -> str | None:
    if content_type == "multipart/report" and "disposition" in report_type:
        return AUTO_REPLY
    if _reports_a_bounce(headers, content_type, local):
        return BOUNCE
    bounced = _BOUNCE_SUBJECTS.match(subject.lower())
    if bounced and (local == "postmaster" or headers.raw("return-path").strip() == "<>"):
        return BOUNCE
    return None


def named_as_bounce(subject: str) -> bool:
    """Whether a subject is that of undelivered mail: one sign, no proof."""
    return _BOUNCE_SUBJECTS.match(subject.lower())


def _worded_bounce(
    headers: Headers, subject: str, recipients: Sequence[str], text: str
) -> str | None:
    """A bounce that only its wording tells, of those that reach a list's own programs.

    People write to lists; to the address where a list's mail is returned, or from no
    address at all (RFC 5321 section 6.1), a mail server writes.
    """
    opening = text[:_OPENING].lower()
    named, worded = named_as_bounce(subject), any(one in opening for one in _BOUNCE_TEXTS)
    if named and worded and "list-id" not in headers and "in-reply-to" not in headers:
        return BOUNCE
    if not headers.raw("from").rstrip().endswith("<>") and not (
        recipients and all(_is_return_address(one, headers) for one in recipients)
    ):
        return None
    return BOUNCE if named or worded else None


def _is_return_address(email: str, headers: Headers) -> bool:
    local, _, host = email.partition("@")
    if local.endswith("-admin"):
        # Lists bear such names too.
        return f"{local.removesuffix('-admin')}@{host}" in list_addresses(headers)
    return _RETURN_ADDRESS.match(email) is not None


def is_list_robot(email: str) -> bool:
    """Whether an address, lower-case, is one by which list managers write themselves."""
    local = email.partition("@")[0]
    return (
        _LIST_ROBOT.match(local) is not None
        or local.startswith("owner-")
        or local.endswith(("-digest", "+digest", "+noreply"))
    )


def _reports_a_bounce(headers: Headers, content_type: str, local: str) -> bool:
    return (
        content_type == "multipart/report"
        or _MAIL_DAEMON.match(local) is not None
        or "x-failed-recipients" in headers
    )


def bounce_by_header(headers: Headers, author: Author) -> bool:
    """Whether type, sender or a field of its own says that this is a bounce."""
    content_type = headers.raw("content-type").partition(";")[0].strip().lower()
    local = (author.email or "").partition("@")[0]
    return (
        _reports_a_bounce(headers, content_type, local)
        or local == "postmaster"
        or headers.raw("return-path").strip() == "<>"
    )


def automatic_by_header(headers: Headers) -> bool:
    """Whether a header field says outright that a program replied."""
    if headers.raw("auto-submitted").strip().lower().startswith("auto-replied"):
        return True
    if not _AUTO_REPLY_FIELDS.isdisjoint(headers):
        return True
    return headers.raw("precedence").strip().lower() in ("auto_reply", "auto-reply")


def _is_junk(headers: Headers) -> bool:
    """Vacation programs wrote ``Precedence: junk``; some lists do, too."""
    junk = headers.raw("precedence").strip().lower() == "junk"
    return junk and "list-id" not in headers and "list-post" not in headers


def _bot_by_header(headers: Headers) -> bool:
    submitted = headers.raw("auto-submitted").strip().lower()
    # What was forwarded by a program a person wrote.
    if submitted and not submitted.startswith(("no", "auto-forwarded")):
        return True
    if not _BOT_FIELDS.isdisjoint(headers):
        return True
    mailer = headers.raw("x-mailer")
    return bool(mailer) and _BOT_MAILERS.search(mailer[:200]) is not None
