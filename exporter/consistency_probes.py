"""Whether probes, credentials and classes of sites are right together, and with the links that they are for.

Lives here: the checks of these entries (problems), what of them is legal but hardly meant (warnings), and which probes
a link has. Must not live here: anything else of ``consistency``, of which this is a part; opening files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from ipaddress import ip_network
from itertools import chain
from typing import Any

from exporter.addresses import special_kind
from exporter.budget import load_of, over_probe_budget
from exporter.entries import Claim, Entries, Entry
from exporter.errors import Problem
from exporter.model import Inventory
from exporter.probe_model import ProbeKind, SnmpProbe
from exporter.probe_quantities import url_parts
from exporter.quantities import Refusal
from exporter.schema_probes import expected_answer

__all__ = ["FileFault", "probes_of_link", "problems_of_probes", "warnings_of_probes"]

#: What is wrong with a file that is named, by its path; None: nothing.
FileFault = Callable[[str], str | None]

Found = Iterator[Problem]

#: Where no name may lead: the machine of the prober itself, and what answers on a link only, such as the service that
#: tells the secrets of a machine in a cloud.
_CLOSED = tuple(map(ip_network, ("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "::1/128", "fe80::/10")))

_V3 = ("user", "auth", "auth_password", "priv", "priv_password")


def probes_of_link(link: Any, sites: Mapping[str, Any], classes: Mapping[str, Any]) -> tuple[str, ...]:
    """The ids of the link's own probes, or else those of its site's class; records will do as well as values."""
    if link.probes is not None:
        return tuple(link.probes)
    site = sites.get(link.site)
    of_site = classes.get(site.site_class) if site is not None else None
    return tuple(of_site.probes) if of_site is not None else ()


def problems_of_probes(entries: Entries) -> Found:
    """Why these entries cannot be meant."""
    yield from chain.from_iterable(_incomplete(each) for each in entries.records["credentials"])
    for entry in entries.records["probes"]:
        yield from chain(_slow(entry), _idle_tls(entry), _wrong_answers(entry))
        if not entries.defaults.allow_special_addresses:
            yield from _special(entry)
    snmp = {each.record.id for each in entries.records["probes"] if each.record.kind is ProbeKind.SNMP}
    for entry in (*entries.records["site_classes"], *entries.records["links"]):
        yield from _lists(entry, entry.record.probes or (), snmp)
    yield from chain(_idle_interfaces(entries, snmp), _excess(entries))


def warnings_of_probes(entries: Entries, inventory: Inventory, fault_of: FileFault) -> Found:
    """What a person should look at; ``inventory`` is what became of the entries."""
    yield from chain(_unused(entries), _closed_urls(entries), _missing_files(entries, fault_of))
    yield from _shared_devices(entries, inventory)


def _incomplete(entry: Entry) -> Found:
    record, claim = entry.record, entry.claim
    written = [key for key in _V3 if getattr(record, key) is not None]
    if record.community is not None:
        remedy = "keep the community (version 2c), or the user and what belongs to it (version 3)"
        yield from (claim.problem(key, "does not go with a community", remedy) for key in written)
    elif not written:
        remedy = "add community (version 2c), or user, auth, auth_password, priv and priv_password (version 3)"
        yield claim.problem("id", "there is neither a community nor a user", remedy)
    elif len(written) < len(_V3):
        missing = [key for key in _V3 if key not in written]
        said = f"without {', '.join(missing)} what is said can be read or changed on the way; only authPriv is used"
        yield claim.problem(written[0], said, f"add {', '.join(missing)}; or use community (version 2c)")


def _slow(entry: Entry) -> Found:
    record = entry.record
    if record.timeout > record.interval / 2:
        said = f"{record.timeout:g}s is more than half of the interval of {record.interval:g}s"
        yield entry.claim.problem("timeout", said, "shorten it, or lengthen the interval")


def _idle_tls(entry: Entry) -> Found:
    tls = getattr(entry.record, "tls", None)
    if tls is None:
        return
    if entry.record.kind is ProbeKind.HTTP and url_parts(entry.record.url).scheme == "http":
        yield entry.claim.problem("tls", "the URL is one of http, without TLS", "write https:// or remove the key")
    if tls.authorities is not None and not tls.verify:
        yield entry.claim.problem("tls.authorities", "nobody asks them: verify is false", "remove one of the two keys")


def _wrong_answers(entry: Entry) -> Found:
    if entry.record.kind is ProbeKind.DNS:
        for number, text in enumerate(entry.record.expected, 1):
            try:
                expected_answer(entry.record.type, text)
            except Refusal as refusal:
                yield entry.claim.problem(f"expected.{number}", refusal.message, refusal.remedy)


def _special(entry: Entry) -> Found:
    """Addresses and networks at which no office is, as of links."""
    remedy = "write the office's own, or set allow_special_addresses: true in defaults for a trial"
    record = entry.record
    named = {"server": getattr(record, "server", None)}
    if record.kind is ProbeKind.HTTP:
        named["url"] = url_parts(record.url).address
    for key, address in named.items():
        kind = special_kind(address) if address is not None else None
        if kind is not None:
            yield entry.claim.problem(key, f"{address} is {kind}", remedy)
    for number, network in enumerate(getattr(record, "allow", ()), 1):
        closed = next((each for each in _CLOSED if each.version == network.version and each.overlaps(network)), None)
        if closed is not None:
            said = f"{network} holds addresses of {closed}, which belong to no office"
            yield entry.claim.problem(f"allow.{number}", said, "write the networks of the offices only")


def _lists(entry: Entry, names: tuple[str, ...], snmp: set[str]) -> Found:
    """What is wrong with a list of probes by itself."""
    for number, name in enumerate(names, 1):
        if name in names[: number - 1]:
            yield entry.claim.problem(f"probes.{number}", f"{name} stands here twice", "keep one")
    devices = sorted(snmp.intersection(names))
    if len(devices) > 1:
        said = f"{' and '.join(devices)} both poll a device, and a link has one"
        yield entry.claim.problem("probes", said, "keep the one whose device holds the line")


def _idle_interfaces(entries: Entries, snmp: set[str]) -> Found:
    sites, classes, probes = (_by_id(entries, section) for section in ("sites", "site_classes", "probes"))
    for entry in entries.records["links"]:
        names = probes_of_link(entry.record, sites, classes)
        if entry.record.interface is None or snmp.intersection(names):
            continue
        site = sites.get(entry.record.site)
        is_known = site is not None and (not site.site_class or site.site_class in classes)
        if probes.keys() >= set(names) and (entry.record.probes is not None or is_known):  # else told elsewhere
            remedy = "add a probe of kind snmp to its probes or to its site's class, or remove the key"
            yield entry.claim.problem("interface", "no probe of the link asks for it", remedy)


def _excess(entries: Entries) -> Found:
    sites, classes, probes = (_by_id(entries, section) for section in ("sites", "site_classes", "probes"))
    named = chain.from_iterable(probes_of_link(each.record, sites, classes) for each in entries.records["links"])
    load = load_of((probes[name].interval, probes[name].timeout) for name in named if name in probes)
    for message, remedy in over_probe_budget(load):
        document = entries.records["probes"][0].claim.document
        yield Problem(document.file, document.line_of(("probes",)), message, remedy)


def _by_id(entries: Entries, section: str) -> dict[str, Any]:
    return {entry.record.id: entry.record for entry in entries.records[section]}


def _unused(entries: Entries) -> Found:
    records = {section: [each.record for each in found] for section, found in entries.records.items()}
    named = {
        "credentials": {getattr(each, "credentials", None) for each in records["probes"]},
        "probes": {name for each in (*records["site_classes"], *records["links"]) for name in each.probes or ()},
        "site_classes": {each.site_class for each in records["sites"]},
    }
    users = {"credentials": "probe", "probes": "link and no class of sites", "site_classes": "site"}
    for section, names in named.items():
        for entry in entries.records[section]:
            if entry.record.id not in names:
                yield entry.claim.problem(
                    "id", f"no {users[section]} names it", "name it where it is meant, or remove it"
                )


def _closed_urls(entries: Entries) -> Found:
    """URLs of addresses that no probe asks, unless one is that of the link itself."""
    for entry in entries.records["probes"]:
        address = url_parts(entry.record.url).address if entry.record.kind is ProbeKind.HTTP else None
        if address is not None and not address.is_global and not any(address in each for each in entry.record.allow):
            remedy = "write {address} for the link's own, or name its network in allow"
            yield entry.claim.problem("url", f"{address} is not public, and not in allow", remedy)


def _missing_files(entries: Entries, fault_of: FileFault) -> Found:
    for entry in (*entries.records["credentials"], *entries.records["probes"]):
        for key, written in entry.record.files().items():
            fault = fault_of(written)
            if fault is not None:  # without its name, in whose place somebody may have written the secret
                remedy = (
                    "put it there, or correct its name; one without / at the start begins at the inventory's folder"
                )
                yield entry.claim.problem(key, f"the file that is named here {fault}", remedy)


def _shared_devices(entries: Entries, inventory: Inventory) -> Found:
    """Links at one device that ask it as different users, or for the same interface."""
    claims = {entry.claim.id: entry.claim for entry in entries.records["links"]}
    asked: dict[object, tuple[Claim, str]] = {}
    lines: dict[object, Claim] = {}
    for link in inventory.links.values():
        for probe in (inventory.probes[name] for name in link.probes):
            if not isinstance(probe, SnmpProbe):
                continue
            claim, device = claims[link.id], (probe.server or link.address, probe.port)
            first, credentials = asked.setdefault(device, (claim, probe.credentials))
            if credentials != probe.credentials:
                said = f"its device is asked with other credentials than for {first.who} ({first})"
                yield claim.problem("probes", said, "use the same for both, unless the device wants it so")
            interface = link.interface or probe.interface
            other = lines.setdefault((device, probe.interface_key, interface), claim)
            if other is not claim and interface is not None:
                said = f"interface {interface} of its device is also that of {other.who} ({other})"
                yield claim.problem("interface", said, "write interface on each of them: one line, one interface")
