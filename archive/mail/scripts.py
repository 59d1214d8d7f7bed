"""Scripts that put no blanks between words, and forms of letters that mean the same letter."""

from __future__ import annotations

import re
import unicodedata

_NO_BLANKS = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
    "\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff"  # Hangul: particles follow the noun
    "\u2e80-\u2fdf\u3005-\u3007\u3040-\u30fa\u30fc-\u312f\u31a0-\u31ff"  # kana, bopomofo
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Chinese characters
)
UNSEGMENTED = re.compile(f"[{_NO_BLANKS}]+")
"""A run of letters of scripts that need not separate words."""
SEGMENTED_WORD = re.compile(rf"[^\W_{_NO_BLANKS}]+")
"""A run of letters and digits of all other scripts."""
FOREIGN_LETTER = re.compile(rf"[^\W\x00-\x7f{_NO_BLANKS}]")
"""A letter or digit of those scripts that ASCII lacks."""
_LETTER = re.compile(f"([{_NO_BLANKS}])")
_FORMS = re.compile("[\u3300-\u33ff\uf900-\ufb4f\ufb50-\ufdff\ufe70-\ufeff\uff00-\uffef]+")
"""Full and half width, ligatures, letters as they stand within words, squared words."""
_ACCENTS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")


def one_form(text: str) -> str:
    """``text`` in NFC, with one form of each letter: ``ＰＨＰ`` is ``PHP``, ``ﬁ`` is ``fi``."""
    if text.isascii():
        return text
    folded = _FORMS.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    return unicodedata.normalize("NFC", folded)


def without_accents(text: str) -> str:
    """``text`` in one form, without accents; ``İ`` is ``I``, and final sigma a sigma."""
    if text.isascii():
        return text
    plain = _ACCENTS.sub("", unicodedata.normalize("NFD", one_form(text)))
    return unicodedata.normalize("NFC", plain).replace("ς", "σ")


def spaced(text: str) -> str:
    """``text`` with each letter of an unsegmented script as a word of its own.

    Then a phrase of letters finds any part of a text, as words find other texts.
    """
    return text if text.isascii() else _LETTER.sub(r" \1 ", text)


def letter_groups(text: str) -> list[str]:
    """Groups of neighbouring letters of a run of ``UNSEGMENTED``, in place of its words.

    Two letters make a word in most of these scripts; those that write vowels as letters
    of their own (Thai and its neighbours) need three.
    """
    letters = "".join(letter for letter in text if letter.isalnum())
    size = 3 if text < "\u1100" or "\u1780" <= text < "\u1800" else 2
    return [letters[at : at + size] for at in range(max(1, len(letters) - size + 1))]
