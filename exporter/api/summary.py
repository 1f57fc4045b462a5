"""The province and the prober at one glance.

Lives here: counts, coverage, and what the prober confesses. Must not live here: lists of links.
"""

from __future__ import annotations

from typing import Any

from exporter import __version__
from exporter.api.asked import Asked
from exporter.api.outages import outages_document
from exporter.api.shapes import Named, flag, integer, maybe, one_of, record, seconds, text, unix_time
from exporter.api.values import COUNTS, counts, unix_s
from exporter.api.view import View
from exporter.sight import Blindness, blindness

__all__ = ["SUMMARY", "summary_document"]

PROBER = Named(
    "Prober",
    record(
        "What the prober confesses about itself; counts since it started",
        {
            "version": text("Of the exporter"),
            "uplink_up": maybe(
                flag("Our own way out works; null: nobody knows (no reference targets, or a standstill)")
            ),
            "blindness": maybe(
                one_of("Why nothing is known of any link; null: the prober sees", tuple(map(str, Blindness)))
            ),
            "last_probe_unix_s": maybe(
                unix_time("When the last echo to any link was sent; an old one means: nothing is measured")
            ),
            "socket_ipv4": one_of("How echoes are sent", ("raw", "datagram", "closed")),
            "socket_ipv6": one_of("How echoes are sent", ("raw", "datagram", "closed")),
            "kernel_drops": integer("Packets that the kernel dropped at our sockets"),
            "late_sends": integer("Echoes sent more than a quarter of a second late"),
            "stalls": integer("Times that the schedule stood still"),
            "timestamp_fallbacks": integer("Round trips for which a kernel stamp was missing"),
            "socket_reopens": integer("Times that a socket was opened anew"),
            "clock_steps": integer("Steps of the wall clock over 10 ms"),
            "foreign_replies": integer("Packets that were not believed"),
            "send_errors": integer("Echoes that the kernel refused to send"),
            "frame_max_s": seconds("Longest processing of one frame"),
            "probes_running": integer("Probes over TCP, HTTP, DNS and SNMP that run now"),
            "probes_late": integer("Probes that began late"),
            "probes_lag_s": seconds("Longest lag of their loop within the last minute"),
        },
    ),
)

SUMMARY = Named(
    "Summary",
    record(
        "The province now",
        {
            "taken_unix_s": unix_time("The moment of which it speaks"),
            "ready": flag("The first round of echoes is complete; before, nothing that is said is worth much"),
            "sites": COUNTS,
            "links": COUNTS,
            "outages": integer("Outages that last, each one cause"),
            "links_undecided": integer("Links that are down since a moment ago, not explained yet"),
            "prober": PROBER,
            "inventory_digest": text("SHA-256 of the inventory in force"),
        },
    ),
)


def summary_document(asked: Asked) -> dict[str, Any]:
    """The document of ``SUMMARY``."""
    view, down = asked.view, outages_document(asked)
    return {
        "taken_unix_s": view.taken_unix_s,
        "ready": view.snapshot.ready,
        "sites": counts(view.site_standings.values()),
        "links": counts(view.link_standings.values()),
        "outages": len(down["outages"]),
        "links_undecided": len(down["undecided"]),
        "prober": _prober(view),
        "inventory_digest": view.inventory.digest,
    }


def _prober(view: View) -> dict[str, Any]:
    figures, loop = view.snapshot.prober, view.snapshot.beside.loop
    sent, blind = view.snapshot.links.last_probe_unix_ns, blindness(view.snapshot)
    return {
        "version": __version__,
        "uplink_up": None if blind is Blindness.STANDSTILL else figures.uplink_up,
        "blindness": blind,
        "last_probe_unix_s": unix_s(int(sent.max(initial=0))),
        "socket_ipv4": figures.socket_mode.get("ipv4", "closed"),
        "socket_ipv6": figures.socket_mode.get("ipv6", "closed"),
        "kernel_drops": figures.kernel_drops,
        "late_sends": figures.late_sends,
        "stalls": figures.stalls,
        "timestamp_fallbacks": figures.timestamp_fallbacks,
        "socket_reopens": figures.socket_reopens,
        "clock_steps": figures.clock_steps,
        "foreign_replies": sum(figures.foreign.values()),
        "send_errors": sum(figures.send_errors.values()),
        "frame_max_s": figures.frame_seconds_max,
        "probes_running": loop.running,
        "probes_late": loop.late,
        "probes_lag_s": loop.lag_s,
    }
