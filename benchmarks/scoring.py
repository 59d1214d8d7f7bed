"""Time to score after one new post, and to score everything again, beside networkx's PageRank.

The yardstick is ``networkx.pagerank`` over the help graph of the whole archive, already
built, in this process; the sparse kernel runs beside it.

1. A post: stores an answer by a new person to a question of a topic, then computes and
   publishes the next epoch as the worker of ``pakar serve`` does: index, threads,
   evidence, the topics' rankings, the store. Reports the seconds since the start of
   storing, and which rankings changed. Only rankings of topics that include the thread
   may change.
2. Everything: ``pakar rank --full`` in a process of its own.

All of this runs in a copy of the archive, which is deleted at the end.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import secrets
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import networkx as nx
import numpy as np
from sqlalchemy import select

from api.service.composition import open_store
from archive.search.follower import IndexFollower
from archive.search.index import SearchIndex
from archive.settings import Settings
from archive.store.arrivals import Incoming
from archive.store.store import Store
from archive.tables import Message, Posting
from archive.upkeep.reread import Rereading
from benchmarks.processes import PAKAR, measured
from reputation.corpus.reader import CorpusReader
from reputation.corpus.traits import forget_traits
from reputation.epochs.scorer import Scorer
from reputation.epochs.view import ReputationView
from reputation.outdated import outdate
from reputation.standing.authority import help_matrix, page_rank
from reputation.standing.help_graph import help_graph

POST_BAR = 2.0
FULL_BAR = 120.0
FULL_MEMORY_BAR = 1.5e9


def main() -> None:
    """Measure in a copy of the archive, and print both figures beside the yardstick."""
    options = _options()
    with tempfile.TemporaryDirectory(dir=options.temporary) as folder:
        copy = Path(folder) / "copy"
        shutil.copytree(options.data_dir, copy)
        with contextlib.closing(_Bench(copy)) as bench:
            yardstick = _page_rank(bench.view, options.rounds)
            _posts(bench, options.posts, yardstick)
        if not options.skip_full:
            _full(copy, yardstick)


class _Bench:
    """A store with its index and scorer; ``view`` is its newest epoch."""

    def __init__(self, folder: Path) -> None:
        settings = Settings(data_dir=folder)
        self.store: Store = open_store(settings)
        Rereading(self.store, forget=forget_traits, finish=outdate).run()
        self.store.settle()
        self._follower = IndexFollower(SearchIndex(settings.index_folder), self.store.parsed)
        database = self.store.database
        self._scorer = Scorer(database, CorpusReader(database, settings.terms_folder))
        self.view: ReputationView = self.next_epoch()

    def close(self) -> None:
        """Close the store."""
        self.store.database.close()

    def next_epoch(self) -> ReputationView:
        """Do what the worker of ``pakar serve`` does after new mail."""
        with self.store.database.session() as session:
            while self._follower.follow(session):
                pass
        self.store.settle()
        self.view = self._scorer.run()
        return self.view


@dataclass(frozen=True, slots=True)
class _Posted:
    """The result of one answer.

    wall, processor: seconds.
    changed: topics whose ranking changed.
    expected: topics whose ranking may change.
    """

    wall: float
    processor: float
    changed: frozenset[int]
    expected: frozenset[int]


def _posts(bench: _Bench, count: int, yardstick: float) -> None:
    posted = [_answer(bench, answer) for answer in _answers(bench, count)]
    wall = statistics.median(one.wall for one in posted)
    processor = statistics.median(one.processor for one in posted)
    topics = len(bench.view.topics)
    print(f"a new post at {bench.view.posts} messages, {topics} topics, {len(posted)} times:")
    print(
        f"  stored, indexed, scored and published: {wall:.2f} s, {processor:.2f} s of processor "
        f"time (median; most {max(one.wall for one in posted):.2f} s; bar {POST_BAR} s), "
        f"{wall / yardstick:.2f} of networkx.pagerank"
    )
    for one in posted:
        beside = len(one.changed - one.expected)
        print(
            f"  rankings changed: {len(one.changed)} of the {len(one.expected)} topics that the "
            f"thread has a part in, {beside} of the {topics - len(one.expected)} others"
        )


def _answer(bench: _Bench, answer: Incoming) -> _Posted:
    before = bench.view
    old = {topic: before.topic_ranking(topic).items for topic in before.topics}
    wall, processor = time.perf_counter(), time.process_time()
    kept = bench.store.keep([answer])
    after = bench.next_epoch()
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    message = kept[0].message
    thread = int(after.corpus.posts.thread[after.corpus.posts.message == message][0])
    changed = {topic for topic in old if after.topic_ranking(topic).items != old[topic]}
    return _Posted(wall, processor, frozenset(changed), _touched((before, after), thread))


def _touched(views: tuple[ReputationView, ReputationView], thread: int) -> frozenset[int]:
    """Topics whose evidence includes the thread, before or after."""
    return frozenset(
        topic
        for view in views
        for topic, state in view.topic_states().items()
        if state.theta[view.model.topicality.numbers([thread])].any()
    )


def _answers(bench: _Bench, count: int) -> Iterator[Incoming]:
    """Answers by newcomers to the latest questions."""
    with bench.store.database.session() as session:
        asked = session.execute(
            select(Message.message_id, Message.subject, Posting.list_id, Message.date)
            .join(Posting, Posting.message_id == Message.id)
            .where(Message.parent_id.is_(None), Message.automation.is_(None))
            .order_by(Message.date.desc())
            .limit(count)
        ).all()
    for number, (message_id, subject, list_id, date) in enumerate(asked):
        mail = EmailMessage()
        mail["From"] = f"Newcomer {number} <newcomer{number}@example.org>"
        mail["Subject"] = f"Re: {subject}"
        mail["Message-ID"] = f"<{secrets.token_hex(8)}@example.org>"
        mail["In-Reply-To"] = f"<{message_id}>"
        mail["Date"] = format_datetime(date + timedelta(hours=5))
        mail.set_content(f"About {subject}: set this up once more from the beginning.\n")
        yield Incoming(mail.as_bytes(), list_id, "smtp", datetime.now(UTC))


def _page_rank(view: ReputationView, rounds: int) -> float:
    """Median seconds of networkx.pagerank on the whole help graph; also prints the kernel's."""
    ledger = view.ledger
    weight = ledger.weight()
    entries = np.flatnonzero(weight)
    graph = help_graph(ledger, entries, weight[entries])
    edges = help_matrix(ledger.asker, ledger.person, weight, len(ledger.people))
    everywhere = np.ones(len(ledger.people))
    networkx = _median(lambda: nx.pagerank(graph, tol=1e-9), rounds)
    kernel = _median(lambda: page_rank(edges, everywhere), rounds)
    print(
        f"networkx.pagerank over {graph.number_of_nodes()} people, {graph.number_of_edges()} "
        f"edges: {networkx:.3f} s; the sparse kernel: {kernel:.3f} s ({kernel / networkx:.2f})"
    )
    return networkx


def _full(folder: Path, yardstick: float) -> None:
    run = measured((*PAKAR, "rank", "--full"), {**os.environ, "PAKAR_DATA_DIR": str(folder)})
    print(f"pakar rank --full: {run.output.strip().splitlines()[0]}")
    print(
        f"  {run.seconds:.1f} s (bar {FULL_BAR:.0f} s), peak {run.peak_memory / 1e6:.0f} MB "
        f"(bar {FULL_MEMORY_BAR / 1e6:.0f} MB), {run.seconds / yardstick:.0f} networkx.pageranks"
    )


def _median(action: Callable[[], object], rounds: int) -> float:
    seconds = []
    for _ in range(rounds):
        started = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data-dir", type=Path, required=True, help="a ranked archive; is copied")
    parser.add_argument("--posts", type=int, default=5, help="new posts, one after another")
    parser.add_argument("--rounds", type=int, default=5, help="of the yardstick")
    parser.add_argument("--temporary", type=Path, help="where the copy goes")
    parser.add_argument("--skip-full", action="store_true", help="without rank --full")
    return parser.parse_args()


if __name__ == "__main__":
    main()
