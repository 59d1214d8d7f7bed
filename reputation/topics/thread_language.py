"""Determine the language of a thread: the one its list declares, else that of its first post."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.database import in_parts
from archive.tables import MailingList, Message, OwnText
from reputation.arrays import Integers
from reputation.corpus.posts import Posts
from reputation.language.words import language

CHARACTERS: Final = 2_000
SAMPLE: Final = 2_000
ONE_LANGUAGE: Final = 0.98
"""If this share of the sampled threads is in one language, all threads are taken to be in it."""


def languages_of_threads(session: Session, posts: Posts, roots: Integers) -> list[str | None]:
    """``id``, ``en`` or None (unknown) for each of ``roots``, the rows of threads' first posts.

    Indonesian with English technical words counts as Indonesian. If nearly all threads
    of a sample are in one language, all threads are taken to be in it.
    """
    found: list[str | None] = _declared(session, posts, roots)
    open_places = [place for place, one in enumerate(found) if one is None]
    step = max(1, len(open_places) // SAMPLE)
    sample = open_places[::step]
    guessed = _guess(session, posts.message[roots[sample]])
    for one in ("id", "en"):
        known = sum(guess is not None for guess in guessed)
        if known and guessed.count(one) >= ONE_LANGUAGE * known:
            for place in open_places:
                found[place] = one
            return found
    for place, guess in zip(
        open_places, _guess(session, posts.message[roots[open_places]]), strict=True
    ):
        found[place] = guess
    return found


def _declared(session: Session, posts: Posts, roots: Integers) -> list[str | None]:
    """The language that the list of each root declares, or None."""
    rows = session.execute(select(MailingList.id, MailingList.language))
    declared = {number: one for number, one in rows if one in ("id", "en")}
    found: list[str | None] = [None] * len(roots)
    for column, list_id in enumerate(posts.list_ids.tolist()):
        if list_id in declared:
            on_list = posts.lists[roots][:, [column]].toarray().ravel()
            for place in np.flatnonzero(on_list).tolist():
                found[place] = declared[list_id]
    return found


def _guess(session: Session, messages: Sequence[int] | Integers) -> list[str | None]:
    """Guess the language of each message from its subject and own text."""
    wanted = [int(one) for one in messages]
    texts: dict[int, str] = {}
    for part in in_parts(wanted):
        rows = session.execute(
            select(Message.id, Message.base_subject, func.substr(OwnText.text, 1, CHARACTERS))
            .join(OwnText, OwnText.message_id == Message.id)
            .where(Message.id.in_(part))
        )
        texts.update((number, f"{subject}\n{text}") for number, subject, text in rows)
    guesses = (language(texts.get(one, "")) for one in wanted)
    return ["id" if guess == "mixed" else guess for guess in guesses]
