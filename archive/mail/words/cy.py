"""Welsh."""

from __future__ import annotations

from archive.mail.words.language import Language, Subjects
from archive.mail.words.phrases import words

WELSH = Language(
    code="cy",
    subjects=Subjects(reply=words("atb"), forward=words("yml")),
)
