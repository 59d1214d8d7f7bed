"""What every answer is made of: the strict base model, and pages of things."""

from __future__ import annotations

from typing import Annotated, Any, Generic, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict

Item = TypeVar("Item")
Points = Annotated[float, AfterValidator(lambda value: round(value, 2))]
"""0 to 100, or a sum of evidence, to two digits."""
Share = Annotated[float, AfterValidator(lambda value: round(value, 4))]
"""0 to 1, to four digits."""


def _unknown(value: object) -> bool:
    return value is None


class Schema(BaseModel):
    """Base of every answer: frozen, and exact about its fields.

    A field that holds an answer takes a result in its place, and reads it by name.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", from_attributes=True)

    @classmethod
    def of(cls, result: object, **given: Any) -> Self:
        """The answer of a result: fields are its attributes of the same name, unless given."""
        names = cls.model_fields.keys() - given.keys()
        found = {name: getattr(result, name) for name in names if hasattr(result, name)}
        return cls(**found, **given)


class Page(Schema, Generic[Item]):
    """A part of a list of things; ``next`` is the URL of the part after it."""

    items: list[Item]
    next: str | None = None
    total: int
