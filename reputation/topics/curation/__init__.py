"""What people decide about topics, kept as decisions that can be undone.

Pure functions on a session; the caller's transaction makes them last. Each
also marks the newest epoch as outdated, so that the next ranking takes the
decision up. Rows are permanent: a merged or hidden topic keeps its slug.
"""

from __future__ import annotations

from reputation.topics.curation.documents import add_topics
from reputation.topics.curation.lookup import find_topic
from reputation.topics.curation.topics import (
    add_topic,
    hide,
    merge,
    pin,
    put_under,
    rename,
    split,
    unhide,
)
from reputation.topics.curation.words import parse_terms

__all__ = [
    "add_topic",
    "add_topics",
    "find_topic",
    "hide",
    "merge",
    "parse_terms",
    "pin",
    "put_under",
    "rename",
    "split",
    "unhide",
]
