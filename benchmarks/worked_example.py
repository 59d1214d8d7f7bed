"""The worked example of ``docs/method.md``: one person's posts become a score on one topic.

Imports the bundled sample and ranks it as ``pakar demo`` does, then prints the
tables of the example. The code that ranks gives every result; the factors of
w, idf and s, which it does not keep, are worked out here to show them beside it.
``tests/test_worked_example.py`` compares the document with these tables.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Final

import numpy as np
from scipy.sparse import csr_array
from sqlalchemy import select

from api.commands.serving import SAMPLE_LIST
from api.service.composition import open_store
from archive.importing.importer import Importer
from archive.lists.registry import add_list
from archive.settings import Settings
from archive.tables import Address, AddressName, Message
from reputation.arrays import Floats, Integers, rounded, sum_rows
from reputation.corpus.bm25 import FREQUENCY_DIGITS, inverse_frequency
from reputation.corpus.reader import CorpusReader
from reputation.epochs.scorer import Scorer
from reputation.epochs.view import ReputationView
from reputation.evidence.ledger import UNVOUCHED_WEIGHT, Kind
from reputation.results import Ranking, Standing
from reputation.standing.formula import month_of, recognition
from reputation.standing.interval import askers_of
from reputation.standing.model import TopicState
from reputation.topics.curation import add_topics
from reputation.topics.topicality import ON_TOPIC, SUBJECT_WEIGHT

Row = Sequence[str | float]

TOPIC: Final = "jaringan-mikrotik"
PERSON: Final = "Wayan Sudarsana"
OTHER: Final = "Tigor Nainggolan"
WEIGHED: Final = (
    "b178ad14-a467@warnetdewata.example",
    "70d903af-c234@warnetdewata.example",
    "17615a27-aa94@jaringanbali.example",
    "5126f7d1-9e05@jaringanbali.example",
    "c59c6478-c5c1@jaringanbali.example",
    "a1cf772b-deb5@jaringanbali.example",
)
"""Message-IDs of the person's posts; each shows another rule of w."""
THREADS: Final = (
    "9310e7a0-b9c6@warnetdewata.example",
    "9efe3521-7116@jaringanbali.example",
    "75c98160-2227@jaringanbali.example",
    "8cf6dc7f-8ecf@warnetdewata.example",
)
"""Message-IDs of posts in threads; each thread shows another rule of θ."""
CONTRIBUTIONS: Final = 5


@dataclass(frozen=True)
class Example:
    """The ranked sample.

    state: the topic's. who, other: numbers of the person and of the next in the ledger.
    messages: Message-ID and subject of each message, by database id.
    """

    view: ReputationView
    state: TopicState
    who: int
    other: int
    messages: dict[int, tuple[str, str]]

    @cached_property
    def own(self) -> Integers:
        """The person's rows of the ledger."""
        return np.flatnonzero(self.view.ledger.person == self.who)

    @cached_property
    def z(self) -> Floats:
        """Z of each of ``own``; A of a work."""
        found = np.zeros(len(self.view.ledger))
        found[self.state.entries] = self.state.evidence.z
        return found[self.own]

    @cached_property
    def counts(self) -> csr_array:
        """How often each thread has each word; words of the subject count three times."""
        subjects, texts = self.view.model.terms
        threads, root = self.view.model.topicality, self.view.ledger.root
        words = sum_rows(texts, threads.document_of_post, len(threads.threads))
        return csr_array(words + subjects[root] * np.float32(SUBJECT_WEIGHT))

    @cached_property
    def ranking(self) -> Ranking:
        """The ranking of the topic."""
        (topic,) = (one.id for one in self.view.topics.values() if one.slug == TOPIC)
        return self.view.topic_ranking(topic)

    def line(self, who: int) -> Standing:
        """A person's line of the ranking."""
        person = int(self.view.ledger.people[who])
        return next(one for one in self.ranking.items if one.person == person)

    def post(self, message_id: str) -> int:
        """The row of a message among the posts."""
        numbers = self.view.corpus.posts.message.tolist()
        return [self.messages[number][0] for number in numbers].index(message_id)

    def described(self, row: int) -> tuple[str, str]:
        """Day and subject of a post."""
        posts = self.view.corpus.posts
        day = datetime.fromtimestamp(int(posts.date[row]), UTC).date()
        return day.isoformat(), self.messages[int(posts.message[row])][1]


def sample_example(folder: Path) -> Example:
    """Import and rank the sample in an empty folder."""
    settings = Settings(data_dir=folder, database_url=f"sqlite:///{folder}/pakar.db")
    database = open_store(settings).database
    with database.transaction() as session:
        add_list(session, SAMPLE_LIST, name="Mandiri")
    sample = resources.files("archive") / "sample"
    with resources.as_file(sample / "mandiri.mbox") as mbox:
        Importer(database, settings, SAMPLE_LIST, jobs=1).run([mbox])
    with database.transaction() as session:
        add_topics(session, (sample / "topics.toml").read_text(encoding="utf-8"))
    reader = CorpusReader(database, settings.terms_folder)
    view = Scorer(database, reader).run(full=True)
    with database.session() as session:
        rows = session.execute(select(Message.id, Message.message_id, Message.base_subject)).all()
        bearers = select(AddressName.name, Address.person_id).where(
            Address.id == AddressName.address_id
        )
        named = {row.name: row.person_id for row in session.execute(bearers)}
    database.close()
    (topic,) = (one.id for one in view.topics.values() if one.slug == TOPIC)
    who, other = (view.ledger.people.tolist().index(named[name]) for name in (PERSON, OTHER))
    messages = {row.id: (row.message_id, row.base_subject) for row in rows}
    return Example(view, view.topic_states()[topic], who, other, messages)


def tables(example: Example) -> list[str]:
    """The tables of the example in Markdown, in the order of the document."""
    return [
        _table("date, thread, kind, n_thread, n_pair, δ, τ, w", _weights(example)),
        _table("word, u, threads that have it, idf, u · idf", _words(example)),
        _table("thread, pinned, s, s / s_max, θ", _theta(example)),
        _table("date, thread, kind, w, θ, c, z or A, m, √m", _rows(example)),
        _table("symbol, value, how", _factors(example)),
        _table(f"part, {PERSON}, {OTHER}", _shown(example)),
        _table("date, thread, contribution", _contributions(example)),
    ]


def _table(head: str, rows: Iterable[Row]) -> str:
    names = head.split(", ")
    lines = (names, ["---"] * len(names), *rows)
    return "\n".join(f"| {' | '.join(map(_cell, line))} |".replace("  ", " ") for line in lines)


def _cell(value: str | float) -> str:
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def _weights(example: Example) -> Iterator[Row]:
    """What makes the weights of the chosen posts."""
    ledger, posts = example.view.ledger, example.view.corpus.posts
    weight, vouched = ledger.weight(), ledger.vouched()
    for row in map(example.post, WEIGHED):
        entry = int(np.flatnonzero(ledger.row == row)[0])
        kind = Kind(int(ledger.kind[entry]))
        own = (posts.person == posts.person[row]) & (posts.thread == posts.thread[row])
        in_thread = int(own[: row + 1].sum())
        pair = (ledger.person == example.who) & (ledger.asker == ledger.asker[entry])
        pair &= ledger.kind != Kind.WORK
        of_pair = 1 if kind == Kind.WORK else int(pair[: entry + 1].sum())
        trust = 1.0 if vouched[entry] else UNVOUCHED_WEIGHT
        share = weight[entry] * in_thread * of_pair**0.25 / trust
        numbers = (in_thread, of_pair, f"{share:.1f}", f"{trust:.1f}", weight[entry])
        yield *example.described(row), kind.word, *numbers


def _words(example: Example) -> Iterator[Row]:
    """The topic's words, the most telling first."""
    query, answered = example.state.query, example.view.model.topicality.answered
    frequency = (example.counts[:, query.terms].toarray()[answered] > 0).sum(axis=0)
    documents = int(rounded(answered.sum()))
    idf = inverse_frequency(rounded(frequency, FREQUENCY_DIGITS), documents)
    words = {column: word for word, column in example.view.corpus.vocabulary.items()}
    told = query.weights * idf
    for place in np.argsort(-told, kind="stable").tolist():
        word, weight = words[int(query.terms[place])], f"{query.weights[place]:.1f}"
        yield f"`{word}`", weight, frequency[place], idf[place], told[place]
    yield "all", "", f"of {documents}", "", told.sum()


def _theta(example: Example) -> Iterator[Row]:
    """What makes θ of the chosen threads."""
    state, topicality = example.state, example.view.model.topicality
    # The counts have the words of the subjects already.
    scores = topicality.score(state.query, example.counts, csr_array(example.counts * 0))
    highest = float(scores[topicality.answered].max())
    for row in map(example.post, THREADS):
        thread = int(topicality.document_of_post[row])
        pinned = "yes" if thread in state.pinned else "no"
        numbers = (scores[thread], scores[thread] / highest, state.theta[thread])
        yield example.described(row)[1], pinned, *numbers
    yield f"all {topicality.answered.sum()}", f"{len(state.pinned)} are", "", "", ""


def _rows(example: Example) -> Iterator[Row]:
    """The person's rows on the topic, what the others add, and the sums."""
    ledger, state, z = example.view.ledger, example.state, example.z
    weight, theta = ledger.weight()[example.own], state.theta[ledger.thread[example.own]]
    named = example.view.model.topicality.coverage(state.query)[example.own]
    mass = z * weight
    root = np.sqrt(mass)
    shown = theta >= ON_TOPIC
    for place in np.flatnonzero(shown).tolist():
        entry = example.own[place]
        kind = Kind(int(ledger.kind[entry]))
        numbers = (z[place], mass[place], root[place])
        share = "" if kind == Kind.WORK else named[place]
        described = example.described(int(ledger.row[entry]))
        yield *described, kind.word, weight[place], theta[place], share, *numbers
    name = f"{(~shown).sum()} more, each with θ below {ON_TOPIC}"
    rest = (column[~shown].sum() for column in (weight, mass, root))
    yield _sums(name, *rest)
    columns = (state.scope.all_work, state.factors.on_topic, state.factors.steadiness)
    yield _sums(f"all {len(z)}: W, Z and V", *(column[example.who] for column in columns))


def _sums(name: str, weight: float, mass: float, root: float) -> Row:
    return "", name, "", weight, "", "", "", mass, root


def _factors(example: Example) -> Iterator[Row]:
    """From the sums to S."""
    state, who, ledger = example.state, example.who, example.view.ledger
    point, work = state.factors, state.scope.all_work
    steady, on_topic, mine = point.steadiness[who], point.on_topic[who], work[who]
    share, rate = point.consistency[who], float(np.ravel(point.rate)[0])
    helping, present = recognition(point.helped)[who], point.presence[who]
    unvouched = example.z[~ledger.vouched()[example.own]].sum()
    with_row = len(np.unique(month_of(ledger.date[example.own])))
    months, root = int(state.scope.months[who]), _cell(point.value[who] ** 0.5)
    everybody = f"{point.on_topic.sum():.4f} / {work.sum():.4f}"
    product = " · ".join(map(_cell, (steady, share**0.5, helping, present)))
    yield "W", mine, "the sum of w"
    yield "Z", on_topic, "the sum of m"
    yield "b", f"{rate:.6f}", f"{everybody}, rounded to seven binary digits"
    yield "F", share, f"({on_topic:.4f} + 2 · {rate:.6f}) / ({mine:.4f} + 2)"
    yield "V", steady, "the sum of √m, because each row is in another month"
    yield "N", point.helped[who], f"{example.z.sum():.4f} − {unvouched:.4f}"
    yield "Y", months, f"{with_row} − {with_row - months}"
    yield "√F", share**0.5, "consistency"
    yield "N / (N + 3)", helping, "recognition"
    yield "Y / (Y + 24)", present, "presence"
    yield "S", point.value[who], product
    yield "score", f"{example.line(who).score:.1f}", f"100 · {root} / ({root} + 0.5)"


def _shown(example: Example) -> Iterator[Row]:
    """The parts of S and what a ranking shows, of the person and of the next."""
    point, scope, both = example.state.factors, example.state.scope, [example.who, example.other]
    askers = askers_of(example.state.evidence, len(example.view.ledger.people))
    lines = [example.line(who) for who in both]
    yield "W", *scope.all_work[both]
    yield "Z", *point.on_topic[both]
    yield "V", *point.steadiness[both]
    yield "√F", *(line.consistency for line in lines)
    yield "N", *point.helped[both]
    yield "Y", *map(int, scope.months[both])
    yield "score", *(f"{line.score:.1f}" for line in lines)
    yield "90 % interval", *(f"{line.low:.1f}–{line.high:.1f}" for line in lines)
    yield "different askers n", *askers[both]
    yield "authority", *(line.authority for line in lines)
    yield "posts on the topic", *(line.posts for line in lines)
    yield "answers and works on the topic", *(line.answers for line in lines)
    yield "of these, thanked for", *(line.thanks for line in lines)
    yield "word", *(line.level for line in lines)


def _contributions(example: Example) -> Iterator[Row]:
    """The posts without which S would lose most."""
    numbers = example.view.corpus.posts.message
    lines = [example.line(example.who)]
    (explained,) = example.view.with_evidence(example.ranking, lines, CONTRIBUTIONS)
    for item in explained.evidence:
        row = int(np.flatnonzero(numbers == item.message)[0])
        yield *example.described(row), item.contribution


def main() -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory(prefix="pakar-example-") as folder:
        print("\n\n".join(tables(sample_example(Path(folder)))))


if __name__ == "__main__":
    main()
