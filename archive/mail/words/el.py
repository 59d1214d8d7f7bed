"""Greek."""

from __future__ import annotations

from archive.mail.words.language import Language, Quoting, Subjects
from archive.mail.words.phrases import words

GREEK = Language(
    code="el",
    quoting=Quoting(verbs=words("έγραψε")),
    subjects=Subjects(reply=words("απ σχετ"), forward=words("πρθ")),
)
