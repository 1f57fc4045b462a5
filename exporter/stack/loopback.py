"""The inventory's files with loopback addresses: what is left to show where no province can be made.

Lives here: copying the files and exchanging the addresses. Must not live here: which address becomes
which (``exporter/sim/loopback.py``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from exporter.model import Inventory
from exporter.sim.loopback import loopback_inventory

__all__ = ["write_loopback_inventory"]


def write_loopback_inventory(inventory: Inventory, source: Path, target: Path) -> Path:
    """Write the files of ``source``, which ``inventory`` was read from, to ``target``; the new inventory's path."""
    addresses = _loopback_addresses(inventory)
    target.mkdir()
    for file in [source] if source.is_file() else _files(source):
        text = file.read_text(encoding="utf-8")
        (target / file.name).write_text(_readdressed(text, addresses), encoding="utf-8")
    return target


def _files(folder: Path) -> Iterator[Path]:
    return (file for file in sorted(folder.iterdir()) if file.suffix in {".yaml", ".yml"})


def _loopback_addresses(inventory: Inventory) -> dict[str, str]:
    """From each address of ``inventory`` to the one it has on the loopback."""
    moved = loopback_inventory(inventory)
    links = zip(inventory.links.values(), moved.links.values(), strict=True)
    targets = zip(inventory.reference_targets.values(), moved.reference_targets.values(), strict=True)
    return {str(old.address): str(new.address) for old, new in links} | {
        str(old.address): str(new.address) for old, new in targets
    }


def _readdressed(text: str, addresses: Mapping[str, str]) -> str:
    """``text`` with the value of each ``address:`` exchanged, quoted or not."""

    def exchange(match: re.Match[str]) -> str:
        return match["before"] + addresses.get(match["address"], match["address"])

    return re.sub(r"(?P<before>\baddress[\"']?\s*:\s*[\"']?)(?P<address>[0-9A-Fa-f.:]+)", exchange, text)
