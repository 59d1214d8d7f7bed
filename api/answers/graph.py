"""The reply graph of a topic: who helped whom."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import networkx as nx

from api import schemas
from api.answers import references
from api.answers.topics import find_topic
from api.answers.visibility import visibility, visible_people
from api.context import Context
from api.readers import ANYONE, Reader
from reputation.epochs.view import ReputationView

# XML 1.0, section 2.2: what may not stand in a document, however it is escaped.
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def graph(context: Context, slug: str, *, reader: Reader = ANYONE) -> schemas.Graph:
    """The topic's graph as node-link JSON. Raises ``NotFoundError`` or ``MergedError``."""
    view = context.view(reader)
    found, topic = _named_graph(context, view, slug, reader)
    data = nx.node_link_data(found, edges="edges")
    return schemas.Graph(
        topic=topic, method=view.epoch.method, computed_at=view.epoch.computed, **data
    )


def graph_file(context: Context, slug: str, form: str, *, reader: Reader = ANYONE) -> bytes:
    """The topic's graph as a ``graphml`` or ``gexf`` file, UTF-8."""
    found, _ = _named_graph(context, context.view(reader), slug, reader)
    for _, attributes in found.nodes(data=True):
        for name, value in list(attributes.items()):
            if isinstance(value, str):
                attributes[name] = _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", value)
            elif value is None:
                del attributes[name]
    buffer = BytesIO()
    if form == "graphml":
        nx.write_graphml_xml(found, buffer)
    else:
        nx.write_gexf(found, buffer)
    return buffer.getvalue()


def _named_graph(
    context: Context, view: ReputationView, slug: str, reader: Reader
) -> tuple[nx.DiGraph[Any], schemas.TopicReference]:
    """A graph of our own to change, people by id, with their names where they may be seen."""
    with context.database.session() as session:
        limits = visibility(session, reader)
        topic = find_topic(session, limits, slug)
        reference = references.topic_reference(topic, reader)
        source = view.topic_graph(topic.id)
        people = references.people(session, limits, [int(node) for node in source])
        shown = visible_people(session, limits, [int(node) for node in source])
    named: nx.DiGraph[Any] = nx.DiGraph()
    # A hidden person's edges stay, since they carry others' standing; the id goes.
    labels = {
        node: int(node) if int(node) in shown else f"hidden-{number}"
        for number, node in enumerate(source, start=1)
    }
    for node, attributes in source.nodes(data=True):
        person = people[int(node)]
        seen = int(node) in shown
        named.add_node(
            labels[node],
            **{key: value for key, value in attributes.items() if key != "name"},
            name=person.name if seen else references.hidden_person(reader).name,
            url=person.url if seen else None,
        )
    for asker, answerer, attributes in source.edges(data=True):
        named.add_edge(labels[asker], labels[answerer], **attributes)
    return named, reference
