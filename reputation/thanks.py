"""Whether a reply thanks for help received, or reports the problem solved.

Decides on the opening of the author's own text, in Indonesian and English.
Thanks in advance, the formal thanks that closes a question and reports of
failure are not endorsements.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Final

OPENING_LINES: Final = 6
OPENING_CHARACTERS: Final = 400
WORDS_KEPT: Final = 1 << 16
"""Different words remembered: most words of a post are those of the posts before it."""

_WORDS: Final = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_SENTENCE_END: Final = re.compile(r"(?<=[.!?…])[)\"'’]*\s+|\n\s*\n|(?<=,)\n|\s+[:;]-?\)\s*")
_LETTERS: Final = re.compile(r"[^\W_]+")
_BETWEEN_WORDS_ASCII: Final = {code: " " for code in range(128) if not chr(code).isalnum()}
_STRETCHED: Final = re.compile(r"(\w)\1{2,}")

_GREETING: Final = re.compile(
    r"\A(?:dear|hi|hai|hello|hey|halo|hallo|yth|ass\w*|salam|salaam\w*|good (?:morning|day)"
    r"|selamat (?:pagi|siang|sore|malam))\b[^,.!?:\n]{0,60}[,.!:]?",
    re.IGNORECASE,
)

# One word that thanks. Variants are listed where a typo distance would reach "think" or "trims".
_THANKS: Final = frozenset(
    """
    thanks thank thank's thx thnx tnx thanx thankyou thks tks tq thnaks thansk thaks tanks thans
    trims
    trim's trimakasih makasih makasi mksh mkasih maksih makacih terimakasih tengkyu tengkiu tengkiyu
    nuwun suwun nuhun suksma mauliate jazakallah jazakumullah jazakalloh syukron syukran
    tarimakasih tarimokasih tarimokasi tarimakase grateful appreciate appreciated berterimakasih
    """.split()
)
_THANKS_FIRST: Final = ("terima", "tarimo", "trima", "berterima")
_THANKS_LONG: Final = ("terimakasih", "makasih", "appreciated")
_THANKS_INITIALS: Final = frozenset(word[0] for word in (*_THANKS_FIRST, *_THANKS_LONG))
"""``within_edits`` allows no other first letters."""

_WHOLE, _FIRST = 1, 2


class _Sign(IntEnum):
    """What makes a post worth a closer look."""

    NOTHING = 0
    THANKS = 1
    SOLVED = 2


_ADVANCE: Final = frozenset(
    """
    advance advanced adv advnace anticipation before beforehand b4 ahead sebelumnya sblmnya sblumnya
    sebelum sblm dimuka muka thanking advace
    """.split()
)
_ADVANCE_LONG: Final = ("sebelumnya", "beforehand", "anticipation")

_REQUEST: Final = frozenset(
    """
    please pls plz mohon tolong minta harap dimohon anyone anybody wondering tanya numpang bertanya
    gimana bgmn bagaimana caranya knp kenapa mengapa
    """.split()
)
_STRONG_REQUEST: Final = frozenset(
    "please pls plz mohon tolong minta harap dimohon anyone anybody welcome".split()
)

# What only an answer brings; after "thanks for" it marks thanks for help received.
_RECEIVED: Final = frozenset(
    """
    again reply replies replying answer answers answering response responses responding respond tip
    tips suggestion suggestions suggesting advice hint hints pointer pointers pointing explanation
    explanations explaining info information link links solution solutions quick prompt fast speedy
    feedback clarification clarifying clarify patch fix fixing insight insights comment comments
    sharing detailed helpful helping kind script code example everyone everybody guys
    jawaban jawabannya penjelasan penjelasannya info infonya informasi informasinya saran sarannya
    masukan masukannya tip tipnya tips tipsnya sharing sharingnya solusi solusinya balasan
    balasannya tanggapan tanggapannya respon responnya responsnya pencerahannya petunjuknya
    koreksi koreksinya linknya lagi
    """.split()
)

_SOLVED_ENGLISH: Final = re.compile(
    r"\b(?:(?:it|that|this|everything|which|trick|code|solution|suggestion|advice|fix|patch|all)"
    r" (?:now |all |just |really |definitely |seems to )?(?:works?|worked|solved|solves|did it|"
    r"fixed|fixes|did the (?:trick|job)|helps|helped)"
    r"|(?:it|this|that)(?:'s| is| was| has been| is now)? (?:now |all )?"
    r"(?:working|solved|fixed|resolved|ok now|fine now)"
    r"|works? (?:now|perfectly|great|fine|well|beautifully|like (?:a charm|magic)|for me|again)"
    r"|worked (?:perfectly|great|fine|well|beautifully|like a charm|for me|out|nicely)"
    r"|(?:problem|issue|bug|error)s?(?: is| was| has been|'s)?(?: now| all)?"
    r" (?:solved|fixed|resolved|gone|disappeared|went away)"
    r"|now (?:it |everything )?(?:works|boots|compiles|runs|loads)"
    r"|(?:solved|fixed|resolved) (?:it|my|the|now)"
    r"|(?:exactly|just|precisely) what (?:i|we) (?:need|want|was|were|have been|am)"
    r"|that was (?:it|the (?:problem|issue|cause))|did the (?:trick|job)"
    r"|(?:very|really|extremely|most|so|quite) (?:helpful|useful)|helped (?:me |us )?(?:a lot|much)"
    r"|(?:i|we) got it (?:working|to work))\b"
)
_SOLVED_INDONESIAN: Final = re.compile(
    r"\b(?:(?:sudah|udah|udh|sdh|dah|skrg|sekarang|akhirnya|alhamdulillah|ternyata|langsung)"
    r"(?: \w+){0,2} (?:bisa|jalan|berhasil|beres|normal|ok|oke|ketemu|lancar|sukses|kelar|teratasi"
    r"|terpecahkan|solved|sembuh|nyala|jadi)"
    r"|(?:masalah|masalahnya|problem|problemnya) (?:\w+ )?(?:selesai|beres|teratasi|solved|hilang)"
    r"|(?:sangat|amat|cukup|bener2|benar2|benar-benar|sungguh) (?:membantu|menolong|bermanfaat)"
    r"|(?:membantu|menolong) (?:sekali|banget|bgt)|pas (?:sekali|banget)"
    r"|berhasil(?: \w+)? (?:mas|pak|bu|mbak|om|bang|kang|gan|bro)|(?:yes|sip|horee?),? berhasil)\b"
)
_SOLVED: Final = (_SOLVED_ENGLISH, _SOLVED_INDONESIAN)

# Each match of the two holds one of these words or pairs: looking for them first is cheap.
_SOLVED_WORDS: Final = frozenset(
    """
    work works worked working solved solves fixed fixes resolved did helps helped helpful useful ok
    fine gone disappeared went boots compiles runs loads got
    bisa jalan berhasil beres normal oke ketemu lancar sukses kelar teratasi terpecahkan sembuh
    nyala jadi selesai hilang membantu menolong bermanfaat pas
    """.split()
)
_SOLVED_PAIRS: Final = tuple(
    frozenset(pair.split()) for pair in ("that was", "exactly what", "just what", "precisely what")
)
_WORDS_OF_PAIRS: Final = frozenset().union(*_SOLVED_PAIRS)
_NEGATION: Final = re.compile(
    r"\b(?:belum|blm|blum|belom|tidak|tdk|tak|gak|ga|nggak|ngga|gk|kagak|ndak|indak|masih|msh|tetap"
    r"|tetep|bukan|gagal|not|no|never|still|cannot|unfortunately|nor|hardly|unless|if|kalau|kalo"
    r"|jika|hope|hopefully|semoga|mudah2an)\b|n['’]t\b|\bcant\b|\bdont\b"
)
_UNSOLVED: Final = re.compile(
    r"\b(?:(?:belum|blm|blum|belom)(?: \w+)? (?:berhasil|bisa|jalan|beres|solved|ketemu|sukses|ok"
    r"|normal|sembuh|nyala)"
    r"|(?:masih|msh|tetap|tetep|ttp)(?: \w+)? (?:error|eror|gagal|sama|saja|aja|hang|begitu|gitu"
    r"|belum|blm|tidak|tdk|gak|ga|nggak|bermasalah|muncul)"
    r"|(?:tapi|tp|tetapi|sayang|sayangnya|namun)(?: \w+){0,3}"
    r" (?:tidak|tdk|gak|ga|nggak|gagal|error)"
    r"(?: (?:bisa|jalan|berhasil|mau|ngaruh|membantu))?"
    r"|still(?: \w+){0,2} (?:not|cannot|n't|fails?|failing|error|errors|crash|crashes|same|problem"
    r"|problems|hangs?|doesn't|don't|can't|stuck|unable|broken)"
    r"|(?:but|however|unfortunately)(?: \w+){0,4} (?:fails?|failed|errors?|no luck"
    r"|(?:not|doesn't|didn't|don't) (?:work|help|solve|fix))"
    r"|(?:did|does|do|was|is|has|have)(?:n't| not) (?:\w+ )?(?:help|helped|work|worked|solve|solved"
    r"|fix|fixed)|same (?:error|problem|result|issue)|no luck|without success)\b"
)


@dataclass(frozen=True, slots=True)
class _Sentence:
    """``words`` are lower-case; ``question``: ends with a question mark."""

    text: str
    words: tuple[str, ...]
    question: bool
    emphatic: bool


def thanks(own_text: str) -> bool:
    """Whether the opening of ``own_text`` thanks for help received or reports success.

    The caller asks only about an asker's later posts in the thread. Reads the
    first six non-blank lines, at most 400 characters; linear time.
    """
    opening, complete = _opening(own_text)
    # Most posts hold no word of either, and their sentences need not be told apart.
    lowered = opening.lower()
    words = _distinct_words(lowered)
    signs = set(map(_sign, words))
    if "'" in lowered:
        pieces = [piece for piece in lowered.split() if "'" in piece]
        signs.update(_sign(word) for piece in pieces for word in _WORDS.findall(piece))
    said = _Sign.THANKS in signs
    solved = _Sign.SOLVED in signs or any(pair <= words for pair in _SOLVED_PAIRS)
    if not said and not solved:
        return False
    flat = _flat(opening)
    claims = solved and any(pattern.search(flat) for pattern in _SOLVED)
    if not said and not claims:
        return False
    sentences = _sentences(opening)
    if claims and any(map(_solved, sentences)):
        return True
    return said and _thanked(sentences, complete)


def _thanked(sentences: list[_Sentence], complete: bool) -> bool:
    """Whether one of the sentences thanks, and none reports failure.

    complete: they are the whole text, so that the last of them may be a formal close.
    """
    polite = asked = False
    for position, sentence in enumerate(sentences):
        at = _thanks_position(sentence.words)
        if at is not None and not _in_advance(sentence.words, at):
            if _received(sentence.words, at) and not _failed(sentence):
                return True
            polite |= not asked and not (complete and _closes(sentences, position))
        asked |= sentence.question or not _REQUEST.isdisjoint(sentence.words[:at])
    return polite and not any(map(_failed, sentences))


def _failed(sentence: _Sentence) -> bool:
    return _UNSOLVED.search(sentence.text) is not None


def _opening(text: str) -> tuple[str, bool]:
    """The first lines without a greeting, and whether they are the whole text."""
    bounded = text.lstrip()[: OPENING_CHARACTERS * 3]
    lines: list[str] = []
    count = 0
    for line in bounded.splitlines():
        count += bool(line.strip())
        if count > OPENING_LINES:
            break
        lines.append(line.strip())
    opening = "\n".join(lines).replace("’", "'")[:OPENING_CHARACTERS]
    complete = len(opening) >= len(text.strip()) - len(lines)
    return _GREETING.sub("", opening, count=1), complete


def _distinct_words(text: str) -> set[str]:
    """The different runs of letters and digits."""
    if text.isascii():
        return set(text.translate(_BETWEEN_WORDS_ASCII).split())
    return set(_LETTERS.findall(text))


@lru_cache(maxsize=WORDS_KEPT)
def _sign(word: str) -> _Sign:
    """What a word may be part of; stretched words count as what they are without."""
    plain = _STRETCHED.sub(r"\1", word)
    if plain in _SOLVED_WORDS or (plain != word and plain in _WORDS_OF_PAIRS):
        return _Sign.SOLVED
    if plain not in _THANKS and plain[0] not in _THANKS_INITIALS:
        return _Sign.NOTHING
    return _Sign.THANKS if _gratitude(plain) else _Sign.NOTHING


def _flat(text: str) -> str:
    """Lower-case on one line, "thaaanks" without the stretching."""
    return _STRETCHED.sub(r"\1", " ".join(text.lower().split()))


def _sentences(opening: str) -> list[_Sentence]:
    found = []
    for piece in _SENTENCE_END.split(opening):
        text = _flat(piece)
        words = tuple(_WORDS.findall(text))
        if words:
            found.append(_Sentence(text, words, "?" in text, "!" in text))
    return found


@lru_cache(maxsize=WORDS_KEPT)
def _gratitude(word: str) -> int:
    """Whether a word thanks: 0 no, or as the whole or the first word of it."""
    if word in _THANKS:
        return _WHOLE
    if word[0] not in _THANKS_INITIALS:
        return 0
    if any(within_edits(word, long) for long in _THANKS_LONG):
        return _WHOLE
    return _FIRST if any(within_edits(word, first) for first in _THANKS_FIRST) else 0


def _thanks_position(words: tuple[str, ...]) -> int | None:
    """Index of the first word after which thanks have been said, or None."""
    for index, word in enumerate(words):
        following = words[index + 1] if index + 1 < len(words) else ""
        kind = _gratitude(word)
        if kind == _WHOLE:
            return None if _not_gratitude(words, index) else index
        if kind == _FIRST and (within_edits(following, "kasih") or following in ("kasi", "ksh")):
            return None if _word_is(words, index + 2, "kembali") else index + 1
    return None


def _not_gratitude(words: tuple[str, ...], index: int) -> bool:
    """Whether it is "thanks to the new driver", "would appreciate" or "no thanks"."""
    before = words[max(0, index - 3) : index]
    word = words[index]
    if word in ("appreciate", "appreciated", "grateful"):
        return not {"would", "will", "be", "could", "can", "if", "any"}.isdisjoint(before)
    if _word_is(words, index + 1, "to"):
        return _word_is(words, index + 2, "the", "this", "a", "an", "its", "that", "these")
    return "no" in before or "not" in before


def _word_is(words: tuple[str, ...], index: int, *candidates: str) -> bool:
    return index < len(words) and words[index] in candidates


def _in_advance(words: tuple[str, ...], at: int) -> bool:
    """Whether the thanks at ``at`` are for help still to come."""
    after = words[at + 1 : at + 9]
    if not _ADVANCE.isdisjoint(after) or not _ADVANCE.isdisjoint(words[max(0, at - 2) : at]):
        return True
    if any(within_edits(word, long) for word in after for long in _ADVANCE_LONG):
        return True
    return not _STRONG_REQUEST.isdisjoint(words[:at])


def _received(words: tuple[str, ...], at: int) -> bool:
    """Whether the sentence names what only an answer brings, near the thanks."""
    return not _RECEIVED.isdisjoint(words[max(0, at - 6) : at + 9])


def _closes(sentences: list[_Sentence], position: int) -> bool:
    """Whether the sentence is the bare formal thanks before the writer's name."""
    sentence = sentences[position]
    before = sum(len(earlier.words) for earlier in sentences[:position])
    after = sum(len(later.words) for later in sentences[position + 1 :])
    bare = len(sentence.words) <= 4 and not sentence.emphatic
    return bare and before > 8 and after <= 6


def _solved(sentence: _Sentence) -> bool:
    if sentence.question:
        return False
    for pattern in (_SOLVED_ENGLISH, _SOLVED_INDONESIAN):
        match = pattern.search(sentence.text)
        if match:
            clause = sentence.text[max(0, match.start() - 40) : match.start()].rpartition(",")[2]
            if not _NEGATION.search(clause + match[0]):
                return True
    return False


def within_edits(word: str, target: str) -> bool:
    """Whether ``word`` is ``target`` with at most one typo, two on ten letters or more.

    A typo is an inserted, missing, wrong or swapped letter (optimal string
    alignment distance). Words are short, so the quadratic table is bounded.
    """
    if word == target:
        return True
    allowed = 2 if len(target) >= 10 else 1
    if abs(len(word) - len(target)) > allowed or word[:1] != target[:1]:
        return False
    # A typo takes away one letter at most; this tells most words apart without the table.
    if len(set(target).difference(word)) > allowed:
        return False
    earlier: list[int] = []
    previous = list(range(len(target) + 1))
    for row, letter in enumerate(word, 1):
        current = [row]
        for column, wanted in enumerate(target, 1):
            cost = min(
                previous[column] + 1,
                current[column - 1] + 1,
                previous[column - 1] + (letter != wanted),
            )
            swapped = (
                row > 1 and column > 1 and letter == target[column - 2] and word[row - 2] == wanted
            )
            current.append(min(cost, earlier[column - 2] + 1) if swapped else cost)
        if min(current) > allowed:
            return False
        earlier, previous = previous, current
    return previous[-1] <= allowed
