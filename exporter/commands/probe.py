"""``pantau probe``: one round of echoes to one link and one of each of its probes, explained for a person.

Lives here: choosing the targets and wording what was found. Must not live here: any measuring of its own; engine and
prober are those of ``pantau run``, so what it says is what ``/metrics`` would say.
"""

from __future__ import annotations

import argparse
import asyncio
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from exporter.clock import SystemClock
from exporter.errors import UsageError
from exporter.loading import load_inventory
from exporter.matching import IcmpError, Matched
from exporter.measure import Engine
from exporter.model import Inventory, Link
from exporter.office_prober import OfficeProber
from exporter.outcome import Foreign, Reason
from exporter.probe_model import kind_of
from exporter.probe_outcome import ProbeOutcome
from exporter.protocols.icmp import error_kinds
from exporter.recurrence import WIB
from exporter.schedule import FRAME_NS
from exporter.snapshot import EchoColumns, Snapshot
from exporter.transport.icmp import open_port
from exporter.transport.names import text_of
from exporter.transport.namespace import enter_network_namespace

__all__ = ["SUMMARY", "add_arguments", "run"]

SUMMARY = "send one round of echoes and of probes to one link and explain what came of it"

#: Echoes in a round: as many as it takes for the engine to call a link down.
_ECHOES = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of the command."""
    parser.add_argument(
        "--inventory", required=True, type=Path, metavar="PATH", help="a YAML file, or a folder of them"
    )
    parser.add_argument("--netns", metavar="NAME", help="open the ICMP sockets in this network namespace")
    parser.add_argument("link", metavar="LINK", help="the id of a link in the inventory")


def run(arguments: argparse.Namespace) -> int:
    """0 if the link and all its probes answered rightly, else 1. Raises UsageError for an unknown link."""
    inventory = load_inventory(arguments.inventory).inventory
    if arguments.link not in inventory.links:
        raise UsageError(f"no link {arguments.link!r} in {arguments.inventory}; `pantau check` lists what there is")
    if arguments.netns:
        enter_network_namespace(arguments.netns)
    link = inventory.links[arguments.link]
    rtts: list[int] = []
    engine = Engine(
        _round_of(inventory, link), open_port, SystemClock(), observer=lambda _keys, found: rtts.extend(_of_link(found))
    )
    print("\n".join(_introduction(inventory, link)), flush=True)
    snapshot = _measure(engine)
    print("\n".join(_findings(link, snapshot, rtts, engine.last_error(link.id))), flush=True)
    asked = asyncio.run(_asked(inventory, link))
    for probe, outcome in asked:
        print(f"probe     {probe}: {_told(outcome)}")
    is_right = bool(snapshot.links.replies[0]) and all(outcome.reason is None for _, outcome in asked)
    return 0 if is_right else 1


def _round_of(inventory: Inventory, link: Link) -> Inventory:
    """The link, once a second, and the reference targets that vouch for a loss."""
    timeout_s = min(link.timeout_s, 10.0)
    return replace(inventory, links={link.id: replace(link, interval_s=1.0, timeout_s=timeout_s)})


def _of_link(found: Matched) -> list[int]:
    return [int(rtt) for row, rtt in zip(found.row, found.rtt_ns, strict=True) if row == 0]


def _measure(engine: Engine) -> Snapshot:
    """What the engine knows when the round is settled."""
    clock = SystemClock()
    engine.open()
    try:
        while True:
            start_ns = clock.monotonic_ns()
            engine.frame(start_ns)
            snapshot = engine.snapshot()
            if _settled(snapshot.links) >= _ECHOES:
                return snapshot
            clock.sleep_until_ns(start_ns + FRAME_NS)
    finally:
        engine.close()


async def _asked(inventory: Inventory, link: Link) -> list[tuple[str, ProbeOutcome]]:
    """Each probe of the link, one after another, with its outcome."""
    prober = OfficeProber(SystemClock(), os.environ)
    prober.replace(inventory)
    try:
        specs = [inventory.probes[probe] for probe in link.probes]
        return [(f"{spec.id} ({kind_of(spec)})", await prober.ask(link, spec)) for spec in specs]
    finally:
        await prober.close()


def _told(outcome: ProbeOutcome) -> str:
    """One outcome in words."""
    parts = [outcome.result if outcome.reason is None else f"{outcome.result}, {outcome.reason}"]
    if outcome.detail:
        parts.append(outcome.detail)
    parts += [f"{phase} {spent_s * 1e3:.1f} ms" for phase, spent_s in outcome.phases.items()]
    if outcome.certificate_ends_unix_s is not None:
        parts.append(f"certificate until {_wib(outcome.certificate_ends_unix_s)}")
    if outcome.reading is not None:
        parts.append(f"device up since {_wib(outcome.reading.boot_unix_s)}")
        found = outcome.reading.interface
        if found is not None:
            parts.append(f"{found.name} is {found.status}")
    return "; ".join(parts)


def _wib(unix_s: float) -> str:
    return datetime.fromtimestamp(unix_s, WIB).strftime("%Y-%m-%d %H.%M.%S WIB")


def _settled(links: EchoColumns) -> int:
    """Echoes to the link that have come to their end."""
    return int(links.replies[0] + links.lost[0] + links.unmeasured[0].sum())


def _introduction(inventory: Inventory, link: Link) -> Iterator[str]:
    site = inventory.sites[link.site]
    yield f"link      {link.id} ({link.name}), {link.role}, {link.phase}"
    yield f"site      {site.id} ({site.name})"
    yield f"office    {inventory.opd[site.opd].name}, {inventory.kabkota[site.kabkota].name}"
    yield f"provider  {inventory.provider_of(link).name}, contract {link.contract}"
    yield f"address   {link.address}, timeout {link.timeout_s:g} s"


def _findings(link: Link, snapshot: Snapshot, rtts: list[int], error: IcmpError | None) -> Iterator[str]:
    family = link.address.version
    mode = snapshot.prober.socket_mode[f"ipv{family}"]
    yield f"socket    {mode}, receive buffer {snapshot.prober.receive_buffer_bytes.get(f'ipv{family}', 0)} bytes"
    yield f"echoes    {_counts(snapshot.links)}"
    if rtts:
        yield "rtt       " + ", ".join(f"{rtt / 1e6:.3f} ms" for rtt in rtts)
    if error is not None:
        kind = error_kinds(family).get(error.kind, f"type {error.kind}")
        yield f"icmp      {kind}, code {error.code}, said by {text_of(error.reporter, family)}"
    # a raw socket hears the replies to every pinger of this machine, a running exporter's too: unknown is no news
    foreign = {name: count for name, count in snapshot.prober.foreign.items() if count and name != Foreign.UNKNOWN}
    if foreign:
        yield "foreign   " + ", ".join(f"{count} x {name}" for name, count in foreign.items())
    references = snapshot.references
    for row, key in enumerate(references.keys):
        one = f"{references.replies[row]} of {references.attempts[row]} answered"
        yield f"reference {key}: {one}"
    yield f"verdict   {_verdict(snapshot)}"


def _counts(links: EchoColumns) -> str:
    parts = [f"{links.replies[0]} answered", f"{links.lost[0]} lost"]
    parts += [
        f"{count} unmeasured ({reason})"
        for reason, count in zip(Reason, links.unmeasured[0].tolist(), strict=True)
        if count
    ]
    parts += [f"{links.late[0]} late", f"{links.duplicates[0]} duplicate"]
    return ", ".join(parts)


def _verdict(snapshot: Snapshot) -> str:
    links = snapshot.links
    if links.replies[0]:
        return "the link answers"
    if links.lost[0]:
        vouched = "our own connection works" if snapshot.references.keys else "nobody vouches for our own connection"
        return f"the link does not answer, and {vouched}"
    return "not measured: the fault is on our side, nothing is known about the link"
