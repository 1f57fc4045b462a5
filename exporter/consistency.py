"""Whether entries that are right by themselves are right together.

Lives here: unique ids, references that resolve, addresses, the budget (problems), and what is legal but hardly meant
(warnings). Must not live here: dates and hours (``consistency_times``), promises (``consistency_sla``), probes
(``consistency_probes``), reading, and the values that come out (``inventory``). Every check looks at all entries, so
that all problems are told at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from itertools import chain, islice
from math import asin, cos, radians, sin, sqrt

from exporter.addresses import special_kind
from exporter.budget import load_of, over_budget, verdict_after_s
from exporter.calendars import DEFAULT_CALENDARS
from exporter.consistency_calendars import period_problems, warnings_of_calendars
from exporter.consistency_probes import FileFault, problems_of_probes, warnings_of_probes
from exporter.consistency_sla import sla_problems, warnings_of_sla
from exporter.consistency_times import problems_of_times, warnings_of_times
from exporter.entries import MAX_PROBLEMS_TOLD, NAMING_KEYS, Claim, Entries, Entry
from exporter.errors import Problem
from exporter.model import Inventory, Kabkota, Limit
from exporter.plain_text import shown
from exporter.schema import DefaultsRecord, ReferenceTargetRecord
from exporter.thresholds import MAX_REFERENCE_INTERVAL_S, MIN_REFERENCE_TARGETS

__all__ = ["problems_of", "timing_of", "warnings_of"]

#: For each section, the keys that name entries of another section.
_REFERENCES = {
    "contracts": {"provider": "providers"},
    "sites": {"opd": "opd", "kabkota": "kabkota", "hours": "calendars", "class": "site_classes"},
    "links": {"site": "sites", "contract": "contracts", "probes": "probes"},
    "site_classes": {"probes": "probes"},
    "probes": {"credentials": "credentials"},
    "maintenance": {"links": "links", "sites": "sites", "providers": "providers"},
}

_PROBED = ("links", "reference_targets")

#: No place of a kabupaten of the province is further from its capital; twice that is a mistake.
MAX_KM_FROM_CAPITAL = 150.0

#: Unknown names for which a similar known one is looked for; the search takes a millisecond for each 100 names.
MAX_SUGGESTIONS = 10

EARTH_RADIUS_KM = 6371.0

Found = Iterator[Problem]


def problems_of(entries: Entries, kabkota: Mapping[str, Kabkota]) -> list[Problem]:
    """Why ``entries`` are no inventory; empty if they are; at most ``MAX_PROBLEMS_TOLD``.

    ``kabkota`` are those that hold unless entries bring their own.
    """
    checks: list[Iterable[Problem]] = [
        _repeated_ids(entries),
        _unresolved(entries, kabkota) if entries.is_complete else (),
        _special_addresses(entries),
        problems_of_times(entries),
        _aimless_maintenance(entries),
        *(period_problems(each) for each in entries.records["calendars"]),
        *(sla_problems(each) for each in entries.records["contracts"]),
        _slow_references(entries),
        _unreachable_limits(entries),
        _excess(entries),
        problems_of_probes(entries),
    ]
    return list(islice(chain.from_iterable(checks), MAX_PROBLEMS_TOLD))


def warnings_of(entries: Entries, inventory: Inventory, fault_of_file: FileFault) -> list[Problem]:
    """What in consistent ``entries``, of which ``inventory`` came, a person should look at."""
    checks = (_shared_addresses, _few_references, _shared_names, _idle_sites, _idle_maintenance)
    found = [problem for check in checks for problem in check(entries)]
    found += [*_far_sites(entries, inventory.kabkota), *warnings_of_probes(entries, inventory, fault_of_file)]
    found += warnings_of_sla(entries)
    return sorted([*found, *warnings_of_calendars(entries), *warnings_of_times(entries, inventory.maintenance)])


def timing_of(entry: Entry, defaults: DefaultsRecord) -> tuple[float, float]:
    """``(interval_s, timeout_s)`` of a link or a reference target."""
    record = entry.record
    default_s = defaults.interval
    if isinstance(record, ReferenceTargetRecord):
        default_s = min(default_s, MAX_REFERENCE_INTERVAL_S)
    return (
        default_s if record.interval is None else record.interval,
        defaults.timeout if record.timeout is None else record.timeout,
    )


def _repeated_ids(entries: Entries) -> Found:
    first: dict[tuple[str, str], Claim] = {}
    for claim in entries.claims:
        known = first.setdefault((claim.section, claim.id), claim)
        if known is not claim:
            key = NAMING_KEYS.get(claim.section, "id")
            yield claim.problem(key, f"stands in {known} already", "give each entry an id of its own, or remove one")


def _unresolved(entries: Entries, kabkota: Mapping[str, Kabkota]) -> Found:
    known = defaultdict[str, set[str]](set, {"calendars": set(DEFAULT_CALENDARS)})
    for claim in entries.claims:
        known[claim.section].add(claim.id)
    known["kabkota"] |= set() if known["kabkota"] else set(kabkota)
    remedies: dict[tuple[str, str], str] = {}
    for claim in entries.claims:
        for key, target in _REFERENCES.get(claim.section, {}).items():
            for name in claim.names(key):
                if name not in known[target]:
                    candidates = known[target] if len(remedies) < MAX_SUGGESTIONS else set()
                    remedy = remedies.setdefault((target, name), _near(name, target, candidates))
                    # In place of credentials somebody may have written a password.
                    what = "what is written here" if target == "credentials" else name
                    yield claim.problem(key, f"{what} is not in {target}", remedy)


def _near(name: str, target: str, candidates: set[str]) -> str:
    near = get_close_matches(name, sorted(candidates), n=1, cutoff=0.75)
    what = "its entry" if target == "credentials" else name
    return f"did you mean {near[0]}?" if near else f"add {what} to {target}, or correct it here"


def _special_addresses(entries: Entries) -> Found:
    if entries.defaults.allow_special_addresses:
        return
    for entry in _probed(entries):
        kind = special_kind(entry.record.address)
        if kind is not None:
            remedy = "write the office's own, or set allow_special_addresses: true in defaults for a trial"
            yield entry.claim.problem("address", f"{entry.record.address} is {kind}", remedy)


def _aimless_maintenance(entries: Entries) -> Found:
    for entry in entries.records["maintenance"]:
        if not (entry.record.links or entry.record.sites or entry.record.providers):
            remedy = "name at least one of links, sites, providers"
            yield entry.claim.problem("links", "nothing is named that the work is about", remedy)


def _slow_references(entries: Entries) -> Found:
    remedy = "probe it more often: it vouches for every loss, and a loss cannot wait for it"
    for entry in entries.records["reference_targets"]:
        interval_s, _timeout_s = timing_of(entry, entries.defaults)
        if interval_s > MAX_REFERENCE_INTERVAL_S:
            said = (
                f"a reference target may be probed every {MAX_REFERENCE_INTERVAL_S:g}s at the most, not {interval_s:g}s"
            )
            yield entry.claim.problem("interval", said, remedy)


def _unreachable_limits(entries: Entries) -> Found:
    """Limits of round trips that no reply can exceed; of a contract, by the longest timeout of its links."""
    timeouts: dict[str, float] = {}
    for entry in entries.records["links"]:
        timeout_s = timing_of(entry, entries.defaults)[1]
        timeouts[entry.record.contract] = max(timeout_s, timeouts.get(entry.record.contract, timeout_s))
        yield from _beyond(entry, timeout_s)
    for entry in entries.records["contracts"]:
        if entry.record.id in timeouts:
            yield from _beyond(entry, timeouts[entry.record.id])


def _beyond(entry: Entry, timeout_s: float) -> Found:
    limits = entry.record.thresholds.limits()
    for key, limit in (("latency", Limit.RTT), ("jitter", Limit.JITTER)):
        if limits.get(limit, 0) >= timeout_s:
            said = f"no reply can take longer: an echo is lost after its timeout of {timeout_s:g}s"
            yield entry.claim.problem(f"thresholds.{key}", said, "write less than the timeout")


def _excess(entries: Entries) -> Found:
    references = [timing_of(entry, entries.defaults)[0] for entry in entries.records["reference_targets"]]
    held_s = verdict_after_s(min(references, default=1.0))
    load = load_of((timing_of(entry, entries.defaults) for entry in _probed(entries)), held_s=held_s)
    for message, remedy in over_budget(load):
        section = next(section for section in _PROBED if entries.records[section])
        document = entries.records[section][0].claim.document
        yield Problem(document.file, document.line_of((section,)), message, remedy)


def _shared_addresses(entries: Entries) -> Found:
    remedy = "look whether one of them is a typing mistake; if not, both show the same line"
    yield from _shared(_probed(entries), "address", lambda entry: entry.record.address, remedy)


def _shared_names(entries: Entries) -> Found:
    remedy = "tell them apart, for messages go by the name"
    yield from _shared(entries.records["sites"], "name", lambda entry: entry.record.name.casefold(), remedy)


def _shared(entries: Iterable[Entry], key: str, value: Callable[[Entry], object], remedy: str) -> Found:
    first: dict[object, Entry] = {}
    for entry in entries:
        known = first.setdefault(value(entry), entry)
        if known is not entry:
            said = shown(str(getattr(entry.record, key)))
            yield entry.claim.problem(key, f"{said} is also that of {known.claim.who} ({known.claim})", remedy)


def _few_references(entries: Entries) -> Found:
    number = len(entries.records["reference_targets"])
    if number >= MIN_REFERENCE_TARGETS:
        return
    document = entries.records["links"][0].claim.document
    said = "no reference_targets" if number == 0 else f"only {number} in reference_targets"
    message = f"{said}: a fault of the prober's own uplink will look like a fault of the offices"
    remedy = f"name {MIN_REFERENCE_TARGETS} or more, on different paths"
    yield Problem(document.file, document.line_of(("reference_targets",)), message, remedy)


def _idle_sites(entries: Entries) -> Found:
    used = {entry.record.site for entry in entries.records["links"]}
    for entry in entries.records["sites"]:
        if entry.record.id not in used:
            yield entry.claim.problem("id", "no link belongs to this site", "add its link, or remove the site")


def _idle_maintenance(entries: Entries) -> Found:
    sites = {entry.record.site for entry in entries.records["links"]}
    used = {entry.record.contract for entry in entries.records["links"]}
    providers = {entry.record.provider for entry in entries.records["contracts"] if entry.record.id in used}
    for entry in entries.records["maintenance"]:
        record = entry.record
        if not record.links and sites.isdisjoint(record.sites) and providers.isdisjoint(record.providers):
            yield entry.claim.problem("id", "no link is under this work", "correct its sites or providers")


def _far_sites(entries: Entries, kabkota: Mapping[str, Kabkota]) -> Found:
    for entry in entries.records["sites"]:
        home = kabkota[entry.record.kabkota]
        distance_km = _distance_km((entry.record.lat, entry.record.lon), (home.lat, home.lon))
        if distance_km > MAX_KM_FROM_CAPITAL:
            message = f"is {distance_km:.0f} km from {home.name}"
            yield entry.claim.problem("lat", message, "check lat, lon and kabkota")


def _distance_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Great-circle distance of two ``(lat, lon)`` in degrees."""
    lat1, lon1, lat2, lon2 = map(radians, (*one, *other))
    chord = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(min(1.0, chord)))


def _probed(entries: Entries) -> Iterator[Entry]:
    for section in _PROBED:
        yield from entries.records[section]
