"""Mail that a program sent: auto-replies, bounces, digests, list administrivia, bots.

RFC 3834 for Auto-Submitted, RFC 3462 for reports; the rest is what mail
programs write. ``Precedence: list`` or ``bulk`` alone is an ordinary list post.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from archive.mail.addresses import Author
from archive.mail.author import list_addresses
from archive.mail.headers import Headers
from archive.mail.words.openings import Openings
from archive.mail.words.phrases import alternatives, segments
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
    r"roundup|trac |bugzilla|jira|gitlab|redmine|mantis|jenkins|buildbot|git_multimail|svnmailer"
    r"|cia |phabricator|launchpad|nagios|logwatch",
    re.IGNORECASE,
)
_BOT_NAME = re.compile(
    r"(?:^|[\s\[(-])(?:ro)?bot(?:$|[\s\])-])|syzbot|patchwork-bot|dependabot|buildbot|\[bot\]"
    r"|^(?:jenkins|hudson|travis ci|circleci|codecov|bugzilla|kernelci\.org bot)$",
    re.IGNORECASE,
)
_NO_REPLY = re.compile(
    rf"(?:no|not|non|do[-_.]?not|donot|dont)[-_.]?"
    rf"{alternatives(gather(lambda language: language.automation.no_reply))}(?:$|[-_.+\d])"
    r"|(?:bugzilla|bugzilla-daemon|gitbox|jira|jenkins|cron|cronjob|nagios|buildbot|syzbot|www-data"
    r"|notifications?|patchwork-bot)(?:$|[+\d])|bot\+"
)
_MAIL_DAEMON = re.compile(r"(?:mailer-daemon|mail-daemon|mdaemon)(?:$|[-+])")
_LIST_ROBOT = re.compile(
    r"(?:(?:listserv|majordomo|sympa|mailman|ecartis|listproc|mlmmj|ezmlm)$"
    r"|.{1,200}(?:-confirm\+|-request$|-owner$|-bounces(?:$|\+)|-help$|\+help$|\+owner$|\+confsub"
    r"|\+confunsub|\+subconfirm|-admin$|\+bounces))"
)
_DIGEST_SUBJECT = re.compile(
    r"(?:\[[^\]]{1,60}\] )?\S.{0,120}? Digest,? (?:Vol\.? ?\d+|V\d+|\d|\w{3,9},? \d).{0,80}\Z"
    r"|Digest (?:Number|of) .{0,80}\Z",
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
_ABSENCE_SUBJECTS = Openings(gather(lambda language: language.automation.absence_subjects))
NOT_PERSONAL = frozenset({BOT, BOUNCE, ADMINISTRIVIA})
"""Automatic mail whose sender's name tells nothing of a person."""


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
    if content_type == "multipart/digest" or (
        "igest" in subject and not is_reply and _DIGEST_SUBJECT.match(subject)
    ):
        return DIGEST
    if local and _LIST_ROBOT.match(local):
        return ADMINISTRIVIA
    if local == "postmaster" and headers.raw("precedence").strip().lower() == "bulk":
        return ADMINISTRIVIA
    return _auto_reply(headers, subject) or _bot(headers, author.name, local)


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
    # A subject alone proves it only where nobody could be discussing bounces.
    if bounced and "list-id" not in headers and "in-reply-to" not in headers:
        return BOUNCE
    return None


def _worded_bounce(
    headers: Headers, subject: str, recipients: Sequence[str], text: str
) -> str | None:
    """A bounce that only its wording tells, of those that reach a list's own programs.

    People write to lists; to the address where a list's mail is returned, or from no
    address at all (RFC 5321 section 6.1), a mail server writes.
    """
    if not headers.raw("from").rstrip().endswith("<>") and not (
        recipients and all(_is_return_address(one, headers) for one in recipients)
    ):
        return None
    opening = text[:_OPENING].lower()
    worded = _BOUNCE_SUBJECTS.match(subject.lower()) or any(one in opening for one in _BOUNCE_TEXTS)
    return BOUNCE if worded else None


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
        or local.endswith("-digest")
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


def _auto_reply(headers: Headers, subject: str) -> str | None:
    if automatic_by_header(headers) or _ABSENCE_SUBJECTS.match(subject.lower()):
        return AUTO_REPLY
    if headers.raw("precedence").strip().lower() == "junk":
        return AUTO_REPLY
    submitted = headers.raw("auto-submitted").strip().lower()
    if submitted and not submitted.startswith("no"):
        return BOT
    return None


def _bot(headers: Headers, name: str, local: str) -> str | None:
    if not _BOT_FIELDS.isdisjoint(headers):
        return BOT
    mailer = headers.raw("x-mailer")
    if mailer and _BOT_MAILERS.search(mailer[:200]):
        return BOT
    if local and _NO_REPLY.match(local):
        return BOT
    if name and ("bot" in name.lower() or name[:1] in "jhtcbJHTCB") and _BOT_NAME.search(name):
        return BOT
    return None
