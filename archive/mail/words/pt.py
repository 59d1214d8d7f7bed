"""Portuguese."""

from __future__ import annotations

from archive.mail.words.language import Automation, Endings, Labels, Language, Quoting, Subjects
from archive.mail.words.phrases import phrases, words

PORTUGUESE = Language(
    code="pt",
    quoting=Quoting(
        verbs=words("escreveu escreve"),
        openers=words("em"),
        citing=words("citando"),
        days=words(
            "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo ontem"
        ),
        short_days=words("seg ter qua qui sex sáb sab dom"),
        months=words(
            """
            janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro
            dezembro
            """
        ),
        sentence_words=words("eu ele ela nós eles elas você que quem"),
        on_behalf=words("em_nome_de"),
        original=words("mensagem_original"),
        forwarded=phrases(
            """
            mensagem encaminhada
            início da mensagem encaminhada
            """
        ),
    ),
    labels=Labels(
        sender=words("de"),
        sent=words("enviado enviada enviado_em enviada_em data"),
        recipient=words("para"),
        subject=words("assunto"),
        other=words("cco anexos"),
    ),
    endings=Endings(
        devices=words("celular"),
        device_lines=phrases("enviado|enviada do|da|de|via|pelo|por … <device> …"),
        list_words=words("lista_de_discuss"),
        disclaimers=phrases("esta mensagem … confidencial …"),
    ),
    subjects=Subjects(reply=words("res"), forward=words("enc")),
    automation=Automation(
        bounce_texts=phrases("não|nao pôde|pode ser entregue"),
        absence_subjects=phrases("resposta automática|automatica …"),
        no_reply=words("responder"),
    ),
)
