"""Labels of topics in each language that an archive is written in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

import numpy as np

from reputation.labels import Loads, label_topics

LANGUAGES: Final = ("id", "en")
"""Those that topics have labels in."""
MAIN_LANGUAGE: Final = 0.75
"""A topic this share of whose threads are in one language has its label from them."""


def labels_by_language(
    topics: Sequence[Mapping[str, float]],
    loads: Loads,
    subjects: Sequence[str],
    thread_authors: Sequence[int],
    *,
    labels: Sequence[str],
    spoken: Sequence[str | None],
    names: Collection[str] = (),
) -> list[dict[str, str]]:
    """Each topic's labels by language, as far as they are known.

    labels: what ``label_topics`` gave. spoken: ``id``, ``en`` or None of each
    thread. A topic that is nearly all in one language has its label in that
    one; in the other it is what subjects there call it, where several authors
    agree on a phrase.
    """
    found = [dict[str, str]() for _ in topics]
    whole = np.maximum(loads.sum(axis=0), 1e-12)
    for language in LANGUAGES:
        here = [place for place, one in enumerate(spoken) if one == language]
        shares = loads[here].sum(axis=0) / whole
        called = [""] * len(topics)
        if np.any((shares > 0) & (shares < MAIN_LANGUAGE)):
            called = label_topics(
                topics,
                loads[here],
                [subjects[place] for place in here],
                [thread_authors[place] for place in here],
                names=names,
                sure=True,
            )
        for topic, own in enumerate(found):
            if shares[topic] >= MAIN_LANGUAGE:
                own[language] = labels[topic]
            elif called[topic] and "," not in called[topic]:
                own[language] = called[topic]
    return found
