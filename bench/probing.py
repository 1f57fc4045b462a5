"""CPU, scrape time and memory against peers, on addresses that the kernel answers.

Lives here: the comparisons of DESIGN section 5 that need no simulated delay. Must not live here: how a tool
is driven (``programs``). Run inside ``setting.answering_namespace``; prints rows as JSON.
"""

from __future__ import annotations

import json
import statistics
import time

from bench import accounting, programs
from bench.report import Row, row_to
from bench.setting import addresses, inventory_text

__all__ = ["rows"]

_WINDOW_S = 20.0
_SMOKEPING_TARGETS = 100  #: it takes 1.8 cores at 500 (engine.md), which would disturb everything else


def _ours_per_echo(count: int) -> tuple[float, dict[str, float]]:
    """Our CPU seconds an echo at ``count`` links, nobody scraping, and the sums at the end."""
    with programs.exporter(inventory_text(count)) as ours:
        time.sleep(3)
        before = ours.sums()
        start = time.monotonic()
        share = accounting.over(ours.process.pid, _WINDOW_S)
        after = ours.sums()
        seconds = time.monotonic() - start
    echoes = after["opd_link_echo_attempts_total"] - before["opd_link_echo_attempts_total"]
    return share / (echoes / seconds), after


def _against_fping(count: int, reach: float) -> Row:
    """CPU an echo against fping with the same targets, one after the other."""
    fping_us = programs.fping_cpu_s(addresses(count), round(_WINDOW_S)) / (count * round(_WINDOW_S)) * 1e6
    ours_s, sums = _ours_per_echo(count)
    ours_us = ours_s * 1e6
    lost = sums["opd_link_echo_lost_total"] + sums["opd_link_echo_unmeasured_total"]
    return Row(
        f"CPU an echo, {count:,} targets at 1 Hz, against fping",
        f"{ours_us:.1f} µs ({lost:.0f} lost or unmeasured)",
        f"{fping_us:.1f} µs",
        f"{ours_us / fping_us:.2f} x",
        f"{reach} x",
        ours_us <= reach * fping_us,
    )


def _against_blackbox() -> Row:
    """The whole exporter at 500 links and 1 Hz, scraped every 5 s, against 500 probes every 5 s."""
    targets = addresses(500)
    with programs.blackbox() as (pid, url):
        programs.drive_blackbox(url, targets, 5.0, 1)
        theirs = accounting.over(pid, 20.0, lambda _: programs.drive_blackbox(url, targets, 5.0, 4))
    with programs.exporter(inventory_text(500)) as ours:
        time.sleep(3)

        def scraped(seconds: float) -> None:
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                ours.scrapes()
                time.sleep(max(0.0, min(5.0, end - time.monotonic())))

        share = accounting.over(ours.process.pid, 20.0, scraped)
    return Row(
        "whole exporter, 500 links at 1 Hz, scraped every 5 s, against blackbox_exporter with 500 probes every 5 s",
        f"{share * 100:.2f} % of a core",
        f"{theirs * 100:.2f} % of a core",
        f"{share / theirs:.2f} x, with 5 x the echoes",
        "0.5 x",
        share <= 0.5 * theirs,
    )


def _other_peers(ours_us: str) -> list[Row]:
    """smokeping_prober and icmplib, for information."""
    with programs.smokeping(addresses(_SMOKEPING_TARGETS)) as pid:
        time.sleep(2)
        smokeping_us = accounting.over(pid, 10.0) / _SMOKEPING_TARGETS * 1e6
    spent_s, median_s = programs.icmplib_round(addresses(500))
    return [
        Row(
            f"CPU an echo of smokeping_prober, {_SMOKEPING_TARGETS} targets at 1 Hz", ours_us, f"{smokeping_us:.0f} µs"
        ),
        Row(
            "CPU an echo and median RTT of icmplib, 500 targets, 50 at a time",
            ours_us,
            f"{spent_s / 500 * 1e6:.0f} µs, {median_s * 1e3:.2f} ms",
        ),
    ]


def _scrape_and_memory(count: int, reach_s: float, reach_mib: float | None) -> list[Row]:
    """Time of a scrape and memory after some, at ``count`` links."""
    with programs.exporter(inventory_text(count)) as ours:
        time.sleep(3)
        with_gzip, body = ours.scrapes(10)
        plain, text = ours.scrapes(10, gzip=False)
        resident = accounting.peak_resident_mib(ours.process.pid)
    median = statistics.median(with_gzip)
    return [
        Row(
            f"scrape of {count:,} links, gzip, median (slowest) of 10",
            f"{median * 1e3:.1f} ms ({max(with_gzip) * 1e3:.1f}), {len(body) / 2**20:.2f} MiB",
            reach=f"{reach_s * 1e3:.0f} ms",
            reached=median <= reach_s,
        ),
        Row(
            f"scrape of {count:,} links, not compressed, median (slowest) of 10",
            f"{statistics.median(plain) * 1e3:.1f} ms ({max(plain) * 1e3:.1f}), {len(text) / 2**20:.2f} MiB",
        ),
        Row(
            f"most resident memory, {count:,} links",
            f"{resident:.0f} MiB",
            reach=f"{reach_mib:.0f} MiB" if reach_mib else "",
            reached=resident <= reach_mib if reach_mib else None,
        ),
    ]


def rows() -> list[Row]:
    """Every comparison."""
    large, small = _against_fping(5000, 0.5), _against_fping(500, 1.0)
    return [
        large,
        small,
        _against_blackbox(),
        *_other_peers(small.ours),
        *_scrape_and_memory(500, 0.025, 120.0),
        *_scrape_and_memory(5000, 0.25, None),
    ]


if __name__ == "__main__":
    print(json.dumps([row_to(row) for row in rows()]))
