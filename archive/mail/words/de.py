"""German."""

from __future__ import annotations

from archive.mail.words.language import Automation, Endings, Labels, Language, Quoting, Subjects
from archive.mail.words.phrases import phrases, words

GERMAN = Language(
    code="de",
    quoting=Quoting(
        verbs=words("schrieb schrieben schreibt"),
        openers=words("am"),
        citing=words("zitat_von"),
        before_names=words("zitat_von am um uhr dem"),
        days=words("montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag gestern"),
        short_days=words("mo di mi do fr sa so"),
        months=words(
            """
            januar jänner februar märz april mai juni juli august september oktober november
            dezember
            """
        ),
        sentence_words=words("ich er sie es wir ihr man"),
        on_behalf=words("im_auftrag_von"),
        original=words(
            """
            ursprüngliche_nachricht urspruengliche_nachricht original-nachricht
            original_nachricht originalnachricht urspr._mitt.
            """
        ),
        forwarded=phrases(
            """
            weitergeleitete nachricht
            anfang der weitergeleiteten nachricht
            """
        ),
        by_hand=words("zitat"),
    ),
    labels=Labels(
        sender=words("von"),
        sent=words("gesendet datum"),
        recipient=words("an bis"),
        subject=words("betreff"),
        other=words("kopie blindkopie anlagen anhänge wichtigkeit antwort_an"),
    ),
    endings=Endings(
        devices=words("handy"),
        device_lines=phrases(
            """
            gesendet von|mit|via … <device> …
            von mein|meinem|meiner … gesendet
            diese nachricht wurde von mein|meinem|meiner … gesendet
            """
        ),
        list_words=words("mailingliste"),
        disclaimers=phrases(
            """
            diese e-mail|email|mail|nachricht … vertraulich …
            der inhalt dieser e-mail|email|mail|nachricht … vertraulich …
            """
        ),
    ),
    subjects=Subjects(reply=words("aw antw"), forward=words("wg")),
    automation=Automation(
        bounce_subjects=phrases("unzustellbar …"),
        bounce_texts=phrases("nicht zugestellt"),
        absence_subjects=phrases(
            """
            automatische antwort …
            autoantwort*
            abwesenheit*
            abwesend*
            """
        ),
    ),
)
