"""Subject tags that lists declare: their topics, and the threads those have."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.database import Database
from archive.errors import UsageError
from archive.lists.audience import WHOLE
from archive.lists.registry import add_list, find_list, subject_tags
from archive.settings import Settings
from archive.store.store import Incoming, Store
from archive.tables import Message
from reputation.corpus.reader import CorpusReader
from reputation.epochs.scorer import Scorer
from reputation.tables import Topic
from reputation.topics.curation import add_topic, hide, merge, pin
from reputation.topics.queries import load_topics
from reputation.topics.tag_topics import declare_tags
from reputation.topics.tags import tags_of
from tests.archive.messages import mail

MARKET, KERNEL = "pasar@lists.example.org", "kernel@lists.example.org"
ANSWER = "Masih ada, silakan kirim surat ke saya nanti."
SUBJECTS = {
    MARKET: {
        "s1@example.org": "[Jual] Laptop bekas",
        "s2@example.org": "Re: [pasar] [jual] Printer",
        "s3@example.org": "[beli] Router, jual kalau ada",
        "s4@example.org": "Menjual dan membeli",
    },
    KERNEL: {
        "k1@example.org": "[PATCH net-next v2 1/3] fix the queue",
        "k2@example.org": "[PATCH net 1/3] fix the other queue",
        "k3@example.org": "[jual] not declared on this list",
    },
}


@pytest.fixture
def store(database: Database, settings: Settings) -> Store:
    """Two lists with tags; each thread has an answer."""
    kept = Store(database, settings)
    with database.transaction() as session:
        numbers = {
            MARKET: add_list(session, MARKET, topic_tags="jual,beli,for sale").id,
            KERNEL: add_list(session, KERNEL, topic_tags="net-next").id,
        }
    for address, subjects in SUBJECTS.items():
        for day, (name, subject) in enumerate(subjects.items()):
            keep_thread(kept, numbers[address], name, subject, day=day)
    return kept


def keep_thread(store: Store, list_id: int, name: str, subject: str, *, day: int) -> None:
    """A question with its answer."""
    author = "Budi Santoso <budi@example.net>"
    answer = mail(f"a{name}", author=author, reply_to=name, day=day + 0.5, text=ANSWER)
    raws = [mail(name, subject=subject, day=day), answer]
    moment = datetime(2024, 2, 1, tzinfo=UTC)
    store.keep([Incoming(raw, list_id, "import", moment) for raw in raws])
    store.settle()


def find_list_id(store: Store, address: str) -> int:
    with store.database.session() as session:
        return find_list(session, address).id


def of_tags(session: Session) -> dict[str, set[str]]:
    """The root Message-IDs of the threads that each live topic has for sure."""
    session.flush()
    found: dict[str, set[str]] = {}
    for topic in load_topics(session):
        roots = select(Message.message_id).where(
            Message.thread_id.in_(topic.pinned), Message.parent_id.is_(None)
        )
        found[topic.slug] = set(session.scalars(roots))
    return found


def test_tags_make_topics_of_the_threads_that_bear_them_on_the_lists_that_declare_them(
    store: Store,
) -> None:
    with store.database.transaction() as session:
        made = declare_tags(session, WHOLE)

        assert [(topic.tag, topic.label, topic.state) for topic in made] == [
            ("beli", "beli", "pinned"),
            ("jual", "jual", "pinned"),
            ("net-next", "net-next", "pinned"),
        ]
        assert of_tags(session) == {
            "beli": {"s3@example.org"},
            "jual": {"s1@example.org", "s2@example.org"},
            "net-next": {"k1@example.org"},
        }
        assert declare_tags(session, WHOLE) == []


def test_the_threads_of_a_tag_are_ranked_as_its_topic(store: Store) -> None:
    with store.database.transaction() as session:
        declare_tags(session, WHOLE)
    scorer = Scorer(store.database, CorpusReader(store.database, store.settings.terms_folder))

    view = scorer.run()

    topics = {topic.slug: topic.id for topic in view.topics.values()}
    (first,) = view.topic_ranking(topics["jual"]).items
    # Two that bear the tag, and one that says its word.
    assert first.answers == 3
    market = find_list_id(store, MARKET)
    keep_thread(store, market, "s5@example.org", "[jual] Meja", day=9)
    (first,) = scorer.run().topic_ranking(topics["jual"]).items
    assert first.answers == 4


def test_people_have_the_last_word_on_a_tags_threads_and_topic(store: Store) -> None:
    with store.database.transaction() as session:
        declare_tags(session, WHOLE)
        pin(session, "jual", "s1@example.org", included=False)
        pin(session, "jual", "s4@example.org")
        assert of_tags(session)["jual"] == {"s2@example.org", "s4@example.org"}
        add_topic(session, "Pasar", terms={"pasar": 1.0})
        merge(session, "jual", "pasar")
        assert of_tags(session)["pasar"] == {"s1@example.org", "s2@example.org", "s4@example.org"}
        hide(session, "beli")
        assert declare_tags(session, WHOLE) == []
        assert set(of_tags(session)) == {"pasar", "net-next"}


def test_a_tag_takes_the_topic_that_is_called_like_it_and_leaves_it_at_the_end(
    store: Store,
) -> None:
    with store.database.transaction() as session:
        known = add_topic(session, "Jual", terms={"jual": 1.0, "harga": 0.5})
        declare_tags(session, WHOLE)
        assert known.tag == "jual"
        assert session.scalars(select(Topic.slug).where(Topic.tag == "jual")).all() == ["jual"]
        assert len(of_tags(session)["jual"]) == 2
        find_list(session, MARKET).topic_tags = ""
        assert of_tags(session)["jual"] == set()


@pytest.mark.parametrize(
    ("subject", "tags"),
    [
        ("[Jual] x", {"jual"}),
        ("Re: [milis] Re: [JUAL, beli] x", {"milis", "jual", "beli"}),
        ("jual: x", set()),
        ("[[jual]] x", {"jual"}),
        ("[" * 5_000 + "jual", set()),
        ("[a]" * 5_000, {"a"}),
    ],
)
def test_words_in_brackets_are_tags(subject: str, tags: set[str]) -> None:
    assert tags_of(subject) == tags


def test_what_can_be_no_tag_is_refused_by_name() -> None:
    assert subject_tags(" Jual, [net-next],, jual ") == ["jual", "net-next"]
    for text in ("for sale", "a]b", "x" * 61, "[", "%"):
        with pytest.raises(UsageError, match="not a subject tag"):
            subject_tags(text)
    with pytest.raises(UsageError, match="at most 50"):
        subject_tags(",".join(f"t{number}" for number in range(51)))
