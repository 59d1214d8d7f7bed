"""Turkish. Small letters of a capital I come out dotted too."""

from __future__ import annotations

from archive.mail.words.language import Labels, Language, Quoting, Subjects
from archive.mail.words.phrases import words

TURKISH = Language(
    code="tr",
    quoting=Quoting(verbs=words("yazdı yazdi")),
    labels=Labels(
        sender=words("kimden"),
        sent=words("gönderildi"),
        recipient=words("kime"),
        subject=words("konu"),
    ),
    subjects=Subjects(reply=words("ynt cvp"), forward=words("i̇lt ilt")),
)
