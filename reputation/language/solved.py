"""Reports that a problem is solved, or is not, in every language that knows such words.

Texts are lower-case on one line.
"""

from __future__ import annotations

import re
from typing import Final

from archive.mail.words.phrases import alternatives
from archive.mail.words.registry import gather
from reputation.language.sayings import Sayings

CLAUSE_CHARACTERS: Final = 40
"""Characters before a report in which a negation makes it none."""

_SOLVED: Final = Sayings(gather(lambda language: language.success.solved))
_UNSOLVED: Final = Sayings(gather(lambda language: language.success.unsolved))
_NEGATION: Final = re.compile(
    rf"(?<!\w){alternatives(gather(lambda language: language.success.negations))}(?!\w)"
)


def may_be_solved(text: str) -> bool:
    """Whether a text seems to report success, negated or not."""
    return _SOLVED.may_be_in(text)


def is_solved(sentence: str) -> bool:
    """Whether a sentence that is no question reports success."""
    for match in _SOLVED.first(sentence):
        clause = sentence[max(0, match.start() - CLAUSE_CHARACTERS) : match.start()]
        if not _NEGATION.search(clause.rpartition(",")[2] + match[0]):
            return True
    return False


def has_failed(sentence: str) -> bool:
    """Whether a sentence reports that the problem stays."""
    return _UNSOLVED.may_be_in(sentence)
