"""Hostile messages of about a megabyte, each made to be slow or large to read somewhere."""

from __future__ import annotations

from collections.abc import Callable

SIZE = 1_000_000
HEAD = b"From: Ayu <ayu@example.com>\nSubject: x\nMessage-ID: <x@example.com>\n"
HTML = HEAD + b"Content-Type: text/html\n\n"
PLAIN = HEAD + b"\n"


def _filled(unit: bytes, size: int = SIZE) -> bytes:
    return unit * (size // len(unit))


def _text(unit: bytes) -> bytes:
    return PLAIN + _filled(unit)


def _html(unit: bytes) -> bytes:
    return HTML + _filled(unit)


def _field(name: bytes, unit: bytes, start: bytes = b"") -> bytes:
    return name + b": " + start + _filled(unit) + b"\n" + PLAIN


def _nested(kind: bytes) -> bytes:
    levels = SIZE // 60
    heads = (
        b"Content-Type: multipart/%s; boundary=%d\n\n--%d\n" % (kind, level, level)
        for level in range(levels)
    )
    return HEAD + b"".join(heads) + b"\nwords"


def _same_boundary(kind: bytes) -> bytes:
    return HEAD + _filled(b"Content-Type: multipart/%s; boundary=a\n\n--a\n" % kind)


def _parts(head: bytes, body: bytes = b"x") -> bytes:
    return (
        HEAD
        + b"Content-Type: multipart/mixed; boundary=a\n\n"
        + _filled(b"--a\n" + head + b"\n" + body + b"\n")
        + b"--a--\n"
    )


SHAPES: dict[str, Callable[[], bytes]] = {
    "attribution without an end": lambda: PLAIN + b"On " + _filled(b"a ") + b"wrote:\n> x",
    "attributions": lambda: _text(b"On a b c d e f g\n"),
    "attributions ending in a colon": lambda: _text(b"On 1/2/2003 10:00 a:\n"),
    "attribution lines": lambda: _text(b"On 1/2/2003, A <a@b> wrote:\n"),
    "quoted lines": lambda: _text(b">\n"),
    "quote marks": lambda: _text(b">"),
    "quotes and answers": lambda: _text(b"> a\nb\n"),
    "quotes and blank lines": lambda: _text(b"> a\n\n\n"),
    "indented quotes": lambda: _text(b" > a\n"),
    "header blocks": lambda: _text(b"From: a\nSent: b\nSubject: c\n\n"),
    "from lines": lambda: _text(b"From: a\n"),
    "rules": lambda: _text(b"________\n"),
    "signatures": lambda: _text(b"-- \n"),
    "signatures and words": lambda: _text(b"-- \na\n"),
    "original messages": lambda: _text(b"-----Original Message-----\n"),
    "hunks": lambda: _text(b"@@ -1,9 +1,9 @@\n"),
    "hunks of great length": lambda: _text(b"@@ -1,999999 +1,999999 @@\n x\n"),
    "heads of files": lambda: _text(b"--- a\n+++ b\n"),
    "heads and hunks": lambda: _text(b"--- a\n+++ b\n@@ -1 +1 @@\n-a\n+b\n"),
    "words and hunks": lambda: _text(b"a\n@@ -1 +1 @@\n-a\n+b\n"),
    "statistics": lambda: PLAIN + _filled(b" a | 2 +-\n") + b"@@ -1 +1 @@\n-a\n+b\n",
    "statistics and hunks": lambda: _text(b" a | 2 +-\n\n@@ -1 +1 @@\n-a\n+b\n"),
    "fences": lambda: _text(b"```\n```a\n"),
    "openings of fences": lambda: _text(b"```a\n"),
    "footer lines": lambda: _text(b"To unsubscribe, send\n"),
    "device lines": lambda: _text(b"Sent from my iPhone\n"),
    "footer lines that end as attributions do": lambda: _text(b"To unsubscribe <a@b>:\n"),
    "disclaimers": lambda: _text(b"This e-mail is a\n"),
    "contact lines": lambda: _text(b"Tel. +62 21 555 0100\n"),
    "one line": lambda: _text(b"a"),
    "one line of spaces": lambda: _text(b" "),
    "blank lines": lambda: _text(b"\n"),
    "carriage returns": lambda: _text(b"\r"),
    "console": lambda: _text(b"> f(x)\n[1] 2\n"),
    "multiparts in multiparts": lambda: _nested(b"mixed"),
    "alternatives in alternatives": lambda: _nested(b"alternative"),
    "multiparts of one boundary": lambda: _same_boundary(b"mixed"),
    "alternatives of one boundary": lambda: _same_boundary(b"alternative"),
    "enclosed messages": lambda: HEAD + _filled(b"Content-Type: message/rfc822\n\n"),
    "digests": lambda: _same_boundary(b"digest"),
    "empty parts": lambda: _parts(b""),
    "parts with names": lambda: _parts(b"Content-Disposition: attachment; filename=a\n"),
    "parts of HTML": lambda: _parts(b"Content-Type: text/html\n", b"<p>x"),
    "boundary lines": lambda: (
        HEAD + b"Content-Type: multipart/mixed; boundary=a\n\n" + _filled(b"--ab\n")
    ),
    "boundaries in one line": lambda: (
        HEAD + b"Content-Type: multipart/mixed; boundary=a\n\n" + _filled(b"--a")
    ),
    "parameters": lambda: _field(b"Content-Type", b"; a=b", b"text/plain"),
    "segmented parameters": lambda: _field(b"Content-Type", b"; a*9*=b", b"text/plain"),
    "quoted parameter": lambda: _field(b"Content-Type", b'"\\', b'text/plain; a="'),
    "spaces in a parameter": lambda: _field(b"Content-Type", b" ", b"text/plain; a"),
    "fields": lambda: _filled(b"X-A: b\n") + PLAIN,
    "different fields": lambda: b"".join(b"X%d: b\n" % n for n in range(100_000)) + PLAIN,
    "folded field": lambda: _field(b"Subject", b"\n a"),
    "list-ids": lambda: _filled(b"List-Id: <a.b>\n") + PLAIN,
    "received": lambda: _field(b"Received", b"; ", b"x"),
    "encoded words": lambda: _field(b"Subject", b"=?utf-8?q?=41?= "),
    "openings of encoded words": lambda: _field(b"Subject", b"=?a?q?"),
    "half encoded words": lambda: _field(b"From", b"=?utf-8?b?"),
    "references": lambda: _field(b"References", b"<a@b> "),
    "openings of references": lambda: _field(b"References", b"<"),
    "recipients": lambda: _field(b"To", b"a@b, "),
    "comments in an address": lambda: _field(b"From", b"("),
    "quotes in an address": lambda: _field(b"From", b'"\\'),
    "groups": lambda: _field(b"To", b"a: "),
    "angle brackets": lambda: _field(b"From", b"<a@"),
    "marks of a subject": lambda: _field(b"Subject", b"Re: "),
    "tags of a subject": lambda: _field(b"Subject", b"[a] "),
    "brackets of a subject": lambda: _field(b"Subject", b"["),
    "forwards of a subject": lambda: _field(b"Subject", b"(fwd)"),
    "date": lambda: _field(b"Date", b"1 "),
    "base64": lambda: HEAD + b"Content-Transfer-Encoding: base64\n\n" + _filled(b"QQ==\n"),
    "base64 without an end": lambda: (
        HEAD + b"Content-Transfer-Encoding: base64\n\n" + _filled(b"QUFB") + b"!"
    ),
    "quoted-printable": lambda: (
        HEAD + b"Content-Transfer-Encoding: quoted-printable\n\n" + _filled(b"=")
    ),
    "uuencode": lambda: HEAD + b"Content-Transfer-Encoding: x-uuencode\n\n" + _filled(b"begin \n"),
    "flowed": lambda: (
        HEAD + b"Content-Type: text/plain; format=flowed; delsp=yes\n\n" + _filled(b"> a \n>> b \n")
    ),
    "enriched": lambda: HEAD + b"Content-Type: text/enriched\n\n" + _filled(b"<param>"),
    "iso-2022-jp": lambda: (
        HEAD + b"Content-Type: text/plain; charset=iso-2022-jp\n\n" + _filled(b"\x1b$B0\x1b(B")
    ),
    "utf-16": lambda: HEAD + b"Content-Type: text/plain; charset=utf-16\n\n" + _filled(b"\x00\xd8"),
    "high bytes": lambda: _text(b"\xc1\xb0 "),
    "div": lambda: _html(b"<div>"),
    "blockquote": lambda: _html(b"<blockquote>"),
    "blockquote with words": lambda: _html(b"<blockquote>a"),
    "nested lists": lambda: _html(b"<ul><li>a"),
    "links": lambda: _html(b'<a href="https://example.com/">a'),
    "formatting": lambda: _html(b"<b><i><p>"),
    "tables": lambda: _html(b"<table><tr><td>a"),
    "table rows": lambda: _html(b"<table>a"),
    "unclosed comments": lambda: _html(b"<!--"),
    "comments": lambda: _html(b"<!-- a -->"),
    "entities": lambda: _html(b"&amp;"),
    "unknown entities": lambda: _html(b"&a"),
    "attributes": lambda: HTML + b"<p " + _filled(b"a=b ") + b">x",
    "openings of tags": lambda: _html(b"<"),
    "openings of tags with names": lambda: _html(b"<a"),
    "scripts": lambda: _html(b"<script>"),
    "selects": lambda: _html(b"<select><option>"),
    "svg": lambda: _html(b"<svg><math>"),
    "templates": lambda: _html(b"<template>"),
    "pre": lambda: _html(b"<pre>\n"),
    "breaks": lambda: _html(b"<br>"),
    "few tags, much text": lambda: HTML + b"<blockquote>" * 300 + _filled(b"a<br>"),
}
