from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from archive.mail.addresses import Author, addresses_in, parse_author, tidy_name
from archive.mail.dates import is_plausible, parse_date, parse_received
from archive.mail.headers import (
    decode_words,
    message_ids,
    own_message_id,
    parameters,
    split_message,
)
from archive.mail.message import parse_message

# --- the block ---------------------------------------------------------------------------


def test_folded_fields_are_unfolded_and_the_first_of_repeated_ones_wins() -> None:
    headers, body, whole = split_message(b"Subject: a\n b\n\tc\nSUBJECT: second\n\nbody\n")
    assert headers.text("subject") == "a b c"
    assert body == b"body\n"
    assert whole


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_any_kind_of_line_end_separates_header_and_body(end: bytes) -> None:
    headers, body, whole = split_message(end.join([b"From: a@example.com", b"To: b", b"", b"hi"]))
    assert headers.raw("from").strip() == "a@example.com"
    assert body == b"hi"
    assert whole


def test_an_envelope_line_of_an_mbox_is_passed_over() -> None:
    headers, body, _ = split_message(b"From ayu@example.com Mon Jan  1\n>From x\nTo: b\n\nhi")
    assert headers.raw("to").strip() == "b"
    assert body == b"hi"


def test_a_line_that_is_no_field_ends_the_block_and_starts_the_body() -> None:
    headers, body, whole = split_message(b"Subject: x\nthis is no field\nmore\n\nend")
    assert headers.text("subject") == "x"
    assert body == b"this is no field\nmore\n\nend"
    assert not whole


def test_the_body_found_by_a_broken_block_starts_at_the_right_line_after_folds() -> None:
    _, body, whole = split_message(b"Subject: no\n field\nno field here\n  folded\nx\n\ny")
    assert body == b"no field here\n  folded\nx\n\ny"
    assert not whole


def test_white_space_before_the_colon_is_forgiven() -> None:
    headers, _, whole = split_message(b"Subject : x\n\n")
    assert headers.text("subject") == "x"
    assert whole


def test_a_message_of_fields_only_has_no_body() -> None:
    assert split_message(b"Subject: x")[1] == b""


def test_raw_eight_bit_headers_are_read_by_utf8_the_body_charset_or_windows_1252() -> None:
    assert split_message("Subject: héllo\n\n".encode())[0].text("subject") == "héllo"
    assert split_message(b"Subject: h\xe9llo\n\n")[0].text("subject") == "héllo"
    headers = split_message("Subject: Привет\n\n".encode("koi8-r"))[0]
    headers.charset = "koi8-r"
    assert headers.text("subject") == "Привет"


# --- encoded words -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("=?utf-8?Q?Gr=C3=B6=C3=9Fe?=", "Größe"),
        ("=?ISO-8859-1?q?a_b?= c", "a b c"),
        ("=?utf-8?B?R3LDtsOfZQ==?=", "Größe"),
        ("=?utf-8?B?R3LDtsOfZQ?=", "Größe"),
        ("=?utf-8?q?a?= =?utf-8?q?b?=", "ab"),
        ("=?utf-8?q?a?=\n =?iso-8859-1?q?=E9?=", "aé"),
        ("=?utf-8?q?a?= b =?utf-8?q?c?=", "a b c"),
        ("=?utf-8?Q?split_=C3?= =?utf-8?Q?=A9?=", "split é"),
        ("=?utf-8?Q?raw space?=", "raw space"),
        ("=?utf-8?Q?what??=", "what?"),
        ("x=?utf-8?Q?glued?=y", "xgluedy"),
        ("=?utf-8*id?Q?with_language?=", "with language"),
        ("=?utf-8?Q?cut_off", "cut off"),
        ("=?x-unknown-charset?Q?=41?=", "A"),
        ("=?utf-8?X?no?=", "=?utf-8?X?no?="),
        ("=?gb2312?B?xOO6ww==?=", "你好"),
        ("1 =? 2 ?= 3", "1 =? 2 ?= 3"),
    ],
)
def test_encoded_words_whole_and_broken(raw: str, text: str) -> None:
    assert decode_words(raw) == text


# --- ids -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "ids"),
    [
        ("<a@example.com>", ["a@example.com"]),
        ("<a@b> <c@d>\t<e@f>", ["a@b", "c@d", "e@f"]),
        ("<a@b><c@d>", ["a@b", "c@d"]),
        ("<fol ded@b>", ["folded@b"]),
        ("<Your message of Monday>", []),
        ('Message from Ayu "Tuesday" <a@b>', ["a@b"]),
        ("<>", []),
        ("<a@b", []),
        ("no id", []),
        ("<" + "a" * 999 + ">", []),
        ("<no-sign>", ["no-sign"]),
        ("=?utf-8?q?=3Ca=40b=3E?= <c@d>", ["a@b", "c@d"]),
    ],
)
def test_message_ids(field: str, ids: list[str]) -> None:
    assert message_ids(field) == ids


def test_a_message_id_without_brackets_counts_when_it_is_one_word() -> None:
    assert own_message_id(" a@example.com ") == "a@example.com"
    assert own_message_id("two words@example.com") is None
    assert own_message_id("") is None


# --- parameters --------------------------------------------------------------------------------


def test_parameters_of_all_kinds() -> None:
    value = (
        "Text/Plain; charset=\"utf-8\"; format=flowed; name*0*=utf-8''a%20; name*1=b; "
        "other*=iso-8859-1''%E9; charset=second"
    )
    content_type, found = parameters(value)
    assert content_type == "text/plain"
    assert found["charset"] == "utf-8"
    assert found["format"] == "flowed"
    assert found["name"] == "a b"
    assert found["other"] == "é"


def test_a_quoted_parameter_may_hold_semicolons_and_escapes_and_stay_open() -> None:
    assert parameters(r'a/b; boundary="x;\"y"')[1] == {"boundary": 'x;"y'}
    assert parameters('a/b; boundary="open')[1] == {"boundary": "open"}


# --- people --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "name", "email"),
    [
        ("Ayu Lestari <Ayu@Example.com>", "Ayu Lestari", "ayu@example.com"),
        ('"Lestari, Ayu" <ayu@example.com>', "Ayu Lestari", "ayu@example.com"),
        ("Lestari, Ayu <ayu@example.com>", "Ayu Lestari", "ayu@example.com"),
        ("'Ayu Lestari' <ayu@example.com>", "Ayu Lestari", "ayu@example.com"),
        ("ayu@example.com (Ayu Lestari)", "Ayu Lestari", "ayu@example.com"),
        ("ayu@example.com (Ayu (Geo) Lestari)", "Ayu (Geo) Lestari", "ayu@example.com"),
        ("ayu@example.com", "ayu", "ayu@example.com"),
        ("<ayu@example.com>", "ayu", "ayu@example.com"),
        ('"ayu@example.com" <ayu@example.com>', "ayu", "ayu@example.com"),
        ("=?utf-8?q?Ay=C3=BA?= <ayu@example.com>", "Ayú", "ayu@example.com"),
        ("=?utf-8?q?Lestari=2C_Ayu?= <ayu@example.com>", "Ayu Lestari", "ayu@example.com"),
        ("ayu at example.com (Ayu Lestari)", "Ayu Lestari", "ayu@example.com"),
        ("ayu at example.com (Lestari, Ayu (DEH))", "Ayu Lestari (DEH)", "ayu@example.com"),
        ('"Ayu" <ayu at example.com>', "Ayu", "ayu@example.com"),
        ('"Ayu L" [ayu at example.com]', "Ayu L", "ayu@example.com"),
        ("Ayu <ayu at example.com<mailto:ayu at example.com>>", "Ayu", "ayu@example.com"),
        ("ayu at example.com (ayu at example.com)", "ayu", "ayu@example.com"),
        ("A <a@example.com>, B <b@example.com>", "A", "a@example.com"),
        ("Team: Ayu <ayu@example.com>;", "Ayu", "ayu@example.com"),
        (r'"Ayu \"Yu\" L" <ayu@example.com>', "Ayu Yu L", "ayu@example.com"),
        (r"Ayu(of \) Solo) <ayu(at (my) home)@example.com(a host)>", "Ayu", "ayu@example.com"),
        ('Ayu <"a(yu"@example.com>', "Ayu", None),
    ],
)
def test_authors_as_mail_and_pipermail_write_them(field: str, name: str, email: str | None) -> None:
    author = parse_author(field)
    assert (author.name, author.email) == (name, email)


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("@yu @end|ng |rom ex@mp|e@com (Ayu Lestari)", "Ayu Lestari"),
        ("@yu @ending from ex@mple@com (Ayu Lestari)", "Ayu Lestari"),
        ("Ayu Lestari <user@...>", "Ayu Lestari"),
        ("Ayu Lestari <ayul...@example.com>", "Ayu Lestari"),
        ("Ayu Lestari <[EMAIL PROTECTED]>", "Ayu Lestari"),
        ("Ayu Lestari <[email protected]>", "Ayu Lestari"),
        ("Ayu Lestari", "Ayu Lestari"),
        ("Ayu Lestari <>", "Ayu Lestari"),
    ],
)
def test_addresses_hidden_beyond_undoing_give_none_but_keep_the_name(field: str, name: str) -> None:
    author = parse_author(field)
    assert author.email is None
    assert author.name == name


def test_the_written_address_is_kept_where_it_is_hidden() -> None:
    assert parse_author("ayul...@example.com (Ayu)") == Author("Ayu", None, "ayul...@example.com")
    assert parse_author("Ayu <ayu (at) example>").written == "ayu (at) example"


@pytest.mark.parametrize(
    "name",
    [
        "Life is hard, and then you die",
        "Ayu Lestari, PhD",
        "Ayu, Budi, Citra",
        "PT Contoh, 24 jam",
    ],
)
def test_a_comma_that_parts_no_names_stays(name: str) -> None:
    assert tidy_name(name) == name


def test_names_are_cut_to_two_hundred_characters() -> None:
    assert len(parse_author("a" * 5000 + " <a@example.com>").name) == 200


def test_recipients_are_lower_case_distinct_and_in_order() -> None:
    field = '"B, x" <B@example.com>, a@example.com, Group: c@example.com;, b@EXAMPLE.com (again)'
    assert addresses_in(field) == ("b@example.com", "a@example.com", "c@example.com")
    commented = "Group(some)\n :Ayu <a@(her host.)example.com>,\n B <b@example.com> (him); (end)"
    assert addresses_in(commented) == ("a@example.com", "b@example.com")


def test_an_empty_or_senseless_recipient_field_names_nobody() -> None:
    assert addresses_in("") == ()
    assert addresses_in("undisclosed-recipients:;") == ()


# --- dates ---------------------------------------------------------------------------------------


def instant(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]  # year to minute


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Wed, 9 Jul 2003 23:41:58 +0900", (2003, 7, 9, 14, 41, 58)),
        ("Wed, 9 Jul 2003 23:41:58 +0900 (JST)", (2003, 7, 9, 14, 41, 58)),
        ("9 Jul 2003 23:41 -0130", (2003, 7, 10, 1, 11)),
        ("Mon, 3 Feb 97 10:00:00 EST", (1997, 2, 3, 15)),
        ("Mon, 3 Feb 03 10:00:00 PDT", (2003, 2, 3, 17)),
        ("Mon, 3 Feb 103 10:00:00 GMT", (2003, 2, 3, 10)),
        ("Sel, 3 Agt 2010 10:00:00 WIB", (2010, 8, 3, 3)),
        ("Tue Oct  5 10:00:00 2010", (2010, 10, 5, 10)),
        ("2010-10-05 10:00:00 +0200", (2010, 10, 5, 8)),
        ("2010-10-05T10:00:00Z", (2010, 10, 5, 10)),
        ("Tue, 05-Oct-2010 10:00:00 GMT", (2010, 10, 5, 10)),
        ("Tue, 5 Oct 2010 10:00:60 +0000", (2010, 10, 5, 10, 0, 59)),
        ("Tue, 5 Oct 2010 10:00:00 A", (2010, 10, 5, 10)),
        ("Tue, 5 Oct 2010 10:00:00 -0000", (2010, 10, 5, 10)),
        ("Tue, 5 Oct 2010 10:00:00 +9959", (2010, 10, 5, 10)),
        ("Tue, 5 Oct 2010 10.00.00 +0000", (2010, 10, 5, 10)),
    ],
)
def test_dates_of_all_ages(written: str, expected: tuple[int, ...]) -> None:
    assert parse_date(written) == instant(*expected)


@pytest.mark.parametrize(
    "written",
    ["", "yesterday", "32 Jan 2010 10:00:00 +0000", "1 Foo 2010 10:00:00", "1 Jan 2010 25:00:00"],
)
def test_what_is_no_date_gives_none(written: str) -> None:
    assert parse_date(written) is None


def test_received_holds_its_date_after_the_last_semicolon() -> None:
    value = "from a by b; x;\tMon, 29 Apr 2019 03:18:08 +0200 (CEST)"
    assert parse_received(value) == instant(2019, 4, 29, 1, 18, 8)
    assert parse_received("from a by b") is None


def test_dates_before_mail_or_long_after_now_or_receipt_are_absurd() -> None:
    now = instant(2020, 1, 10)
    assert is_plausible(instant(2020, 1, 11), now, None)
    assert not is_plausible(now + timedelta(days=3), now, None)
    assert not is_plausible(instant(1970, 1, 1), now, None)
    assert not is_plausible(instant(2019, 6, 5), now, instant(2019, 6, 1))


def test_ids_in_encoded_words_and_without_brackets_are_ids() -> None:
    assert message_ids("=?utf-8?q?=3Ca=2Elong=40exam?= =?utf-8?q?ple=2Ecom=3E?=") == [
        "a.long@example.com"
    ]
    assert message_ids("a@example.com, b@example.com") == ["a@example.com", "b@example.com"]
    assert message_ids('Your message of "Mon" to ann@example.com') == []
    assert own_message_id("=?utf-8?b?PGFAZXhhbXBsZS5jb20+?=") == "a@example.com"
    assert own_message_id(" 20040301.12345 ") == "20040301.12345"


def test_an_address_without_brackets_is_no_id_of_a_parent() -> None:
    raw = b"From: a@example.com\nTo: b@example.com\nIn-Reply-To: %s\n\nx"
    assert parse_message(raw % b"b@example.com").references == ()
    assert parse_message(raw % b"q1@example.com").parent_reference == "q1@example.com"


def test_a_type_without_a_semicolon_before_its_parameter_keeps_both() -> None:
    wanted = ("multipart/mixed", {"boundary": "zz"})
    assert parameters('multipart/mixed boundary="zz"') == wanted
    assert parameters("multipart/mixed, boundary=zz") == wanted


def test_a_first_field_that_is_indented_is_a_field() -> None:
    message = parse_message(b"  From: ann@example.com\nSubject: valve\n\nbody\n")
    assert (message.author.email, message.subject) == ("ann@example.com", "valve")
    assert message.text == "body"


def test_resent_date_stands_in_for_a_date_that_is_missing() -> None:
    message = parse_message(b"From: a@example.com\nResent-Date: 6 Jan 2004 10:00:00 +0000\n\nx")
    assert message.date is not None
    assert message.date.year == 2004
