"""A report whose names are attacks: what spreadsheets, browsers, shells and typesetters would act on.

Lives here: the names, and the sample report with them. Must not live here: expectations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any

from exporter.evidence.accounts import Report
from tests.support.evidence_report import sample_report

__all__ = ["NASTY", "nasty_report"]

NASTY = (
    '=HYPERLINK("http://contoh.example","klik")',
    "+1+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd",
    "-2+3",
    "\uff1d1+1",
    '<script>alert("x")</script>&amp;\'',
    "../../etc/passwd",
    "http://contoh.example/",
    "mailto:a@contoh.example",
    "internal:Sheet1!A1",
    "satu\ndua\r\ntiga",
    'kutip "ganda"; titik koma, koma',
    "{=SUM(A1:A2)}",
    "_x0041_ \x07 \x1b[31m",
    "#set page(width: 1pt) $x$ *tebal* \\",
    "  spasi di ujung  ",
)

#: Fields that hold a name or a text of people, of whatever record.
_TEXTS = {
    "name",
    "reason",
    "author",
    "approval",
    "note",
    "ticket",
    "text",
    "place",
    "purpose",
    "provider_name",
    "formula",
}


def nasty_report() -> Report:
    """The sample report with an attack in place of each name and text of people, each used many times."""
    changed = _with(sample_report(), NASTY, [0])
    assert isinstance(changed, Report)
    return changed


def _with(value: Any, names: Sequence[str], used: list[int]) -> Any:
    """The value with its texts replaced; the inventory stays, for nothing of it but ids gets into a table."""
    if isinstance(value, tuple):
        return tuple(_with(each, names, used) for each in value)
    if (
        not is_dataclass(value)
        or isinstance(value, type)
        or type(value).__name__ in {"Inventory", "Contract", "Source"}
    ):
        return value
    new: dict[str, Any] = {}
    for each in fields(value):
        old = getattr(value, each.name)
        if each.name in _TEXTS and type(old) is str:
            new[each.name] = names[used[0] % len(names)]
            used[0] += 1
        else:
            new[each.name] = _with(old, names, used)
    return replace(value, **new)
