"""Dutch."""

from __future__ import annotations

from archive.mail.words.language import Automation, Endings, Labels, Language, Quoting, Subjects
from archive.mail.words.phrases import phrases, words

DUTCH = Language(
    code="nl",
    quoting=Quoting(
        verbs=words("schreef schreven"),
        openers=words("op"),
        days=words("maandag dinsdag woensdag donderdag vrijdag zaterdag zondag gisteren"),
        short_days=words("ma di wo do vr za zo"),
        months=words(
            """
            januari februari maart april mei juni juli augustus september oktober november
            december
            """
        ),
        sentence_words=words("ik hij zij ze wij jullie dat wie"),
        on_behalf=words("namens"),
        original=words("oorspronkelijk_bericht origineel_bericht"),
        forwarded=phrases(
            """
            doorgestuurd bericht
            begin doorgestuurd bericht
            """
        ),
    ),
    labels=Labels(
        sender=words("van"),
        sent=words("verzonden datum"),
        recipient=words("aan"),
        subject=words("onderwerp"),
        other=words("kopie bijlage bijlagen"),
    ),
    endings=Endings(
        devices=words("telefoon"),
        device_lines=phrases("verzonden|verstuurd vanaf|vanuit|van|met|via … <device> …"),
        list_words=words("mailinglijst"),
        disclaimers=phrases("dit bericht|deze_e-mail|deze_mail … vertrouwelijk …"),
    ),
    subjects=Subjects(reply=words("antw ant"), forward=words("doorst")),
    automation=Automation(
        absence_subjects=phrases(
            """
            automatisch antwoord …
            afwezig*
            """
        ),
    ),
)
