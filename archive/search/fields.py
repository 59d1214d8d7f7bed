"""What the search index holds of a message, and how it cuts text into words."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import tantivy

from archive.mail.message import READER_VERSION, ParsedMessage, other_text
from archive.mail.obfuscation import obfuscate_text
from archive.search.stems import different_words, indonesian_stems_of

SCHEMA_VERSION = 5
"""Raise it when a field, the tokenizer or the meaning of either changes."""

MAX_TEXT_CHARACTERS = 1_000_000
LONGEST_WORD_BYTES = 60
"""Longer runs of letters are encoded data, not words."""

SUBSTANCE = "substance"
"""How much of its own a message says, 0 to 1. A score is multiplied by the logarithm, to
base 2, of 2 and this: a message of a few words has to answer better than a longer one."""
FULL_SUBSTANCE = 30
"""Different words of its author's from which on a message says enough."""

TOKENIZER = "words"
ENGLISH_TOKENIZER = "english"
STEM_FIELDS = {
    "subject_english": ENGLISH_TOKENIZER,
    "own_english": ENGLISH_TOKENIZER,
    "subject_indonesian": TOKENIZER,
    "own_indonesian": TOKENIZER,
}
"""Stems of the words of a field, in a language, and how they are cut."""
TEXT_FIELDS = (
    "subject",
    "headline",
    "own",
    "body",
    "author",
    "address",
    "recipients",
    "attachments",
)
"""Words and their places. The headline is the subject of who wrote something under it:
archives are full of mail whose text was taken away."""


@dataclass(frozen=True, slots=True)
class IndexDocument:
    """A message as the index sees it.

    message: row id. digest: SHA-256 of the raw bytes. lists: row ids of the
    lists it was posted to. own: what the author wrote; body: the other
    searchable text. address: the author's. recipients: addresses of To and
    Cc, attachments: names of attached files, each separated by spaces.
    date: Unix seconds. reader_version: of the store's row, when the document was
    made.
    """

    message: int
    digest: bytes
    lists: tuple[int, ...]
    subject: str
    own: str
    body: str
    author: str
    address: str
    recipients: str
    attachments: str
    date: int
    has_attachment: bool
    is_answer: bool
    reader_version: int = READER_VERSION
    redacted: bool = True

    @property
    def stamp(self) -> int:
        """64 bits that change when the message, its lists, its reading or its redaction change."""
        return stamp_of(self.digest, self.lists, self.reader_version, redacted=self.redacted)


def stamp_of(
    digest: bytes, lists: Iterable[int], reader_version: int, *, redacted: bool = True
) -> int:
    """64 bits from a message's digest, the set of its lists in any order, and how it was read."""
    mixed = sum((number + 1) * 0x9E3779B97F4A7C15 for number in set(lists))
    mixed += (reader_version - 1) * 0xC2B2AE3D27D4EB4F
    mixed += 0 if redacted else 0x165667B19E3779F9
    return (int.from_bytes(digest[:8], "big") ^ mixed) & 0xFFFF_FFFF_FFFF_FFFF


def index_document(
    message: int,
    digest: bytes,
    lists: Iterable[int],
    date: datetime,
    parsed: ParsedMessage,
    *,
    reader_version: int = READER_VERSION,
    redacted: bool = True,
) -> IndexDocument:
    """The document of a message that has been read."""
    author = parsed.author
    return IndexDocument(
        message=message,
        digest=digest,
        lists=tuple(lists),
        subject=parsed.subject,
        own=parsed.own_text,
        body=other_text(parsed),
        author=author.name,
        address=author.email or author.written,
        recipients=" ".join(parsed.recipients),
        attachments=" ".join(part.filename for part in parsed.attachments),
        date=int(date.timestamp()),
        has_attachment=bool(parsed.attachments),
        is_answer=parsed.is_reply or parsed.parent_reference is not None,
        reader_version=reader_version,
        redacted=redacted,
    )


def clean(text: str) -> str:
    """``text`` composed (NFC), bounded, and free of what UTF-8 cannot hold."""
    text = text[:MAX_TEXT_CHARACTERS]
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode("utf-8"))


def word_analyzer() -> tantivy.TextAnalyzer:
    """Cuts text into words: runs of letters and digits, lower-case, without accents."""
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(LONGEST_WORD_BYTES))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .build()
    )


def english_analyzer() -> tantivy.TextAnalyzer:
    """Cuts text into words as ``word_analyzer`` does, and those to their English stems."""
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(LONGEST_WORD_BYTES))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .filter(tantivy.Filter.stemmer("english"))
        .build()
    )


def index_schema() -> tantivy.Schema:
    """The index's fields. Nothing is stored: the store has it."""
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("message", indexed=True, fast=True)
    builder.add_unsigned_field("stamp", fast=True)
    builder.add_unsigned_field("lists", indexed=True)
    builder.add_float_field(SUBSTANCE, fast=True)
    for name in TEXT_FIELDS:
        builder.add_text_field(name, tokenizer_name=TOKENIZER)
    for name, tokenizer in STEM_FIELDS.items():
        # Nobody looks for phrases of stems: their places are not kept.
        builder.add_text_field(name, tokenizer_name=tokenizer, index_option="basic")
    builder.add_integer_field("date", indexed=True, fast=True)
    builder.add_boolean_field("has_attachment", indexed=True)
    builder.add_boolean_field("is_answer", indexed=True)
    return builder.build()


def index_entry(document: IndexDocument) -> tantivy.Document:
    """The engine's form of a document.

    Every value goes in by the method of its field's type: a wrong type kills
    the engine's writer thread.
    """
    entry = tantivy.Document()
    entry.add_unsigned("message", document.message)
    entry.add_unsigned("stamp", document.stamp)
    for number in document.lists:
        entry.add_unsigned("lists", number)
    # Words that are looked for everywhere must not spell out an address to whom it is not shown.
    shown = obfuscate_text if document.redacted else str
    subject, own = clean(shown(document.subject)), clean(shown(document.own))
    entry.add_text("subject", subject)
    if own.strip():
        entry.add_text("headline", subject)
    entry.add_text("own", own)
    entry.add_text("body", clean(shown(document.body)))
    entry.add_text("author", clean(shown(document.author)))
    entry.add_text("address", clean(document.address))
    entry.add_text("recipients", clean(document.recipients))
    entry.add_text("attachments", clean(shown(document.attachments)))
    words = different_words(own)
    indonesian = indonesian_stems_of(words)
    entry.add_float(SUBSTANCE, min(1.0, len(words) / FULL_SUBSTANCE))
    entry.add_text("subject_english", subject)
    entry.add_text("own_english", " ".join(words))
    entry.add_text("own_indonesian", indonesian)
    # A subject is too short to tell its language: it is that of the text.
    if indonesian or not own:
        entry.add_text("subject_indonesian", indonesian_stems_of(different_words(subject)))
    entry.add_integer("date", document.date)
    entry.add_boolean("has_attachment", document.has_attachment)
    entry.add_boolean("is_answer", document.is_answer)
    return entry
