"""Ukrainian."""

from __future__ import annotations

from archive.mail.words.language import Language, Quoting
from archive.mail.words.phrases import words

UKRAINIAN = Language(
    code="uk",
    quoting=Quoting(
        verbs=words("пише написав написала"),
        sentence_words=words("я він вона ми ви вони"),
    ),
)
