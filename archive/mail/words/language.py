"""What a language gives: the words of one table, each field with its use.

*Words* are compared one by one as they stand. *Phrases* are in the notation of
``archive.mail.words.phrases``; where they tell of a line, a phrase must reach
the line's end unless it ends in a gap. All of it is in lower case. What a
language does not know yet is left out. Words stand in a table with one space
between, and ``_`` for a space within one; phrases stand one a line. Nobody
compares or prints tables, and each such method would cost time whenever Pakar starts.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from importlib.resources import files
from typing import Any, Final

from archive.mail.words.phrases import Words, phrases, words

Phrases = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Quoting:
    """How a reply names whom it quotes: ``On <date>, X wrote:``, and header blocks."""

    verbs: Words = ()
    """Verbs of saying, as a word of their own: ``wrote``. Of two words the last."""
    joined_verbs: Words = ()
    """What ends an attribution whole: verbs written onto the name, and verbs of two words."""
    openers: Words = ()
    """What leads an attribution that has a date: ``on``, ``in the week of``."""
    citing: Words = ()
    """What leads an attribution without a verb: ``quoting`` X <address>."""
    before_names: Words = ()
    """What may stand between date and name and is part of neither: ``at``, ``o'clock``."""
    after_names: Words = ()
    """What may stand between name and verb and is part of neither: ``has``."""
    days: Words = ()
    """The days of the week, and words like ``yesterday``."""
    short_days: Words = ()
    """The same as mail programs shorten them."""
    months: Words = ()
    """The months, in the case that a date puts them in."""
    short_months: Words = ()
    """The same as mail programs shorten them."""
    references: Words = ()
    """What leads a msg-id after the verb or before the name: ``in article``."""
    sentence_words: Words = ()
    """Words that are in sentences and in nobody's name: pronouns, articles."""
    on_behalf: Words = ()
    """What stands between a list or secretary and the author: ``on behalf of``."""
    through: Words = ()
    """What a list puts between an author and its own name: X ``via`` Y."""
    original: Words = ()
    """What mail programs write between dashes over a quoted message."""
    forwarded: Phrases = ()
    """The same over a forwarded message."""
    by_hand: Words = ()
    """Over a quote that people set themselves, to a line of dashes: ``quote``."""
    cuts: Words = ()
    """What stands, in brackets, for what was cut out of a quote."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Labels:
    """Names of header fields as programs translate them over a quoted message."""

    sender: Words = ()
    sent: Words = ()
    recipient: Words = ()
    subject: Words = ()
    other: Words = ()
    """Of any other field."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Endings:
    """What stands at the end of a message and is not the author's text."""

    devices: Words = ()
    """Words for what mail is written on, as beginnings."""
    device_lines: Phrases = ()
    """Whole lines with which devices sign; ``<device>`` is one of all languages' devices."""
    sent_from: Words = ()
    """What leads such a line, whatever the device, where nothing comes after it."""
    closings: Words = ()
    """What closes a letter, alone on the line before the name: ``best regards``."""
    device_notes: Phrases = ()
    """What people write themselves under their name."""
    footers: Phrases = ()
    """First lines of footers of lists, and of adverts of mail services."""
    banners: Phrases = ()
    """First lines of what an organisation puts over mail from outside."""
    list_words: Words = ()
    """What only a line about a mailing list holds, anywhere in it, under a rule."""
    disclaimers: Phrases = ()
    """Beginnings of legal notices, over as many as four lines."""
    removed_parts: Phrases = ()
    """Lines that list software puts in the place of a part it took out."""
    removed_part_details: Phrases = ()
    """Lines that may follow such a line."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Subjects:
    """Marks that mail programs put before a subject, without the colon."""

    reply: Words = ()
    forward: Words = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Automation:
    """What programs write where nobody writes."""

    bounce_subjects: Phrases = ()
    """Beginnings of the subject of mail that could not be delivered."""
    bounce_texts: Phrases = ()
    """What stands near the beginning of the text of such mail."""
    absence_subjects: Phrases = ()
    """Beginnings of the subject of automatic replies."""
    absence_words: Words = ()
    """Words, or parts of them, without one of which no text says that somebody is away."""
    absences: Phrases = ()
    """How notices say that somebody is away."""
    absence_details: Phrases = ()
    """What notices add: thanks for the message, when it is read, whom to ask meanwhile."""
    turns: Words = ()
    """What leads to something else in the same sentence: ``but``."""
    program_texts: Phrases = ()
    """What programs say about themselves."""
    no_reply: Words = ()
    """What follows ``no-`` in addresses that nobody reads: ``reply``."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Thanks:
    """Thanks for help received, told from thanks in advance."""

    words: Words = ()
    """Single words that thank."""
    pairs: Words = ()
    """Two words that thank together: ``terima kasih``. One typo in each is allowed."""
    misspelt: Words = ()
    """Long words that thank, typos and all, since no other word is near."""
    hoped: Words = ()
    """Those of ``words`` that may stand in a wish: ``appreciate``."""
    hoping: Words = ()
    """What shortly before them makes it a wish: ``would``."""
    not_after: Words = ()
    """What, right after the words, makes it no thanks: thanks ``to the`` driver."""
    not_before: Words = ()
    """What, shortly before the words, makes it no thanks: ``no`` thanks."""
    advance: Words = ()
    """What makes it thanks in advance, near the words."""
    advance_misspelt: Words = ()
    """Long words of ``advance``, typos and all."""
    requests: Words = ()
    """Words that ask for help; thanks after them are polite and no more."""
    strong_requests: Words = ()
    """Those that make thanks in the same sentence thanks in advance."""
    received: Words = ()
    """What only an answer brings: thanks for the ``reply``."""
    angry: Phrases = ()
    """What makes thanks bitter: ``for nothing``."""
    greetings: Phrases = ()
    """What opens a text and is not read."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Success:
    """Reports that a problem is solved, or is not."""

    solved: Phrases = ()
    negations: Words = ()
    """What before or in such a report makes it none: ``not``, ``still``, ``if``."""
    unsolved: Phrases = ()
    """Reports of failure."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Works:
    """Works, and how their authors announce them.

    ``<work>`` in a phrase is one of all languages' works.
    """

    books: Words = ()
    articles: Words = ()
    code: Words = ()
    announcements: Phrases = ()
    """Ways to say that a work of one's own is out."""
    talks: Phrases = ()
    """Ways to say that one gives a talk."""
    not_out: Words = ()
    """What in such a phrase makes it none."""
    announcing_subjects: Phrases = ()
    """Beginnings of subjects that announce."""
    announced_subjects: Phrases = ()
    """Ends of subjects that announce."""
    before_packages: Phrases = ()
    """What stands before the name of a package."""
    after_packages: Words = ()
    """What stands after it."""
    not_names: Words = ()
    """Words near such a name that are none."""
    credits: Phrases = ()
    """What stands between a title and its author: ``written by``."""
    events: Words = ()
    """What is announced and is no work."""
    adverts: Words = ()
    """Words of job adverts and sales."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Questions:
    """What tells a question from a post that only lets others know of something."""

    asking: Phrases = ()
    """What somebody writes who asks for help."""
    asking_subjects: Words = ()
    """Words in the subjects of questions."""
    informing: Phrases = ()
    """What is in announcements, adverts, invitations and reports, and in few questions."""
    informing_subjects: Phrases = ()
    """What is in their subjects."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Address:
    """How one speaks to and of people: by title, with a question, in agreement."""

    titles: Words = ()
    """Titles before a name."""
    kin_titles: Words = ()
    """Titles that are also words or names of their own."""
    salutations: Words = ()
    """What stands before a name where somebody is greeted."""
    joins: Words = ()
    """``and`` and ``or`` between two names."""
    asking_whether: Words = ()
    """What stands before the name of whom a question is put to: ``could`` X."""
    requests: Words = ()
    """Words that make a sentence a request."""
    asked_to: Phrases = ()
    """What follows a title and a name of whom it asks for help, without a question mark."""
    nobody: Words = ()
    """Words that a sentence may begin with, or that name a group: nobody's name."""
    agreement: Phrases = ()
    """Ways to agree with what one answers."""
    denials: Words = ()
    """What, shortly before agreement, makes it none."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Language:
    """One language's table."""

    code: str
    """ISO 639 code; ``zxx`` (no linguistic content) for what belongs to no language."""
    quoting: Quoting = Quoting()
    labels: Labels = Labels()
    endings: Endings = Endings()
    subjects: Subjects = Subjects()
    automation: Automation = Automation()
    thanks: Thanks = Thanks()
    success: Success = Success()
    works: Works = Works()
    questions: Questions = Questions()
    address: Address = Address()


_GROUPS: Final = {
    "quoting": Quoting,
    "labels": Labels,
    "endings": Endings,
    "subjects": Subjects,
    "automation": Automation,
    "thanks": Thanks,
    "success": Success,
    "works": Works,
    "questions": Questions,
    "address": Address,
}


def load(code: str) -> Language:
    """The table in ``<code>.toml``.

    Raises ``KeyError`` or ``TypeError`` for a group or a field that no table has.
    """
    text = files("archive.mail.words").joinpath(f"{code}.toml").read_text("utf-8")
    tables = tomllib.loads(text)
    return Language(code=code, **{name: _group(name, table) for name, table in tables.items()})


def _group(name: str, table: Mapping[str, str]) -> Any:
    kind = _GROUPS[name]
    # The annotations are text: this module postpones their evaluation.
    phrased = {field.name for field in fields(kind) if field.type == "Phrases"}
    return kind(
        **{key: phrases(text) if key in phrased else words(text) for key, text in table.items()}
    )
