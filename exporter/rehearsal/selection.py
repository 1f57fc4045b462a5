"""The links that a step is about, as parts of the simulated province.

Lives here: from the keys of a selection to scopes, and why that cannot be. Must not live here: what happens to them.
"""

from __future__ import annotations

from exporter.model import Inventory, Link
from exporter.rehearsal.schema import SELECTORS, SelectionRecord
from exporter.sim.scope import Part, Scope, checked_scope
from exporter.sim.settings import SimulationError

__all__ = ["chosen_scopes", "selection_problem", "selection_words"]

#: The parts that a single key names.
_PARTS = {"link": Part.LINK, "site": Part.SITE, "provider": Part.PROVIDER, "area": Part.AREA}

#: What each key is called in the line that tells of a step, in Indonesian.
_WORDS = {
    "link": "tautan",
    "links": "tautan",
    "site": "lokasi",
    "provider": "penyedia",
    "area": "wilayah",
    "reference": "target acuan",
    "uplink": "jalur keluar pengukur",
}


def selection_problem(
    selection: SelectionRecord, inventory: Inventory, *, may_be_empty: bool = False
) -> tuple[str, str] | None:
    """What is wrong with ``selection`` and how to mend it; None when it chooses something."""
    keys = _keys(selection)
    if not keys:
        return None if may_be_empty else ("chooses nothing", f"add one of {', '.join(SELECTORS)}")
    if may_be_empty:
        return "chooses everything and something", "keep all: true alone, or remove it"
    if len(keys) > 1 and {"reference", "uplink"} & {*keys}:
        return "joins links with what is no link", "give the reference target or the uplink a step of its own"
    try:
        for scope in _named(selection, keys):
            checked_scope(inventory, scope.part, scope.id)
    except SimulationError as error:
        message, _, hint = str(error).partition("; ")
        return message.replace("simulated ", ""), hint
    if not chosen_scopes(selection, inventory):
        return "chooses no link", "remove a key: each one narrows the choice"
    return None


def chosen_scopes(selection: SelectionRecord, inventory: Inventory) -> tuple[Scope, ...]:
    """The parts of the province that ``selection`` means: one, or the links that all its keys have in common."""
    keys = _keys(selection)
    if len(keys) == 1:
        return tuple(_named(selection, keys))
    return tuple(
        Scope(Part.LINK, link.id) for link in inventory.links.values() if _fits(selection, keys, link, inventory)
    )


def selection_words(selection: SelectionRecord) -> str:
    """``penyedia penyedia-b, wilayah 32.73``: the choice for people."""
    words = []
    for key in _keys(selection):
        value = getattr(selection, key)
        named = "" if key == "uplink" else ", ".join(value) if key == "links" else value
        words.append(f"{_WORDS[key]} {named}".rstrip())
    return ", ".join(words)


def _keys(selection: SelectionRecord) -> list[str]:
    return [key for key in SELECTORS if getattr(selection, key)]


def _named(selection: SelectionRecord, keys: list[str]) -> list[Scope]:
    """Every part that a key names."""
    found: list[Scope] = []
    for key in keys:
        value = getattr(selection, key)
        if key == "uplink":
            found.append(Scope(Part.UPLINK, ""))
        elif key == "reference":
            found.append(Scope(Part.REFERENCE, value))
        elif key == "links":
            found += [Scope(Part.LINK, link) for link in value]
        else:
            found.append(Scope(_PARTS[key], value))
    return found


def _fits(selection: SelectionRecord, keys: list[str], link: Link, inventory: Inventory) -> bool:
    is_of = {
        "link": link.id,
        "site": link.site,
        "provider": inventory.provider_of(link).id,
        "area": inventory.sites[link.site].kabkota,
    }
    return all(
        link.id in selection.links if key == "links" else getattr(selection, key) == is_of.get(key) for key in keys
    )
