"""Hebrew."""

from __future__ import annotations

from archive.mail.words.language import Language, Subjects
from archive.mail.words.phrases import words

HEBREW = Language(
    code="he",
    subjects=Subjects(reply=words("השב"), forward=words("הועבר")),
)
