from __future__ import annotations

import pytest

from archive.mail.charset import CHARSET_UNKNOWN, CHARSET_WRONG, decode_bytes, find_codec


@pytest.mark.parametrize(
    ("declared", "text"),
    [
        ("utf-8", "Größe, 日本語"),
        ("iso-8859-1", "café"),
        ("windows-1252", "“quoted” – yes"),
        ("iso-8859-15", "10 €"),
        ("koi8-r", "Привет"),
        ("koi8-u", "Привіт"),
        ("gb18030", "你好，世界"),
        ("big5", "你好"),
        ("iso-2022-jp", "日本語です"),
        ("euc-jp", "日本語"),
        ("shift_jis", "カタカナ"),
        ("euc-kr", "안녕하세요"),
        ("iso-2022-kr", "안녕"),
        ("windows-1251", "Привет"),
        ("tis-620", "สวัสดี"),
        ("utf-16", "wide Ω"),
    ],
)
def test_text_survives_its_declared_charset(declared: str, text: str) -> None:
    python_name = {"tis-620": "tis-620"}.get(declared, declared)
    assert decode_bytes(text.encode(python_name), declared) == (text, None)


@pytest.mark.parametrize(
    ("declared", "codec"),
    [
        ("x-sjis", "cp932"),
        ("gb2312", "gb18030"),
        ("ks_c_5601-1987", "cp949"),
        ("iso-8859-8-i", "iso8859-8"),
        (' "UTF-8" ', "utf-8"),
        ("ISO_8859-1", "iso8859-1"),
        ("utf8", "utf-8"),
    ],
)
def test_aliases_lead_to_a_codec(declared: str, codec: str) -> None:
    assert find_codec(declared) == codec


@pytest.mark.parametrize(
    "declared",
    ["utf-7", "unicode_escape", "idna", "base64", "rot13", "x" * 5000, "utf-8\x00", "no such"],
)
def test_names_that_are_no_charset_are_refused(declared: str) -> None:
    assert find_codec(declared) is None
    assert decode_bytes(b"+ADw-b+AD4- \\u0041", declared) == (
        "+ADw-b+AD4- \\u0041",
        CHARSET_UNKNOWN,
    )


def test_utf7_markup_stays_encoded() -> None:
    text, defect = decode_bytes(b"+ADw-script+AD4-", "UTF-7")
    assert "<" not in text
    assert defect == CHARSET_UNKNOWN


def test_missing_charset_is_utf8_then_windows_1252() -> None:
    assert decode_bytes("naïve €".encode()) == ("naïve €", None)
    assert decode_bytes("naïve €".encode("cp1252")) == ("naïve €", None)


def test_unknown_label_without_a_promise_is_no_defect() -> None:
    assert decode_bytes("é".encode(), "unknown-8bit") == ("é", None)


def test_ascii_label_on_eight_bit_text_is_a_defect_but_read() -> None:
    assert decode_bytes("é".encode("latin-1"), "us-ascii") == ("é", CHARSET_WRONG)


def test_utf8_label_on_latin1_text_falls_back_to_windows_1252() -> None:
    assert decode_bytes(b"caf\xe9 \x93x\x94", "utf-8") == ("café “x”", CHARSET_WRONG)


def test_latin1_label_on_utf8_text_is_read_as_utf8() -> None:
    assert decode_bytes("Balás".encode(), "iso-8859-1") == ("Balás", CHARSET_WRONG)


def test_broken_multibyte_text_keeps_what_can_be_read() -> None:
    text, defect = decode_bytes("日本".encode("euc-jp") + b"\xff", "euc-jp")
    assert text.startswith("日本")
    assert defect == CHARSET_WRONG


def test_positions_without_a_character_in_windows_1252_do_not_fail() -> None:
    assert len(decode_bytes(b"a\x81\x8d\xff")[0]) == 4


def test_nul_and_other_controls_are_removed_but_not_tab_and_line_ends() -> None:
    assert decode_bytes(b"a\x00b\x07\tc\r\nd\x1b")[0] == "ab\tc\r\nd"
    assert decode_bytes("a\x00b".encode("utf-16"), "utf-16")[0] == "ab"


def test_byte_order_mark_is_dropped() -> None:
    assert decode_bytes(b"\xef\xbb\xbfhi", "utf-8") == ("hi", None)


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        ("Привет, как дела? Письмо без указания кодировки.", "koi8-r"),
        ("Привет, как дела? Письмо без указания кодировки.", "cp1251"),
        ("这是一封没有说明字符集的信，报价单.doc", "gb18030"),
        ("안녕하세요 저는 한국 사람입니다 반갑습니다", "cp949"),
        ("漢字テスト", "iso2022_jp"),
        ("Die Frösche fürchten sich über alle Maßen", "latin-1"),
        ("Ça été où", "latin-1"),
        ("“quoted” — said", "cp1252"),
    ],
)
def test_undeclared_charsets_are_told_by_their_bytes(text: str, charset: str) -> None:
    assert decode_bytes(text.encode(charset)) == (text, None)


CHINESE = "各位朋友大家好，請問有沒有人知道如何在這個系統上安裝最新版本的軟體？謝謝大家的幫忙。\n"
JAPANESE = (
    "皆さん、こんにちは。このシステムに最新のソフトウェアをインストールする方法をご存じですか。\n"
)
THAI = "สวัสดีครับ ผมอยากทราบว่าจะติดตั้งโปรแกรมรุ่นล่าสุดอย่างไร ขอบคุณครับ\n"
FRENCH = "Bonjour à tous, j'ai déjà essayé, mais ça n'a pas marché. Où est-ce que ça se trouve ?\n"


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        (CHINESE, "big5"),
        (CHINESE, "gb18030"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc-jp"),
        (THAI, "cp874"),
        (FRENCH * 9, "latin-1"),
    ],
)
@pytest.mark.parametrize("before", ["", "Hi, see below.\n"])
def test_undeclared_text_of_the_east_is_guessed_where_it_is_long_enough(
    text: str, charset: str, before: str
) -> None:
    assert decode_bytes((before + text).encode(charset))[0] == before + text


@pytest.mark.parametrize(
    ("declared", "codec"),
    [
        ("windows-874", "cp874"),
        ("latin-9", "iso8859-15"),
        ("x-cp1250", "cp1250"),
        ("win-1251", "cp1251"),
        ("x-euc-jp", "euc_jp"),
        ("csshiftjis", "cp932"),
        ("8859-2", "iso8859-2"),
        ("dos-866", "cp866"),
        ("ks_c_5601-1989", "cp949"),
        ("windows-936", "gb18030"),
        ("x-utf-7", None),
        ("unicode_escape", None),
    ],
)
def test_names_that_programs_give_to_charsets(declared: str, codec: str | None) -> None:
    assert find_codec(declared) == codec


def test_windows_letters_in_iso_2022_jp_are_read() -> None:
    circled = b"\x1b$BF|K\\8l\x1b(B \x1b$B-!\x1b(B"
    assert decode_bytes(circled, "iso-2022-jp")[0] == "日本語 ①"
    ibm = b"\x1b$BF|K\\$N\x1b(B\x1b$B|b\x1b(B\x1b$B66$5$s\x1b(B, \x1b(I1\x1b(B"
    assert decode_bytes(ibm, "iso-2022-jp")[0] == "日本の髙橋さん, ｱ"
