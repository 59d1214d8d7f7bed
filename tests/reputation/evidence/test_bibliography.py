"""Works and endorsements as they come out of a real store."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from archive.database import Database
from archive.settings import Settings
from archive.store.store import Store
from archive.tables import Message, Person
from reputation.corpus.reader import CorpusReader
from reputation.epochs.scorer import Scorer
from reputation.epochs.view import ReputationView
from reputation.tables import Work, WorkCitation
from tests.archive.messages import mail
from tests.reputation.epochs.test_scorer import keep

BOOK = (
    'Alhamdulillah buku saya "Jaringan Kecil" sudah terbit, ISBN 978-0-306-40615-7.\n'
    "Silakan dibaca, semoga berguna bagi rekan-rekan semua."
)


def established(name: str, email: str, start: int) -> list[bytes]:
    """Answers to ten people over more than ninety days."""
    posts = []
    for number in range(11):
        day = start + 10 * number
        question = f"q-{email}-{number}"
        posts.append(
            mail(
                question,
                author=f"Penanya {number} <penanya{number}@example.org>",
                subject=f"tanya {number}",
                day=day,
            )
        )
        posts.append(
            mail(
                f"a-{email}-{number}",
                author=f"{name} <{email}>",
                subject=f"Re: tanya {number}",
                text="Coba periksa kabel dan alamatnya dahulu.",
                reply_to=question,
                day=day + 1,
            )
        )
    return posts


@pytest.fixture
def ranked(database: Database, settings: Settings) -> Callable[..., ReputationView]:
    """Stores posts and computes an epoch."""

    def rank(*posts: bytes) -> ReputationView:
        store = Store(database, settings)
        keep(store, posts)
        return Scorer(database, CorpusReader(database, settings.terms_folder)).run()

    return rank


def works(database: Database) -> dict[str, tuple[str, str, bool, bool, set[str]]]:
    """By title: person, kind, announced, confirmed, and the Message-IDs that cite it."""
    with database.session() as session:
        rows = session.execute(
            select(Work, Person.name).join(Person, Person.id == Work.person_id)
        ).all()
        found = {}
        for work, name in rows:
            citing = session.scalars(
                select(Message.message_id)
                .join(WorkCitation, WorkCitation.message_id == Message.id)
                .where(WorkCitation.work_id == work.id)
            )
            found[work.title] = (name, work.kind, work.announced, work.confirmed, set(citing))
    return found


def test_a_book_is_claimed_until_an_established_other_cites_it(
    ranked: Callable[..., ReputationView], database: Database
) -> None:
    announced = mail(
        "book@example.org",
        author="Wayan Sudarsana <wayan@example.org>",
        subject="Buku baru",
        text=BOOK,
        day=200,
    )
    ranked(*established("Rudi Hartanto", "rudi@example.org", 0), announced)
    assert works(database)["Jaringan Kecil"] == ("Wayan Sudarsana", "book", True, False, set())

    cited = mail(
        "cites@example.org",
        author="Rudi Hartanto <rudi@example.org>",
        subject="tanya kabel",
        text="Bab tiga dari ISBN 0-306-40615-2 menjelaskan hal ini dengan baik.",
        day=210,
    )
    ranked(cited)

    expected = ("Wayan Sudarsana", "book", True, True, {"cites@example.org"})
    assert works(database)["Jaringan Kecil"] == expected


def test_a_work_that_several_others_credit_to_somebody_is_theirs(
    ranked: Callable[..., ReputationView], database: Database
) -> None:
    helper = established("Wayan Sudarsana", "wayan@example.org", 0)
    told, again = (
        mail(
            f"{name}@example.org",
            author=f"{name} Lestari <{name.lower()}@example.org>",
            subject="Bacaan",
            text='Baru selesai membaca buku "Jaringan Kecil" karangan pak Wayan Sudarsana.',
            day=day,
        )
        for name, day in (("Ayu", 150), ("Rini", 160))
    )

    ranked(*helper, told)
    assert works(database) == {}

    ranked(again)
    expected = ("Wayan Sudarsana", "book", False, False, {"Ayu@example.org", "Rini@example.org"})
    assert works(database)["Jaringan Kecil"] == expected


def test_who_answers_an_announcement_under_its_subject_owns_nothing(
    ranked: Callable[..., ReputationView], database: Database
) -> None:
    announced = mail(
        "new@example.org",
        author="Rini Astuti <rini@example.org>",
        subject="pasar 1.2.0 released on CRAN",
        text="I released pasar 1.2.0: https://pkg.example.org/pasar/ has the news.",
        day=1,
    )
    answer = mail(
        "thanks@example.org",
        author="Ayu Lestari <ayu@example.org>",
        subject="pasar 1.2.0 released on CRAN",
        text="We have just published a map that we made, on https://maps.example.org/pasar.",
        reply_to="new@example.org",
        day=2,
    )

    ranked(announced, answer)

    assert works(database) == {"pasar": ("Rini Astuti", "code", True, True, set())}


def test_a_package_is_its_maintainer_s_and_not_that_of_who_first_asks_about_it(
    ranked: Callable[..., ReputationView], database: Database
) -> None:
    asks = mail(
        "asks@example.org",
        author="Ayu Lestari <ayu@example.org>",
        subject="trouble",
        text="My pasar package at https://pkg.example.org/pasar is broken since yesterday?",
        day=1,
    )
    maintains = [
        mail(
            f"own{day}@example.org",
            author="Rini Astuti <rini@example.org>",
            subject=f"checks {day}",
            text="I am the maintainer of the package pasar: https://pkg.example.org/pasar",
            day=day,
        )
        for day in (5, 9)
    ]

    ranked(asks, *maintains)

    assert works(database)["pasar"][0] == "Rini Astuti"


def test_nobody_confirms_their_own_work(
    ranked: Callable[..., ReputationView], database: Database
) -> None:
    own = [
        mail(
            f"own{number}@example.org",
            author="Wayan Sudarsana <wayan@example.org>",
            subject=f"Buku {number}",
            text=BOOK,
            day=150 + number,
        )
        for number in range(3)
    ]

    ranked(*established("Wayan Sudarsana", "wayan@example.org", 0), *own)

    assert works(database)["Jaringan Kecil"][3:] == (False, set())


def test_agreement_a_later_link_and_being_asked_by_name_endorse_an_answer(
    ranked: Callable[..., ReputationView], database: Database
) -> None:
    """Half for an established third person's word or link, a quarter for being asked."""

    def asked(name: str, day: float, text: str, *more: bytes) -> list[bytes]:
        question = mail(
            f"{name}-q@example.org",
            author="Ayu Lestari <ayu@example.org>",
            subject=f"soal {name}",
            text=text,
            day=day,
        )
        answer = mail(
            f"{name}-a@example.org",
            author="Wayan Sudarsana <wayan@example.org>",
            subject=f"Re: soal {name}",
            text="Pasang rute kedua lewat antarmuka cadangan.",
            reply_to=f"{name}-q@example.org",
            day=day + 1,
        )
        return [question, answer, *more]

    agreed = mail(
        "agreed@example.org",
        author="Rudi Hartanto <rudi@example.org>",
        subject="Re: soal setuju",
        text="Setuju dengan mas Wayan, rute kedua itu perlu.",
        reply_to="setuju-a@example.org",
        day=160,
    )
    linked = mail(
        "linked@example.org",
        author="Rudi Hartanto <rudi@example.org>",
        subject="catatan lain",
        text="Lihat https://arsip.example.org/messages/tautan-a%40example.org untuk caranya.",
        day=170,
    )
    view = ranked(
        *established("Wayan Sudarsana", "wayan@example.org", 0),
        *established("Rudi Hartanto", "rudi@example.org", 5),
        *asked("setuju", 150, "Bagaimana cara memasang rute?", agreed),
        *asked("tautan", 152, "Bagaimana cara memasang rute?", linked),
        *asked("nama", 154, "Mas Wayan, bagaimana cara memasang rute?"),
        *asked("biasa", 156, "Bagaimana cara memasang rute?"),
    )

    with database.session() as session:
        names = dict(session.execute(select(Message.id, Message.message_id)).all())
    messages = view.corpus.posts.message[view.ledger.row].tolist()
    endorsed = dict(
        zip((names[one] for one in messages), view.ledger.endorsement().tolist(), strict=True)
    )
    found = {
        name: endorsed[f"{name}-a@example.org"] for name in ("setuju", "tautan", "nama", "biasa")
    }
    assert found == {"setuju": 0.5, "tautan": 0.5, "nama": 0.25, "biasa": 0.0}
