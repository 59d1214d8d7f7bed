from __future__ import annotations

import lzma
from pathlib import Path

import pytest

from archive.mail.message import Author, parse_message

LIST = "List-Post: <mailto:talk@lists.example.org>\nList-Id: Talk <talk.lists.example.org>\n"
VIA = "From: Ayu Lestari via Talk <talk@lists.example.org>\n"


def author(head: str) -> Author:
    return parse_message(f"{head}\n\ntext".encode()).author


def test_reply_to_that_is_not_the_list_names_the_author() -> None:
    found = author(f"{LIST}{VIA}Reply-To: Ayu Lestari <ayu@example.com>, talk@lists.example.org")
    assert (found.name, found.email) == ("Ayu Lestari", "ayu@example.com")


def test_x_original_from_comes_before_reply_to() -> None:
    found = author(
        f"{LIST}{VIA}Reply-To: Other <other@example.net>\n"
        "X-Original-From: Ayu Lestari <ayu@example.com>"
    )
    assert (found.name, found.email) == ("Ayu Lestari", "ayu@example.com")


def test_cc_counts_only_by_the_name() -> None:
    found = author(f"{LIST}{VIA}Cc: Budi <budi@example.com>, Ayu Lestari <ayu@example.com>")
    assert found.email == "ayu@example.com"
    assert author(f"{LIST}{VIA}Cc: Budi <budi@example.com>").email is None


def test_original_sender_comes_last_and_bounce_addresses_never() -> None:
    assert author(f"{LIST}{VIA}X-Original-Sender: ayu@example.com").email == "ayu@example.com"
    head = f"{LIST}{VIA}X-MailFrom: talk-bounces@lists.example.org"
    assert author(head) == Author("Ayu Lestari", None, "talk@lists.example.org")


def test_without_a_sign_the_name_stays_and_the_lists_address_goes() -> None:
    found = author(f"{LIST}{VIA}Reply-To: talk@lists.example.org")
    assert (found.name, found.email) == ("Ayu Lestari", None)


def test_another_persons_reply_to_is_not_taken_for_the_author() -> None:
    assert author(f"{LIST}{VIA}Reply-To: Budi Santosa <budi@example.com>").email is None


def test_quoted_google_form() -> None:
    found = author(
        "From: 'Ayu Lestari' via Talk <talk@lists.example.org>\n"
        "List-Post: <mailto:talk@lists.example.org>\nReply-To: ayu@example.com"
    )
    assert (found.name, found.email) == ("Ayu Lestari", "ayu@example.com")


def test_an_address_that_holds_the_old_one_is_undone() -> None:
    found = author(
        "From: Ayu Lestari via lists.example.org <ayu=example.com@lists.example.org>\n" + LIST[:-1]
    )
    assert (found.name, found.email) == ("Ayu Lestari", "ayu@example.com")


def test_list_address_in_from_without_via() -> None:
    found = author(
        f"{LIST}From: Ayu <talk@lists.example.org>\nReply-To: Ayu Lestari <ayu@example.com>"
    )
    assert (found.name, found.email) == ("Ayu", "ayu@example.com")


def test_pipermail_shows_the_list_by_its_tag_only() -> None:
    found = author("From: talk at lists.example.org (Ayu Lestari)\nSubject: [Talk] stok")
    assert (found.name, found.email) == ("Ayu Lestari", None)


def test_an_ordinary_author_is_left_alone() -> None:
    head = f"{LIST}From: Ayu <ayu@example.com>\nReply-To: talk@lists.example.org"
    assert author(head) == Author("Ayu", "ayu@example.com", "ayu@example.com")


def test_a_human_name_with_via_and_no_list_is_left_alone() -> None:
    found = author("From: Ana via Rossa <ana@example.com>")
    assert (found.name, found.email) == ("Ana via Rossa", "ana@example.com")


def test_missing_from_falls_back_to_sender() -> None:
    assert author("Sender: Ayu <ayu@example.com>").email == "ayu@example.com"
    assert author("Subject: nobody") == Author("", None, "")


@pytest.mark.corpus
def test_every_rewritten_author_of_a_real_list_is_found(shared_data: Path) -> None:
    with lzma.open(shared_data / "corpora" / "usrp-users-raw-mime.mbox.xz") as file:
        messages = file.read().split(b"\nFrom mboxrd@z")
    authors = [parse_message(raw.split(b"\n", 1)[1]).author for raw in messages]
    assert len(authors) > 390
    assert not [a for a in authors if a.email is None or "lists.ettus" in a.email]
    assert not [a for a in authors if " via " in a.name]


@pytest.mark.parametrize(
    ("written", "name", "email"),
    [
        ("Ann Lee <ann@example.org> Bob Ray <bob@example.org>", "Ann Lee", "ann@example.org"),
        ("<ann@example.org> <bob@example.org>", "ann", "ann@example.org"),
        ("Ann Lee ann@example.org", "Ann Lee", "ann@example.org"),
        ('"Ann Lee" ann@example.org', "Ann Lee", "ann@example.org"),
        ("ann@example.org Ann Lee", "Ann Lee", "ann@example.org"),
        ("Ann Lee ann@example.org>", "Ann Lee", "ann@example.org"),
        ("Ann Lee (ann@example.org)", "Ann Lee", "ann@example.org"),
        ("Ann Lee ann at example.org", "Ann Lee", "ann@example.org"),
        ("Ann Lee <@a.example,@b.example:ann@example.org>", "Ann Lee", "ann@example.org"),
        ("Ann Lee <<ann@example.org>>", "Ann Lee", "ann@example.org"),
        ('"Ann Lee <ann@example.org>"', "Ann Lee", "ann@example.org"),
        ("Ann Lee &lt;ann@example.org&gt;", "Ann Lee", "ann@example.org"),
        ("\u201eAnn Lee\u201c <ann@example.org>", "Ann Lee", "ann@example.org"),
        ("x @ending from gm@il.example", "x", None),
    ],
)
def test_fields_that_break_the_rules_name_their_first_author(
    written: str, name: str, email: str | None
) -> None:
    found = author(f"From: {written}")
    assert (found.name, found.email) == (name, email)


@pytest.mark.parametrize(
    ("written", "email"),
    [
        ("Rita <rita=40example.com@dmarc.ietf.org>", "rita@example.com"),
        ("rita=40example.com@dmarc.ietf.org", "rita@example.com"),
        ("R <rita.w=40mail.example.co.id@dmarc.ietf.org>", "rita.w@mail.example.co.id"),
        ("Rita <rita=40work@example.com>", "rita=40work@example.com"),
    ],
)
def test_the_ietfs_lists_say_in_the_address_whose_it_was(written: str, email: str) -> None:
    assert author(f"{LIST}From: {written}").email == email
