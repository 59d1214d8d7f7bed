"""Swedish."""

from __future__ import annotations

from archive.mail.words.language import Automation, Endings, Labels, Language, Quoting, Subjects
from archive.mail.words.phrases import phrases, words

SWEDISH = Language(
    code="sv",
    quoting=Quoting(
        verbs=words("skrev"),
        openers=words("den"),
        before_names=words("den kl"),
        days=words("måndag tisdag onsdag torsdag fredag lördag söndag igår"),
        months=words(
            "januari februari mars april maj juni juli augusti september oktober november december"
        ),
        sentence_words=words("jag han hon vi ni de som"),
        original=words("originalmeddelande ursprungligt_meddelande"),
        forwarded=phrases("vidarebefordrat meddelande"),
    ),
    labels=Labels(
        sender=words("från"),
        sent=words("skickat datum"),
        recipient=words("till"),
        subject=words("ämne"),
        other=words("kopia bilaga"),
    ),
    endings=Endings(device_lines=phrases("skickat|skickades från|via|med … <device> …")),
    subjects=Subjects(reply=words("sv"), forward=words("vb")),
    automation=Automation(absence_subjects=phrases("autosvar*")),
)
