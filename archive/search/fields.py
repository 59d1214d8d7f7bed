"""The fields of the search index, and how text is cut into words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import tantivy

from archive.mail.message import READER_VERSION, ParsedMessage, other_text
from archive.mail.obfuscation import obfuscate_text
from archive.mail.scripts import spaced, without_accents
from archive.search.stems import different_words, indonesian_stems_of

SCHEMA_VERSION = 6
"""Raise this when a field or the tokenizer changes, or when the meaning of either changes."""

MAX_TEXT_CHARACTERS = 1_000_000
LONGEST_WORD_BYTES = 60
"""A longer run of letters is encoded data, not a word."""

SUBSTANCE = "substance"
"""Field that holds how much of its own a message says, 0 to 1.

A score is multiplied by log2(2 + this), so that a message of a few words must match better than a
longer one.
"""
FULL_SUBSTANCE = 30
"""A message with this many different words of its author has the full substance of 1."""

TOKENIZER = "words"
ENGLISH_TOKENIZER = "english"
STEM_FIELDS = {
    "subject_english": ENGLISH_TOKENIZER,
    "own_english": ENGLISH_TOKENIZER,
    "subject_indonesian": TOKENIZER,
    "own_indonesian": TOKENIZER,
}
"""Fields of stems, by name, each with the tokenizer that cuts it into words."""
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
"""Fields of words with their positions.

``headline`` repeats the subject, but only when the author wrote some text below it: archives are
full of mail whose text was removed.
"""


@dataclass(frozen=True, slots=True)
class IndexDocument:
    """A message as the index sees it.

    message: row id.
    digest: SHA-256 of the raw bytes.
    lists: row ids of the lists it was posted to.
    own: what the author wrote.
    body: the other searchable text, such as quotes.
    address: the author's address.
    recipients: addresses of To and Cc, separated by spaces.
    attachments: names of attached files, separated by spaces.
    date: Unix seconds.
    reader_version: the reader version of the store's row when this document was made.
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

    @property
    def stamp(self) -> int:
        """64 bits that change when the message, its lists or its reader version change."""
        return stamp_of(self.digest, self.lists, self.reader_version)


def stamp_of(digest: bytes, lists: Iterable[int], reader_version: int) -> int:
    """Mix 64 bits from a message's digest, the set of its lists and its reader version.

    The order of the lists does not matter.
    """
    mixed = sum((number + 1) * 0x9E3779B97F4A7C15 for number in set(lists))
    mixed += (reader_version - 1) * 0xC2B2AE3D27D4EB4F
    return (int.from_bytes(digest[:8], "big") ^ mixed) & 0xFFFF_FFFF_FFFF_FFFF


def index_document(
    message: int,
    digest: bytes,
    lists: Iterable[int],
    date: datetime,
    parsed: ParsedMessage,
    *,
    reader_version: int = READER_VERSION,
) -> IndexDocument:
    """The document of a message that has been parsed."""
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
    )


def clean(text: str) -> str:
    """At most ``MAX_TEXT_CHARACTERS`` of ``text``, folded, without lone surrogates.

    Folding takes accents and forms of letters away (``archive.mail.scripts``), and makes
    words of the letters of scripts without blanks. UTF-8 cannot encode lone surrogates;
    each becomes a question mark.
    """
    text = text[:MAX_TEXT_CHARACTERS]
    if text.isascii():
        return text
    return spaced(without_accents(text.encode("utf-8", "replace").decode("utf-8")))


def word_analyzer() -> tantivy.TextAnalyzer:
    """Make the analyzer that cuts text into words.

    A word is a run of letters and digits. It is lower-cased and loses its accents.
    """
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(LONGEST_WORD_BYTES))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .build()
    )


def english_analyzer() -> tantivy.TextAnalyzer:
    """Make the analyzer that cuts text as ``word_analyzer`` does, then takes English stems."""
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(LONGEST_WORD_BYTES))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .filter(tantivy.Filter.stemmer("english"))
        .build()
    )


def index_schema() -> tantivy.Schema:
    """The fields of the index. It stores no text, because the store has it."""
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("message", indexed=True, fast=True)
    builder.add_unsigned_field("stamp", fast=True)
    builder.add_unsigned_field("lists", indexed=True)
    builder.add_float_field(SUBSTANCE, fast=True)
    for name in TEXT_FIELDS:
        builder.add_text_field(name, tokenizer_name=TOKENIZER)
    for name, tokenizer in STEM_FIELDS.items():
        # No query searches for a phrase of stems, so their positions are not kept.
        builder.add_text_field(name, tokenizer_name=tokenizer, index_option="basic")
    builder.add_integer_field("date", indexed=True, fast=True)
    builder.add_boolean_field("has_attachment", indexed=True)
    builder.add_boolean_field("is_answer", indexed=True)
    return builder.build()


def index_entry(document: IndexDocument) -> tantivy.Document:
    """Convert a document to the engine's form.

    Each value must be added by the method for its field's type: a wrong type kills the
    engine's writer thread.
    """
    entry = tantivy.Document()
    entry.add_unsigned("message", document.message)
    entry.add_unsigned("stamp", document.stamp)
    for number in document.lists:
        entry.add_unsigned("lists", number)
    # Whoever may not see an address must not find it word by word: only ``address`` and
    # ``recipients`` hold addresses, and not every reader may search those.
    subject, own = (clean(obfuscate_text(text)) for text in (document.subject, document.own))
    entry.add_text("subject", subject)
    if own.strip():
        entry.add_text("headline", subject)
    entry.add_text("own", own)
    entry.add_text("body", clean(obfuscate_text(document.body)))
    entry.add_text("author", clean(obfuscate_text(document.author)))
    entry.add_text("address", clean(document.address))
    entry.add_text("recipients", clean(document.recipients))
    entry.add_text("attachments", clean(obfuscate_text(document.attachments)))
    words = different_words(own)
    indonesian = indonesian_stems_of(words)
    entry.add_float(SUBSTANCE, min(1.0, len(words) / FULL_SUBSTANCE))
    entry.add_text("subject_english", subject)
    entry.add_text("own_english", " ".join(words))
    entry.add_text("own_indonesian", indonesian)
    # A subject is too short to show its language, so we assume the language of the text.
    if indonesian or not own:
        entry.add_text("subject_indonesian", indonesian_stems_of(different_words(subject)))
    entry.add_integer("date", document.date)
    entry.add_boolean("has_attachment", document.has_attachment)
    entry.add_boolean("is_answer", document.is_answer)
    return entry
