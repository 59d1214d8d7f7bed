"""The languages that Pakar knows, and what all of them give together."""

from __future__ import annotations

from collections.abc import Callable

from archive.mail.words.ar import ARABIC
from archive.mail.words.ban import BALINESE
from archive.mail.words.bbc import TOBA_BATAK
from archive.mail.words.cs import CZECH
from archive.mail.words.cy import WELSH
from archive.mail.words.da import DANISH
from archive.mail.words.de import GERMAN
from archive.mail.words.el import GREEK
from archive.mail.words.en import ENGLISH
from archive.mail.words.es import SPANISH
from archive.mail.words.fi import FINNISH
from archive.mail.words.fr import FRENCH
from archive.mail.words.he import HEBREW
from archive.mail.words.hu import HUNGARIAN
from archive.mail.words.id import INDONESIAN
from archive.mail.words.is_ import ICELANDIC
from archive.mail.words.it import ITALIAN
from archive.mail.words.ja import JAPANESE
from archive.mail.words.jv import JAVANESE
from archive.mail.words.ko import KOREAN
from archive.mail.words.language import Language
from archive.mail.words.min import MINANGKABAU
from archive.mail.words.nl import DUTCH
from archive.mail.words.no import NORWEGIAN
from archive.mail.words.phrases import Words
from archive.mail.words.pl import POLISH
from archive.mail.words.pt import PORTUGUESE
from archive.mail.words.ro import ROMANIAN
from archive.mail.words.ru import RUSSIAN
from archive.mail.words.sk import SLOVAK
from archive.mail.words.su import SUNDANESE
from archive.mail.words.sv import SWEDISH
from archive.mail.words.tr import TURKISH
from archive.mail.words.uk import UKRAINIAN
from archive.mail.words.zh import CHINESE
from archive.mail.words.zxx import PROGRAMS

LANGUAGES = (
    INDONESIAN,
    JAVANESE,
    ENGLISH,
    SUNDANESE,
    MINANGKABAU,
    BALINESE,
    TOBA_BATAK,
    GERMAN,
    FRENCH,
    SPANISH,
    PORTUGUESE,
    ITALIAN,
    DUTCH,
    SWEDISH,
    DANISH,
    NORWEGIAN,
    FINNISH,
    POLISH,
    CZECH,
    SLOVAK,
    RUSSIAN,
    UKRAINIAN,
    TURKISH,
    GREEK,
    HUNGARIAN,
    ROMANIAN,
    CHINESE,
    JAPANESE,
    KOREAN,
    ARABIC,
    HEBREW,
    WELSH,
    ICELANDIC,
    PROGRAMS,
)


def gather(field: Callable[[Language], tuple[str, ...]]) -> Words:
    """The words or phrases of one field of all languages, each once."""
    return tuple(dict.fromkeys(entry for language in LANGUAGES for entry in field(language)))
