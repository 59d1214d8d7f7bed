"""Old questions of the archive with their answerers, for judging and training Match."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from scipy.sparse import csr_array
from sqlalchemy import select

from archive.database import Database
from archive.tables import Message
from reputation.arrays import Flags, by_first_appearance
from reputation.corpus.posts import Posts
from reputation.corpus.reader import Corpus
from reputation.evidence.ledger import MONTH_SECONDS, Ledger

THANKED_GAIN: Final = 3.0


@dataclass(frozen=True, slots=True)
class Question:
    """An old question.

    row: row of its post in ``Posts``.
    asker: person id.
    gains: person ids of those who answered, with their gains.
    """

    row: int
    asker: int
    gains: Mapping[int, float]


def archive_questions(
    database: Database, corpus: Corpus, ledger: Ledger, window: tuple[int, int]
) -> list[Question]:
    """The questions of a store that are dated within ``window``; see ``questions``."""
    with database.session() as session:
        known = dict(session.execute(select(Message.id, Message.base_subject)).all())
    return questions(
        corpus.posts,
        [known[message] for message in corpus.posts.message.tolist()],
        window,
        thanked=ledger.row[ledger.thanked()].tolist(),
        replies=corpus.mentions.replies,
    )


def questions(
    posts: Posts,
    base_subjects: Sequence[str],
    window: tuple[int, int],
    *,
    thanked: Iterable[int] = (),
    replies: Flags | None = None,
) -> list[Question]:
    """Find the questions dated within ``window`` (Unix seconds, end exclusive), oldest first.

    A question is the root of a thread. It is not automatic mail and not marked as a
    reply, nobody else used its base subject in the 30 days before, and somebody else
    replied within 30 days.
    thanked: rows of posts that were thanked for.
    replies: for each post, whether it is marked as a reply.
    """
    _, thread, root = by_first_appearance(posts.thread)
    was_thanked = set(thanked)
    fresh = _fresh_subjects(posts, base_subjects)
    members: dict[int, list[int]] = {}
    for row, number in enumerate(thread.tolist()):
        members.setdefault(number, []).append(row)
    found = []
    for number, row in enumerate(root.tolist()):
        if not window[0] <= posts.date[row] < window[1] or posts.automatic[row]:
            continue
        if not fresh[row] or posts.parent[row] >= 0 or (replies is not None and replies[row]):
            continue
        asker, gains = int(posts.person[row]), dict[int, float]()
        for reply in members[number][1:]:
            person = int(posts.person[reply])
            late = posts.date[reply] - posts.date[row] > MONTH_SECONDS
            if person == asker or late or posts.automatic[reply]:
                continue
            gain = THANKED_GAIN if reply in was_thanked else 1.0
            gains[person] = max(gains.get(person, 0.0), gain)
        if gains:
            found.append(Question(row, asker, gains))
    return found


def _fresh_subjects(posts: Posts, base_subjects: Sequence[str]) -> list[bool]:
    """For each post, whether nobody else used its base subject in the 30 days before."""
    last: dict[str, tuple[int, int]] = {}
    last_by_another: dict[str, tuple[int, int]] = {}
    fresh = []
    for subject, date, person in zip(
        base_subjects, posts.date.tolist(), posts.person.tolist(), strict=True
    ):
        use = last.get(subject)
        if use is not None and use[0] != person:
            last_by_another[subject] = use
        other = last_by_another.get(subject)
        fresh.append(other is None or date - other[1] > MONTH_SECONDS)
        last[subject] = (person, date)
    return fresh


def words_of(table: csr_array, row: int) -> dict[int, float]:
    """The columns of a row's words, with their counts."""
    run = slice(table.indptr[row], table.indptr[row + 1])
    return dict(zip(table.indices[run].tolist(), table.data[run].tolist(), strict=True))


def first_list(posts: Posts, row: int) -> int | None:
    """Column of the first list that a post came to; None without a list."""
    columns = posts.lists.indices[posts.lists.indptr[row] : posts.lists.indptr[row + 1]]
    return int(columns[0]) if len(columns) else None
