"""Whose words a quote holds."""

from __future__ import annotations

import pytest

from archive.mail.message import SpanKind
from archive.mail.text.quoted_author import quoted_author
from archive.mail.text.spans import find_spans


@pytest.mark.parametrize(
    ("attribution", "author"),
    [
        ("On Tue, 27 Sep 2005 08:57:54 +0700\nS.Hikmat wrote:", "S.Hikmat"),
        ("On Fri, Jul 07, 2006 at 08:25:40PM +0700, Ayu Lestari <a@example.com> wrote:",
         "Ayu Lestari"),
        ("2011/5/26 Budi S <b...@example.com>", "Budi S"),
        ("--- On Thu, 8/28/08, Citra D <c@example.com> wrote:", "Citra D"),
        ('--- In list@example.com, "Dewi" <d@example.com> wrote:', "Dewi"),
        ("At 19:28 03/06/14 -0700, Eko wrote:", "Eko"),
        ("Pada 7 Juli 2006 20:25, Fajar <f@example.com> menulis:", "Fajar"),
        ("Pada Rabu, Ayu menulis:", "Ayu"),
        ("Gita menulis di 7/7/06 20:25:", "Gita"),
        ("Am 01.02.2003 um 10:00 schrieb Hans Huber:", "Hans Huber"),
        ("Le lun. 3 janv. 2022 à 10:00, Paul <p@example.com> a écrit :", "Paul"),
        ("On Thu, Feb 16, 2012 at 3:00 PM, Doe, John <j@example.com> wrote:", "Doe, John"),
        ("In article <x@example.com>, Kim wrote:", "Kim"),
        ("On Mon, 5 Dec 2005 11:52:11 -0800 (PST), Ayu L <a@example.com> wrote:", "Ayu L"),
        ("Am Freitag, den 26. August 2016, 10:00 +0200 schrieb Hans Huber:", "Hans Huber"),
        ("Am 26.08.2016 um 10:00 schrieben Sie:", ""),
        ("On Sun, Sam Field wrote:", "Sam Field"),
        ("Sam Field wrote:", "Sam Field"),
        ("-----Original Message-----\nFrom: Gita <g@example.com>\nSent: Monday", "Gita"),
        ("Dari: Hadi\nDikirim: Senin", "Hadi"),
        ("indra@example.com wrote:", "indra@example.com"),
        ("[EMAIL PROTECTED] wrote:", ""),
    ],
)  # fmt: skip
def test_whose_words_are_quoted(attribution: str, author: str) -> None:
    assert quoted_author(attribution) == author


def test_a_quote_knows_its_author_through_the_answers_between() -> None:
    text = (
        "On 1/2/2003 10:00, Ayu <a@example.com> wrote:\n> one?\nYes.\n> two?\nNo.\n\n"
        "Budi wrote:\n> three?\nPerhaps."
    )
    authors = [span.author for span in find_spans(text) if span.kind is SpanKind.QUOTED]
    assert authors == ["Ayu", "Ayu", "Budi"]
