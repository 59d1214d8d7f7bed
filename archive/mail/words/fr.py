"""French."""

from __future__ import annotations

from archive.mail.words.language import Automation, Endings, Labels, Language, Quoting, Subjects
from archive.mail.words.phrases import phrases, words

FRENCH = Language(
    code="fr",
    quoting=Quoting(
        verbs=words("écrit ecrit"),
        openers=words("le"),
        before_names=words("le à h"),
        days=words("lundi mardi mercredi jeudi vendredi samedi dimanche hier"),
        short_days=words("lun mar mer jeu ven sam dim"),
        months=words(
            "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
        ),
        sentence_words=words("je tu il elle nous vous ils elles qui"),
        on_behalf=words("de_la_part_de"),
        original=words("message_d'origine message_d’origine message_original"),
        forwarded=phrases(
            """
            message transféré
            début du message réexpédié
            """
        ),
        by_hand=words("citation"),
    ),
    labels=Labels(
        sender=words("de"),
        sent=words("envoyé envoye date"),
        recipient=words("à"),
        subject=words("objet sujet"),
        other=words("copie copie_à pièces_jointes répondre_à"),
    ),
    endings=Endings(
        devices=words("téléphone"),
        device_lines=phrases("envoyé|envoye depuis|de|via|avec|à_partir_de … <device> …"),
        list_words=words("liste_de_diffusion"),
        disclaimers=phrases("ce message|courriel|mail|e-mail … confidentiel …"),
    ),
    subjects=Subjects(reply=words("ref réf"), forward=words("tr")),
    automation=Automation(
        bounce_texts=phrases(
            """
            n'a_pas_pu|n’a_pas_pu être|etre délivré|delivré|délivre|delivre|remis
            """
        ),
        absence_subjects=phrases(
            """
            réponse|reponse automatique …
            absence du bureau …
            """
        ),
    ),
)
