"""Orders to a running simulation: plain values in, plain values out.

Lives here: the vocabulary of the control socket and what each word does to the world. Must not live
here: the socket. An order is ``{"order": "cut", "part": "link", "id": "dinkes-1", "manner": "silent"}``;
the answer is ``{"ok": true, ...}`` or ``{"ok": false, "error": "..."}``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from exporter.sim.scope import checked_scope
from exporter.sim.settings import Manner, SimulationError
from exporter.sim.world import World

__all__ = ["Answer", "Order", "execute"]

Order = Mapping[str, Any]
Answer = dict[str, Any]


def _scope_words(order: Order) -> tuple[str, str]:
    return str(order.get("part", "")), str(order.get("id", ""))


def _cut(world: World, order: Order) -> Answer:
    manner = order.get("manner", Manner.SILENT.value)
    if manner not in list(Manner):
        raise SimulationError(f"--manner {manner}: known are {', '.join(Manner)}")
    return {"addresses": world.cut(checked_scope(world.inventory, *_scope_words(order)), Manner(manner))}


def _restore(world: World, order: Order) -> Answer:
    if order.get("all") is True:
        return {"addresses": world.restore_all()}
    return {"addresses": world.restore(checked_scope(world.inventory, *_scope_words(order)))}


def _set(world: World, order: Order) -> Answer:
    values = order.get("values")
    if not isinstance(values, dict) or not values:
        raise SimulationError("nothing to set; name a setting, such as --delay 20ms")
    return {"addresses": world.set(checked_scope(world.inventory, *_scope_words(order)), values)}


def _status(world: World, _: Order) -> Answer:
    return world.status()


_ORDERS: dict[str, Callable[[World, Order], Answer]] = {
    "cut": _cut,
    "restore": _restore,
    "set": _set,
    "status": _status,
}


def execute(world: World, order: Order) -> Answer:
    """What ``order`` gave; never raises for an order that cannot be followed."""
    word = order.get("order")
    action = _ORDERS.get(word) if isinstance(word, str) else None
    if action is None:
        return {"ok": False, "error": f"no order {word!r}; known: {', '.join(_ORDERS)}"}
    try:
        return {"ok": True, **action(world, order)}
    except SimulationError as error:
        return {"ok": False, "error": str(error)}
