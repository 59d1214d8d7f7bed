"""Polish."""

from __future__ import annotations

from archive.mail.words.language import Endings, Labels, Language, Quoting, Subjects
from archive.mail.words.phrases import phrases, words

POLISH = Language(
    code="pl",
    quoting=Quoting(
        verbs=words("napisał napisała napisał(a) pisze"),
        openers=words("dnia w_dniu"),
        days=words("poniedziałek wtorek środa czwartek piątek sobota niedziela wczoraj"),
        months=words(
            """
            stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października
            listopada grudnia
            """
        ),
        sentence_words=words("ja on ona my wy oni one"),
        original=words("wiadomość_oryginalna oryginalna_wiadomość"),
        forwarded=phrases("treść przekazanej wiadomości"),
    ),
    labels=Labels(
        sender=words("od"),
        sent=words("wysłano data"),
        recipient=words("do"),
        subject=words("temat"),
        other=words("dw udw"),
    ),
    endings=Endings(device_lines=phrases("wysłane|wysłano z|ze|przez … <device> …")),
    subjects=Subjects(reply=words("odp"), forward=words("pd")),
)
