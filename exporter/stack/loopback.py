"""The inventory's files with loopback addresses: what is left to show where no province can be made.

Lives here: copying the files, exchanging the addresses, and the permission that such addresses take. Must
not live here: which address becomes which (``exporter/sim/loopback.py``). The files were loaded before, so
their form is known to be plain: no anchors, no tags, ``defaults`` at most once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from exporter.model import Inventory
from exporter.sim.loopback import loopback_inventory
from exporter.stack.named_files import link_named_files

__all__ = ["write_loopback_inventory"]

_ADDRESS = re.compile(r"(?P<before>\baddress[\"']?\s*:\s*[\"']?)(?P<address>[0-9A-Fa-f.:]+)")
_FLOW_DEFAULTS = re.compile(r"^defaults:\s*\{", re.MULTILINE)
_BLOCK_DEFAULTS = re.compile(r"^defaults:[ \t]*(?:#.*)?\n(?P<indent>[ ]+)", re.MULTILINE)
_PERMISSION = "allow_special_addresses: true"


def write_loopback_inventory(inventory: Inventory, source: Path, target: Path) -> Path:
    """Write the files of ``source``, which ``inventory`` was read from, to ``target``; the new inventory's path."""
    addresses = _loopback_addresses(inventory)
    files = [source] if source.is_file() else sorted(file for file in source.iterdir() if _is_inventory(file))
    folder = (source.parent if source.is_file() else source).absolute()
    texts = {file.name: _readdressed(file.read_text(encoding="utf-8"), addresses) for file in files}
    target.mkdir()
    for name, text in _permitted(texts).items():
        (target / name).write_text(text, encoding="utf-8")
    link_named_files(inventory, folder, target)
    return target


def _is_inventory(file: Path) -> bool:
    return file.suffix in {".yaml", ".yml"}


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

    return _ADDRESS.sub(exchange, text)


def _permitted(texts: Mapping[str, str]) -> dict[str, str]:
    """``texts`` with the permission for loopback addresses in their defaults, in whichever file and form those are."""
    if any("allow_special_addresses" in text for text in texts.values()):
        return dict(texts)
    if not any(text.startswith("defaults:") or "\ndefaults:" in text for text in texts.values()):
        return {**texts, "loopback-defaults.yml": f"version: 1\ndefaults: {{{_PERMISSION}}}\n"}
    flow = {name: _FLOW_DEFAULTS.sub(f"defaults: {{{_PERMISSION}, ", text) for name, text in texts.items()}
    return {
        name: _BLOCK_DEFAULTS.sub(rf"defaults:\n\g<indent>{_PERMISSION}\n\g<indent>", text)
        for name, text in flow.items()
    }
