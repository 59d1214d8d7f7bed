"""Who is likely to answer a question, and why."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field

from api.schemas.base import Points, Schema, Share
from api.schemas.rankings import Components, Evidence
from api.schemas.references import PersonReference, ThreadReference


class MatchReason(Schema):
    """What one group of facts did for a place in a match.

    ``contribution`` is to the logarithm of the odds, above or below the mean of
    all candidates; ``group`` is ``text``, ``activity``, ``list`` or ``standing``.
    """

    group: str
    contribution: Annotated[float, AfterValidator(lambda value: round(value, 3))]


class AnswerRecord(Schema):
    """What somebody had answered by then: the numbers that ``why`` tells.

    ``questions``: questions like this one, the last answered at ``last``. ``recent``: answers
    of the last 365 days. ``here``, ``answers``: answers on the question's list and anywhere.
    ``helped``: different people they answered, the first at ``since``.
    """

    questions: int
    last: Annotated[datetime | None, BeforeValidator(lambda seconds: seconds or None)]
    recent: int
    here: int
    answers: int
    helped: int
    since: datetime


class Answerer(Schema):
    """Somebody likely to answer; ``score`` is relative to the best, 0 to 100.

    ``why`` says in words what in ``record`` speaks for the person.

    The facts from ``low`` to ``last`` are the person's standing on the same
    text, and None where there is none; ``low`` and ``high`` bound ``standing``.
    """

    rank: int
    person: PersonReference
    score: Points
    standing: Points | None = None
    low: Points | None = None
    high: Points | None = None
    level: str | None = None
    components: Components | None = None
    posts: int | None = None
    answers: int | None = None
    thanks: int | None = None
    first: datetime | None = None
    last: datetime | None = None
    why: str = ""
    record: AnswerRecord
    reasons: list[MatchReason] = Field(default_factory=list)
    evidence: list[Evidence]


class SimilarThread(Schema):
    """An earlier thread that treats the like; ``why`` is a sentence for people."""

    thread: ThreadReference
    score: Share
    why: str
    shared_terms: list[str]


class Match(Schema):
    """Who is likely to answer a question now, and what answered the like before."""

    as_of: datetime
    method: str
    experts: list[Answerer]
    threads: list[SimilarThread]


MAX_QUESTION_CHARACTERS = 1_000_000


class Question(Schema):
    """The JSON body of ``POST /match``: a subject or a body, of a million characters at most."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [
                {"required": [name], "properties": {name: {"pattern": r"\S"}}}
                for name in ("subject", "body")
            ]
        }
    )

    subject: str = Field(default="", max_length=1_000)
    body: str = ""
    list: str | None = Field(default=None, max_length=320)
