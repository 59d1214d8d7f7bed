"""Spanish."""

from __future__ import annotations

from archive.mail.words.language import Automation, Endings, Labels, Language, Quoting, Subjects
from archive.mail.words.phrases import phrases, words

SPANISH = Language(
    code="es",
    quoting=Quoting(
        verbs=words("escribió escribio escribe"),
        openers=words("el"),
        citing=words("citando"),
        before_names=words("citando el"),
        days=words("lunes martes miércoles jueves viernes sábado domingo ayer"),
        short_days=words("lun mar mié mie jue vie sáb sab dom"),
        months=words(
            """
            enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre
            diciembre
            """
        ),
        sentence_words=words("yo él ella nosotros ellos ellas que quien"),
        on_behalf=words("en_nombre_de"),
        original=words("mensaje_original"),
        forwarded=phrases(
            """
            mensaje reenviado
            inicio del mensaje reenviado
            """
        ),
        by_hand=words("cita"),
    ),
    labels=Labels(
        sender=words("de"),
        sent=words("enviado enviado_el fecha"),
        recipient=words("para"),
        subject=words("asunto"),
        other=words("cco adjuntos datos_adjuntos responder_a"),
    ),
    endings=Endings(
        devices=words("móvil"),
        device_lines=phrases("enviado desde|de|con|via|vía … <device> …"),
        list_words=words("lista_de_correo lista_de_discus"),
        disclaimers=phrases("este mensaje|correo|email|e-mail … confidencial …"),
    ),
    subjects=Subjects(forward=words("rv")),
    automation=Automation(
        bounce_texts=phrases("no {se} pudo|ha_podido {ser} entregar|entregarse|entregado"),
        absence_subjects=phrases(
            """
            respuesta automática|automatica …
            fuera de {la} oficina …
            """
        ),
        no_reply=words("responder"),
    ),
)
