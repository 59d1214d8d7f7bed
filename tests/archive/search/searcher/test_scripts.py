"""Scripts without blanks, and letters that have several forms."""

from __future__ import annotations

import pytest

from tests.archive.search.searcher.library import Archive, mail
from tests.archive.search.searcher.test_snippets import marks, snippet_of

TEXTS = {
    "ja": "この全文検索はとても遅いです。ﾃﾞｰﾀﾍﾞｰｽも確認してください。",
    "zh": "我们的邮件列表服务器昨天停机了，请管理员检查。",
    "ko": "검색을 하면 서버가 멈춥니다.",
    "th": "ระบบค้นหาข้อความช้ามากเมื่อวานนี้",
    "tr": "İSTANBUL'da sunucu yavaş, IŞIK yok.",
    "de": "Die Straße heißt Groẞe Gasse.",
    "en": "The ﬁle uses ＰＨＰ and ½ of the oﬃce.",
    "ru": "Поиск ещё медленный, йод.",
}


@pytest.fixture
def texts(local: Archive) -> Archive:
    for name, text in TEXTS.items():
        local.keep(mail(name, "x", text))
    return local


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("検索", {"ja"}),
        ("全文検索", {"ja"}),
        ("検文", set()),
        ("データベース", {"ja"}),
        ("邮件列表", {"zh"}),
        ("服务器 管理员", {"zh"}),
        ("검색", {"ko"}),
        ("서버", {"ko"}),
        ("ค้นหา", {"th"}),
        ("ข้อความ", {"th"}),
        ("检查*", {"zh"}),
        ("istanbul", {"tr"}),
        ("İstanbul", {"tr"}),
        ("yavas", {"tr"}),
        ("strasse", {"de"}),
        ("GROSSE", {"de"}),
        ("file php office", {"en"}),
        ("ｆｉｌｅ", {"en"}),
        ("еще", {"ru"}),
    ],
)
def test_a_part_of_a_text_is_found_in_whatever_form(
    texts: Archive, query: str, names: set[str]
) -> None:
    assert texts.found(query) == names


@pytest.mark.parametrize(
    ("query", "marked"),
    [
        ("検索", ["検索"]),
        ("邮件列表 请管理员", ["邮件列表", "请管理员"]),
        ("검색", ["검색"]),
        ("ค้นหา", ["ค้นหา"]),
        ("ISTANBUL", ["İSTANBUL"]),
    ],
)
def test_what_was_found_is_marked(texts: Archive, query: str, marked: list[str]) -> None:
    assert marks(snippet_of(texts, query)) == marked
