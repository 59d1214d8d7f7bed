from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.database import Database
from archive.lists.registry import add_list
from archive.mail.message import parse_message
from archive.mail.trust.results import judge_results, parse_results
from archive.settings import Settings
from archive.store.arrivals import Incoming
from archive.store.store import Store
from archive.tables import Address, AddressName, Authentication, Person
from reputation.corpus.reader import CorpusReader
from tests.archive.messages import mail

NOW = datetime(2026, 11, 1, tzinfo=UTC)
REJECTED = "lists.example.org; spf=fail smtp.mailfrom=evil.example; dmarc=fail (p=REJECT dis=NONE) "


def judged(value: str, domain: str = "example.org") -> tuple[str, str | None] | None:
    found = judge_results([value], domain, "lists.example.org")
    return None if found is None else (found.verdict, found.domain)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("lists.example.org; dmarc=pass header.from=example.org", ("verified", "example.org")),
        (
            "lists.example.org 1; dkim=pass header.d=mail.example.org",
            ("verified", "mail.example.org"),
        ),
        ("lists.example.org; dkim=pass header.i=@example.org", ("verified", "example.org")),
        ("lists.example.org; spf=pass smtp.mailfrom=ayu@example.org", ("verified", "example.org")),
        ("example.org; dmarc=pass (a;b) header.from=example.org", ("verified", "example.org")),
        # Somebody else's word, or a word for somebody else.
        ("mx.evil.example; dmarc=pass header.from=example.org", None),
        ("lists.example.org; dkim=pass header.d=evil.example", None),
        ("lists.example.org; spf=pass smtp.mailfrom=evil.example", None),
        (f"{REJECTED}header.from=example.org", ("forged", "example.org")),
        (f"{REJECTED}header.from=evil.example", None),
        (f"{REJECTED}header.from=example.org; arc=pass", None),
        (
            f"{REJECTED}header.from=example.org; dkim=pass header.d=example.org",
            ("verified", "example.org"),
        ),
        ("lists.example.org; dmarc=fail (p=none) header.from=example.org", None),
        (
            "lists.example.org; dmarc=fail action=oreject header.from=example.org",
            ("forged", "example.org"),
        ),
        ("lists.example.org; none", None),
        ("", None),
    ],
)
def test_only_the_word_of_the_lists_own_host_about_the_author_counts(
    value: str, expected: tuple[str, str] | None
) -> None:
    assert judged(value) == expected


def test_the_topmost_field_of_the_lists_host_decides() -> None:
    fields = ["lists.example.org; none", "lists.example.org; dmarc=pass header.from=example.org"]

    assert judge_results(fields, "example.org", "lists.example.org") is None


@given(st.text('abcdmrk=;()". /-<>@p\\', max_size=300))
def test_no_field_makes_reading_results_fail(value: str) -> None:
    parse_results(value)


@pytest.fixture
def store(database: Database, settings: Settings) -> Store:
    return Store(database, settings)


def forged(raw: bytes) -> bytes:
    head = b"Authentication-Results: " + REJECTED.encode() + b"header.from=example.org\n"
    return head + raw


def test_a_forged_post_joins_nobody_and_is_no_evidence(store: Store, settings: Settings) -> None:
    with store.database.transaction() as session:
        talk = add_list(session, "talk@lists.example.org").id
    lie = forged(mail("2@example.org", author="Budi Santoso <mallory@example.org>", day=1))
    posts = [
        mail("1@example.org", author="Budi Santoso <budi@example.net>"),
        lie,
        mail("3@example.org", day=2),
    ]

    store.keep([Incoming(raw, talk, "smtp", NOW) for raw in posts])

    with store.database.session() as session:
        row = session.query(Authentication).one()
        assert (row.message_id, row.verdict, row.method) == (2, "forged", "authentication-results")
        assert (
            row.reason
            == "lists.example.org found that example.org disowns it (dmarc=fail, p=reject)"
        )
        people = {one.key: one.person_id for one in session.query(Address)}
        assert people["budi@example.net"] != people["mallory@example.org"]
        assert session.query(AddressName).count() == 2
        assert session.query(Person).count() == 3
    read = CorpusReader(store.database, settings.terms_folder).read().posts
    assert read.automatic.tolist() == [False, True, False]
    assert store.raw(2) == lie


def test_mail_without_any_such_field_counts_as_ever(store: Store) -> None:
    with store.database.transaction() as session:
        talk = add_list(session, "talk@lists.example.org").id
    store.keep([Incoming(mail("1@example.org"), talk, "smtp", NOW)])

    with store.database.session() as session:
        assert session.query(Authentication).count() == 0
        assert session.query(AddressName).count() == 1


@pytest.mark.corpus
def test_no_real_post_is_judged_forged_for_want_of_proof(shared_data: Path) -> None:
    for path in (shared_data / "cases" / "captures").rglob("*-post-*.eml"):
        parsed = parse_message(path.read_bytes())
        assert judge_results(parsed.results, "example.com", "lists.example.org") is None
