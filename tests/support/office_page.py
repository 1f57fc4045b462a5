"""A province for pages: how its links are and what is remembered of them, as a test says.

Lives here: the making. Must not live here: assertions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from exporter.beside import OutageRecord
from exporter.model import Inventory
from exporter.outcome import State
from exporter.past import PastOutage
from exporter.scope import Outages, Scope, no_outages
from exporter.snapshot import Snapshot
from tests.support.pasts import FakePast, make_minutes
from tests.support.snapshots import TAKEN_UNIX_NS, make_snapshot

__all__ = ["CHANGED_UNIX_NS", "past_of", "province_with"]

#: When every link came to be what it is: an hour and a minute before.
CHANGED_UNIX_NS = TAKEN_UNIX_NS - 3_660 * 10**9

_STATES, _SCOPES = list(State), list(Scope)


def province_with(
    inventory: Inventory,
    states: Mapping[str, State] | None = None,
    *,
    scopes: Mapping[str, Scope] | None = None,
    uplink_up: bool | None = True,
    outages: Sequence[OutageRecord] = (),
    still_s: int = 0,
) -> Snapshot:
    """Every link is up, but for ``states``; a fully healthy prober."""
    made = make_snapshot(inventory)
    keys = made.links.keys
    state = np.array([_STATES.index((states or {}).get(key, State.UP)) for key in keys], np.int8)
    scope = np.array([_SCOPES.index(scopes[key]) if key in (scopes or {}) and scopes else -1 for key in keys], np.int8)
    return replace(
        made,
        ready=True,
        links=replace(
            made.links,
            state=state,
            changed_unix_ns=np.full(len(keys), CHANGED_UNIX_NS),
            icmp_only=np.zeros(len(keys), bool),
        ),
        outages=Outages(scope, (), ()) if scopes else no_outages(len(keys)),
        prober=replace(made.prober, uplink_up=uplink_up),
        beside=replace(made.beside, outages=tuple(outages)),
        still_ns=still_s * 10**9,
    )


def past_of(inventory: Inventory, outages: Mapping[str, Sequence[PastOutage]] | None = None) -> FakePast:
    """An hour of being up for every link, and the outages that are named."""
    minutes = {link: make_minutes([State.UP] * 60) for link in inventory.links}
    return FakePast(minutes, outages or {})
