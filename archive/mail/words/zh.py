"""Chinese."""

from __future__ import annotations

from archive.mail.words.language import Labels, Language, Quoting, Subjects
from archive.mail.words.phrases import words

CHINESE = Language(
    code="zh",
    quoting=Quoting(joined_verbs=words("写道 寫道"), original=words("原始邮件 原始郵件 邮件原件")),
    labels=Labels(
        sender=words("发件人 寄件者 寄件人"),
        sent=words("发送时间 日期"),
        recipient=words("收件人 收件者"),
        subject=words("主题 主旨"),
        other=words("抄送 副本"),
    ),
    subjects=Subjects(reply=words("回复 答复 回覆"), forward=words("转发 轉寄 回覆")),
)
