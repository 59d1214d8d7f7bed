"""``pakar rank``, ``experts``, ``match`` and ``person``: who knows what."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from api import schemas
from api.answers.lookup import find_person, is_topic
from api.answers.people import person
from api.answers.person_history import person_topics
from api.commands.bulk import MatchFormat, match_mbox, rank_queries
from api.commands.environment import (
    AsOf,
    Json,
    ListOption,
    answers,
    archive,
    everything,
    note,
    print_json,
    say,
)
from api.commands.trec import RUN_NAME, field, person_keys, run_lines
from api.context import Context
from api.instants import instant
from api.paging import MAX_LIMIT, PageRequest
from api.readers import OPERATOR
from archive.errors import UsageError

Limit = Annotated[int, typer.Option(min=1, max=MAX_LIMIT)]


class Granularity(StrEnum):
    """Length of the periods of a history."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class ExpertsFormat(StrEnum):
    """Output formats of rankings."""

    TABLE = "table"
    TREC = "trec"


def register(application: typer.Typer) -> None:
    """Add the commands to the command line."""
    application.command(epilog="Example: pakar rank --full")(rank)
    application.command(epilog='Example: pakar experts "spatial weights" --limit 10')(experts)
    application.command(epilog="Example: pakar match question.eml --limit 5")(match)
    application.command("person", epilog="Example: pakar person ayu@example.org --history year")(
        show_person
    )


def rank(
    context: typer.Context,
    full: Annotated[
        bool, typer.Option("--full", help="Rebuild all that is derived; suggest topics anew.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Bring topics, reply graph and scores up to date."""
    from api.service.steps import index_again, outdate_for
    from archive.lists.audience import audience
    from archive.people.forgetting import forget_silent_addresses
    from archive.search.audiences import AudienceIndexes
    from archive.upkeep.repeated_signatures import RepeatedSignatures
    from archive.upkeep.reread import Rereading
    from reputation.corpus.reader import CorpusReader
    from reputation.corpus.traits import forget_traits
    from reputation.epochs.scorer import Scorer
    from reputation.epochs.trainer import Trainer
    from reputation.outdated import outdate

    with archive(context) as store:
        reread = Rereading(store, forget=forget_traits, finish=outdate).run()
        if reread:
            note(f"pakar: {reread} messages read again")
        repeated = RepeatedSignatures(store, forget=forget_traits, finish=outdate_for)
        if signed := repeated.run():
            note(f"pakar: repeated signatures taken out of {signed} messages")
            index_again(
                store.database,
                repeated,
                AudienceIndexes(store.settings.index_folder, store.parsed),
            )
        store.settle(full=full)
        reader = CorpusReader(store.database, store.settings.terms_folder)
        view = Scorer(store.database, reader, gated=store.settings.authority_gate).run(full=full)
        if reread or full:
            with store.database.transaction() as session:
                forget_silent_addresses(session)
        trainer = Trainer(store.database)
        if full or trainer.is_due():
            training = trainer.run(view)
            view = view if training is None else view.matching_by(training.ranker)
        with store.database.session() as session:
            readers = audience(session, OPERATOR.opened)
        if readers.opened:
            # What the commands answer from, beside what the public sees.
            own = CorpusReader(store.database, store.settings.terms_folder, readers.opened)
            Scorer(store.database, own, gated=store.settings.authority_gate).run(full=full)
    facts = {
        "epoch": view.epoch.id,
        "method": view.epoch.method,
        "match_method": view.matcher.method,
        "computed_at": view.epoch.computed.isoformat().replace("+00:00", "Z"),
        "topics": len(view.topics),
        "posts": view.posts,
        "answers": view.answers,
    }
    if as_json:
        print_json(facts)
    else:
        say(
            f"epoch {facts['epoch']}: {facts['topics']} topics, {facts['answers']} answers "
            f"in {facts['posts']} posts"
        )


def experts(
    context: typer.Context,
    topic_or_query: Annotated[
        str | None, typer.Argument(metavar="TOPIC-OR-QUERY", help="A topic's slug, or any text.")
    ] = None,
    list_address: ListOption = None,
    as_of: AsOf = None,
    limit: Limit = 20,
    form: Annotated[ExpertsFormat, typer.Option("--format")] = ExpertsFormat.TABLE,
    queries: Annotated[
        Path | None, typer.Option("--queries", help="With --format trec: lines id<TAB>text.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Recognised experts on a topic or text, with intervals and reasons."""
    moment = instant(as_of, "as_of") if as_of else None
    if (queries is None) == (topic_or_query is None):
        raise UsageError("name a topic or text, or a file of them with --queries")
    with everything(context) as opened:
        if queries is not None:
            rank_queries(opened, queries, list_address, moment, limit)
            return
        ranking = _ranking(opened, str(topic_or_query), list_address, as_of, limit)
        with opened.database.session() as session:
            keys = person_keys(session) if form is ExpertsFormat.TREC else {}
    if as_json:
        print_json(ranking)
    elif form is ExpertsFormat.TREC:
        items = [
            (keys[one.person.id], one.score) for one in ranking.items if one.person.id is not None
        ]
        for line in run_lines(field(str(topic_or_query)), items, RUN_NAME):
            say(line)
    else:
        _print_ranking(ranking)


def _ranking(
    opened: Context, wanted: str, list_address: str | None, as_of: str | None, limit: int
) -> schemas.Ranking:
    from api.answers.experts import text_experts, topic_experts

    moment = instant(as_of, "as_of") if as_of else None
    page = PageRequest(limit)
    rank_one = topic_experts if is_topic(opened, wanted) else text_experts
    return rank_one(
        opened, wanted, reader=OPERATOR, list_address=list_address, as_of=moment, page=page
    )


def _print_ranking(ranking: schemas.Ranking) -> None:
    title = ranking.topic.label if ranking.topic else ranking.query
    if not ranking.items:
        note(f"not enough evidence yet on {title}")
        return
    table = Table("", "person", "score", "90 % interval", "answers", "thanks", "level", "since")
    for one in ranking.items:
        table.add_row(
            str(one.rank),
            one.person.name,
            f"{one.score:.1f}",
            f"{one.low:.1f}–{one.high:.1f}",
            str(one.answers),
            str(one.thanks),
            one.level,
            f"{one.first:%Y-%m}",
        )
    answers.print(table)
    best = ranking.items[0]
    if best.evidence:
        say(f"Behind {best.person.name}'s place:")
        for post in best.evidence[:3]:
            say(f"  {post.date:%Y-%m-%d}  {post.subject}  <{post.message_id}>")


def match(
    context: typer.Context,
    file: Annotated[
        str | None, typer.Argument(metavar="[FILE|-]", help="A message, or plain text.")
    ] = None,
    list_address: ListOption = None,
    as_of: AsOf = None,
    limit: Limit = 20,
    mbox: Annotated[
        Path | None, typer.Option("--mbox", help="Match every message of a file.")
    ] = None,
    form: Annotated[MatchFormat, typer.Option("--format")] = MatchFormat.JSONL,
    as_json: Json = False,
) -> None:
    """People most likely to answer a message, and threads that already did."""
    from api.answers.matching import match as match_question
    from api.answers.matching import question_of

    each = as_of == "each"
    if each and mbox is None:
        raise UsageError("--as-of each goes with --mbox")
    moment = instant(as_of, "as_of") if as_of and not each else None
    with everything(context) as opened:
        if mbox is not None:
            match_mbox(opened, mbox, form, list_address, moment, each=each, limit=limit)
            return
        raw = _question(file, opened.settings.max_message_bytes)
        question = question_of(opened, raw, reader=OPERATOR)
        if list_address is not None:
            question = question.model_copy(update={"list": list_address})
        found = match_question(opened, question, reader=OPERATOR, as_of=moment, limit=limit)
    if as_json:
        print_json(found)
        return
    if not found.experts:
        say(f"nobody had answered anything here by {found.as_of:%Y-%m-%d}")
        return
    table = Table("", "person", "likely", "standing", "why", "for instance")
    for one in found.experts:
        standing = "" if one.standing is None else f"{one.standing:.1f}"
        reason = one.evidence[0].subject if one.evidence else ""
        table.add_row(str(one.rank), one.person.name, f"{one.score:.1f}", standing, one.why, reason)
    answers.print(table)
    say(f"by {found.method}")
    for thread in found.threads[:5]:
        say(f"{thread.score:.2f}  {thread.thread.subject}  ({thread.why})")


def _question(file: str | None, max_bytes: int) -> bytes:
    """The bytes of a question; plain text becomes the body of an RFC 5322 message."""
    if file is None or file == "-":
        raw = sys.stdin.buffer.read(max_bytes + 1)
    else:
        try:
            with Path(file).open("rb") as stream:
                raw = stream.read(max_bytes + 1)
        except OSError as error:
            raise UsageError(f"cannot read {file}: {error.strerror}") from None
    if len(raw) > max_bytes:
        raise UsageError(f"the question is larger than {max_bytes} bytes")
    if not raw.strip():
        raise UsageError("the question is empty")
    first_line = raw.lstrip().split(b"\n", 1)[0]
    name, colon, _ = first_line.partition(b":")
    is_message = bool(colon) and name.isascii() and b" " not in name.strip()
    return (
        raw
        if is_message
        else b"MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n" + raw
    )


def show_person(
    context: typer.Context,
    who: Annotated[str, typer.Argument(metavar="WHO", help="An id, e-mail address or name.")],
    history: Annotated[
        Granularity | None, typer.Option("--history", help="Topic histories by period.")
    ] = None,
    as_json: Json = False,
) -> None:
    """What the archive knows of a person: topics, standing, history."""
    with everything(context) as opened:
        number = find_person(opened, who)
        if history is not None:
            series = person_topics(opened, number, reader=OPERATOR, granularity=history.value)
            if as_json:
                print_json(series)
            else:
                _print_history(series)
            return
        found = person(opened, number, reader=OPERATOR)
    if as_json:
        print_json(found)
        return
    say(f"{found.name}  ({found.level})")
    say(f"{found.posts} posts, {found.answers} answers, {found.thanks} thanks")
    for topic in found.topics:
        say(f"  {topic.rank:3}. {topic.label}  {topic.score:.1f}  {topic.level}")
    for work in found.works:
        say(f"  {work.kind}: {work.title}  ({work.status}, cited {work.cited} times)")


def _print_history(series: schemas.TopicHistory) -> None:
    for topic in series.topics:
        say(topic.label)
        for record in topic.series:
            rank_text = "–" if record.rank is None else str(record.rank)
            say(
                f"  {record.period:8} {record.posts:4} posts {record.answers:4} answers "
                f"{record.thanks:3} thanks  score {record.score:5.1f}  rank {rank_text}  "
                f"depth {record.depth:.1f}  breadth {record.breadth:.1f}"
            )
    for event in series.events:
        what = event.level or event.title or event.kind.replace("-", " ")
        say(f"{event.date:%Y-%m-%d} {what}{f': {event.topic.label}' if event.topic else ''}")
