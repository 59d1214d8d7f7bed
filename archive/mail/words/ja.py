"""Japanese."""

from __future__ import annotations

from archive.mail.words.language import Labels, Language, Quoting, Subjects
from archive.mail.words.phrases import words

JAPANESE = Language(
    code="ja",
    quoting=Quoting(joined_verbs=words("さんは書きました"), original=words("元のメッセージ")),
    labels=Labels(
        sender=words("差出人"),
        sent=words("送信日時"),
        recipient=words("宛先"),
        subject=words("件名"),
    ),
    subjects=Subjects(forward=words("転送")),
)
