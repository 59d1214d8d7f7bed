"""Italian."""

from __future__ import annotations

from archive.mail.words.language import Automation, Endings, Labels, Language, Quoting, Subjects
from archive.mail.words.phrases import phrases, words

ITALIAN = Language(
    code="it",
    quoting=Quoting(
        verbs=words("scritto scrive"),
        openers=words("il il_giorno"),
        citing=words("citando"),
        before_names=words("il"),
        days=words("lunedì martedì mercoledì giovedì venerdì sabato domenica ieri"),
        short_days=words("lun mar mer gio ven sab dom"),
        months=words(
            """
            gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre
            dicembre
            """
        ),
        sentence_words=words("io lui lei noi voi loro che chi"),
        on_behalf=words("per_conto_di"),
        original=words("messaggio_originale"),
        forwarded=phrases(
            """
            messaggio inoltrato
            inizio messaggio inoltrato
            """
        ),
    ),
    labels=Labels(
        sender=words("da"),
        sent=words("inviato data"),
        recipient=words("a"),
        subject=words("oggetto"),
        other=words("ccn allegati"),
    ),
    endings=Endings(
        devices=words("cellulare"),
        device_lines=phrases("inviato da|dal|dalla|con|tramite|via … <device> …"),
        disclaimers=phrases("questo messaggio … riservato|confidenziale …"),
    ),
    subjects=Subjects(reply=words("r rif"), forward=words("i")),
    automation=Automation(
        bounce_texts=phrases("non è|e|e' stato {possibile} consegnare|consegnarlo|consegnato"),
        absence_subjects=phrases("risposta automatica …"),
    ),
)
