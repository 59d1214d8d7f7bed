"""Searching: what every operator finds, in which order, for whom, and how it is shown."""

from __future__ import annotations

import html
import re
import shutil
import threading
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update

from archive.database import Database
from archive.errors import NotFoundError, StoreUnavailableError, UsageError
from archive.lists.registry import add_list
from archive.mail.message import ParsedMessage
from archive.search import order
from archive.search import searcher as search_module
from archive.search.follower import IndexFollower
from archive.search.index import SearchIndex
from archive.search.searcher import Searcher, SearchPage
from archive.search.snippet import MAX_TEXT
from archive.settings import Settings
from archive.store.arrivals import Incoming
from archive.store.store import Store
from archive.tables import MailingList, Message


def mail(
    name: str,
    subject: str,
    text: str,
    *,
    sender: str = "Ayu Lestari <ayu.lestari@example.org>",
    to: str = "talk@lists.example.org",
    date: str = "2024-06-15",
    reply_to: str = "",
    attachment: bool = False,
) -> bytes:
    day = datetime.fromisoformat(date).strftime("%d %b %Y %H:%M:%S +0000")
    head = [f"From: {sender}", f"To: {to}", f"Date: {day}", f"Subject: {subject}"]
    head.append(f"Message-ID: <{name}@example.org>")
    if reply_to:
        head.append(f"In-Reply-To: <{reply_to}@example.org>")
    head.append("MIME-Version: 1.0")
    if not attachment:
        head.append("Content-Type: text/plain; charset=utf-8")
        body = [text]
    else:
        head.append("Content-Type: multipart/mixed; boundary=xyz")
        body = ["--xyz", "Content-Type: text/plain; charset=utf-8", "", text, "--xyz"]
        body += [
            "Content-Type: application/pdf",
            'Content-Disposition: attachment; filename="a.pdf"',
        ]
        body += ["Content-Transfer-Encoding: base64", "", "JVBERi0=", "--xyz--"]
    return "\r\n".join([*head, "", *body, ""]).encode()


class Archive:
    """A store whose messages go by short names."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database = database
        self.store = Store(database, settings)
        self.index = SearchIndex(settings.index_folder, lock_wait=1.0)
        self.lists: dict[str, int] = {}
        with database.transaction() as session:
            for name in ("talk", "dev", "secret"):
                self.lists[name] = add_list(session, f"{name}@lists.example.org").id
        self.topics: dict[str, set[int]] = {}
        self.searcher = Searcher(
            IndexFollower(self.index, self.store.parsed), database, self.threads_of
        )

    def threads_of(self, slug: str) -> Collection[int]:
        return self.topics.get(slug, ())

    def keep(self, raw: bytes, *lists: str) -> None:
        now = datetime(2026, 1, 1, tzinfo=UTC)
        self.store.keep([Incoming(raw, self.lists[one], "smtp", now) for one in lists or ("talk",)])

    def page(self, query: str, **options: object) -> SearchPage:
        return self.searcher.search(query, **options)  # type: ignore[arg-type]

    def names(self, query: str, **options: object) -> list[str]:
        """Message names found, in order."""
        page = self.page(query, **options)
        with self.database.session() as session:
            listed = session.execute(select(Message.id, Message.message_id))
            rows = {row.id: row.message_id for row in listed}
        return [rows[hit.message].partition("@")[0] for hit in page.hits]

    def found(self, query: str, **options: object) -> set[str]:
        names = self.names(query, **options)
        assert len(names) == len(set(names))
        assert self.page(query, **options).total == len(names)
        return set(names)


@pytest.fixture
def archive(database: Database, settings: Settings) -> Archive:
    """In both dialects."""
    return Archive(database, settings)


@pytest.fixture
def local(sqlite_database: Database, settings: Settings) -> Archive:
    """In SQLite, where the dialect makes no difference."""
    return Archive(sqlite_database, settings)


@pytest.fixture
def library(local: Archive) -> Archive:
    """A few messages, to change as one likes."""
    fill(local)
    return local


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory, _migrated_sqlite: Path) -> Iterator[Archive]:
    """The same messages, for reading only."""
    folder = tmp_path_factory.mktemp("shelf")
    shutil.copy(_migrated_sqlite, folder / "pakar.db")
    settings = Settings(data_dir=folder)
    database = Database(settings.database_url)
    archive = Archive(database, settings)
    fill(archive)
    yield archive
    database.close()


def fill(local: Archive) -> None:
    budi = "Budi Santoso <budi@example.net>"
    local.keep(
        mail("ask", "Taproot soft fork", "When does the upgrade activate?", date="2024-01-10")
    )
    local.keep(
        mail(
            "answer",
            "Re: Taproot soft fork",
            "It locks in with ninety percent.\r\n\r\n> When does the upgrade activate?",
            sender=budi,
            date="2024-02-20",
            reply_to="ask",
        )
    )
    local.keep(
        mail("patch", "Wallet patch", "Attached: miner fees.", attachment=True, date="2024-03-30"),
        "dev",
    )
    local.keep(
        mail(
            "kafe",
            "Bertemu di Kafé",
            "Rapat mining pool hari Jumat.",
            sender=budi,
            to="dev@lists.example.org",
            date="2025-05-05",
        ),
        "talk",
        "dev",
    )
    local.keep(
        mail("private", "Rahasia", "The upgrade is secret.", date="2025-06-06"),
        "secret",
    )


# Operators


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("taproot", {"ask", "answer"}),
        ("TAPROOT Fork", {"ask", "answer"}),
        ("upgrade", {"ask", "answer", "private"}),
        ("taproot ninety", {"answer"}),
        ("taproot -ninety nothing", {"ask"}),
        ("budi", {"answer", "kafe"}),
        ('"soft fork"', {"ask", "answer"}),
        ('"fork soft"', set()),
        ('"mining pool"', {"kafe"}),
        ("kafe", {"kafe"}),
        ("KAFÉ", {"kafe"}),
        ("min*", {"patch", "kafe"}),
        ("mine*", {"patch"}),
        ("-taproot", {"patch", "kafe", "private"}),
        ("upgrade -taproot", {"private"}),
        ('upgrade -"soft fork"', {"private"}),
        ("miner OR pool", {"patch", "kafe"}),
        ("upgrade OR wallet -budi", {"ask", "private", "patch"}),
        ("wallet OR -upgrade", {"patch", "kafe"}),
        ("from:budi", {"answer", "kafe"}),
        ("from:budi@example.net", {"answer", "kafe"}),
        ("from:ayu.lestari@example.org taproot", {"ask"}),
        ('from:"Ayu Lestari"', {"ask", "patch", "private"}),
        ('from:"Lestari Ayu"', set()),
        ("from:les*", {"ask", "patch", "private"}),
        ("-from:budi upgrade", {"ask", "private"}),
        ("to:dev@lists.example.org", {"kafe"}),
        ("to:talk", {"ask", "answer", "patch", "private"}),
        ("list:dev", {"patch", "kafe"}),
        ("list:dev@lists.example.org", {"patch", "kafe"}),
        ("list:DEV wallet", {"patch"}),
        ("list:nowhere", set()),
        ("-list:talk", {"patch", "private"}),
        ("list:talk list:dev", {"kafe"}),
        ("subject:wallet", {"patch"}),
        ("subject:upgrade", set()),
        ("body:taproot", set()),
        ("body:upgrade", {"ask", "answer", "private"}),
        ("has:attachment", {"patch"}),
        ("-has:attachment list:dev", {"kafe"}),
        ("is:answer", {"answer"}),
        ("taproot -is:answer", {"ask"}),
        ("before:2024-02-20", {"ask"}),
        ("before:2024-02-21", {"ask", "answer"}),
        ("after:2024-02-20 before:2025", {"answer", "patch"}),
        ("after:2025-06-06T00:00:01", set()),
        ("after:2025-06-06T07:00:00+07:00", {"private"}),
        ("-after:2024-02-20", {"ask"}),
        ("ninety-percent", {"answer"}),
        ("percent-ninety", set()),
        ("soft-fork", {"ask", "answer"}),
        ("soft & fork !!", {"ask", "answer"}),
    ],
)
def test_a_query_finds(shelf: Archive, query: str, names: set[str]) -> None:
    assert shelf.found(query) == names


def test_topic_filters_by_the_threads_of_the_topic(library: Archive) -> None:
    with library.database.session() as session:
        threads = set(
            session.scalars(select(Message.thread_id).where(Message.subject.contains("Taproot")))
        )
    library.topics["soft-forks"] = {thread for thread in threads if thread is not None}
    assert library.found("topic:soft-forks") == {"ask", "answer"}
    assert library.found("topic:Soft-Forks ninety") == {"answer"}
    assert library.found("-topic:soft-forks") == {"patch", "kafe", "private"}
    assert library.found("topic:unknown") == set()
    without = Searcher(library.searcher.follower, library.database)
    with pytest.raises(UsageError, match="topic:"):
        without.search("topic:soft-forks")


@pytest.mark.parametrize("query", ["!!", "- + *", '"..."', "-!!", "from:!!"])
def test_a_query_without_a_word_is_a_usage_error(shelf: Archive, query: str) -> None:
    with pytest.raises(UsageError, match="no word"):
        shelf.page(query)


@pytest.mark.parametrize(
    "options",
    [{"limit": 0}, {"limit": 201}, {"offset": -1}, {"offset": 1_000_000}],
)
def test_bounds_that_make_no_sense_are_usage_errors(
    shelf: Archive, options: dict[str, int]
) -> None:
    with pytest.raises(UsageError):
        shelf.page("taproot", **options)


# Lists and who may see them


def test_a_search_can_be_kept_to_one_list(shelf: Archive) -> None:
    assert shelf.found("upgrade", list_address="talk@lists.example.org") == {"ask", "answer"}
    assert shelf.found("upgrade", list_address="Secret@lists.example.org") == {"private"}
    with pytest.raises(NotFoundError):
        shelf.page("upgrade", list_address="nobody@lists.example.org")


def test_what_is_only_on_hidden_lists_is_never_found_nor_counted(shelf: Archive) -> None:
    hidden = {shelf.lists["secret"], shelf.lists["dev"]}
    assert shelf.found("upgrade", hidden_lists=hidden) == {"ask", "answer"}
    assert shelf.found("-taproot", hidden_lists=hidden) == {"kafe"}
    for query in ("secret", "list:secret", "upgrade OR list:secret list:secret", "subject:rahasia"):
        assert shelf.found(query, hidden_lists=hidden) == set(), query
    everything = set(shelf.lists.values())
    assert shelf.found("-nothing", hidden_lists=everything) == set()
    address = "secret@lists.example.org"
    assert shelf.found("upgrade", list_address=address, hidden_lists=hidden) == set()


# Order and pages


def test_own_words_and_subjects_weigh_more_than_quotes(local: Archive) -> None:
    filler = "lorem ipsum dolor sit amet consectetur"
    local.keep(mail("quote", "a", f"{filler}\r\n\r\n> kunci {filler}"))
    local.keep(mail("own", "b", f"{filler} kunci\r\n\r\n> {filler}"))
    local.keep(mail("subject", "kunci", f"{filler}\r\n\r\n> {filler}"))
    assert local.names("kunci") == ["subject", "own", "quote"]


def test_ties_go_to_the_newest_whatever_order_they_came_in(local: Archive) -> None:
    for month in (3, 1, 4, 2, 5):
        local.keep(mail(f"m{month}", "same", "kunci", date=f"2024-0{month}-01"))
    newest_first = ["m5", "m4", "m3", "m2", "m1"]
    assert local.names("kunci") == newest_first
    assert local.names("is:answer OR list:talk") == newest_first
    assert local.names("kunci", sort="date") == newest_first


def test_sorting_by_date_ignores_how_well_a_message_answers(shelf: Archive) -> None:
    assert shelf.names("upgrade", sort="date") == ["private", "answer", "ask"]
    assert [hit.score for hit in shelf.page("upgrade", sort="date").hits] == [0, 0, 0]
    scores = [hit.score for hit in shelf.page("upgrade").hits]
    assert scores == sorted(scores, reverse=True)
    assert min(scores) > 0


def test_pages_neither_overlap_nor_leave_out(
    local: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(23):
        local.keep(mail(f"m{number}", "same", "kunci " * (1 + number % 3)))
    monkeypatch.setattr(order, "WINDOW", 10)
    for sort in ("relevance", "date"):
        whole = local.names("kunci", sort=sort, limit=200)
        assert len(whole) == 23
        paged = [
            name
            for offset in range(0, 30, 5)
            for name in local.names("kunci", sort=sort, limit=5, offset=offset)
        ]
        assert sorted(paged) == sorted(whole)
    page = local.page("kunci", limit=5, offset=20)
    assert (page.total, len(page.hits)) == (23, 3)
    assert local.page("kunci", offset=50).hits == ()


# Agreement with the store


def test_a_message_stored_a_moment_ago_is_found(archive: Archive) -> None:
    for number in range(5):
        archive.keep(mail(f"m{number}", "subject", f"kata{number}"))
        assert archive.found(f"kata{number}") == {f"m{number}"}


def test_a_crosspost_is_found_on_its_new_list_at_once(archive: Archive) -> None:
    raw = mail("m", "subject", "kunci")
    archive.keep(raw, "talk")
    assert archive.found("list:dev") == set()
    archive.keep(raw, "dev")
    assert archive.found("list:dev") == {"m"}


def test_while_another_writes_a_search_answers_with_what_is_committed(
    library: Archive, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_module, "BUSY_WAIT_SECONDS", 0.1)
    assert library.found("wallet") == {"patch"}
    with SearchIndex(settings.index_folder) as busy:
        busy.delete([])
        library.keep(mail("late", "wallet", "late"))
        assert library.found("wallet") == {"patch"}
    monkeypatch.setattr(search_module, "BUSY_PAUSE_SECONDS", 0)
    assert library.found("wallet") == {"patch", "late"}


def test_a_damaged_index_is_built_again_and_the_search_answered(library: Archive) -> None:
    assert library.found("wallet") == {"patch"}
    state = library.index.state
    assert state is not None
    for path in (library.index.folder / state.generation).iterdir():
        path.write_bytes(b"")
    fresh = IndexFollower(SearchIndex(library.index.folder), library.store.parsed)
    library.searcher = Searcher(fresh, library.database)
    assert library.found("wallet") == {"patch"}


def test_an_index_that_cannot_be_written_at_all_is_an_error(local: Archive, tmp_path: Path) -> None:
    local.keep(mail("m", "subject", "kunci"))
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    searcher = Searcher(IndexFollower(SearchIndex(blocked), local.store.parsed), local.database)
    with pytest.raises(StoreUnavailableError):
        searcher.search("kunci")


def test_threads_search_while_messages_arrive(local: Archive) -> None:
    local.keep(mail("first", "subject", "kunci"))
    errors: list[BaseException] = []

    def look() -> None:
        try:
            for _ in range(15):
                assert local.page("kunci").total >= 1
        except BaseException as error:  # noqa: BLE001 -- shown below
            errors.append(error)

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(10):
        local.keep(mail(f"m{number}", "subject", "kunci"))
    for thread in threads:
        thread.join(60)
    assert errors == []
    assert local.page("kunci").total == 11


def test_messages_of_a_removed_list_are_not_found_under_another(local: Archive) -> None:
    local.keep(mail("m", "subject", "kunci"), "dev")
    assert local.found("list:dev") == {"m"}
    with local.database.transaction() as session:
        session.execute(
            update(MailingList)
            .where(MailingList.id == local.lists["dev"])
            .values(address="renamed@lists.example.org", slug="renamed")
        )
    assert local.found("list:dev") == set()
    assert local.found("list:renamed") == {"m"}


# Snippets


def marks(snippet: str) -> list[str]:
    return [html.unescape(one) for one in re.findall(r"<mark>(.*?)</mark>", snippet)]


def snippet_of(archive: Archive, query: str, **options: object) -> str:
    [hit] = archive.page(query, **options).hits
    return hit.snippet


@pytest.mark.parametrize(
    ("query", "marked"),
    [
        ("percent", ["percent"]),
        ("LOCKS percent", ["locks", "percent"]),
        ('"ninety percent"', ["ninety", "percent"]),
        ("perc*", ["percent"]),
        ("ninety -wallet", ["ninety"]),
        ("ninety from:budi", ["ninety"]),
        ("budi is:answer", []),
        ("activate is:answer", ["activate"]),
    ],
)
def test_the_searched_words_are_marked(shelf: Archive, query: str, marked: list[str]) -> None:
    assert marks(snippet_of(shelf, query)) == marked


def test_a_snippet_shows_own_words_first_and_quoted_ones_only_where_they_answer(
    shelf: Archive,
) -> None:
    assert snippet_of(shelf, "upgrade ninety").startswith("It locks in")
    assert "When does" in snippet_of(shelf, "activate is:answer")


def test_accents_and_case_are_marked_as_written(local: Archive) -> None:
    local.keep(mail("m", "s", "Di Kafé itu kata KUNCI."))
    assert marks(snippet_of(local, "kafe kunci")) == ["Kafé", "KUNCI"]


def test_markup_in_mail_is_harmless(local: Archive) -> None:
    local.keep(
        mail(
            "m", "s", '<script>alert("kunci")</script> <b onclick=x>kunci</b> & <mark>kunci</mark>'
        )
    )
    snippet = snippet_of(local, "kunci")
    assert "<" not in re.sub(r"</?mark>", "", snippet)
    assert '"' not in snippet
    assert marks(snippet) == ["kunci"] * 3


def test_a_long_text_is_cut_around_the_densest_place(local: Archive) -> None:
    text = "kunci " + "lorem ipsum " * 300 + "satu kunci dan satu gembok " + "dolor amet " * 300
    local.keep(mail("m", "s", text))
    snippet = snippet_of(local, "kunci gembok")
    assert marks(snippet) == ["kunci", "gembok"]
    assert snippet.startswith("… ")
    assert snippet.endswith(" …")
    assert len(re.sub(r"<[^>]*>", "", snippet)) < 300


def test_a_mask_is_applied_before_words_are_marked(local: Archive) -> None:
    local.keep(mail("m", "s", "Write to ayu@example.org about kunci."))
    masked = snippet_of(local, "kunci example", mask=lambda text: text.replace("@example", "@…"))
    assert "example" not in masked
    assert marks(masked) == ["kunci"]


def test_an_address_at_the_end_of_what_is_looked_at_is_masked_too(local: Archive) -> None:
    filler = "kata " * ((MAX_TEXT - 20) // 5)
    local.keep(mail("m", "s", f"{filler}\r\nkunci ayu.lestari@example.org"))

    shown = snippet_of(local, "kunci", mask=lambda text: re.sub(r"\S+@\S+\.\S+", "…", text))
    assert marks(shown) == ["kunci"]
    assert "lestari" not in shown


@pytest.fixture
def hostile() -> list[str]:
    return [
        "x" * 1_000,
        " ".join(f"-w{n}" for n in range(64)),
        " OR ".join(f"w{n}*" for n in range(60)),
        '"' + "a " * 490 + '"',
        "\ud800 kunci",
        "kunci\x00kunci",
        "\u202ekunci",
        "(((((" * 100,
        "from:" + "@" * 900,
        ".*+?[](){}|^$\\*",
        "kunci.**",
        "ku[n*",
    ]


def test_hostile_queries_are_answered_or_refused(local: Archive, hostile: list[str]) -> None:
    local.keep(mail("m", "s", "kunci"))
    for query in hostile:
        try:
            page = local.page(query)
        except UsageError:
            continue
        assert page.total in (0, 1), query


# Other forms, threads, other spellings


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("kirim", {"kirim"}),
        ("mengirim", {"kirim"}),
        ("dikirimkan", {"kirim"}),
        ("tulis", {"kirim"}),
        ("konfigurasi", {"kirim"}),
        ("configure", {"english"}),
        ("configuring", {"english"}),
        ("kernel", {"english"}),
        ('"configure"', set()),
        ("subject:configurations", {"english"}),
        ("body:servers", {"english"}),
        ("masalah", {"kirim"}),
        ("mit", set()),
        ("kata -mengirim", {"other"}),
    ],
)
def test_a_word_finds_its_other_forms(local: Archive, query: str, names: set[str]) -> None:
    text = "Saya sudah mengirim tulisan dan mengkonfigurasi mesinnya, ada masalah2nya, kata dia."
    local.keep(mail("kirim", "pengiriman", text))
    english = "The kernels are configured, and it is permitted to restart the server of the list."
    local.keep(mail("english", "configuration", english))
    local.keep(mail("other", "kata", "kata lain"))

    assert local.found(query) == names


def test_the_form_that_was_written_comes_first_and_all_are_marked(local: Archive) -> None:
    local.keep(mail("other", "x", "untuk siapa kita mengirim paket ini"))
    local.keep(mail("same", "y", "untuk siapa kita kirim paket ini"))

    page = local.page("kirim")

    assert local.names("kirim") == ["same", "other"]
    assert "<mark>kirim</mark>" in page.hits[0].snippet
    assert "<mark>mengirim</mark>" in page.hits[1].snippet


@pytest.mark.parametrize(
    ("query", "written"),
    [
        ("menaikkan", "naik"),
        ("menilai", "nilai"),
        ("memulai", "mulai"),
        ("mulai", "memulai"),
        ("pemilik", "milik"),
        ("meminta", "dimintakan"),
        ("memilih", "pilih"),
        ("menulis", "tulis"),
    ],
)
def test_a_prefix_that_ends_with_the_first_letter_of_a_word_is_seen_through(
    local: Archive, query: str, written: str
) -> None:
    local.keep(mail("one", "x", f"untuk siapa kita {written} paket ini"))

    assert local.found(query) == {"one"}


def test_who_wrote_something_comes_before_who_has_but_the_subject(local: Archive) -> None:
    local.keep(mail("empty", "taproot", "", date="2024-06-17"))
    local.keep(mail("quoting", "Re: taproot", "> taproot", date="2024-06-18"))
    local.keep(mail("said", "lain", "soal taproot", date="2024-06-16"))
    local.keep(mail("both", "taproot", "soal ini", date="2024-06-15"))

    assert local.names("taproot")[:2] == ["both", "said"]
    assert local.found("subject:taproot") == {"empty", "quoting", "both"}


def test_words_that_stand_near_each_other_come_first(local: Archive) -> None:
    between = " ".join(f"kata{number}" for number in range(20))
    local.keep(mail("apart", "lain", f"kabel {between} putus", date="2024-06-18"))
    local.keep(mail("near", "lain", f"kabel itu putus {between}", date="2024-06-16"))
    local.keep(mail("turned", "lain", f"putus pula kabel {between}", date="2024-06-15"))
    for number in range(20):
        local.keep(mail(f"m{number}", "lain", "sesuatu"))

    assert local.names("kabel putus") == ["near", "turned", "apart"]
    assert local.names("kabel -putus") == []


def test_who_says_it_comes_before_who_answers_under_the_subject_alone(local: Archive) -> None:
    local.keep(mail("thanks", "Re: taproot", "terima kasih banyak", date="2024-06-18"))
    local.keep(mail("said", "Re: taproot", "soal taproot begini", date="2024-06-15"))

    assert local.names("taproot") == ["said", "thanks"]


def test_only_a_few_messages_of_a_page_are_read_again(
    local: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(search_module.READ_AGAIN + 2):
        local.keep(mail(f"m{number}", "lain", f"> soal taproot\n\nJawaban {number}."))
    local.page("taproot")
    read: list[int] = []

    def reading(message: int) -> ParsedMessage:
        read.append(message)
        return local.store.parsed(message)

    monkeypatch.setattr(local.searcher.follower, "read", reading)

    page = local.page("taproot")

    assert [one.message for one in page.hits[: search_module.READ_AGAIN]] == read
    assert all("<mark>taproot</mark>" in one.snippet for one in page.hits[: len(read)])
    assert "Jawaban" in page.hits[-1].snippet


def test_a_name_of_an_attachment_is_found(local: Archive) -> None:
    local.keep(mail("with", "laporan", "terlampir", attachment=True))

    assert local.found("pdf") == {"with"}


def test_by_thread_only_the_best_message_of_each_is_found(archive: Archive) -> None:
    archive.keep(mail("root", "taproot", "taproot taproot"))
    archive.keep(mail("reply", "Re: taproot", "soal taproot", reply_to="root"))
    archive.keep(mail("alone", "lain", "juga tentang taproot"))

    assert archive.found("taproot", by_thread=True) == {"root", "alone"}
    assert archive.found("taproot") == {"root", "reply", "alone"}


@pytest.mark.parametrize(
    ("query", "suggestion"),
    [
        ("mikrotk", "mikrotik"),
        ("from:ayu mikrotk -kabel", "from:ayu mikrotik -kabel"),
        ("konfigurassi subject:mikrotk", "konfigurasi subject:mikrotik"),
        ("zzzzzz", None),
        ("xyz", None),
        ("mikrotk*", None),
    ],
)
def test_what_nobody_wrote_is_offered_as_somebody_did(
    local: Archive, query: str, suggestion: str | None
) -> None:
    local.keep(mail("one", "mikrotik", "konfigurasi mikrotik untuk kantor"))

    page = local.page(query)

    assert (page.total, page.suggestion) == (0, suggestion)


def test_where_no_message_has_all_words_those_that_lack_one_are_found(local: Archive) -> None:
    local.keep(mail("both", "lain", "kabel serat optik di gudang", date="2020-01-01"))
    local.keep(mail("one", "lain", "kabel tembaga di rumah"))
    local.keep(mail("none", "lain", "kabar dari kantor di gudang"))

    page = local.page("kabel serat putus")
    assert page.but_one
    assert local.names("kabel serat putus") == ["both"]
    assert set(local.names("putus gudang")) == {"both", "none"}
    # What chooses must hold all the same, and a single word is not given up.
    assert local.names("putus kabel after:2021") == ["one"]
    assert local.names("putus kabel -tembaga") == ["both"]
    assert not local.page("kabel serat").but_one
    assert local.page("putus after:2021") == SearchPage(0, ())
    assert {*local.names("putus kabel", by_thread=True)} == {"both", "one"}


def test_no_word_of_a_hidden_list_is_offered(local: Archive) -> None:
    local.keep(mail("hidden", "rahasia", "mikrotik"), "secret")

    assert local.page("mikrotk").suggestion == "mikrotik"
    assert local.page("mikrotk", hidden_lists=[local.lists["secret"]]).suggestion is None
