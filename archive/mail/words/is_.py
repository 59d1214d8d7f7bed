"""Icelandic; its code is a keyword of Python."""

from __future__ import annotations

from archive.mail.words.language import Language, Subjects
from archive.mail.words.phrases import words

ICELANDIC = Language(
    code="is",
    # Forwards have ``FS``, which is left out: it is also a subsystem that patches begin with.
    subjects=Subjects(reply=words("sv")),
)
