"""Hungarian."""

from __future__ import annotations

from archive.mail.words.language import Language, Quoting, Subjects
from archive.mail.words.phrases import words

HUNGARIAN = Language(
    code="hu",
    quoting=Quoting(verbs=words("írta"), before_names=words("keltezéssel")),
    subjects=Subjects(reply=words("vá"), forward=words("továbbítás")),
)
