"""Slovak."""

from __future__ import annotations

from archive.mail.words.language import Language, Quoting
from archive.mail.words.phrases import words

SLOVAK = Language(
    code="sk",
    quoting=Quoting(verbs=words("napísal napísal(a) napísala"), openers=words("dňa")),
)
