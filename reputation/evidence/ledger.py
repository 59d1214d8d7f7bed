"""The ledger's columns: what each post showed about whom, and since when that was known.

Weights change in retrospect (an asker becomes vouched, a discussion is built
upon), so each row keeps the instants at which they change. One ledger thus
gives the exact weights of any past day without being built again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import IntEnum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from reputation.arrays import Flags, Floats, Integers

NEVER: Final = int(np.iinfo(np.int64).max)
"""An instant that has not come."""
UNVOUCHED_WEIGHT: Final = 0.3
"""τ of an answer to somebody nobody established has answered."""
DISCUSSION_WEIGHT: Final = 0.5
MONTH_SECONDS: Final = 30 * 86_400


class Kind(IntEnum):
    """What a row is evidence of."""

    ANSWER = 0
    DISCUSSION = 1
    WORK = 2

    @property
    def word(self) -> str:
        """The name that tables and answers of the API carry."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Ledger:
    """Evidence as parallel arrays of length m, in the order of the posts.

    row: row of the post in ``Posts``.
    person: who earned it; asker: whom it was for (of a work: its first
        reviewer). Both index ``people``, the persons' ids by first appearance.
    thread: index into ``threads``, the threads' ids by first appearance.
    date: of the post; known_at: when it first counted (of a work: when reviewed).
    kind: a ``Kind``.
    base: q · n_thread^-1 · n_pair^(-1/4).
    vouched_at: when the asker was vouched for in this person's favour.
    full_at: when a discussion was built upon; 0 for what is no discussion.
    thanked_at, agreed_at, linked_at: when an endorsement of the kind came.
    named: the asker had asked for the person by name.
    reciprocal_at: when the two had answered each other.
    established_at: for each of ``people``.
    root: for each of ``threads``, the row of the post that began it.
    mature_at: from when on vouching is demanded; before, too few people were
        established to vouch for anybody.
    built_entry, built_by, built_at: pairs (ledger row, person who built upon it, when).
    All instants are Unix seconds, ``NEVER`` when it has not happened.
    """

    row: Integers
    person: Integers
    asker: Integers
    thread: Integers
    date: Integers
    known_at: Integers
    kind: Integers
    base: Floats
    vouched_at: Integers
    full_at: Integers
    thanked_at: Integers
    agreed_at: Integers
    linked_at: Integers
    named: Flags
    reciprocal_at: Integers
    people: Integers
    established_at: Integers
    threads: Integers
    root: Integers
    mature_at: int
    built_entry: Integers
    built_by: Integers
    built_at: Integers

    def __len__(self) -> int:
        return len(self.row)

    def established(self, as_of: int = NEVER - 1) -> Flags:
        """For each person: whether established by then."""
        return self.established_at <= as_of

    def vouched(self, as_of: int | Integers = NEVER - 1) -> Flags:
        """For each row: whether its asker was vouched for by then.

        While the archive is young everybody is: nobody could vouch yet.
        as_of: one instant, or several; then the answer is rows x instants.
        """
        young, vouched = np.less(as_of, self.mature_at), _come(self.vouched_at, as_of)
        if np.any(young):
            return np.where(young, _come(self.known_at, as_of), vouched)
        return vouched

    def weight(self, as_of: int | Integers = NEVER - 1, vouched: Flags | None = None) -> Floats:
        """Weight w of each row as known at ``as_of``: 0 when it did not count yet.

        as_of: as of ``vouched``, whose answer may be handed in where it is at hand.
        """
        if vouched is None:
            vouched = self.vouched(as_of)
        base, low = self.base, np.where(self.kind == Kind.WORK, 0.0, UNVOUCHED_WEIGHT)
        if np.ndim(as_of):
            base, low = base[:, None], low[:, None]
        trust = np.where(vouched, 1.0, low)
        share = np.where(_come(self.full_at, as_of), 1.0, DISCUSSION_WEIGHT)
        return np.where(_come(self.known_at, as_of), base * trust * share, 0.0)

    def vouched_for(self, person: int) -> Flags:
        """For each of ``people``: whether an answer to them by ``person`` would be vouched for."""
        if self.mature_at == NEVER:
            return np.ones(len(self.people), dtype=np.bool_)
        vouched = self.established()
        voucher = vouched[self.person] & (self.kind != Kind.WORK) & (self.person != person)
        vouched[self.asker[voucher]] = True
        return vouched

    def take(self, rows: Integers) -> Ledger:
        """Some rows only; what was built upon them is left out."""
        columns: dict[str, Any] = {name: self._column(name)[rows] for name in _ROW_COLUMNS}
        nothing = np.zeros(0, dtype=np.int64)
        return replace(self, **columns, built_entry=nothing, built_by=nothing, built_at=nothing)

    def thanked(self, as_of: int = NEVER - 1) -> Flags:
        """For each row: whether the asker had thanked for it by then."""
        return self.thanked_at <= as_of

    def endorsement(self, as_of: int = NEVER - 1) -> Floats:
        """Endorsement e of each row, 0 to 1; a facet, never a part of the weight."""
        total = (
            1.0 * (self.thanked_at <= as_of)
            + 0.5 * (self.agreed_at <= as_of)
            + 0.5 * (self.linked_at <= as_of)
            + 0.25 * self.named
        )
        mutual = np.where(self.reciprocal_at <= as_of, 0.5, 1.0)
        return np.where(self.known_at <= as_of, np.minimum(total, 1.0) * mutual, 0.0)

    def with_rows(self, added: Mapping[str, NDArray[Any]]) -> Ledger:
        """The ledger with further rows (every row column), kept in the order of the posts."""
        order = np.argsort(np.concatenate([self.row, added["row"]]), kind="stable")
        place = np.empty(len(order), dtype=np.int64)
        place[order] = np.arange(len(order))
        columns: dict[str, Any] = {
            name: np.concatenate([self._column(name), added[name]])[order] for name in _ROW_COLUMNS
        }
        return replace(self, **columns, built_entry=place[self.built_entry])

    def until(self, as_of: int) -> Ledger:
        """The ledger of the posts dated at or before ``as_of``: equal to one built from them."""
        keep = self.known_at <= as_of
        place = np.cumsum(keep) - 1
        built = (self.built_at <= as_of) & keep[self.built_entry]
        changed: dict[str, Any] = {name: self._column(name)[keep] for name in _ROW_COLUMNS}
        for name in _INSTANTS:
            changed[name] = _forget(changed[name], as_of)
        return replace(
            self,
            **changed,
            established_at=_forget(self.established_at, as_of),
            mature_at=self.mature_at if self.mature_at <= as_of else NEVER,
            built_entry=place[self.built_entry[built]],
            built_by=self.built_by[built],
            built_at=self.built_at[built],
        )

    def _column(self, name: str) -> Integers:
        column: Integers = getattr(self, name)
        return column


_ROW_COLUMNS: Final = tuple(field.name for field in fields(Ledger))[:15]
_INSTANTS: Final = (
    "vouched_at",
    "full_at",
    "thanked_at",
    "agreed_at",
    "linked_at",
    "reciprocal_at",
)


def repeated(before: Integers) -> Floats:
    """n_pair^(1/4), what an answer's weight is divided by; ``before``: those to the same asker."""
    return np.asarray((before + 1) ** 0.25, dtype=np.float64)


def _come(instants: Integers, as_of: int | Integers) -> Flags:
    """Whether each instant has come; for several ``as_of``, rows x ``as_of``."""
    return np.asarray(np.less_equal.outer(instants, as_of), dtype=np.bool_)


def _forget(instants: Integers, as_of: int) -> Integers:
    return np.where(instants <= as_of, instants, NEVER)


def wilson_lower_bound(successes: float, trials: float, z: float = 1.645) -> float:
    """Lower end of the Wilson score interval (1927) of a rate; 0 without trials.

    ``z`` 1.645 gives the 90 % interval.
    """
    if trials <= 0:
        return 0.0
    rate = successes / trials
    centre = rate + z * z / (2 * trials)
    spread = z * float(np.sqrt(rate * (1 - rate) / trials + z * z / (4 * trials * trials)))
    return max(0.0, (centre - spread) / (1 + z * z / trials))
