"""Train the weights that are shipped for Match, and test them on lists they have not seen.

Needs one archive of several lists. Each list contributes its questions before a date
(``--list ADDRESS=DATE``), both as an archive of its own and within the merge of all
lists, because only a merge can show what the question's list is worth. Questions from
that date on are not used for training. With ``--try``, each list is left out in turn,
with its people and posts, and the weights trained on the others rank its questions of
the two years after its date.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np
from scipy.sparse import csr_array
from sqlalchemy import select

import reputation.matching
from archive.database import Database
from archive.settings import load_settings
from archive.tables import MailingList
from reputation.corpus.reader import Corpus, CorpusReader
from reputation.evaluation.baselines import Baselines
from reputation.evaluation.quality import evaluate_answers
from reputation.evidence.build import build_ledger
from reputation.evidence.ledger import Ledger
from reputation.matching.logit import Choices, fit, spread
from reputation.matching.matcher import Matcher
from reputation.matching.questions import Question, archive_questions, first_list
from reputation.matching.replay import replay
from reputation.matching.weights import SHIPPED, Weights
from tests.reputation.archives_cut import only

QUESTIONS: Final = 700
"""Most questions of each list alone, and of each list within the merge."""
STRENGTH: Final = 30.0
TRIED_SECONDS: Final = 2 * 365 * 86_400


@dataclass(frozen=True, slots=True)
class Part:
    """The posts of some lists, as an archive of their own."""

    corpus: Corpus
    terms: tuple[csr_array, csr_array]
    ledger: Ledger
    matcher: Matcher
    asked: list[Question]


def part_of(database: Database, corpus: Corpus, list_ids: Sequence[int]) -> Part:
    """Make an archive of only these lists, with all its questions."""
    mask = np.isin(corpus.posts.list_ids, list_ids).astype(np.int64)
    kept = only(corpus, (corpus.posts.lists @ mask) > 0)
    terms = (kept.subject_terms, kept.own_terms)
    ledger = build_ledger(kept.posts, kept.mentions)
    return Part(
        kept,
        terms,
        ledger,
        Matcher(kept.posts, terms, ledger, kept.vocabulary),
        archive_questions(database, kept, ledger, (0, 2**40)),
    )


def lessons(part: Part, ends: dict[int, int]) -> Choices:
    """Training data from the latest questions of every list before its end.

    ends: Unix seconds, by list id.
    """
    posts = part.corpus.posts
    chosen: list[Question] = []
    for list_id, end in ends.items():
        mine = [
            question
            for question in part.asked
            if posts.date[question.row] < end and _list_of(part, question) == list_id
        ]
        chosen += mine[-QUESTIONS:]
    chosen.sort(key=lambda question: question.row)
    return replay(part.matcher, posts, part.terms, chosen).choices


def _list_of(part: Part, question: Question) -> int:
    column = first_list(part.corpus.posts, question.row)
    return -1 if column is None else int(part.corpus.posts.list_ids[column])


def joined(parts: Sequence[Choices]) -> Choices:
    """All questions of several replays."""
    names = next(part.names for part in parts if len(part))
    parts = [part for part in parts if len(part)]
    offsets = np.cumsum([0, *(len(part.answered) for part in parts)])
    return Choices(
        names,
        np.concatenate([part.values for part in parts]),
        np.concatenate([part.answered for part in parts]),
        np.concatenate(
            [part.start + offset for part, offset in zip(parts, offsets[:-1], strict=True)]
        ),
    )


def weights_of(parts: Sequence[Choices]) -> Weights:
    """Weights trained on these questions, starting from zero."""
    choices = joined(parts)
    scale = spread(choices)
    values = fit(choices, scale, np.zeros(len(choices.names)), STRENGTH)
    return Weights(SHIPPED, choices.names, values, scale)


def attempt(part: Part, weights: Weights, end: int) -> None:
    """Print how well the weights rank a list's questions after its date."""
    posts = part.corpus.posts
    asked = [
        question for question in part.asked if end <= posts.date[question.row] < end + TRIED_SECONDS
    ]
    found = evaluate_answers(
        posts,
        part.terms,
        part.matcher,
        Baselines(posts, part.ledger, part.matcher.index),
        asked,
        rankers=[weights],
        method=weights.method,
    )
    for line in found.methods:
        measured = line.measured
        print(
            f"  {line.name:16} MAP {measured.average_precision:.4f}  "
            f"MRR {measured.reciprocal_rank:.4f}  R@10 {measured.recall_10:.4f}"
        )
    for other in found.against:
        change = other.average_precision
        print(f"  MAP - {other.name}: {change.mean:+.4f} ({change.low:+.4f} to {change.high:+.4f})")


def main() -> None:
    """Read the archive, train the weights, test them and write them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--list", action="append", required=True, metavar="ADDRESS=DATE")
    parser.add_argument("--try", action="store_true", dest="tried")
    parser.add_argument("--write", action="store_true", help="put the weights into the package")
    arguments = parser.parse_args()
    settings = load_settings(data_dir=arguments.data_dir)
    database = Database(settings.database_url)
    corpus = CorpusReader(database, settings.terms_folder).read()
    with database.session() as session:
        ids = dict(session.execute(select(MailingList.address, MailingList.id)).all())
    ends = {}
    for given in arguments.list:
        address, _, day = given.partition("=")
        ends[ids[address]] = int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())
    alone = {one: part_of(database, corpus, [one]) for one in ends}
    taught = {one: lessons(part, {one: ends[one]}) for one, part in alone.items()}
    for one in list(ends) if arguments.tried else []:
        others = {other: end for other, end in ends.items() if other != one}
        merged = lessons(part_of(database, corpus, list(others)), others)
        weights = weights_of([*(taught[other] for other in others), merged])
        print(f"list {one}, weights of the {len(others)} others")
        attempt(alone[one], weights, ends[one])
    weights = weights_of([*taught.values(), lessons(part_of(database, corpus, list(ends)), ends)])
    text = weights.to_json()
    print(f"{len(weights.names)} weights, {len(text)} bytes")
    if arguments.write:
        Path(reputation.matching.__file__).with_name("default.json").write_text(
            text + "\n", "utf-8"
        )
    database.close()


if __name__ == "__main__":
    main()
