"""Korean."""

from __future__ import annotations

from archive.mail.words.language import Labels, Language, Quoting, Subjects
from archive.mail.words.phrases import words

KOREAN = Language(
    code="ko",
    quoting=Quoting(original=words("원본_메시지")),
    labels=Labels(
        sender=words("보낸_사람"),
        sent=words("보낸_날짜"),
        recipient=words("받는_사람"),
        subject=words("제목"),
        other=words("참조"),
    ),
    subjects=Subjects(reply=words("회신")),
)
