"""Czech."""

from __future__ import annotations

from archive.mail.words.language import Labels, Language, Quoting
from archive.mail.words.phrases import words

CZECH = Language(
    code="cs",
    quoting=Quoting(
        verbs=words("napsal napsal(a) napsala"),
        openers=words("dne"),
        sentence_words=words("já on ona my vy oni"),
    ),
    labels=Labels(
        sender=words("od"),
        sent=words("odesláno"),
        recipient=words("komu"),
        subject=words("předmět"),
    ),
)
