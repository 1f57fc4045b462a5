"""``pantau check``: whether an inventory, and a ledger beside it, is valid, and what is in it.

Lives here: the words of the command, and the summary. Must not live here: any check; what this command accepts is
exactly what ``pantau run`` starts with, and what ``pantau evidence`` reads. Problems and warnings go to standard error,
one a line as ``file:line: message``; the summary goes to standard output.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from exporter.access.live_config import LoadedWebConfig, load_web_config
from exporter.budget import load_of, verdict_after_s
from exporter.clock import SystemClock
from exporter.errors import Problem, RefusedError
from exporter.evidence.accounts import NoteKind
from exporter.evidence.ledger import LoadedLedger, load_ledger, read_ledger
from exporter.holidays_ahead import holidays_ahead
from exporter.loading import LoadedInventory, load_inventory
from exporter.model import ContractKind, Inventory, Link, Phase, ReferenceTarget, Role
from exporter.probe_model import ProbeKind, kind_of
from exporter.thresholds import MAX_OUTSTANDING, MAX_PACKETS_PER_SECOND, MAX_PROBES_OPEN, MAX_PROBES_PER_SECOND

__all__ = ["SUMMARY", "add_arguments", "run", "summary"]

SUMMARY = "tell whether an inventory is valid, and what is in it"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to look at."""
    parser.add_argument(
        "--inventory", metavar="PATH", type=Path, required=True, help="a YAML file, or a folder of .yml and .yaml files"
    )
    parser.add_argument(
        "--web-config",
        metavar="FILE",
        type=Path,
        help="the web configuration of pantau run, and the certificate it names",
    )
    parser.add_argument(
        "--corrections", metavar="PATH", type=Path, help="the ledger of corrections beside it, a file or a folder, too"
    )


def run(arguments: argparse.Namespace) -> int:
    """0 if everything that was named is valid, 1 if not."""
    loaded, ledger, refused = None, None, False
    try:
        loaded = load_inventory(arguments.inventory)
    except RefusedError as error:
        refused = _refuse(arguments.inventory, error)
    try:
        if arguments.corrections is not None and loaded is not None:
            ledger = read_ledger(arguments.corrections, loaded.inventory)
        elif arguments.corrections is not None:
            load_ledger(arguments.corrections)  # its own problems are told all the same
    except RefusedError as error:
        refused = _refuse(arguments.corrections, error)
    web = None
    try:
        if arguments.web_config is not None:
            web = load_web_config(arguments.web_config)
    except RefusedError as error:
        refused = _refuse(arguments.web_config, error)
    if refused or loaded is None:
        return 1
    ahead = holidays_ahead(loaded.inventory, str(arguments.inventory), SystemClock().wall_ns())
    loaded = replace(loaded, warnings=(*loaded.warnings, *ahead))
    _warn(loaded.warnings)
    print("\n".join(summary(str(arguments.inventory), loaded)))
    if web is not None:
        _warn(web.warnings)
        print("\n".join(_web_summary(str(arguments.web_config), web)))
    if ledger is not None:
        _warn(ledger.warnings)
        print("\n".join(_ledger_summary(str(arguments.corrections), ledger)))
    return 0


def _refuse(path: Path, error: RefusedError) -> bool:
    """Tell why what stands at ``path`` is refused; always true."""
    print(error, file=sys.stderr)
    print(f"{path}: not valid, {_number(len(error.problems), 'problem')}", file=sys.stderr)
    return True


def _warn(warnings: Iterable[Problem]) -> None:
    for each in warnings:
        print(f"{each.file}:{each.line}: warning: {each.message} — {each.remedy}", file=sys.stderr)


def summary(name: str, loaded: LoadedInventory) -> Iterator[str]:
    """What the inventory that was loaded from ``name`` holds, line by line."""
    inventory = loaded.inventory
    yield f"{name}: valid, {_number(len(loaded.warnings), 'warning')}"
    for title, words in _rows(inventory):
        yield f"  {title:18} {words}"


def _web_summary(name: str, web: LoadedWebConfig) -> Iterator[str]:
    """What the web configuration asks for, line by line."""
    yield f"{name}: valid, {_number(len(web.warnings), 'warning')}"
    yield f"  {'users':18} {', '.join(web.config.users) or 'none: anybody may ask'}"
    ends = "none" if web.certificate is None else datetime.fromtimestamp(web.certificate.ends_unix_s, UTC).isoformat()
    yield f"  {'certificate ends':18} {ends}"


def _ledger_summary(name: str, loaded: LoadedLedger) -> Iterator[str]:
    """What the ledger that was loaded from ``name`` holds, line by line."""
    ledger = loaded.ledger
    links = {each.link for each in ledger.corrections}
    kinds = _counts((each.note.kind for each in ledger.notes), NoteKind)
    yield f"{name}: valid, {_number(len(loaded.warnings), 'warning')}"
    yield f"  {'corrections':18} {len(ledger.corrections)}, of {_number(len(links), 'link')}"
    yield f"  {'notes':18} {len(ledger.notes)}: {kinds}"
    yield f"  {'digest':18} {ledger.digest}"


def _rows(inventory: Inventory) -> Iterator[tuple[str, str]]:
    links = inventory.links.values()
    areas = {site.kabkota for site in inventory.sites.values()}
    yield "sites", f"{len(inventory.sites)}, of {len(inventory.opd)} opd, in {len(areas)} kabupaten/kota"
    yield "links", f"{len(links)}, under {_number(len(inventory.contracts), 'contract')}"
    yield "by provider", _counts((inventory.provider_of(link).id for link in links), inventory.providers)
    yield "by phase", _counts((link.phase for link in links), Phase)
    yield "by role", _counts((link.role for link in links), Role)
    yield "by kind", _counts((inventory.contracts[link.contract].kind for link in links), ContractKind)
    yield "by address", _counts((f"IPv{link.address.version}" for link in links), ("IPv4", "IPv6"))
    yield "reference targets", str(len(inventory.reference_targets))
    yield "maintenance", _number(len(inventory.maintenance), "window")
    yield "holidays", _holidays(inventory)
    yield "site classes", _counts((site.site_class for site in inventory.sites.values()), inventory.site_classes) or "0"
    yield "probes", _probes(inventory)
    yield "credentials", _credentials(inventory)
    yield "load", _load(inventory)
    yield "load of probes", _load_of_probes(inventory)
    yield "digest", inventory.digest


def _holidays(inventory: Inventory) -> str:
    observing = sorted(key for key, calendar in inventory.calendars.items() if calendar.observes_holidays)
    own = _number(len(inventory.holidays), "day")
    return f"observed by {', '.join(observing) or 'no calendar'}; {own} of the inventory's own"


def _load(inventory: Inventory) -> str:
    probed: list[Link | ReferenceTarget] = [*inventory.links.values(), *inventory.reference_targets.values()]
    held_s = verdict_after_s(min((each.interval_s for each in inventory.reference_targets.values()), default=1.0))
    load = load_of(((each.interval_s, each.timeout_s) for each in probed), held_s=held_s)
    return (
        f"{load.per_second:,.1f} echoes a second of {MAX_PACKETS_PER_SECOND:,} allowed; "
        f"at most {load.outstanding:,.0f} open at once of {MAX_OUTSTANDING:,}"
    )


def _probes(inventory: Inventory) -> str:
    asked = [kind_of(inventory.probes[name]) for link in inventory.links.values() for name in link.probes]
    if not inventory.probes:
        return "0"
    links = sum(bool(link.probes) for link in inventory.links.values())
    return f"{len(inventory.probes)}, of {_number(links, 'link')}: {_counts(asked, ProbeKind)}"


def _credentials(inventory: Inventory) -> str:
    versions = ("v3" if each.community is None else "v2c" for each in inventory.credentials.values())
    return f"{len(inventory.credentials)}: {_counts(versions, ('v2c', 'v3'))}" if inventory.credentials else "0"


def _load_of_probes(inventory: Inventory) -> str:
    probes = (inventory.probes[name] for link in inventory.links.values() for name in link.probes)
    load = load_of((probe.interval_s, probe.timeout_s) for probe in probes)
    return (
        f"{load.per_second:,.1f} probes a second of {MAX_PROBES_PER_SECOND:,} allowed; "
        f"at most {load.outstanding:,.0f} open at once of {MAX_PROBES_OPEN:,}"
    )


def _counts(found: Iterable[str], order: Iterable[str]) -> str:
    """How often each word of ``order`` was found."""
    counts = Counter(found)
    return ", ".join(f"{word} {counts[word]}" for word in order)


def _number(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
