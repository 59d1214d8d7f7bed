"""Indonesian stems, so that a search finds a word in its other forms.

The Snowball stemmer (after F. Tala, 2003) does the work; the search engine has its own
English stemmer. A search always looks for the word as written too, so stems only add
hits.
The Indonesian stemmer would cut English words apart. Therefore texts that are clearly
English get no Indonesian stems, and technical words are not stemmed.
"""

from __future__ import annotations

import re
import threading
from functools import lru_cache
from typing import Final

import Stemmer

SHORTEST: Final = 3
WORDS_READ: Final = 4_000
"""At most this many different words of one text are stemmed. A text with more is data."""

_WORD: Final = re.compile(r"[a-z]{3,40}(?:2x?(?:an|kan|nya|annya)?)?(?![a-z0-9])")
_REPEATED: Final = re.compile(r"([a-z]{3,40}?)2x?(?:an|kan|nya|annya)?\Z")
_VOWELS: Final = frozenset("aeiou")
# A nasal prefix replaces the first letter of its root (mengirim is meng + kirim), or only seems
# longer because of it (menaikkan is me + naik). Each prefix has the letters it may replace.
_SWALLOWED: Final = (
    ("meng", "k"), ("peng", "k"), ("meny", "s"), ("peny", "s"),
    ("mem", "pm"), ("pem", "pm"), ("men", "tn"), ("pen", "tn"),
)  # fmt: skip
_LEFT_ALONE: Final = frozenset(
    """
    pentium penguin terminal memori memonitor keyboard digital direktori diskusi debian permission
    performance personal peripheral permanent person persistent metode perintah perangkat berita
    sekolah masalah kernel terima pertama teremote mengecek berkas beranda server service session
    setting serial segment terminate dialog digest disk display driver keyring panel pending penting
    telnet mentor member memory media mesin menu merge message method terasa
    """.split()
)
_INDONESIAN: Final = frozenset(
    """
    yang yg dan ini itu saya sy tidak tdk gak nggak ada untuk utk dengan dgn dari bisa bs sudah udah
    sdh kalau kalo klo pak mas mbak atau apa juga jg akan pada kami kita mohon terima kasih aja saja
    """.split()
)
_ENGLISH: Final = frozenset(
    """
    the and is to of in for that it you with on this are not be have from but can if was would there
    """.split()
)

_local = threading.local()


def _stemmer() -> Stemmer.Stemmer:
    # A stemmer keeps state while it works, so each thread has its own.
    if not hasattr(_local, "stemmer"):
        _local.stemmer = Stemmer.Stemmer("indonesian", 0)
    return _local.stemmer


@lru_cache(maxsize=65_536)
def indonesian_stems(word: str) -> tuple[str, ...]:
    """The possible Indonesian stems of a lower-case word, often only the word itself.

    ``mengirim`` has two (``irim``, ``kirim``) and ``menilai`` three, because the
    stemmer cannot know which of them is a word. ``masalah2nya`` is short for
    ``masalah-masalahnya``, so its stem is ``masalah``.
    """
    repeated = _REPEATED.match(word)
    if repeated is not None:
        word = repeated[1]
    if word in _LEFT_ALONE or len(word) <= SHORTEST:
        return (word,)
    root: str = _stemmer().stemWord(word)
    for prefix, letters in _SWALLOWED:
        if word.startswith(prefix):
            following = word[len(prefix) : len(prefix) + 1]
            if following in _VOWELS and root[:1] == following:
                return root, *(letter + root for letter in letters)
            if following in _VOWELS and root[:2] == letters[0] + following:
                # The stemmer has restored the first of these letters itself.
                return root, *(letter + root[1:] for letter in letters[1:])
            break
    return (root,) if len(root) >= SHORTEST else (word,)


def different_words(text: str) -> set[str]:
    """The different words of a text, lower-case, separated at white space."""
    return set(text.lower().split())


def is_english(words: set[str]) -> bool:
    """Whether a text with these words is clearly English; a short text seldom is."""
    english = len(_ENGLISH & words)
    return english >= 3 and english > 3 * len(_INDONESIAN & words)


def indonesian_stems_of(words: set[str]) -> str:
    """The different Indonesian stems of a text's words, separated by spaces.

    Empty when the text is clearly English.
    """
    if is_english(words):
        return ""
    plain = sorted({word for written in words for word in _WORD.findall(written)})
    found = dict.fromkeys(stem for word in plain[:WORDS_READ] for stem in indonesian_stems(word))
    return " ".join(found)
