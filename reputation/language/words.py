"""Split texts into words: one analyser for Indonesian, English and code, and a language guess.

Words are not stemmed: where measured, stemming gained nothing, and it breaks technical
words of both languages.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from archive.mail.scripts import UNSEGMENTED, letter_groups, one_form
from reputation.language.stopwords import (
    BORROWED_WORDS,
    ENGLISH_FUNCTION_WORDS,
    INDONESIAN_FUNCTION_WORDS,
    INDONESIAN_MARKERS,
    STOP_WORDS,
    STOP_WORDS_INDONESIAN,
)

TEXT_VERSION: Final = 2
"""Raise this when ``tokens`` gives other words for the same text."""

MAXIMUM_CHARACTERS: Final = 60_000
MINIMUM_LENGTH: Final = 2
MAXIMUM_LENGTH: Final = 40
MAXIMUM_PARTS: Final = 12
"""Most parts taken from one compound word or address, to limit the work for one long word."""

_JOINING: Final = "._-'’"
_BETWEEN_WORDS: Final = re.compile(r"[^\w.'’-]+")
_BETWEEN_WORDS_ASCII: Final = {
    code: " " for code in range(128) if not chr(code).isalnum() and chr(code) not in _JOINING
}
_URL: Final = re.compile(r"\b(?:https?|ftps?|git|svn|ssh)://([^\s/<>\"'()]{1,255})([^\s<>\"'()]*)")
_ADDRESS: Final = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w.-]{1,255}")
_BASE64_LINE: Final = re.compile(r"^[ \t>]*[A-Za-z0-9+/]{52,}={0,2}[ \t\r]*$", re.MULTILINE)
_PATH_WORD: Final = re.compile(r"[^\W\d_]{3,40}")
_HEXADECIMAL: Final = re.compile(r"0x[0-9a-f]{9,}|(?=[a-f]*[0-9])[0-9a-f]{9,}")
_VERSION: Final = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,3}){1,3}")
_SEPARATOR: Final = re.compile(r"[._-]+")
_JOINED_TWICE: Final = re.compile(r"\.{2,}|-{2,}|_{3,}|[._-]*(?:\._|_\.|\.-|-\.)[._-]*")
_CLITIC: Final = re.compile(r"(?:n['’]t|['’](?:s|t|d|m|ll|re|ve))$")
_REDUPLICATED: Final = re.compile(r"([^\W\d_]{3,})-?2x?(?:an|kan|nya|annya)?")

# After these words, 2 is a version number and not the sign of a repeated word.
_NUMBERED: Final = frozenset(
    """
    apache bzip corei dir ext http imap inotify java jdk jquery kde latex lib log lua mysql oauth
    office php pop proj ptr python ssh ssl sse struct sys usb user web win xfree
    """.split()
)
_PREFIXES: Final = frozenset(
    "di me mem men meng menge nge ng ter pe pem pen peng ber ke se".split()
)
_SUFFIXES: Final = frozenset(("nya", "an", "kan", "lah", "kah", "pun", "ku", "mu"))


def tokens(text: str) -> list[str]:
    """The words of a text for search and topics, lower-case, in order, with repeats.

    Words have 2 to 40 characters. A code word (``data.frame``, ``read_csv``) is kept
    whole and followed by its parts. A repeated word written with ``2`` gives the
    written word and its base (``syarat2nya``, ``syarat``). Affixes with a hyphen are
    removed (``di-install`` gives ``install``). Stop words of both languages, numbers
    under three digits, addresses, base64 and long hexadecimal numbers are dropped. A
    URL gives its host and the words of its path. Scripts without blanks give groups of
    neighbouring letters (``archive.mail.scripts``). Only the first 60,000 characters are
    read. Linear time.
    """
    words = _split(_lower(_clean(text[:MAXIMUM_CHARACTERS])))
    stop = STOP_WORDS if INDONESIAN_MARKERS.isdisjoint(words) else STOP_WORDS_INDONESIAN
    found: list[str] = []
    for word in words:
        if word in stop:
            continue
        if word.isalpha():
            if MINIMUM_LENGTH <= len(word) <= MAXIMUM_LENGTH:
                found.append(word)
        else:
            found.extend(part for part in _expand(word[:1000]) if part not in stop)
    return found


def _lower(text: str) -> str:
    """``text`` in lower case; of scripts without blanks, its groups of letters."""
    if text.isascii():
        return text.lower()
    # Lower-casing the dotted capital I leaves its dot as an accent.
    lower = text.lower().replace("i\u0307", "i").replace("ß", "ss")
    return UNSEGMENTED.sub(lambda match: f" {' '.join(letter_groups(match[0]))} ", lower)


def _split(text: str) -> list[str]:
    """Split at everything except word characters and those that may join them within a word."""
    if text.isascii():
        return text.translate(_BETWEEN_WORDS_ASCII).split()
    return _BETWEEN_WORDS.sub(" ", text).split()


def _clean(text: str) -> str:
    """Remove addresses and encoded blocks, and reduce URLs to their words."""
    text = one_form(text)
    if "://" in text:
        text = _URL.sub(_url_words, text)
    if "@" in text:
        text = _ADDRESS.sub(" ", text)
    return _BASE64_LINE.sub(" ", text)


def _url_words(match: re.Match[str]) -> str:
    host = match[1].rpartition("@")[2].partition(":")[0].removeprefix("www.")
    path = match[2].partition("?")[0].partition("#")[0]
    words = _PATH_WORD.findall(path[:500])[:MAXIMUM_PARTS]
    return f" {host} {' '.join(words)} "


@lru_cache(maxsize=1 << 16)
def _expand(word: str) -> tuple[str, ...]:
    """The words to index for a word that contains more than letters."""
    word = _CLITIC.sub("", word.strip(_JOINING)).replace("'", "").replace("’", "")
    reduplicated = _REDUPLICATED.fullmatch(word)
    if reduplicated and reduplicated[1] not in _NUMBERED:
        return tuple(part for part in (word, reduplicated[1]) if _keeps(part))
    if _numeric(word):
        return (word,) if _keeps(word) else ()
    found: list[str] = []
    for run in _JOINED_TWICE.split(word, MAXIMUM_PARTS)[:MAXIMUM_PARTS]:
        found.extend(_compound(run))
    return tuple(part for part in found if _keeps(part))


def _compound(word: str) -> list[str]:
    """A word and its parts. Affixes at hyphens are removed, and a repeated word is taken once."""
    if "-" in word:
        pieces = word.split("-", MAXIMUM_PARTS)[:MAXIMUM_PARTS]
        if pieces[0] in _PREFIXES:
            del pieces[0]
        if pieces and pieces[-1] in _SUFFIXES:
            del pieces[-1]
        if len(pieces) == 2 and pieces[1].startswith(pieces[0]):
            del pieces[1]
        word = "-".join(pieces)
    parts = _SEPARATOR.split(word, MAXIMUM_PARTS)[:MAXIMUM_PARTS]
    return parts if len(parts) == 1 else [word, *parts]


def _numeric(word: str) -> bool:
    return not any(character.isalpha() for character in word)


def _keeps(word: str) -> bool:
    """Whether a word is kept, by its length and, for numbers and hashes, by its form."""
    if not MINIMUM_LENGTH <= len(word) <= MAXIMUM_LENGTH:
        return False
    if word.isalpha():
        return True
    if _numeric(word):
        if word.isdigit():
            return 3 <= len(word) <= 8
        digits = sum(character.isdigit() for character in word)
        return digits >= 3 and _VERSION.fullmatch(word) is not None
    return _HEXADECIMAL.fullmatch(word) is None


LANGUAGE_CHARACTERS: Final = 20_000
LEAST_SHARE: Final = 0.25
"""Least share of function words in a text whose language is sure."""
LEAST_WORDS: Final = 8
_LOG_LINE: Final = re.compile(r"[{}<>=;|\\]|\(\)|::|^\s*[>#$+\[]")
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_AFFIXED_ENGLISH: Final = re.compile(r"\b(?:di|me|mem|men|meng|nge|ter)-[a-z]{3,}")


def language(text: str) -> str | None:
    """Guess the language from function words: ``id``, ``en`` or ``mixed``; None without any.

    Lines of logs and code do not count, because they are English in every post.
    Indonesian text with English technical words is ``mixed``. Reads the first 20,000
    characters; linear time.
    """
    prose, words = _prose(text)
    indonesian = sum(word in INDONESIAN_FUNCTION_WORDS for word in words)
    english = sum(word in ENGLISH_FUNCTION_WORDS for word in words)
    if indonesian + english == 0:
        return None
    share = indonesian / (indonesian + english)
    if share < 0.15 or (indonesian < 3 and indonesian < english):
        return "en"
    if share < 0.8:
        return "mixed"
    borrowed = any(word in BORROWED_WORDS for word in words)
    affixed = any(_AFFIXED_ENGLISH.search(line) for line in prose)
    return "mixed" if borrowed or affixed else "id"


def plain_language(text: str) -> str | None:
    """``id`` or ``en`` if a text is surely in that language, else None; linear time.

    Surely: every fourth word at least is one of the language's function words, which no
    text in a third language reaches.
    """
    found = language(text)
    if found is None:
        return None
    _, words = _prose(text)
    english = found == "en"
    function_words = ENGLISH_FUNCTION_WORDS if english else INDONESIAN_FUNCTION_WORDS
    count = sum(word in function_words for word in words)
    if len(words) < LEAST_WORDS or count < LEAST_SHARE * len(words):
        return None
    return "en" if english else "id"


def _prose(text: str) -> tuple[list[str], list[str]]:
    """The lines, in lower case, that are neither code nor log, and their words."""
    prose = [
        line.lower()
        for line in text[:LANGUAGE_CHARACTERS].splitlines()
        if not _LOG_LINE.search(line)
    ]
    return prose, _LETTERS.findall("\n".join(prose))
