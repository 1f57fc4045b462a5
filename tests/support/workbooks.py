"""A workbook as its parts: XML of Office Open XML, read without the program that wrote it.

Lives here: unpacking, sheets by their names, cells as texts and numbers. Must not live here: expectations.
"""

from __future__ import annotations

import re
from io import BytesIO
from xml.etree import ElementTree as ET
from zipfile import ZipFile

__all__ = ["parts", "sheets"]

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ESCAPED = re.compile("_x([0-9A-F]{4})_")


def parts(raw: bytes) -> dict[str, bytes]:
    """Every file of the workbook by its path."""
    with ZipFile(BytesIO(raw)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def sheets(raw: bytes) -> dict[str, list[dict[str, str | float]]]:
    """For each sheet its rows, and in each the cells that there are by their column: texts, or numbers."""
    files = parts(raw)
    shared = [
        _unescaped("".join(text.text or "" for text in item.iter(f"{_MAIN}t")))
        for item in _tree(files["xl/sharedStrings.xml"])
    ]
    targets = {each.get("Id"): each.get("Target") for each in _tree(files["xl/_rels/workbook.xml.rels"])}
    found = {}
    for sheet in _tree(files["xl/workbook.xml"]).iter(f"{_MAIN}sheet"):
        tree = _tree(files[f"xl/{targets[sheet.get(_ID)]}"])
        found[sheet.get("name") or ""] = [_row(row, shared) for row in tree.iter(f"{_MAIN}row")]
    return found


def _tree(raw: bytes) -> ET.Element:
    return ET.fromstring(raw)


def _row(row: ET.Element, shared: list[str]) -> dict[str, str | float]:
    cells: dict[str, str | float] = {}
    for cell in row:
        value = cell.find(f"{_MAIN}v")
        if value is not None and value.text is not None:
            column = (cell.get("r") or "").rstrip("0123456789")
            cells[column] = shared[int(value.text)] if cell.get("t") == "s" else float(value.text)
    return cells


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
