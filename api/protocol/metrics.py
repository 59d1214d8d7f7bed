"""``/metrics``: figures for monitoring, in the Prometheus text format."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from sqlalchemy import func, select

from api.readers import Reader
from archive.database import Database
from archive.lists.audience import audience
from archive.tables import OutgoingMail, State, Subscription


class SubscriptionCollector:
    """Counts subscriptions and waiting mail in the store when it is asked.

    opened: the private lists that count beside the others, by id; None for all.
    """

    def __init__(self, database: Database, opened: frozenset[int] | None) -> None:
        self._database, self._opened = database, opened

    def collect(self) -> Iterable[Metric]:
        with self._database.session() as session:
            closed = audience(session, self._opened).closed
            states = dict(
                session.execute(
                    select(Subscription.state, func.count())
                    .where(Subscription.list_id.not_in(closed))
                    .group_by(Subscription.state)
                ).all()
            )
            unsent = session.scalar(
                select(func.count()).where(
                    OutgoingMail.next_attempt.is_not(None), OutgoingMail.list_id.not_in(closed)
                )
            )
        subscriptions = GaugeMetricFamily(
            "pakar_subscriptions",
            "Subscriptions by state; any that is lost is an alarm.",
            labels=["state"],
        )
        for state in State:
            subscriptions.add_metric([state.value], states.get(state.value, 0))
        yield subscriptions
        yield GaugeMetricFamily(
            "pakar_outgoing_mails", "Mails that wait for the relay.", float(unsent or 0)
        )


def exposition(database: Database, reader: Reader) -> bytes:
    """The value of every metric, of the lists that ``reader`` may read.

    Raises ``StoreUnavailableError``.
    """
    registry = CollectorRegistry(auto_describe=False)
    registry.register(SubscriptionCollector(database, reader.opened))
    return generate_latest(registry)
