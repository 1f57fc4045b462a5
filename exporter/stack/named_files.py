"""Files that an inventory names and that a copy of it must find as well: secrets, certificates.

Lives here: which they are, and links to them. Must not live here: their content.
"""

from __future__ import annotations

from pathlib import Path

from exporter.model import Inventory
from exporter.probe_model import SecretSource

__all__ = ["link_named_files"]


def link_named_files(inventory: Inventory, folder: Path, copy: Path) -> None:
    """Links in ``copy`` to the files that ``inventory``, read from ``folder``, names within it; others are found."""
    for file in _named_files(inventory, folder):
        (copy / file.parent).mkdir(parents=True, exist_ok=True)
        (copy / file).symlink_to(folder / file)


def _named_files(inventory: Inventory, folder: Path) -> set[Path]:
    """The files of ``folder`` in which the inventory keeps secrets or certificates, from there on."""
    secrets = [
        secret
        for each in inventory.credentials.values()
        for secret in (each.community, each.auth_password, each.priv_password)
    ]
    places = [each.place for each in secrets if each is not None and each.source is SecretSource.FILE]
    tls = (getattr(each, "tls", None) for each in inventory.probes.values())
    places += [each.authorities for each in tls if each is not None and each.authorities is not None]
    return {Path(place).relative_to(folder) for place in places if Path(place).is_relative_to(folder)}
