"""Open the store, and everything else from which answers are made."""

from __future__ import annotations

import functools

from api.context import Context
from archive import migration
from archive.database import Database
from archive.settings import Settings
from archive.store.store import Store


def open_store(settings: Settings) -> Store:
    """Open the store and bring its schema up to date.

    Raises ``StoreUnavailableError`` when it cannot be reached or made.
    """
    database = Database(settings.database_url)
    if not migration.is_current(database):
        migration.upgrade(database.engine)
    return Store(database, settings)


def open_context(settings: Settings) -> Context:
    """Open store, search and rankings. The last epoch is loaded when first needed."""
    from api.service.other_views import OtherViews
    from archive.search.audiences import AudienceIndexes
    from archive.search.searcher import Searcher
    from reputation.corpus.reader import CorpusReader
    from reputation.epochs.view import load_view
    from reputation.topics.queries import threads_of_topic

    store = open_store(settings)
    database = store.database
    searcher = Searcher(
        AudienceIndexes(settings.index_folder, store.parsed),
        database,
        threads_of_topic=threads_of_topic,
    )
    reader = CorpusReader(database, settings.terms_folder)
    view = functools.cache(
        functools.partial(load_view, database, reader, gated=settings.authority_gate)
    )
    others = OtherViews(database, settings.terms_folder, gated=settings.authority_gate)
    return Context(settings, database, store, searcher, view, others)
