"""Finnish."""

from __future__ import annotations

from archive.mail.words.language import Endings, Labels, Language, Quoting, Subjects
from archive.mail.words.phrases import phrases, words

FINNISH = Language(
    code="fi",
    quoting=Quoting(
        verbs=words("kirjoitti"),
        sentence_words=words("minä hän me te he joka"),
        original=words("alkuperäinen_viesti"),
    ),
    labels=Labels(
        sender=words("lähettäjä"),
        sent=words("lähetetty"),
        recipient=words("vastaanottaja"),
        subject=words("aihe"),
        other=words("kopio"),
    ),
    endings=Endings(device_lines=phrases("lähetetty … <device> …")),
    subjects=Subjects(reply=words("vs"), forward=words("vl")),
)
