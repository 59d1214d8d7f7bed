"""What a body is made of: prose flows, everything else keeps its lines and columns."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.pages.bodies.shaping import FIXED, blocks
from api.pages.bodies.signs import Shape

R_SESSION = """\
> x <- matrix(1:6, nrow = 2)
> x
     [,1] [,2] [,3]
[1,]    1    3    5
[2,]    2    4    6"""
R_SCRIPT = """\
# An example of a buffer in library(kebun)
library(kebun)
pohon <- baca("pohon.csv", header = TRUE)
plot(pohon$tinggi ~ pohon$umur,
     col = "green")"""
R_SUMMARY = """\
Coefficients:
            Estimate Std. Error t value Pr(>|t|)
(Intercept)   12.300      1.200   10.25   <2e-16 ***
umur           0.450      0.030   15.00   <2e-16 ***"""
R_STRUCTURE = """\
'data.frame':   12 obs. of  3 variables:
 $ nama  : chr  "Ayu" "Budi" ...
 $ tinggi: num  1.5 1.7 ...
 ..@ proj: chr "longlat" """
PYTHON = """\
from pasar import harga
def total(items):
    for item in items:
        print(item)
    return sum(items)"""
PYTHON_SESSION = """\
>>> harga["beras"]
12000
>>> total([1, 2])
3"""
TRACEBACK = """\
Traceback (most recent call last):
  File "pasar.py", line 3, in <module>
    main()
KeyError: 'beras'"""
SQL = """\
SELECT name, population
FROM cities
WHERE population > 100000
AND country = 'ID'
ORDER BY name;"""
SQL_SMALL = """\
select name, population
from cities
where population > 100000
order by name;"""
PSQL = """\
pasar=# select * from harga;
 id | nama  | rupiah
----+-------+--------
  1 | beras |  12000
(1 row)"""
SHELL = """\
$ cd /srv/pasar
$ ls -la
total 12
drwxr-xr-x 2 ayu ayu 4096 Jan  1 10:00 ."""
SHELL_ROOT = """\
root@gerbang:~# ip addr show eth0
2: eth0: <BROADCAST,MULTICAST,UP> mtu 1500
    inet 192.0.2.1/24 scope global eth0"""
C = """\
#include <stdio.h>
int main(void)
{
    int count = 0;
    while (count < 3)
        printf("%d\\n", count++);
    return 0;
}"""
GDB = """\
(gdb) bt
#0  0x00007f in raise () from /lib/libc.so.6
#1  0x00007f in abort () from /lib/libc.so.6"""
IRB = """\
irb(main):001:0> 1 + 1
=> 2"""
CONFIG = """\
[Interface]
Address = 10.0.0.1/24
ListenPort = 51820"""
JSON = """\
{
  "name": "Ayu",
  "posts": [1, 2, 3]
}"""
XML = """\
<place>
  <name>Bandung</name>
</place>"""
LOG = """\
Jan  3 10:00:01 gerbang kernel: eth0: link up
Jan  3 10:00:02 gerbang dhclient: bound to 192.0.2.7"""
TABLE = """\
Barang        Harga   Jumlah
Kabel UTP    12.000       40
Konektor      1.500      200"""
WORDS_IN_COLUMNS = """\
Senin   nasi goreng   ayam bakar
Selasa  mi rebus      ikan asin"""
TABBED = "nama\tkota\nAyu\tBandung\nBudi\tMedan"
FORTRAN = """\
      do 10 i = 1, n
        x(i) = 0.0
   10 continue"""
MATRIX = "1 0 0\n0 1 0\n0 0 1"
DRAWING = """\
  +------+     +------+
  | hulu |---->| hilir|
  +------+     +------+"""
MAKE = """\
checking for gcc -std=gnu99 option to accept ISO C89... none needed
checking how to run the C preprocessor... gcc -std=gnu99 -E"""
FIXED_TEXTS = {
    name: text for name, text in list(globals().items()) if name.isupper() and name != "FIXED"
}


@pytest.mark.parametrize("text", FIXED_TEXTS.values(), ids=FIXED_TEXTS)
def test_what_is_not_prose_keeps_its_lines_and_columns(text: str) -> None:
    found = list(blocks(text.split("\n")))

    assert all(block.shape in FIXED for block in found)
    assert [line for block in found for line in block.lines] == text.rstrip().split("\n")


@pytest.mark.parametrize("text", FIXED_TEXTS.values(), ids=FIXED_TEXTS)
def test_code_between_sentences_is_parted_from_them_and_keeps_its_lines(text: str) -> None:
    before = "I tried this on my machine yesterday, and it gave me\nwhat you see:"
    after = "Does anybody here know what I should do about that?"
    found = list(blocks(f"{before}\n{text}\n{after}".split("\n")))
    kept = [line for block in found for line in block.lines]

    assert all(line in kept for line in text.rstrip().split("\n"))
    assert found[0].shape not in FIXED
    assert found[-1].lines == (after,)


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        (R_SESSION, Shape.CONSOLE),
        (R_SCRIPT, Shape.CODE),
        (R_SUMMARY, Shape.TABLE),
        (PYTHON_SESSION, Shape.CONSOLE),
        (TRACEBACK, Shape.CONSOLE),
        (SHELL, Shape.CONSOLE),
        (TABLE, Shape.TABLE),
        (C, Shape.CODE),
        ("diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b", Shape.DIFF),
    ],
)
def test_each_is_named_for_what_it_is(text: str, shape: Shape) -> None:
    assert [block.shape for block in blocks(text.split("\n"))] == [shape]


PROSE = [
    (
        "I would like to know how the two packages differ, because the results that\n"
        "I get (see below) are not what I expected from the documentation, and the\n"
        "second one takes hours."
    ),
    (
        "Terima kasih banyak atas jawabannya. Saya sudah mencoba cara yang Bapak\n"
        "sarankan kemarin, tetapi hasilnya masih belum sesuai dengan yang saya\n"
        "harapkan."
    ),
    (
        "Use the function spTransform() before you call over(), since both layers\n"
        "must share one reference system; otherwise nothing falls into a polygon\n"
        "and all values are NA."
    ),
    (
        "Das Paket rechnet die Entfernungen in Metern, wenn die Koordinaten\n"
        "projiziert sind, und sonst in Grad, was meistens nicht gemeint ist."
    ),
    (
        "The server has 32 GB of memory, and version 2.1 of the program ran there\n"
        "for 12 days; see https://example.org/report?id=12&page=3 for the details\n"
        "of that test."
    ),
]


@pytest.mark.parametrize("text", PROSE)
def test_prose_that_a_mail_program_broke_flows_again(text: str) -> None:
    (block,) = blocks(text.split("\n"))

    assert block.shape is Shape.PROSE
    assert block.lines == (text.replace("\n", " "),)


def test_letters_of_scripts_without_blanks_are_joined_without_one() -> None:
    first = "これは長い文章です。" * 6
    (block,) = blocks([first, "次の行に続いています。"])

    assert block.lines == (first + "次の行に続いています。",)


@pytest.mark.parametrize(
    "text",
    [
        # A pantun.
        (
            "Kalau ada sumur di ladang\nBolehlah kita menumpang mandi\n"
            "Kalau ada umurku panjang\nBolehlah kita berjumpa lagi"
        ),
        (
            "The river that my grandfather had crossed before the war was wide and slow\n"
            "And nobody remembers now the names of those who stood there\n"
            "But on the bank the kapok trees have kept their places row by row\n"
            "As if they waited for a boat to come and fetch them"
        ),
        "Ayu Lestari\nJalan Melati 7\nBandung 40115",
        "Ayu Lestari\nhttps://example.org/a/rather/long/address/of/a/page/about/gardens/and/seeds",
        (
            "From: Ayu Lestari of the gardening club on the other side of town\n"
            "To: everybody who still has seeds from the last year in the drawer"
        ),
    ],
)
def test_verse_and_addresses_keep_their_lines(text: str) -> None:
    found = list(blocks(text.split("\n")))

    assert [line for block in found for line in block.lines] == text.split("\n")
    assert not any(block.shape in FIXED for block in found)


def test_a_list_keeps_its_items_and_their_depth() -> None:
    text = (
        "1. First we dig the hole, as deep as the roots of the young tree are long,\n"
        "   and a little wider.\n"
        "  a) with a spade\n"
        "  b) by hand\n"
        "2. Then we water it."
    )
    (block,) = blocks(text.split("\n"))

    assert block.shape is Shape.LIST
    assert block.lines == (
        (
            "1. First we dig the hole, as deep as the roots of the young tree are long, "
            "and a little wider."
        ),
        "  a) with a spade",
        "  b) by hand",
        "2. Then we water it.",
    )


def test_a_comment_never_swallows_the_statement_below_it() -> None:
    text = (
        "# An example with two layers of points and one of lines, in library(kebun)\nlibrary(kebun)"
    )

    assert [block.lines for block in blocks(text.split("\n"))] == [tuple(text.split("\n"))]


def test_two_statements_are_never_one_line() -> None:
    text = 'filename = "a-long-name-of-a-file-with-the-data-of-two-years.nc"\nnc <- open(filename)'

    assert [block.lines for block in blocks(text.split("\n"))] == [tuple(text.split("\n"))]


def test_an_inner_quote_is_no_console_and_a_console_in_a_quote_is_one() -> None:
    quote = "> I think that the first of them is better, since it needs no key.\n> Yes."
    console = "> library(kebun)\n> tanam(3)\n[1] 3"

    assert all(block.shape not in FIXED for block in blocks(quote.split("\n")))
    assert [block.shape for block in blocks(console.split("\n"))] == [Shape.CONSOLE]


def test_blank_lines_within_code_stay() -> None:
    text = "x <- 1\n\n\ny <- 2"

    assert [block.lines for block in blocks(text.split("\n"))] == [tuple(text.split("\n"))]


@given(st.text(alphabet="ab <>$#%=;(){}[]|\t\n.,:+-*12'\"\\日", max_size=300))
def test_every_letter_stays_in_its_place_whatever_the_text(text: str) -> None:
    kept = "".join("".join(block.lines) for block in blocks(text.split("\n")))

    assert "".join(kept.split()) == "".join(text.split())


@given(st.lists(st.sampled_from(["x <- f(y)", "if (a) {", "}", "$ ls -l", "[1] 2", "y = 3;"])))
def test_statements_are_never_joined(lines: list[str]) -> None:
    assert [line for block in blocks(lines) for line in block.lines] == lines


@pytest.mark.parametrize(
    "unit",
    ["ab\n", "x <- 1\n", "1\n", "> \n", "a  " * 130 + "\n", "if " + "x " * 190 + "\n", "a@" * 190,
     "<a " + "x " * 190 + "\n", "=~^" * 130 + "\n", "-a " * 130 + "\n", "日\n", "("],
)  # fmt: skip
def test_a_hostile_text_is_shaped_in_time_linear_in_its_size(unit: str) -> None:
    lines = (unit * (200_000 // len(unit))).split("\n")
    started = time.process_time()
    for _ in blocks(lines):
        pass
    assert time.process_time() - started < 5
