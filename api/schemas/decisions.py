"""What moderators decide by HTTP, and decisions as they are kept."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

from pydantic import AfterValidator, AliasChoices, Field, JsonValue, WithJsonSchema
from pydantic_core import PydanticCustomError

from api.schemas.base import Schema

MAX_ITEMS = 200


def _storable(text: str) -> str:
    """Text that every store can hold: PostgreSQL takes no NUL."""
    if "\0" in text:
        raise PydanticCustomError("nul_character", "it holds a NUL character")
    return text


_DESCRIBED: Final[dict[str, JsonValue]] = {"pattern": r"^[^\x00]*$"}
Line = Annotated[
    str, Field(max_length=1_000, json_schema_extra=_DESCRIBED), AfterValidator(_storable)
]


Label = Annotated[
    str,
    Field(max_length=200, json_schema_extra={"pattern": r"^[^\x00]*[^\W_][^\x00]*$"}),
    AfterValidator(_storable),
]
"""With a letter or digit, as ``reputation.topics.curation.words.checked_label`` wants it."""
Weight = Annotated[
    float,
    WithJsonSchema(
        {
            "type": "number",
            "anyOf": [
                {"minimum": -1, "exclusiveMaximum": 0},
                {"exclusiveMinimum": 0, "maximum": 1},
            ],
        }
    ),
]
"""Described, and checked with the words: ``reputation.topics.curation.words.checked_words``."""


class Deciding(Schema):
    """What every decision may say: why. It is kept for good."""

    reason: Annotated[
        str, Field(max_length=2_000, json_schema_extra=_DESCRIBED), AfterValidator(_storable)
    ] = ""


class NewTopic(Deciding):
    """A topic to add: ``terms`` are words with weights, below 0 to exclude.

    ``threads`` and ``not_threads`` are Message-IDs of threads that are, or are not, about it.
    """

    label: Label
    label_id: Label | None = None
    label_en: Label | None = None
    terms: dict[Line, Weight] = Field(default_factory=dict, max_length=MAX_ITEMS)
    threads: list[Line] = Field(default_factory=list, max_length=MAX_ITEMS)
    not_threads: list[Line] = Field(default_factory=list, max_length=MAX_ITEMS)


class TopicLabels(Deciding):
    """New labels of a topic; what is left out stays, null takes a language's label away."""

    label: Label | None = None
    label_id: Label | None = None
    label_en: Label | None = None


class TopicMerge(Deciding):
    """The topic, by its slug, that takes over."""

    into: Line


class TopicParent(Deciding):
    """The broader topic, by its slug; null says that there is none."""

    parent: Line | None


class TopicSplit(Deciding):
    """The words that a new topic takes over, and its label."""

    terms: list[Line] = Field(min_length=1, max_length=MAX_ITEMS)
    label: Label


class TopicPin(Deciding):
    """That a topic stays for good; with a Message-ID, that its thread is about it, or is not."""

    thread: Line | None = None
    about: bool = True


class OtherPerson(Deciding):
    """The other one of two people, by id."""

    other: int = Field(ge=0, le=2**53 - 1)


class PersonSplit(Deciding):
    """Addresses of a person that are somebody else's."""

    addresses: list[Line] = Field(min_length=1, max_length=MAX_ITEMS)


class NewParent(Deciding):
    """The Message-ID of what a message answers."""

    parent: Line


class TwoWords(Deciding):
    """Two words that mean the same, or not."""

    one: Line
    other: Line


class SynonymPair(Schema):
    """Two words: ``found`` in the mail to mean the same, or ``added`` or ``removed`` by people."""

    one: str
    other: str
    state: str
    reason: str


class DecidedSynonym(Schema):
    """What was decided about two words; ``decision`` is null where it was so already."""

    one: str
    other: str
    state: str
    decision: int | None


class DecidedTopic(Schema):
    """The topic that a decision made or changed, and the decision's number.

    ``decision`` is null where everything was so already.
    """

    slug: str
    decision: int | None


class DecisionFacts(Schema):
    """One decision: who made it, why, when, and whether it was undone."""

    number: int = Field(validation_alias=AliasChoices("number", "id"))
    kind: str
    author: str
    reason: str
    made: datetime
    undone: datetime | None
    undone_by: str | None


class PeopleDecision(DecisionFacts):
    """A decision about people; ``people`` are the ids of those it concerns now."""

    people: list[int]


class ThreadDecision(DecisionFacts):
    """A decision about a message; ``thread`` is where it stands now."""

    message_id: str
    parent: str | None
    thread: int | None


class TopicDecision(DecisionFacts):
    """A decision about topics, or about two words.

    ``topics`` are the slugs of those it changed, ``words`` the two words.
    """

    topics: list[str]
    words: list[str]
