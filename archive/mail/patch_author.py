"""Whose patch a mail carries: git's ``From:`` in the body names the author where another sends it.

As git am reads it (git-am(1), "DISCUSSION"): the first lines of the body may be fields of the
header, which are believed before those of the mail.
"""

from __future__ import annotations

import re

from archive.mail.addresses import Author, parse_author

_TAG = re.compile(r"\[(?:[^\[\]]{0,60}[\s/,:-])?PATCH[^\[\]]{0,80}\]", re.IGNORECASE)
_FIRST_LINES = re.compile(
    r"\s{0,200}(?:(?:Date|Subject):[^\n]{0,500}\n(?:[ \t][^\n]{0,500}\n){0,3}){0,2}"
    r"From:[ \t]*(?P<author>[^\n<>]{0,200}<[^\n<>]{3,200}>)[ \t]*\n"
    r"(?:(?:Date|Subject):[^\n]{0,500}\n(?:[ \t][^\n]{0,500}\n){0,3}){0,2}[ \t]*\n"
)
_PATCH = re.compile(r"^(?:diff --git |--- |\+\+\+ |Index: |Signed-off-by: |---$)", re.MULTILINE)
_MARK = re.compile(r"\s*\([^()]{0,60}\)")
_RELAY = re.compile(r"devnull\+|relay|no-?reply")
"""In addresses of programs that send for somebody, as b4 does."""


def find_patch_author(subject: str, text: str, sender: Author) -> tuple[Author, Author | None]:
    """The author of a post, and who passed it on, if that is somebody else.

    subject: decoded, of a post that is no reply. text: of the whole message. A person who
    sends from one address what another of their addresses wrote passes nothing on.
    """
    if "PATCH" not in subject.upper() or not _TAG.search(subject):
        return sender, None
    match = _FIRST_LINES.match(text)
    if match is None or not _PATCH.search(text, match.end()):
        return sender, None
    author = parse_author(match["author"])
    if author.email is None or author.email == sender.email or not author.name:
        return sender, None
    if _plain(author.name) == _plain(sender.name):
        sends_itself = sender.email is not None and not _RELAY.search(sender.email)
        return (sender if sends_itself else author), None
    return author, sender


def _plain(name: str) -> str:
    """A name without the marks that firms put behind it: ``Citra Halim (OSS)``."""
    return _MARK.sub("", name).strip().casefold()
