"""Epochs over a real store: whole, fresh, the same whatever the order of arrival."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from archive import migration
from archive.database import Database
from archive.importing.formats.mbox import read_mbox
from archive.importing.formats.source import FoundMessage
from archive.lists.registry import add_list
from archive.settings import Settings
from archive.store.store import Incoming, Store
from archive.tables import Address, Person, table_of
from reputation.corpus.reader import CorpusReader
from reputation.epochs.publication import EVIDENCE_COLUMNS, SCORE_COLUMNS
from reputation.epochs.scorer import Scorer
from reputation.epochs.view import ReputationView, load_view
from reputation.results import Ranking
from reputation.tables import Epoch, Evidence, Score
from tests.archive.messages import BEGINNING, mail
from tests.paths import SAMPLE_MBOX

NOW = datetime(2026, 3, 1, tzinfo=UTC)
QUERY = "jaringan mikrotik router wifi vpn"


@pytest.fixture(scope="module")
def sample() -> list[bytes]:
    with SAMPLE_MBOX.open("rb") as stream:
        found = list(read_mbox(stream, "sample", 10_000_000))
    return [one.raw for one in found if isinstance(one, FoundMessage)]


@pytest.fixture
def store(database: Database, settings: Settings) -> Store:
    return Store(database, settings)


def keep(store: Store, raws: Sequence[bytes], batch: int = 200) -> None:
    with store.database.transaction() as session:
        list_id = add_list(session, "mandiri@milis.example").id
    for start in range(0, len(raws), batch):
        part = raws[start : start + batch]
        store.keep([Incoming(raw, list_id, "import", NOW) for raw in part])


def scorer(store: Store) -> Scorer:
    return Scorer(store.database, CorpusReader(store.database, store.settings.terms_folder))


def named(store: Store, ranking: Ranking) -> list[tuple[str, float, float, float, int]]:
    with store.database.session() as session:
        names = dict(session.execute(select(Person.id, Person.name)).all())
    return [
        (names[one.person], round(one.score, 9), round(one.low, 9), round(one.high, 9), one.posts)
        for one in ranking.items
    ]


@contextmanager
def ended_archive(folder: Path, raws: Sequence[bytes]) -> Iterator[Store]:
    """Another archive, which holds ``raws`` and nothing else."""
    settings = Settings(data_dir=folder / "ended")
    database = Database(settings.database_url)
    migration.upgrade(database.engine)
    ended = Store(database, settings)
    keep(ended, raws)
    yield ended
    database.close()


def is_stale(store: Store, subject: Scorer) -> bool:
    with store.database.session() as session:
        return subject.is_stale(session)


def test_an_empty_archive_has_an_empty_epoch(store: Store) -> None:
    view = scorer(store).run(full=True)

    assert (view.epoch.id, view.posts, view.answers) == (1, 0, 0)
    assert view.text_ranking(QUERY).items == ()
    assert view.match("x", "y").experts == ()
    assert view.history(1, "year").topics == {}


def test_one_person_alone_is_nobody_to_rank(store: Store) -> None:
    keep(store, [mail(f"{n}@example.org", text="vpn vpn vpn", day=n) for n in range(12)])

    view = scorer(store).run(full=True)

    assert view.text_ranking("vpn").items == ()


def test_an_epoch_is_stale_once_a_post_has_come_and_fresh_when_scored(
    store: Store, sample: list[bytes]
) -> None:
    keep(store, sample[:100])
    subject = scorer(store)
    first = subject.run()
    assert not is_stale(store, subject)

    keep(store, sample[100:101])
    assert is_stale(store, subject)
    second = subject.run()

    assert not is_stale(store, subject)
    assert (second.epoch.id, second.posts) == (first.epoch.id + 1, 101)


def test_a_view_loaded_from_the_store_answers_what_the_scorer_published(
    store: Store, sample: list[bytes], tmp_path: Path
) -> None:
    keep(store, sample)
    published = scorer(store).run(full=True)
    # Another process, without the counted words of this one.
    loaded = load_view(store.database, CorpusReader(store.database, tmp_path / "terms"))

    assert loaded.epoch == published.epoch
    assert loaded.topics == published.topics
    for topic in published.topics:
        assert loaded.topic_ranking(topic).items == published.topic_ranking(topic).items
    assert loaded.text_ranking(QUERY).items == published.text_ranking(QUERY).items


def test_the_first_epoch_of_a_process_goes_on_from_the_view_that_it_answers_from(
    store: Store, sample: list[bytes], tmp_path: Path
) -> None:
    keep(store, sample[:-20])
    scorer(store).run(full=True)
    reader = CorpusReader(store.database, store.settings.terms_folder)
    loaded = load_view(store.database, reader)
    keep(store, sample[-20:])

    published = Scorer(store.database, reader).run(after=loaded)

    fresh = load_view(store.database, CorpusReader(store.database, tmp_path / "terms"))
    assert published.posts == fresh.posts == len(sample)
    for topic in fresh.topics:
        assert published.topic_ranking(topic).items == fresh.topic_ranking(topic).items


def test_what_is_stored_is_what_is_answered(store: Store, sample: list[bytes]) -> None:
    keep(store, sample)
    published = scorer(store).run(full=True)
    read = load_view(store.database, CorpusReader(store.database, store.settings.terms_folder))

    with store.database.session() as session:
        places = session.execute(select(*(table_of(Score).c[name] for name in SCORE_COLUMNS))).all()
        evidence = session.execute(
            select(*(table_of(Evidence).c[name] for name in EVIDENCE_COLUMNS))
        ).all()

    # To the bit, whoever computes it.
    for view in (published, read):
        ledger, posts = view.ledger, view.corpus.posts
        message, person = posts.message[ledger.row], ledger.people[ledger.person]
        assert sorted(map(tuple, places)) == sorted(
            (topic, one.person, one.rank, one.score, one.low, one.high, one.level)
            for topic in view.topics
            for one in view.topic_ranking(topic).items
        )
        assert sorted(map(tuple, evidence)) == sorted(
            zip(message.tolist(), person.tolist(), ledger.thanked().tolist(), strict=True)
        )


def test_the_store_holds_the_ledger_and_the_rankings_of_the_epoch(
    store: Store, sample: list[bytes]
) -> None:
    keep(store, sample)
    subject = scorer(store)
    subject.run(full=True)
    view = subject.run()

    with store.database.session() as session:
        evidence = session.scalar(select(func.count()).select_from(Evidence))
        scores = session.scalar(select(func.count()).select_from(Score))
        newest = session.scalar(select(func.max(Epoch.id)))
    assert evidence == view.answers > 100
    assert scores == sum(len(view.topic_ranking(topic).items) for topic in view.topics) > 20
    assert newest == view.epoch.id


@pytest.mark.parametrize("seed", [1, 2])
def test_scores_do_not_depend_on_the_order_of_arrival(
    store: Store, sample: list[bytes], tmp_path: Path, seed: int
) -> None:
    keep(store, sample)
    expected = named(store, scorer(store).run().text_ranking(QUERY))
    other = Settings(data_dir=tmp_path / "other")
    database = Database(other.database_url)
    from archive import migration

    migration.upgrade(database.engine)
    shuffled = list(sample)
    random.Random(seed).shuffle(shuffled)
    again = Store(database, other)
    keep(again, shuffled, batch=37)

    assert named(again, scorer(again).run().text_ranking(QUERY)) == expected
    database.close()


def test_a_ranking_as_of_a_date_is_that_of_an_archive_that_ends_there(
    store: Store, sample: list[bytes], tmp_path: Path
) -> None:
    cutoff = datetime(2021, 7, 1, tzinfo=UTC)
    keep(store, sample)
    as_of = named(store, scorer(store).run().text_ranking(QUERY, as_of=cutoff))
    with ended_archive(tmp_path, [raw for raw in sample if _date(raw) <= cutoff]) as ended:
        found = named(ended, scorer(ended).run().text_ranking(QUERY))

    assert found
    assert as_of == found


def test_a_past_ranking_knows_only_the_threads_of_its_day(store: Store, tmp_path: Path) -> None:
    """A later post joins two threads, another is a lost parent; neither was known before."""
    past: list[bytes] = []
    for number in range(12):
        past += [
            mail(
                f"q{number}@example.org",
                author=f"Asker {number} <asker{number}@example.org>",
                subject=f"vpn {number}",
                day=number,
            ),
            mail(
                f"a{number}@example.org",
                author=f"Helper {number % 3} <helper{number % 3}@example.org>",
                subject=f"Re: vpn {number}",
                text="the vpn wants another route and a longer key",
                references=(f"q{number}@example.org",),
                day=number + 0.5,
            ),
        ]
    orphan = mail(
        "orphan@example.org",
        author="Helper 1 <helper1@example.org>",
        subject="Re: vpn lost",
        text="the vpn router drops what it cannot route",
        references=("lost@example.org",),
        day=13,
    )
    later = [
        mail("lost@example.org", author="Asker 9 <asker9@example.org>", subject="vpn lost", day=19),
        mail(
            "joining@example.org",
            author="Helper 2 <helper2@example.org>",
            subject="Re: vpn 3",
            text="both of these vpn questions are one",
            references=("q3@example.org", "a4@example.org", "orphan@example.org"),
            day=20,
        ),
    ]
    past.append(orphan)
    keep(store, [*past, *later])
    with ended_archive(tmp_path, past) as ended:
        expected = named(ended, scorer(ended).run().text_ranking("vpn route"))

    view = scorer(store).run()
    found = named(store, view.text_ranking("vpn route", as_of=BEGINNING + timedelta(days=15)))

    assert [line[0] for line in expected]
    assert found == expected
    assert found != named(store, view.text_ranking("vpn route"))


def _date(raw: bytes) -> datetime:
    line = next(line for line in raw.splitlines() if line.lower().startswith(b"date:"))
    return parsedate_to_datetime(line[5:].decode().strip())


def test_contributions_say_what_is_lost_without_a_post(store: Store, sample: list[bytes]) -> None:
    keep(store, sample)
    view = scorer(store).run()
    ranking = view.text_ranking(QUERY)

    (best,) = view.with_evidence(ranking, ranking.items[:1])

    shares = [item.contribution for item in best.evidence]
    assert shares == sorted(shares, reverse=True)
    assert all(0 <= share <= 1 for share in shares)
    assert shares[0] > 0


def test_a_lost_or_torn_folder_of_words_is_made_again(store: Store, sample: list[bytes]) -> None:
    keep(store, sample[:150])
    expected = scorer(store).run().text_ranking(QUERY).items
    folder = store.settings.terms_folder
    for file in sorted(folder.iterdir())[::2]:
        file.write_bytes(b"torn")
    torn = scorer(store).run().text_ranking(QUERY).items
    shutil.rmtree(folder)

    assert torn == expected
    assert scorer(store).run().text_ranking(QUERY).items == expected


def test_a_list_narrows_a_ranking_to_its_own_posts(store: Store, sample: list[bytes]) -> None:
    keep(store, sample)
    with store.database.transaction() as session:
        other = add_list(session, "lain@milis.example").id
        first = session.scalar(select(func.min(Address.id)))
    assert first is not None
    view = scorer(store).run()

    assert view.text_ranking(QUERY, list_id=other).items == ()
    assert view.text_ranking(QUERY, list_id=1).items == view.text_ranking(QUERY).items


def test_no_number_of_an_answer_is_nan(store: Store, sample: list[bytes]) -> None:
    keep(store, sample)
    view = scorer(store).run(full=True)

    for ranking in [view.topic_ranking(topic) for topic in view.topics]:
        for one in ranking.items:
            json.dumps(
                [one.score, one.low, one.high, one.authority, one.presence, one.consistency],
                allow_nan=False,
            )
            assert 0 <= one.low <= one.score <= one.high <= 100


def test_reading_goes_on_from_one_whole_epoch_while_the_next_is_computed(
    store: Store, sample: list[bytes]
) -> None:
    keep(store, sample[:200])
    subject = scorer(store)
    held: ReputationView = subject.run(full=True)
    before = {topic: held.topic_ranking(topic).items for topic in held.topics}
    keep(store, sample[200:])
    subject.run(full=True)

    assert {topic: held.topic_ranking(topic).items for topic in held.topics} == before
