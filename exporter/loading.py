"""From a path to a checked inventory, for the start, for every reload and for ``pantau check``.

Lives here: the one way to load. Must not live here: opening files (``files``), judging them
(``inventory``), watching for changes. A load is whole or not at all.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from exporter.errors import Problem
from exporter.files import fault_of_file, package_text, placed, read_configuration
from exporter.inventory import Source, inventory_from
from exporter.model import Inventory, Kabkota
from exporter.strict_yaml import Document, parse_document

__all__ = ["LoadedInventory", "built_in_kabkota", "load_inventory"]


@dataclass(frozen=True, slots=True)
class LoadedInventory:
    """An inventory, and what its owner should look at all the same."""

    inventory: Inventory
    warnings: tuple[Problem, ...]


def load_inventory(path: Path) -> LoadedInventory:
    """The inventory at ``path``, a file or a folder of ``.yml`` and ``.yaml`` files.

    Raises InventoryError with every problem of every file; never anything else for what ``path`` can be.
    """
    read = read_configuration(path)
    documents = [parse_document(each.raw, each.path) for each in read.files]
    documents += [Document(each.file, problems=(each,)) for each in read.problems]
    source = Source(str(path), documents, read.digest, partial(placed, path), fault_of_file)
    inventory, warnings = inventory_from(source, built_in_kabkota())
    return LoadedInventory(inventory, (*read.warnings, *warnings))


@cache
def built_in_kabkota() -> dict[str, Kabkota]:
    """The regencies and cities of West Java by code, of the table that comes with the package."""
    rows = csv.DictReader(package_text("kabupaten_kota_jabar.csv").splitlines())
    return {row["code"]: Kabkota(row["code"], row["name"], float(row["lat"]), float(row["lon"])) for row in rows}
