"""Arabic."""

from __future__ import annotations

from archive.mail.words.language import Language, Subjects
from archive.mail.words.phrases import words

ARABIC = Language(
    code="ar",
    subjects=Subjects(reply=words("رد"), forward=words("إعادة_توجيه")),
)
