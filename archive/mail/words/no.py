"""Norwegian."""

from __future__ import annotations

from archive.mail.words.language import Automation, Endings, Labels, Language, Quoting, Subjects
from archive.mail.words.phrases import phrases, words

NORWEGIAN = Language(
    code="no",
    quoting=Quoting(
        verbs=words("skrev"),
        openers=words("den"),
        before_names=words("den kl"),
        days=words("mandag tirsdag onsdag torsdag fredag lørdag søndag"),
        months=words(
            "januar februar mars april mai juni juli august september oktober november desember"
        ),
        sentence_words=words("jeg han hun vi dere de som"),
        original=words("opprinnelig_melding"),
        forwarded=phrases("videresendt melding"),
    ),
    labels=Labels(
        sender=words("fra"),
        sent=words("sendt dato"),
        recipient=words("til"),
        subject=words("emne"),
    ),
    endings=Endings(device_lines=phrases("sendt fra|via|med … <device> …")),
    subjects=Subjects(reply=words("sv")),
    automation=Automation(absence_subjects=phrases("autosvar*")),
)
