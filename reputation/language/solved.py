"""Reports that a problem is solved, or is not, in Indonesian and English.

Texts are lower-case on one line.
"""

from __future__ import annotations

import re
from typing import Final

_ENGLISH: Final = re.compile(
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
_INDONESIAN: Final = re.compile(
    r"\b(?:(?:sudah|udah|udh|sdh|dah|skrg|sekarang|akhirnya|alhamdulillah|ternyata|langsung)"
    r"(?: \w+){0,2} (?:bisa|jalan|berhasil|beres|normal|ok|oke|ketemu|lancar|sukses|kelar|teratasi"
    r"|terpecahkan|solved|sembuh|nyala|jadi)"
    r"|(?:masalah|masalahnya|problem|problemnya) (?:\w+ )?(?:selesai|beres|teratasi|solved|hilang)"
    r"|(?:sangat|amat|cukup|bener2|benar2|benar-benar|sungguh) (?:membantu|menolong|bermanfaat)"
    r"|(?:membantu|menolong) (?:sekali|banget|bgt)|pas (?:sekali|banget)"
    r"|berhasil(?: \w+)? (?:mas|pak|bu|mbak|om|bang|kang|gan|bro)|(?:yes|sip|horee?),? berhasil)\b"
)
_PATTERNS: Final = (_ENGLISH, _INDONESIAN)

WORDS: Final = frozenset(
    """
    work works worked working solved solves fixed fixes resolved did helps helped helpful useful ok
    fine gone disappeared went boots compiles runs loads got
    bisa jalan berhasil beres normal oke ketemu lancar sukses kelar teratasi terpecahkan sembuh
    nyala jadi selesai hilang membantu menolong bermanfaat pas
    """.split()
)
"""Every report of success holds one of these words or pairs: looking for them first is cheap."""
PAIRS: Final = tuple(
    frozenset(pair.split()) for pair in ("that was", "exactly what", "just what", "precisely what")
)
WORDS_OF_PAIRS: Final = frozenset().union(*PAIRS)
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


def may_be_solved(text: str) -> bool:
    """Whether a text seems to report success, negated or not."""
    return any(pattern.search(text) for pattern in _PATTERNS)


def is_solved(sentence: str) -> bool:
    """Whether a sentence that is no question reports success."""
    for pattern in _PATTERNS:
        match = pattern.search(sentence)
        if match:
            clause = sentence[max(0, match.start() - 40) : match.start()].rpartition(",")[2]
            if not _NEGATION.search(clause + match[0]):
                return True
    return False


def has_failed(sentence: str) -> bool:
    """Whether a sentence reports that the problem stays."""
    return _UNSOLVED.search(sentence) is not None
