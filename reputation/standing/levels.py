"""Words for people on a topic, each behind hard gates; there is no word for decline."""

from __future__ import annotations

from enum import StrEnum


class Level(StrEnum):
    """How far a person is recognised on a topic, lowest first."""

    NOT_ENOUGH = "not enough evidence"
    PARTICIPANT = "participant"
    CONTRIBUTOR = "contributor"
    REFERENCE = "reference"
    RECOGNISED_EXPERT = "recognised expert"


def level(helped: float, months: int, built_upon: int, in_top_decile: bool) -> Level:
    """The highest level whose gates all stand open.

    helped: N, different vouched people helped on the topic (each at most 1).
    months: different months with an answer on the topic.
    built_upon: different established people who built on the person's posts there.
    in_top_decile: the lower end of the interval is within the topic's best tenth.
    """
    if helped >= 25 and months >= 24 and built_upon >= 5 and in_top_decile:
        return Level.RECOGNISED_EXPERT
    if helped >= 10 and months >= 6:
        return Level.REFERENCE
    if helped >= 3:
        return Level.CONTRIBUTOR
    return Level.PARTICIPANT if helped >= 0.5 else Level.NOT_ENOUGH
