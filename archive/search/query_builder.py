"""Build the search engine's query from a parsed query: fields, weights and filters."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

import tantivy
from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from tantivy import FieldType, Occur

from archive.database import in_parts
from archive.errors import UsageError
from archive.lists.audience import Audience
from archive.mail.scripts import UNSEGMENTED, one_form
from archive.search.index import SearchIndex
from archive.search.matches import Sought
from archive.search.query import Condition, DateRange, Field, Flag, Query, Term, Words
from archive.search.stems import indonesian_stems
from archive.tables import ListAlias, MailingList, Message

TopicThreads = Callable[[Session, Audience, str], Collection[int]]
"""Returns the thread row ids of a topic of an audience, given its slug."""

PLACES: dict[Field, tuple[dict[str, float], ...]] = {
    Field.ANYWHERE: (
        {"headline": 3.0, "subject": 1.0},
        {"own": 2.0, "body": 0.5},
        {"author": 1.5, "attachments": 0.5},
    ),
    Field.FROM: ({"author": 1.0, "address": 1.0},),
    Field.TO: ({"recipients": 1.0},),
    Field.SUBJECT: ({"subject": 1.0},),
    Field.BODY: ({"own": 2.0, "body": 0.5},),
}
"""The fields where a word is searched, grouped into places, with their weights.

What the author wrote says more about a message than what it quotes, or than the subject alone.
Within a place only the best field counts: a quote that repeats the author's text adds nothing.
"""

ADDRESSES = frozenset({"address", "recipients"})
"""Fields of whole addresses."""

STEMMED: dict[Field, dict[str, float]] = {
    Field.ANYWHERE: {"subject": 1.5, "own": 1.0},
    Field.SUBJECT: {"subject": 0.5},
    Field.BODY: {"own": 1.0},
}
"""Weights of other forms of a word: half the weight of the word as written."""

OTHER_PLACES = 0.5
"""The share that the other places add to a word's score, beside the best place."""

NEARNESS: dict[str, float] = {"headline": 0.5, "own": 0.5}
"""What two neighbouring words of a query add when they are near each other in a field too."""
NEAR = 8
"""At most this many other words may stand between them; two fewer in reverse order."""
NEIGHBOURS = 8
"""Nearness is considered only for this many first words. A longer query is specific enough."""


@dataclass(frozen=True, slots=True)
class SearchLimits:
    """What a reader may not find people by.

    plain: row ids of the lists whose addresses anybody may see; None where the
    reader may see all addresses. hidden: names and addresses of the people
    this reader may not see, and the row ids of their messages.
    """

    plain: Collection[int] | None = None
    hidden: Collection[str] = ()
    hidden_messages: Collection[int] = ()


EVERYTHING = SearchLimits()


@dataclass(frozen=True, slots=True)
class BuiltQuery:
    """The engine's query.

    words: number of its conditions that rank hits by words.
    sought: the words to mark in the hits.
    """

    query: tantivy.Query
    words: int
    sought: Sought

    @property
    def scoring(self) -> bool:
        """Whether hits get different scores."""
        return self.words > 0


class QueryBuilder:
    """Builds queries for one reader.

    index: that of the reader's audience.
    visible: row ids of the lists that are searched; None means all in the index.
    threads_of_topic: None where topics cannot be searched.
    """

    def __init__(
        self,
        index: SearchIndex,
        session: Session,
        readers: Audience,
        visible: Collection[int] | None,
        *,
        threads_of_topic: TopicThreads | None = None,
        limits: SearchLimits = EVERYTHING,
    ) -> None:
        self._index = index
        self._limits = limits
        self._schema = index.schema
        self._session = session
        self._readers = readers
        self._visible = visible
        self._threads_of_topic = threads_of_topic
        self._exact: set[str] = set()
        self._runs: set[str] = set()
        self._beginnings: set[str] = set()
        self._english: dict[str, str] = {}
        self._indonesian: dict[str, str] = {}

    def build(self, query: Query, *, but_one: bool = False) -> BuiltQuery:
        """Build the engine's query.

        but_one: any one of the conditions that rank hits may fail; the conditions that
            only filter must all hold.

        Raises ``UsageError`` when the query has no word that can be searched.
        """
        parts: list[tuple[Occur, tantivy.Query]] = []
        ranking: list[tantivy.Query] = []
        for clause in query.clauses:
            built = [
                (term, condition)
                for term in clause
                if (condition := self._condition(term.condition, term.negated)) is not None
            ]
            if not built:
                continue
            if len(built) == 1:
                term, whole = built[0]
                occur = Occur.MustNot if term.negated else Occur.Must
            else:
                either = [(Occur.Should, _turned(term, condition)) for term, condition in built]
                occur, whole = Occur.Must, tantivy.Query.boolean_query(either)
            if any(_scores(term) for term, _ in built):
                ranking.append(whole)
            else:
                parts.append((occur, whole))
        if not parts and not ranking:
            raise UsageError.of("query-no-word")
        if but_one and len(ranking) > 1:
            most = tantivy.Query.boolean_query(
                [(Occur.Should, one) for one in ranking],
                minimum_number_should_match=len(ranking) - 1,
            )
            parts.append((Occur.Must, most))
        else:
            parts += [(Occur.Must, one) for one in ranking]
        parts += [(Occur.Should, near) for near in self._near(query)]
        if self._visible is not None:
            parts.append((Occur.Must, self._any_of("lists", self._visible)))
        if self._limits.hidden_messages and self._names_hidden(query):
            parts.append((Occur.MustNot, self._any_of("message", self._limits.hidden_messages)))
        if all(occur is Occur.MustNot for occur, _ in parts):
            parts.append((Occur.Must, _filter(tantivy.Query.all_query())))
        return BuiltQuery(tantivy.Query.boolean_query(parts), len(ranking), self._sought())

    def _condition(self, condition: Condition, negated: bool) -> tantivy.Query | None:
        """The engine's condition; None for text that has no word."""
        if isinstance(condition, DateRange):
            return self._dates(condition)
        if isinstance(condition, Flag):
            name = "has_attachment" if condition is Flag.HAS_ATTACHMENT else "is_answer"
            return _filter(tantivy.Query.term_query(self._schema, name, True))
        if condition.field is Field.LIST:
            return self._any_of("lists", self._lists(condition.text))
        if condition.field is Field.TOPIC:
            return self._any_of("message", self._messages_of_topic(condition.text))
        return self._words(condition, negated)

    def _dates(self, condition: DateRange) -> tantivy.Query:
        start, end = condition.start, condition.end
        return _filter(
            tantivy.Query.range_query(
                self._schema,
                "date",
                FieldType.Integer,
                lower_bound=None if start is None else int(start.timestamp()),
                upper_bound=None if end is None else int(end.timestamp()),
                include_upper=end is None,
            )
        )

    def _words(self, condition: Words, negated: bool) -> tantivy.Query | None:
        words = self._index.words(condition.text)
        if not words:
            return None
        if not negated and condition.field in (Field.ANYWHERE, Field.SUBJECT, Field.BODY):
            exact = words[:-1] if condition.prefix else words
            self._exact.update(word for word in exact if not UNSEGMENTED.match(word))
            self._beginnings.update(
                word for word in words[len(exact) :] if not UNSEGMENTED.match(word)
            )
            self._runs.update(UNSEGMENTED.findall(one_form(condition.text)))
        single = len(words) == 1 and not condition.prefix and not condition.exact
        others = self._other_forms(words[0], condition.field, negated) if single else {}
        places = []
        for place in PLACES[condition.field]:
            weighted = [
                tantivy.Query.boost_query(self._permitted(name, words, condition), weight)
                for name, weight in place.items()
            ]
            for name in place:
                weighted += others.get(name, ())
            places.append(tantivy.Query.disjunction_max_query(weighted))
        return tantivy.Query.disjunction_max_query(places, OTHER_PLACES)

    def _permitted(self, name: str, words: list[str], condition: Words) -> tantivy.Query:
        """The words in a field; in one that holds addresses only as far as the reader may see."""
        found = self._in_field(name, words, condition.prefix)
        plain = self._limits.plain
        if plain is None or name not in ADDRESSES:
            return found
        shown = [(Occur.Must, found), (Occur.Must, self._any_of("lists", plain))]
        whole = tantivy.Query.boolean_query(shown)
        if name == "recipients":
            # A list's own address is everybody's to know.
            lists = self._any_of("lists", self._lists(condition.text))
            whole = tantivy.Query.boolean_query([(Occur.Should, whole), (Occur.Should, lists)])
        return whole

    def _names_hidden(self, query: Query) -> bool:
        """Whether a word of the query is one of a hidden person's name or address."""
        hidden = {word for name in self._limits.hidden for word in self._index.words(name)}
        for clause in query.clauses:
            for term in clause:
                condition = term.condition
                if not isinstance(condition, Words):
                    continue
                for word in self._index.words(condition.text):
                    if word in hidden:
                        return True
                    if condition.prefix and any(one.startswith(word) for one in hidden):
                        return True
        return False

    def _other_forms(
        self, word: str, field: Field, negated: bool
    ) -> dict[str, list[tantivy.Query]]:
        """Queries for other forms of the word, by field, for fields that also hold stems."""
        english, indonesian = (self._index.english_stem(word),), indonesian_stems(word)
        found: dict[str, list[tantivy.Query]] = {}
        for name, weight in STEMMED.get(field, {}).items():
            found[name] = []
            for language, stems in (("english", english), ("indonesian", indonesian)):
                terms = [
                    tantivy.Query.term_query(self._schema, f"{name}_{language}", stem)
                    for stem in stems
                ]
                either = tantivy.Query.disjunction_max_query(terms)
                found[name].append(tantivy.Query.boost_query(either, weight))
        if found and not negated:
            self._english.update(dict.fromkeys(english, word))
            self._indonesian.update(dict.fromkeys(indonesian, word))
        return found

    def _near(self, query: Query) -> list[tantivy.Query]:
        """Queries that raise a score when neighbouring words of the query are near each other."""
        words = [self._plain_word(clause) for clause in query.clauses[:NEIGHBOURS]]
        found = []
        for one, next_one in pairwise(words):
            if one is None or next_one is None or one == next_one:
                continue
            near = [
                tantivy.Query.boost_query(
                    tantivy.Query.phrase_query(self._schema, name, [one, next_one], slop=NEAR),
                    weight,
                )
                for name, weight in NEARNESS.items()
            ]
            found.append(tantivy.Query.disjunction_max_query(near, OTHER_PLACES))
        return found

    def _plain_word(self, clause: Sequence[Term]) -> str | None:
        """The word of a clause that is one unquoted word for any field; else None."""
        condition = clause[0].condition
        if len(clause) > 1 or clause[0].negated or not isinstance(condition, Words):
            return None
        if condition.field is not Field.ANYWHERE or condition.prefix or condition.exact:
            return None
        words = self._index.words(condition.text)
        return words[0] if len(words) == 1 else None

    def _in_field(self, name: str, words: list[str], prefix: bool) -> tantivy.Query:
        if prefix and len(words) == 1:
            # A word holds only letters and digits, so nothing in it acts as a pattern.
            return tantivy.Query.regex_query(self._schema, name, f"{words[0]}.*")
        if prefix:
            return tantivy.Query.phrase_prefix_query(self._schema, name, [*words])
        if len(words) == 1:
            return tantivy.Query.term_query(self._schema, name, words[0])
        return tantivy.Query.phrase_query(self._schema, name, [*words])

    def _any_of(self, name: str, numbers: Collection[int]) -> tantivy.Query:
        if not numbers:
            return tantivy.Query.empty_query()
        return _filter(tantivy.Query.term_set_query(self._schema, name, list(numbers)))

    def _lists(self, text: str) -> Sequence[int]:
        """Find lists by address, by the local part of the address, by alias, or by slug."""
        wanted = text.strip().lower()
        return self._session.scalars(
            select(MailingList.id).where(
                MailingList.id.not_in(self._readers.closed),
                or_(
                    MailingList.address == wanted,
                    MailingList.id.in_(select(ListAlias.list_id).where(ListAlias.alias == wanted)),
                    MailingList.slug == wanted,
                    MailingList.address.startswith(f"{wanted}@", autoescape=True),
                ),
            )
        ).all()

    def _messages_of_topic(self, slug: str) -> list[int]:
        if self._threads_of_topic is None:
            raise UsageError.of("query-topic-impossible")
        found = self._threads_of_topic(self._session, self._readers, slug.strip().lower())
        threads = sorted(found)
        messages: list[int] = []
        for part in in_parts(threads):
            messages += self._session.scalars(select(Message.id).where(Message.thread_id.in_(part)))
        return messages

    def _sought(self) -> Sought:
        return Sought(
            self._exact,
            self._beginnings,
            self._english,
            self._indonesian,
            fold=lambda word: "".join(self._index.words(word)),
            english_stem=self._index.english_stem,
            runs=self._runs,
        )


def _filter(query: tantivy.Query) -> tantivy.Query:
    """A condition that selects hits but does not change their score."""
    return tantivy.Query.const_score_query(query, 0.0)


def _turned(term: Term, condition: tantivy.Query) -> tantivy.Query:
    if not term.negated:
        return condition
    everything = _filter(tantivy.Query.all_query())
    return tantivy.Query.boolean_query([(Occur.Must, everything), (Occur.MustNot, condition)])


def _scores(term: Term) -> bool:
    condition = term.condition
    unranked = (Field.LIST, Field.TOPIC)
    return not term.negated and isinstance(condition, Words) and condition.field not in unranked
