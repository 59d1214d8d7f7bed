"""Danish."""

from __future__ import annotations

from archive.mail.words.language import Automation, Endings, Labels, Language, Quoting, Subjects
from archive.mail.words.phrases import phrases, words

DANISH = Language(
    code="da",
    quoting=Quoting(
        verbs=words("skrev"),
        openers=words("den"),
        before_names=words("den kl"),
        days=words("mandag tirsdag onsdag torsdag fredag lørdag søndag"),
        months=words(
            "januar februar marts april maj juni juli august september oktober november december"
        ),
        sentence_words=words("jeg han hun vi de som"),
        original=words("oprindelig_meddelelse"),
        forwarded=phrases("videresendt meddelelse"),
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
