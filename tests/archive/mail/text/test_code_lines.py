"""Patches and fenced code are the author's."""

from __future__ import annotations

from tests.archive.mail.text.reading import own, split

PATCH = """Fix the stall.

Signed-off-by: Ayu <ayu@example.com>
---
 drivers/x.c | 2 +-
 1 file changed, 1 insertion(+), 1 deletion(-)

diff --git a/drivers/x.c b/drivers/x.c
--- a/drivers/x.c
+++ b/drivers/x.c
@@ -1,4 +1,4 @@
 switch (a) {
-case 1:
+case 2:
 default:
 \tbreak;"""


def test_patches_are_the_authors() -> None:
    assert own(PATCH) == PATCH
    assert own(PATCH + "\n-- \n2.25.1") == PATCH


def test_a_patch_is_code_with_its_statistics_and_heads() -> None:
    assert [kind for kind, _ in split(PATCH + "\n-- \n2.25.1")] == ["authored", "code", "signature"]
    code = split(PATCH)[1][1]
    assert code.startswith("---\n drivers/x.c | 2 +-")
    assert code.endswith("break;")


def test_lines_of_a_hunk_are_no_signature_no_quote_and_no_attribution() -> None:
    hunk = "@@ -1,4 +1,4 @@\n-- \n > x\n+Ayu wrote:\n \n-____\n+> y"
    parts = split(f"See:\n\n--- a/t.txt\n+++ b/t.txt\n{hunk}\n\nAyu")
    assert parts == [
        ("authored", "See:"),
        ("code", f"--- a/t.txt\n+++ b/t.txt\n{hunk}"),
        ("authored", "Ayu"),
    ]


def test_a_patch_whose_lines_were_wrapped_is_still_one() -> None:
    text = "Hi\n\n@@ -1,2 +1,2 @@\n-a long line that a mail\nprogram broke\n+b\n c\n\nBye"
    assert [kind for kind, _ in split(text)] == ["authored", "code", "authored"]


def test_fenced_code_is_code() -> None:
    text = "Try:\n```r\n> x <- 1\n-- \n```\nIt works."
    assert split(text) == [
        ("authored", "Try:"),
        ("code", "```r\n> x <- 1\n-- \n```"),
        ("authored", "It works."),
    ]
    assert own(text) == text


def test_a_fence_without_an_end_is_prose() -> None:
    assert split("a\n```\nb") == [("authored", "a\n```\nb")]
