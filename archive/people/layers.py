"""Which addresses are one person, layer by layer (``archive.lists.layers``).

The public layer comes first, from what public lists show and from nothing else. Then
each private list attaches its own addresses: to people of the public layer, or to one
another. It never joins two people of a layer before it, and never parts any.
"""

from __future__ import annotations

from collections import defaultdict

from archive.lists.layers import PUBLIC, layers_in_order, readers_of
from archive.people.addresses import KnownAddresses
from archive.people.identity import (
    NameUse,
    People,
    answer,
    decided,
    join_by_name,
    name_groups,
    name_orders,
)


def people_in_layers(known: KnownAddresses) -> People:
    """Group the known addresses by person."""
    joined = decided(known.claims)
    refusals: dict[tuple[str, str], str] = {}
    uses = _Uses(known)
    members: dict[int, list[str]] = defaultdict(list)
    for address in known.rows:
        members[known.layer(address)].append(address)
    public_reasons: dict[str, str] = {}
    for layer in layers_in_order(members):
        shown = uses.of(layer)
        groups = name_groups(shown)
        if layer != PUBLIC:
            groups = {key: group for key, group in groups.items() if key[0] == layer}
        habits = known.habits(groups, readers_of(layer, known.private))
        refusals = {**join_by_name(joined, groups, habits, name_orders(shown)), **refusals}
        joined.settle(members[layer])
        if layer == PUBLIC and known.private:
            public_reasons = dict(answer(joined, members[PUBLIC], {}).reasons)
    found = answer(joined, known.rows, refusals)
    if not known.private:
        return found
    reasons = {key: found.reasons[key] for key in found.reasons if known.layer(key) != PUBLIC}
    return People(found.leaders, public_reasons | reasons, found.refusals)


class _Uses:
    """The uses of names, for each layer those that count in it."""

    def __init__(self, known: KnownAddresses) -> None:
        self._known = known
        self._public: list[NameUse] = []
        self._on_list: dict[int, list[NameUse]] = defaultdict(list)
        self._openly: dict[str, list[NameUse]] = defaultdict(list)
        for use in known.uses if known.private else ():
            if use.mailing_list in known.private:
                self._on_list[use.mailing_list].append(use)
            else:
                self._public.append(use)
                self._openly[use.address].append(use)

    def of(self, layer: int) -> list[NameUse]:
        """Of a private list: its own, and the public ones of the public addresses on it."""
        if layer == PUBLIC:
            return self._public if self._known.private else self._known.uses
        own = [
            use for use in self._on_list[layer] if self._known.layer(use.address) in (PUBLIC, layer)
        ]
        openly = [use for address in {use.address for use in own} for use in self._openly[address]]
        return own + openly
