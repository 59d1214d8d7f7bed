"""Normalise names of people so that they can be compared. No other file does this.

No word is treated as the family name: Indonesian, Icelandic and many other names have
none, and programs reverse the order of the words. So a name is compared as a set of
words. Only parts that never belong to a name are removed: academic and civil titles,
text in brackets, accents. Kinship words that are names elsewhere (Mas, Bang, Kang, Om)
and single initials are kept.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

MAX_NAME_KEY = 200

_BEFORE = frozenset(
    "prof professor dr drs dra ir mr mrs ms miss sir bapak bpk pak ibu bu sdr sdri yth".split()
)
"""Titles before a name. ``h`` (haji) and ``r`` (raden) are missing: they look like initials."""
_AFTER = frozenset(
    "phd mba msc bsc md se st sh mm mt skom mkom ssi msi spd mpd ba ma dipl esq".split()
)
"""Degrees after a name: removed after a comma, with dots inside, or if in ``_PLAIN_AFTER``."""
_PLAIN_AFTER = frozenset("phd mba msc bsc skom mkom ssi msi spd mpd".split())
_NOT_PEOPLE = frozenset(
    "robot bot team list mailing daemon support admin administrator administration service "
    "services noreply notification notifications system group committee webmaster postmaster "
    "helpdesk staff redaksi sekretariat moderator owner unknown anonymous user project "
    "newsletter maintainers developers via".split()
)
"""Words that do not occur in the name of a person."""
_BRACKETED = re.compile(r"\([^()]*\)?|\[[^\[\]]*\]?|\{[^{}]*\}?")
_MARK = re.compile(r"(\S.*\S)\s*[(\[][A-Za-z0-9&/., _-]{2,60}[)\]]")
"""A department or company behind a name; a name in another script stays."""
_USED_NOW = 3
_YEAR_SECONDS = 365 * 86_400
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
# Letters that Unicode does not decompose into a base letter and an accent.
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)


@lru_cache(maxsize=8192)
def full_name(name: str) -> str:
    """The words of a full name, in order, without case, accents, titles and brackets.

    Empty when fewer than two words of several letters remain, because one name
    identifies nobody. Also empty for a name that is not a person's.
    """
    words = _words(name[: 2 * MAX_NAME_KEY])
    if sum(len(word) > 1 for word in words) < 2 or not _NOT_PEOPLE.isdisjoint(words):
        return ""
    if any(letter.isdigit() for word in words for letter in word) or "@" in name:
        return ""
    return " ".join(words)[:MAX_NAME_KEY]


@lru_cache(maxsize=8192)
def full_name_key(name: str) -> str:
    """``full_name`` with its words sorted, so that the order of words does not matter."""
    return " ".join(sorted(full_name(name).split()))


def _words(name: str) -> list[str]:
    decomposed = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    proper, *degrees = _BRACKETED.sub(" ", plain).split(",")
    pieces = proper.split()
    while len(pieces) > 1 and pieces[0].replace(".", "") in _BEFORE:
        del pieces[0]
    while len(pieces) > 1 and _is_degree(pieces[-1]):
        del pieces[-1]
    # After a comma comes a degree, or the rest of a name in reversed order.
    rest = [
        piece for part in degrees for piece in part.split() if piece.replace(".", "") not in _AFTER
    ]
    return _WORD.findall(" ".join(pieces + rest).replace(".", " "))


def _is_degree(piece: str) -> bool:
    bare = piece.replace(".", "")
    return bare in _PLAIN_AFTER or ("." in piece.rstrip(".") and bare in _AFTER)


def preferred_name(uses: Iterable[tuple[str, int, int]]) -> str:
    """The name that a person shows now: the one used most of those in use; empty without any.

    uses: names with the number of uses and the last use (Unix seconds). Marks of
    departments, as in ``Lestari Ayu (GEO)``, are left out. A name of several words is
    preferred to a nickname. A name is in use if it was shown in the last year of the
    person's mail, three times at least.
    """
    counts: dict[str, int] = defaultdict(int)
    lasts: dict[str, int] = defaultdict(int)
    for name, used, last in uses:
        plain = _without_mark(name)
        counts[plain] += used
        lasts[plain] = max(lasts[plain], last)
    if not counts:
        return ""
    newest = max(lasts.values())

    def rank(name: str) -> tuple[bool, bool, int, int, str]:
        in_use = counts[name] >= _USED_NOW and newest - lasts[name] <= _YEAR_SECONDS
        return " " in name.strip(), in_use, counts[name], lasts[name], name

    return max(counts, key=rank)


def _without_mark(name: str) -> str:
    match = _MARK.fullmatch(name)
    return match[1] if match and " " in match[1] else name


_FREQUENT = frozenset(
    # Chinese and Korean syllables, alone or in pairs shared by thousands of people each
    "wang li zhang liu chen yang zhao huang zhou wu xu sun hu zhu gao lin he guo ma luo liang song "
    "zheng xie han tang feng yu dong xiao cheng cao yuan deng fu shen zeng peng lu su jiang cai "
    "jia ding wei xue ye yan pan du dai xia zhong tian ren fan fang shi yao tan jun lei tao yong "
    "jie bin qiang ming hui jing ying fei hong ping na min bo chao hao xin yi kai long hai hua "
    "jian gang ning qi rui yun zhi wen bing can dan hang heng kun lan mei nan qian qin shan shuai "
    "xiang xiong yue zhen zhe zi lee kim park choi jung kang cho yoon jang lim chang chan wong ho "
    "ng lam "
    # Vietnam, India, Arabia
    "nguyen tran le pham hoang van thi kumar singh sharma gupta patel shah rao khan ahmed ahmad "
    "ali mohammad mohammed muhammad mohamed hassan hussain abdul abdullah rahman "
    # Indonesia: order of birth, and the most given names
    "wayan made putu nyoman ketut gede kadek komang ayu agus budi dewi sari putra putri santoso "
    "setiawan wijaya saputra hidayat kurniawan nugroho susanto eko dwi tri sri nur siti arif andi "
    "rina rudi hendra bambang "
    # Europe and the Americas
    "john david michael james robert william richard thomas mark paul peter daniel andrew chris "
    "christopher kevin brian steve steven george joseph charles mary maria anna martin jan smith "
    "johnson brown jones williams miller davis wilson taylor anderson lewis walker hall young king "
    "wright scott green baker adams moore white clark garcia martinez rodriguez lopez gonzalez "
    "hernandez perez sanchez jose juan carlos luis miguel antonio silva santos muller schmidt"
    "".split()
)


def is_common(name_key: str) -> bool:
    """Whether all words of a name are so frequent that several people surely have it."""
    return all(word in _FREQUENT or len(word) == 1 for word in name_key.split())


def words_of_local_part(local_part: str, name_key: str) -> bool:
    """Whether the local part of an address contains a word of a name or its initials.

    The first four letters of a longer word are enough, or a whole word of three
    letters.
    """
    plain = re.sub(r"[^a-z]", "", local_part.lower())
    words = [word for word in name_key.split() if len(word) > 1]
    if any(
        word in plain or (len(word) > 4 and word[:4] in plain) for word in words if len(word) > 2
    ):
        return True
    initials = sorted(word[0] for word in words)
    return 2 <= len(plain) <= 4 and sorted(plain) == initials
