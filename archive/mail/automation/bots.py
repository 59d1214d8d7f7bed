"""Whether name, address and words of a message are a program's: two signs, or none counts.

The signs do not follow from each other. Arn Bot may write from ``arn.bot``, and a person who
wants no replies from ``noreply``.
"""

from __future__ import annotations

import re

from archive.mail.addresses import Author
from archive.mail.headers import Headers
from archive.mail.words.phrases import alternatives, expression
from archive.mail.words.registry import gather

_NO_REPLY = re.compile(
    rf"(?:no|not|non|do[-_.]?not|donot|dont)[-_.]?"
    rf"{alternatives(gather(lambda language: language.automation.no_reply))}(?:$|[-_.+\d])"
    r"|(?:bugzilla|gitbox|jira|jenkins|cron|cronjob|nagios|buildbot|syzbot|www-data"
    r"|notifications?|patchwork-bot)(?:$|[+\d])"
)
_DAEMON = re.compile(r"[a-z0-9]{2,40}-daemon\Z")
_BOT_ADDRESS = re.compile(r"(?:^|[-_.+])(?:ro)?bot(?:$|[-_.+])")
_TAG = re.compile(r"\+[a-z]{0,8}(?:\d{6,}|[0-9a-f]{12,})\Z")
"""What only a program puts into an address: a number for each message or receiver."""
_PROGRAM = re.compile(
    r"syzbot|patchwork-bot|dependabot|renovate-bot|buildbot|\[bot\]"
    r"|^(?:jenkins|hudson|travis ci|circleci|codecov|bugzilla|wordpress)$",
    re.IGNORECASE,
)
_BOT_WORD = re.compile(r"(?:^|[\s\[(_+.-])(?:ro)?bot(?:$|[\s\])_+.-])", re.IGNORECASE)
_WORK = re.compile(
    r"(?:^|[\s(_+.-])(?:tests?|build|kernel|ci|patch|patchwork|review|tracker|releases?|merge|"
    r"commits?|deploy|daemon|automatic|automated|auto|alerts?|newsletters?|notifications?|notifier|"
    r"service|support|system|mailer|team|jira|github|gitlab|bugzilla|jenkins|syzbot)"
    r"(?:$|[\s)_+.-])",
    re.IGNORECASE,
)
"""What a bot does, in its name."""
_BULK_FIELDS = frozenset(
    "feedback-id x-sg-eid x-mailgun-sid x-ses-outgoing x-mc-user x-csa-complaints x-mandrill-user "
    "x-campaign x-campaign-id x-mailchimp-campaign".split()
)
"""Fields of services that send for programs, and for a few people."""
_SAID = re.compile(expression(gather(lambda language: language.automation.program_texts)))
_LOOKED_AT = 600
"""Characters at either end of the text where a program says what it is."""
_WORD = re.compile(r"[^\W_]+")


def is_nameless(author: Author) -> bool:
    """Whether the sender gives no name beside the address."""
    name = author.name.lower()
    email = author.email or ""
    return name in ("", email, email.partition("@")[0])


def is_bot(headers: Headers, author: Author, text: str) -> bool:
    """Whether two independent signs say that a program wrote the message."""
    local, _, host = (author.email or "").partition("@")
    name = author.name
    if _DAEMON.match(local) or name.endswith("[bot]"):
        return True
    may_be = "bot" in local or "bot" in name.lower()
    address = bool(local) and _NO_REPLY.match(local) is not None
    named = (may_be or name[:1] in "jhtcbwJHTCBW") and _PROGRAM.search(name) is not None
    generic = may_be and (
        _BOT_WORD.search(name) is not None or _BOT_ADDRESS.search(local) is not None
    )
    if not (address or named or generic):
        return False
    # Name and address that both say "bot" may be one family's name.
    signs = int(address) + int(named) + int(generic and not named and not _is_known(local))
    signs += _WORK.search(name) is not None
    signs += _TAG.search(local) is not None
    signs += address and is_nameless(author)
    signs += address and not is_nameless(author) and _names_host(name, host)
    if signs < 2:
        signs += not _BULK_FIELDS.isdisjoint(headers)
    return signs >= 2 or (signs == 1 and _says_so(text))


def _is_known(local: str) -> bool:
    """Whether the address was counted as a program's already."""
    return "bot" in local and _NO_REPLY.match(local) is not None


def _names_host(name: str, host: str) -> bool:
    """A service signs with the name of its host: ``Toko <noreply@toko.example>``."""
    labels = host.split(".")
    words = _WORD.findall(name.lower())
    return name.lower() == host or (bool(words) and all(word in labels for word in words))


def _says_so(text: str) -> bool:
    lowered = " ".join((text[:_LOOKED_AT] + " \n " + text[-_LOOKED_AT:]).lower().split())
    return _SAID.search(lowered) is not None
