"""Russian."""

from __future__ import annotations

from archive.mail.words.language import Endings, Labels, Language, Quoting
from archive.mail.words.phrases import phrases, words

RUSSIAN = Language(
    code="ru",
    quoting=Quoting(
        verbs=words("пишет писал написал написала"),
        days=words("понедельник вторник среда четверг пятница суббота воскресенье вчера"),
        short_days=words("пн вт ср чт пт сб вс"),
        months=words(
            "января февраля марта апреля мая июня июля августа сентября октября ноября декабря"
        ),
        sentence_words=words("я он она мы вы они кто что"),
        original=words("исходное_сообщение"),
        forwarded=phrases(
            """
            пересылаемое сообщение
            перенаправленное сообщение
            """
        ),
    ),
    labels=Labels(
        sender=words("от отправитель"),
        sent=words("отправлено дата"),
        recipient=words("кому"),
        subject=words("тема"),
        other=words("копия"),
    ),
    endings=Endings(
        devices=words("почт мобильн телефон"),
        device_lines=phrases("отправлено с|из|через … <device> …"),
    ),
)
