"""Topics written down in a file."""

from __future__ import annotations

import tomllib

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy.orm import Session

from archive.errors import UsageError
from reputation.tables import Topic
from reputation.topics.curation.topics import add_topic


class _Topic(BaseModel):
    model_config = ConfigDict(extra="forbid")

    label: str
    terms: dict[str, float]
    label_id: str | None = None
    label_en: str | None = None
    threads: list[str] = []
    not_threads: list[str] = []


class _Topics(BaseModel):
    model_config = ConfigDict(extra="forbid")

    topic: list[_Topic]


def add_topics(session: Session, document: str) -> list[Topic]:
    """Add the topics of a TOML document: tables ``[[topic]]`` with the fields of ``add_topic``.

    ``label`` and ``terms`` (a table word = weight) are needed; ``label_id``, ``label_en``,
    ``threads`` and ``not_threads`` (Message-IDs) are not. Raises ``UsageError`` for anything
    else, and what ``add_topic`` raises.
    """
    try:
        topics = _Topics.model_validate(tomllib.loads(document)).topic
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"topics: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise UsageError(f"topics: {place}: {first['msg']}") from None
    return [add_topic(session, **dict(one)) for one in topics]
