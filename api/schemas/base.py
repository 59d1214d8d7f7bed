"""What every answer is made of: the strict base model, and pages of things."""

from __future__ import annotations

from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict

Item = TypeVar("Item")


def _unknown(value: object) -> bool:
    return value is None


class Schema(BaseModel):
    """Base of every answer: frozen, and exact about its fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Page(Schema, Generic[Item]):
    """A part of a list of things; ``next`` is the URL of the part after it."""

    items: list[Item]
    next: str | None = None
    total: int
