"""Find threads by tags in front of their subjects, such as ``[jual] Laptop``.

A list declares which tags are topics. A tag is a word in brackets, alone or with others
as in ``[PATCH net-next v2]``. Only the subject of a thread's first post counts.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from archive.errors import UsageError
from archive.lists.audience import Audience
from archive.lists.registry import subject_tags
from archive.tables import MailingList, Message, Posting
from reputation.tables import Topic, seen_by

_BRACKETS: Final = re.compile(r"\[([^\[\]]{1,100})\]")
_BETWEEN: Final = re.compile(r"[\s,;:]+")
MAXIMUM_BRACKETS: Final = 8


def declared_tags(session: Session, readers: Audience) -> dict[int, list[str]]:
    """The declared subject tags of each list that may be read, by list id."""
    rows = session.execute(
        select(MailingList.id, MailingList.topic_tags).where(
            MailingList.topic_tags != "", MailingList.id.not_in(readers.closed)
        )
    )
    return {number: readable_tags(text) for number, text in rows}


def readable_tags(text: str) -> list[str]:
    """The valid tags of a stored setting, which may be older than the check that validates it."""
    found = []
    for one in text.split(","):
        try:
            found += subject_tags(one)
        except UsageError:
            continue
    return found


def tags_of(subject: str) -> set[str]:
    """The words in brackets in a subject, lower-case."""
    brackets = _BRACKETS.findall(subject[:1_000].lower())[:MAXIMUM_BRACKETS]
    return {word for text in brackets for word in _BETWEEN.split(text) if word}


def tagged_threads(session: Session, readers: Audience) -> dict[int, set[int]]:
    """The threads with each topic's tag, by topic id, of the lists that may be read.

    The threads of a merged topic count for the topic that it was merged into. Scans the
    subjects of all threads if a list declares tags.
    """
    declared = declared_tags(session, readers)
    topics = _topics_of_tags(session, readers) if declared else {}
    if not topics:
        return {}
    words = sorted({tag for tags in declared.values() for tag in tags if tag in topics})
    rows = session.execute(
        select(Message.thread_id, Posting.list_id, Message.subject)
        .join(Posting, Posting.message_id == Message.id)
        .where(
            Posting.list_id.in_(declared),
            Message.parent_id.is_(None),
            Message.thread_id.is_not(None),
            or_(*(Message.subject.icontains(word, autoescape=True) for word in words)),
        )
    )
    found: dict[int, set[int]] = defaultdict(set)
    for thread, list_id, subject in rows:
        for tag in tags_of(subject).intersection(declared[list_id]):
            if tag in topics and thread is not None:
                found[topics[tag]].add(thread)
    return dict(found)


def _topics_of_tags(session: Session, readers: Audience) -> dict[str, int]:
    """The topic of each tag; for a merged topic, the one it was merged into."""
    rows = session.execute(
        select(Topic.tag, Topic.id, Topic.merged_into)
        .where(Topic.tag.is_not(None), seen_by(readers))
        # That of the public comes last, so it is taken before one of its readers alone.
        .order_by(Topic.audience.desc())
    )
    # A merged row always names the final topic, so one step is enough.
    return {tag: merged_into or number for tag, number, merged_into in rows if tag}
