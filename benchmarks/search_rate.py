"""Time of short searches in an archive, beside the search engine alone.

The queries are made from the archive's own subjects, so common words occur as often as
people use them. Ours is the function that the page and the HTTP API call: it looks for
new mail, parses the query, asks the engine, leaves out what the reader may not see,
orders equal hits, cuts snippets and loads the rows. The yardstick is the engine on the
same query, already built: it returns scores and addresses of hits, without store or
texts. Both answer each query in turn. With ``--url``, a running service on the same
archive answers it too, over one connection.
"""

from __future__ import annotations

import argparse
import gc
import http.client
import random
import re
import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from sqlalchemy import func, select

from api.answers.search import By, search
from api.context import Context
from api.paging import PageRequest
from api.service.composition import open_context
from archive.lists.audience import public
from archive.search.query import parse_query
from archive.search.query_builder import QueryBuilder
from archive.settings import Settings
from archive.tables import Message

SHOWN = 20
SEED = 20
LONGEST_TRIED = 200
"""How many subjects are tried for one query before the archive counts as too small for it."""

_WORD = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True, slots=True)
class Asked:
    """One query: its kind, the text typed, and how its hits are grouped."""

    kind: str
    text: str
    by: By = "message"


def main() -> None:
    """Measure, and print a line for each kind of query and the ratio."""
    options = _options()
    context = open_context(Settings(data_dir=options.data_dir))
    bring_up_to_date(context)
    with context.database.session() as session:
        messages = session.scalar(select(func.count()).select_from(Message)) or 0
    queries = make_queries(context, options.queries)
    for asked in queries[: options.warming]:
        ours(context, asked)
    times: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    # The service does the same before it is ready.
    gc.freeze()
    service = None if options.url is None else _connection(options.url)
    for _ in range(options.rounds):
        for asked in queries:
            times["engine"][asked.kind].append(engine(context, asked))
            processor = time.thread_time()
            times["search"][asked.kind].append(_seconds(partial(ours, context, asked)))
            times["its CPU"][asked.kind].append(time.thread_time() - processor)
            if service is not None:
                times["HTTP"][asked.kind].append(_seconds(partial(served, service, asked)))
    _report(messages, len(queries), options.rounds, times)


def make_queries(context: Context, count: int) -> list[Asked]:
    """Make ``count`` queries of mixed kinds; the same archive always gives the same queries."""
    drawn = random.Random(SEED)
    with context.database.session() as session:
        rows = session.execute(
            select(Message.subject, Message.author_name, Message.date).order_by(Message.id)
        ).all()
    kinds: tuple[tuple[str, Callable[[list[str], str, int], str], int, By], ...] = (
        ("one word", lambda words, _, __: words[0], 1, "message"),
        ("two words", lambda words, _, __: " ".join(words[:2]), 2, "message"),
        ("three words", lambda words, _, __: " ".join(words[:3]), 3, "message"),
        ("phrase", lambda words, _, __: f'"{words[0]} {words[1]}"', 2, "message"),
        ("prefix", lambda words, _, __: f"{words[0][:4]}*", 1, "message"),
        ("author", lambda words, name, _: f"from:{name} {words[0]}", 1, "message"),
        ("dates", lambda words, _, year: f"{words[0]} after:{year} -{words[1]}", 2, "message"),
        ("by thread", lambda words, _, __: " ".join(words[:2]), 2, "thread"),
    )
    queries = []
    for number in range(count):
        kind, made, least, by = kinds[number % len(kinds)]
        for _ in range(LONGEST_TRIED):
            row = drawn.choice(rows)
            words = _words(row.subject, row.author_name, least, drawn)
            if words is not None:
                queries.append(Asked(kind, made(words[1:], words[0], row.date.year), by))
                break
        else:
            raise SystemExit(f"{kind}: no subject has so many words")
    return queries


def ours(context: Context, asked: Asked) -> None:
    """The whole search, as every reader gets it."""
    search(context, asked.text, by=asked.by, page=PageRequest(SHOWN))


def engine(context: Context, asked: Asked) -> float:
    """Seconds that the engine alone takes to find the same hits."""
    searcher = context.searcher
    with context.database.session() as session:
        readers = public(session)
        builder = QueryBuilder(searcher.indexes.public.index, session, readers, None)
        built = builder.build(parse_query(asked.text))
    snapshot = searcher.indexes.public.index.searcher()
    return _seconds(lambda: snapshot.search(built.query, limit=SHOWN))


def served(service: http.client.HTTPConnection, asked: Asked) -> None:
    """The same search by ``GET /search`` of the HTTP API."""
    query = urlencode({"q": asked.text, "by": asked.by, "limit": SHOWN})
    service.request("GET", f"/api/v1/search?{query}")
    answer = service.getresponse()
    answer.read()
    if answer.status != http.client.OK:
        raise SystemExit(f"{asked.text}: the service answered {answer.status}")


def bring_up_to_date(context: Context) -> None:
    """Index all new messages first, so that no search has to do it."""
    follower = context.searcher.indexes.public
    with context.database.session() as session:
        while follower.follow(session):
            pass
    follower.index.reload()


def _words(subject: str, author: str, least: int, drawn: random.Random) -> list[str] | None:
    """A word of the author's name, then adjacent words of the subject; None if too few."""
    names = _WORD.findall(author)
    words = _WORD.findall(subject.rpartition("]")[2])
    if not names or len(words) < least:
        return None
    start = drawn.randrange(len(words) - least + 1)
    return [names[-1], *words[start : start + least]]


def _connection(url: str) -> http.client.HTTPConnection:
    place = urlsplit(url)
    return http.client.HTTPConnection(place.hostname or "", place.port, timeout=60)


def _seconds(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def _report(
    messages: int, queries: int, rounds: int, times: dict[str, dict[str, list[float]]]
) -> None:
    print(f"{messages} messages, {queries} queries, {rounds} rounds, {SHOWN} hits each, ms")
    print(f"{'':14}" + "".join(f"{name + ' p50':>12}{'p99':>8}" for name in times))
    whole: dict[str, list[float]] = {}
    for kind in [*times["search"], "all"]:
        line = f"{kind:14}"
        for name, by_kind in times.items():
            whole[name] = sorted(chain(*by_kind.values()) if kind == "all" else by_kind[kind])
            line += f"{_at(whole[name], 0.5):12.2f}{_at(whole[name], 0.99):8.2f}"
        print(line)
    ratio = statistics.median(whole["search"]) / statistics.median(whole["engine"])
    print(f"slowest search: {_at(whole['search'], 1.0):.2f}")
    print(f"ratio of medians, search to engine: {ratio:.2f}")


def _at(ordered: list[float], share: float) -> float:
    """A quantile in milliseconds."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1e3


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--data-dir", type=Path, required=True, help="an archive's data folder")
    parser.add_argument("--queries", type=int, default=800)
    parser.add_argument("--warming", type=int, default=80, help="queries asked before, uncounted")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--url", help="a running service on the same archive, such as http://127.0.0.1:8000"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
