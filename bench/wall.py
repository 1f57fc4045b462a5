"""What open walls cost the measurement: time to the page, processor, memory, false loss.

Lives here: the comparison of an exporter that is looked at with the same one that is not. Must not live here: how a
program is driven (``programs``). Run inside ``setting.answering_namespace``; prints rows as JSON.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from collections.abc import Sequence

import aiohttp

from bench import accounting, programs
from bench.programs import Exporter
from bench.report import Row, row_to
from bench.setting import inventory_text
from bench.viewers import VIEWERS, looked_at
from exporter.wall_routes import REUSE_S

__all__ = ["rows"]

_LINKS = 500
_WINDOW_S = 20.0
_SCRAPE_S = 5.0

#: Pages that are timed, of each kind.
_TIMES = 30


async def _page_s(session: aiohttp.ClientSession, url: str) -> float:
    """Seconds from the request to the last byte of the page."""
    start = time.monotonic()
    async with session.get(url) as response:
        response.raise_for_status()
        await response.read()
    return time.monotonic() - start


async def _kept_pages(url: str) -> list[float]:
    """Of a wall on which nothing changed since it was drawn."""
    async with aiohttp.ClientSession() as session:
        return [await _page_s(session, url) for _turn in range(_TIMES)]


async def _drawn_pages(ours: Exporter) -> list[float]:
    """Of a wall that has to be drawn, because the inventory is another one each time."""
    text, spent = ours.inventory.read_text(), []
    async with aiohttp.ClientSession() as session:
        for turn in range(_TIMES):
            ours.inventory.write_text(text.replace("Lokasi 1,", f"Lokasi 1 baru {turn},"))
            async with session.post(ours.url + "/-/reload") as reloaded:
                reloaded.raise_for_status()
            await asyncio.sleep(2 * REUSE_S)  # a page so young would be given again
            spent.append(await _page_s(session, ours.url + "/"))
    return spent


def _share(ours: Exporter) -> float:
    """Share of a core while Prometheus scrapes every five seconds."""

    def scraped(seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            ours.scrapes()
            time.sleep(max(0.0, min(_SCRAPE_S, end - time.monotonic())))

    return accounting.over(ours.process.pid, _WINDOW_S, scraped)


def _wrong(sums: dict[str, float]) -> float:
    return sums["opd_link_echo_lost_total"] + sums["opd_link_echo_unmeasured_total"]


def _page_row(what: str, spent: Sequence[float]) -> Row:
    p50, p95 = statistics.median(spent), statistics.quantiles(spent, n=20)[-1]
    figures = f"{p50 * 1e3:.1f} ms ({p95 * 1e3:.1f})"
    return Row(f"first page of {_LINKS} links, {what}, p50 (p95)", figures, reach="200 ms", reached=p95 <= 0.2)


def rows() -> list[Row]:
    """Every figure, of one exporter in one run."""
    with programs.exporter(inventory_text(_LINKS)) as ours:
        time.sleep(3)
        pages = [
            _page_row("drawn anew", asyncio.run(_drawn_pages(ours))),
            _page_row("drawn before", asyncio.run(_kept_pages(ours.url + "/"))),
        ]
        time.sleep(3)
        alone = _share(ours)
        before = _wrong(ours.sums())
        with looked_at(ours.url) as viewers:
            seen = _share(ours)
        wrong = _wrong(ours.sums()) - before
        resident = accounting.peak_resident_mib(ours.process.pid)
    looked = f"{VIEWERS} open walls"
    what = f"{viewers.received / 2**10:,.0f} KiB of events, {viewers.ended} ended"
    return [
        *pages,
        Row(
            f"CPU with {looked} on which nothing changes ({what}), against none, both scraped every 5 s",
            f"{seen * 100:.2f} % of a core",
            f"{alone * 100:.2f} % of a core",
            f"{seen / alone:.2f} x",
        ),
        Row(f"false loss and unmeasured with {looked}", f"{wrong:.0f}", reach="0", reached=wrong == 0),
        Row(f"most resident memory with {looked}", f"{resident:.0f} MiB", reach="120 MiB", reached=resident <= 120.0),
    ]


if __name__ == "__main__":
    print(json.dumps([row_to(row) for row in rows()]))
