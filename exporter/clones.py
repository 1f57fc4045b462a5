"""Devices that are said to be one and are not: copied configurations give two routers one SNMP engine id.

Lives here: finding such pairs, each once. Must not live here: asking devices, logging. SNMPv3 keeps keys and clocks by
engine id, so clones may refuse each other's requests, and a router's word may be taken for another's.
"""

from __future__ import annotations

from collections.abc import Iterable

from exporter.beside import DeviceRecord
from exporter.model import Inventory

__all__ = ["Clones"]

#: One device read over two lines tells its start to a few seconds; two devices start further apart than this.
_APART_S = 60.0


class Clones:
    """Remembers which pairs were found."""

    def __init__(self) -> None:
        self._found: set[frozenset[str]] = set()

    def fresh(self, inventory: Inventory, devices: Iterable[DeviceRecord]) -> list[tuple[str, str]]:
        """Pairs of links of different sites, not found before, whose devices tell one engine id and two starts.

        Each device is compared with the first that tells its engine id.
        """
        first: dict[str, DeviceRecord] = {}
        found = []
        for device in devices:
            if not device.engine_id or device.link not in inventory.links:
                continue
            other = first.setdefault(device.engine_id, device)
            pair = frozenset((other.link, device.link))
            if pair not in self._found and _differ(inventory, other, device):
                self._found.add(pair)
                found.append((other.link, device.link))
        return found


def _differ(inventory: Inventory, one: DeviceRecord, other: DeviceRecord) -> bool:
    is_elsewhere = inventory.links[one.link].site != inventory.links[other.link].site
    return is_elsewhere and abs(one.boot_unix_s - other.boot_unix_s) > _APART_S
