"""Digests of Yahoo! Groups and Google Groups: text in which the posts have heads of their own.

Neither carries Message-IDs; a post cut out of one is known by author, time and subject.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from archive.mail.dates import MONTHS, parse_date

MAX_POSTS = 500
DIGEST_OPENING = re.compile(
    r"[\s=]{0,200}(?:Send .{1,200} submissions to\b"
    r"|There (?:is|are) \d+ messages? (?:in|totall?ing)\b"
    r"|Today's Topics?\b|Topics of the day|Topics in this digest|Today's Topic Summary"
    r"|.{1,200} Digest\b.{0,100}\n)",
    re.IGNORECASE,
)
"""How the text of a digest begins, whichever program made it."""
# Since 2006: number, subject, poster with address and account, and the time in California.
_YAHOO_HEAD = re.compile(
    rb"^[ \t]*\d{1,3}(?:[a-z]{1,2}|\.\d{1,3})?\.[ \t]+(?P<subject>[^\r\n]{1,500})\r?\n"
    rb"[ \t]*Posted by:[ \t]*(?P<author>[^\r\n]{1,400})\r?\n"
    rb"[ \t]*(?:Date:[ \t]*)?(?P<date>[^\r\n]{10,100})\r?\n",
    re.MULTILINE,
)
# Before: as a mail's header, indented, under the number.
_YAHOO_OLD_HEAD = re.compile(
    rb"^Message:[ \t]*\d{1,3}[ \t]*\r?\n"
    rb"(?P<fields>(?:[ \t]*(?:Date|From|Subject|To|Reply-To):[^\r\n]{0,500}\r?\n){2,5})",
    re.MULTILINE,
)
_YAHOO_END = re.compile(
    rb"^(?:[ \t]*_{40,}[ \t]*$|Messages in this topic|-{60,}[ \t]*\r?\n[ \t]*Yahoo! Groups)",
    re.MULTILINE,
)
_YAHOO_AUTHOR = re.compile(rb'"?(?P<name>[^"\r\n]*?)"?[ \t]+<?(?P<address>[^\s<>]+@[^\s<>]+)>?')
_GOOGLE_HEAD = re.compile(
    rb"^From:[ \t]*(?P<author>[^\r\n]{1,400})\r?\n"
    rb"Date:[ \t]*(?P<month>[A-Za-z]{3,9})\.?[ \t]+(?P<day>\d{1,2})"
    rb"(?:,?[ \t]+(?P<year>\d{4}))?,?[ \t]+"
    rb"(?P<time>\d{1,2}:\d\d[ \t]*(?:[AP]M)?)(?P<zone>[ \t]*[+-]\d{4})?[ \t]*\r?\n"
    rb"(?:Url:[^\r\n]{0,1000}\r?\n)?",
    re.MULTILINE | re.IGNORECASE,
)
_GOOGLE_TOPIC = re.compile(
    rb"^Topic:[ \t]*(?P<subject>[^\r\n]{1,500})\r?\n(?=(?:Url:[^\r\n]{0,1000}\r?\n)?[-=]{5,})",
    re.MULTILINE | re.IGNORECASE,
)
_GOOGLE_END = re.compile(
    rb"^(?:={20,}[ \t]*\r?\nTopic:|-{5,} ?\d+ of \d+ ?-{5,}"
    rb"|(?:-- ?\r?\n)?You received this (?:digest|message) because)",
    re.MULTILINE | re.IGNORECASE,
)
_OFFSET = re.compile(r"([+-]\d{4})\b")


def yahoo_posts(text: bytes, charset: str) -> list[bytes]:
    """The posts of a digest of Yahoo! Groups; empty for a text that is none."""
    if b"Posted by:" in text:
        heads = list(islice(_YAHOO_HEAD.finditer(text), MAX_POSTS))
        fields = [_yahoo_fields(head) for head in heads]
    elif b"\nMessage: " in text and b"ahoo" in text:
        heads = list(islice(_YAHOO_OLD_HEAD.finditer(text), MAX_POSTS))
        fields = [b"\n".join(map(bytes.strip, head["fields"].splitlines())) for head in heads]
    else:
        return []
    return _cut(text, heads, fields, _YAHOO_END, charset=charset)


def _yahoo_fields(head: re.Match[bytes]) -> bytes:
    author = _YAHOO_AUTHOR.match(head["author"])
    sender = b"%s <%s>" % (_quoted(author["name"]), author["address"]) if author else head["author"]
    date = head["date"].replace(b"(", b"").replace(b")", b"").strip()
    return b"From: %s\nSubject: %s\nDate: %s" % (sender, head["subject"].strip(), date)


def google_posts(text: bytes, charset: str, date: str) -> list[bytes]:
    """The posts of a digest of Google Groups; ``date``: the field Date of the digest."""
    topics = list(islice(_GOOGLE_TOPIC.finditer(text), MAX_POSTS))
    if not topics:
        return []
    heads = list(islice(_GOOGLE_HEAD.finditer(text, topics[0].end()), MAX_POSTS))
    fields: list[bytes] = []
    ends = [topic.start() for topic in topics[1:]]
    number, is_answer = 0, False
    for head in heads:
        while number < len(ends) and ends[number] < head.start():
            number, is_answer = number + 1, False
        subject = topics[number]["subject"].strip()
        if is_answer and not subject.lower().startswith(b"re:"):
            subject = b"Re: " + subject
        is_answer = True
        fields.append(
            b"From: %s\nSubject: %s\nDate: %s"
            % (head["author"].strip(), subject, _google_date(head, date))
        )
    others = [one.start() for one in topics]
    return _cut(text, heads, fields, _GOOGLE_END, charset=charset, others=others)


def _google_date(head: re.Match[bytes], digest: str) -> bytes:
    """Google leaves out the year, and mostly the zone: they are those of the digest."""
    sent = parse_date(digest)
    year = int(head["year"]) if head["year"] else (sent.year if sent else 0)
    month = MONTHS.get(head["month"].decode("ascii", "replace").lower(), 0)
    if sent is not None and not head["year"] and month > sent.month + 1:
        year -= 1
    offset = _OFFSET.search(digest)
    zone = (head["zone"] or b"").strip() or (offset[1] if offset else "+0000").encode()
    return b"%s %s %d %s %s" % (head["day"], head["month"], year, head["time"], zone)


def _cut(
    text: bytes,
    heads: list[re.Match[bytes]],
    fields: list[bytes],
    end_of_post: re.Pattern[bytes],
    *,
    charset: str,
    others: Sequence[int] = (),
) -> list[bytes]:
    """Messages of the given fields, each with the text from its head to the next one's.

    others: where else a post ends.
    """
    posts: list[bytes] = []
    stops = sorted([*(head.start() for head in heads), *others])
    at = 0
    kind = f"Content-Type: text/plain; charset={charset}\n" if charset.isascii() and charset else ""
    for head, field in zip(heads, fields, strict=True):
        while at < len(stops) and stops[at] <= head.start():
            at += 1
        limit = stops[at] if at < len(stops) else len(text)
        found = end_of_post.search(text, head.end(), limit)
        body = text[head.end() : found.start() if found else limit].strip(b"\r\n=")
        posts.append(field + b"\n" + kind.encode() + b"\n" + body.strip() + b"\n")
    return posts


def _quoted(name: bytes) -> bytes:
    return b'"' + name.strip().replace(b"\\", b"").replace(b'"', b"") + b'"'
