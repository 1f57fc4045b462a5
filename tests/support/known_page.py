"""What Prometheus keeps of a story: every series of the exporter's page, sample by sample, as blocks.

Lives here: the page as ``exporter/render*.py`` would show it at each scrape, and what Prometheus adds (``up``, marks of
staleness). Must not live here: what can be known from it. The figures of a link lag as real ones do: a fall shows at
the third lost echo, and time is given to a state once it is settled. Links with the same history share their chunks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.tsdb_block import BLOCK_MS, BlockSeries, write_blocks
from bench.tsdb_chunks import STALE, Chunk, Samples, chunks_of
from exporter.model import Inventory
from exporter.thresholds import RTT_BUCKETS_S
from tests.support.known_link import FASTEST_S, LinkPage, link_page
from tests.support.known_story import PHASES, Script, Story

__all__ = ["CONFESSED", "INSTANCE", "JOB", "VERSIONS", "write_story"]

INSTANCE, JOB = "127.0.0.1:9715", "pantau"

#: Of the exporter, run by run: it was updated when it was started anew.
VERSIONS = ("0.6.0", "0.6.1", "0.6.1")

Float64s = NDArray[np.float64]
Bools = NDArray[np.bool_]

_TARGET = {"job": JOB, "instance": INSTANCE}
_STATES = ("up", "degraded", "down", "unknown")
_CAUSES = ("power", "line", "provider", "area", "core", "prober", "unknown")
_REASONS = ("no_route", "send_failed", "kernel_drop", "stall", "uplink", "interrupted")


@dataclass(frozen=True, slots=True)
class _Grid:
    """The scrapes, and where among them something breaks off."""

    at_ms: NDArray[np.int64]
    life: NDArray[np.int64]  #: which run answers; -1: none
    step_ms: int
    cuts: NDArray[np.int64]  #: indices at which a chunk has to begin


def write_story(folder: Path, story: Story, inventory: Inventory, digests: Iterable[tuple[int, str]]) -> int:
    """Add the blocks of a Prometheus that lived through it; how many samples. ``digests``: from when which holds."""
    grid = _grid(story)
    return write_blocks(
        folder, [*_of_links(story, grid, inventory), *_of_exporter(story, grid, dict(digests), len(story.links))]
    )


def _grid(story: Story) -> _Grid:
    at = np.array(story.scrapes_ms, np.int64)
    life = np.full(len(at), -1)
    for number, each in enumerate(story.lives):
        life[(at >= each.start_ms) & (at < each.end_ms)] = number
    breaks = np.flatnonzero((np.diff(at) != story.step_ms) | (np.diff(at // BLOCK_MS) != 0)) + 1
    return _Grid(at, life, story.step_ms, breaks)


def _of_links(story: Story, grid: _Grid, inventory: Inventory) -> Iterator[BlockSeries]:
    known: dict[tuple[Script, int], list[tuple[dict[str, str], list[Chunk]]]] = {}
    for number, (link, script) in enumerate(story.links.items()):
        key = (replace(script, moves=None), number % PHASES)
        if key not in known:
            page = link_page(story, script, number % PHASES, grid.at_ms, grid.life)
            known[key] = list(_encoded(grid, page))
        for labels, chunks in known[key]:
            yield BlockSeries({**_TARGET, "link": link, **labels}, chunks)
        yield from _info(grid, inventory, link, script)


def _encoded(grid: _Grid, page: LinkPage) -> Iterator[tuple[dict[str, str], list[Chunk]]]:
    """Every series of one link but its name, and its chunks; the same column has the same ones."""
    done: dict[int, list[Chunk]] = {}
    families = list(_families(page, grid))  # so that each column keeps its identity
    for labels, values in families:
        if id(values) not in done:
            done[id(values)] = list(_chunks(grid, values, page.there))
        yield labels, done[id(values)]


def _families(page: LinkPage, grid: _Grid) -> Iterator[tuple[dict[str, str], Float64s]]:
    """Every series of one link but its name, and its values; NaN: not on the page."""
    for code, state in enumerate(_STATES):
        yield {"__name__": "opd_link_state", "state": state}, (page.state == code).astype(float)
        yield {"__name__": "opd_link_state_seconds_total", "state": state}, page.spent_ms[code] / 1000
    yield {"__name__": "opd_link_state_changed_timestamp_seconds"}, page.changed_ms / 1000
    yield {"__name__": "opd_link_maintenance"}, page.announced
    yield {"__name__": "opd_link_last_outage_start_timestamp_seconds"}, page.fell_ms / 1000
    yield {"__name__": "opd_link_last_outage_end_timestamp_seconds"}, page.rose_ms / 1000
    none = np.isnan(page.fell_ms)
    yield {"__name__": "opd_link_outage_cause_pending"}, np.where(none, np.nan, page.pending)
    for code, cause in enumerate(_CAUSES):
        yield {"__name__": "opd_link_outage_cause", "cause": cause}, np.where(none, np.nan, page.cause == code)
    replies, lost, unmeasured = page.echoes
    none_at_all = np.zeros(len(grid.at_ms))
    yield {"__name__": "opd_link_echo_replies_total"}, replies
    yield {"__name__": "opd_link_echo_lost_total"}, lost
    for reason in _REASONS:
        count = unmeasured if reason == "uplink" else none_at_all
        yield {"__name__": "opd_link_echo_unmeasured_total", "reason": reason}, count
    for bound in (*RTT_BUCKETS_S, None):
        count = none_at_all if bound is not None and bound < FASTEST_S else page.faster_than(bound)
        yield {"__name__": "opd_link_rtt_seconds_bucket", "le": "+Inf" if bound is None else repr(bound)}, count


def _info(grid: _Grid, inventory: Inventory, link: str, script: Script) -> Iterator[BlockSeries]:
    """What the link was said to be, one series for each contract."""
    each = inventory.links[link]
    moved_ms, later = script.moves or (None, each.contract)
    spans = [(script.appears_ms, moved_ms or script.leaves_ms, each.contract)]
    if moved_ms is not None:
        spans.append((moved_ms, script.leaves_ms, later))
    site = inventory.sites[each.site]
    for begins, ends, contract in spans:
        labels = {
            "site": site.id,
            "opd": site.opd,
            "kabkota": site.kabkota,
            "contract": contract,
            "role": each.role,
            "provider": inventory.contracts[contract].provider,
            "phase": each.phase,
            "name": each.name,
        }
        there = (grid.life >= 0) & (grid.at_ms >= (begins or 0))
        there &= np.ones(len(there), bool) if ends is None else grid.at_ms < ends
        chunks = list(_chunks(grid, np.ones(len(there)), there))
        yield BlockSeries({"__name__": "opd_link_info", **_TARGET, "link": link, **labels}, chunks)


def _of_exporter(story: Story, grid: _Grid, digests: dict[int, str], links: int) -> Iterator[BlockSeries]:
    def series(name: str, values: Float64s, **labels: str) -> BlockSeries:
        return BlockSeries({"__name__": name, **_TARGET, **labels}, list(_chunks(grid, values, grid.life >= 0)))

    every = np.ones(len(grid.at_ms), bool)
    yield BlockSeries({"__name__": "up", **_TARGET}, list(_chunks(grid, (grid.life >= 0).astype(float), every)))
    starts = np.array([life.start_ms / 1000 for life in story.lives])
    yield series("process_start_time_seconds", starts[grid.life])
    yield series("opd_exporter_links", np.full(len(every), float(links)))
    for name, counts in CONFESSED.items():
        yield series(name, np.array(counts, float)[grid.life])
    for version in sorted(set(VERSIONS)):
        runs = [number for number, each in enumerate(VERSIONS) if each == version]
        present = np.where(np.isin(grid.life, runs), 1.0, np.nan)
        yield series("opd_exporter_build_info", present, version=version, python="3.11.2")
    begins = [*digests, story.last_ms]
    for (since, digest), until in zip(digests.items(), begins[1:], strict=True):
        present = np.where((grid.at_ms >= since) & (grid.at_ms < until), 1.0, np.nan)
        yield series("opd_exporter_inventory_info", present, digest=digest)


#: What the exporter confesses from the beginning of each of its runs; the first run began before the month.
CONFESSED = {
    "opd_exporter_kernel_drops_total": (7, 2, 0),
    "opd_exporter_stalls_total": (1, 0, 4),
    "opd_exporter_late_sends_total": (0, 0, 0),
    "opd_exporter_clock_steps_total": (0, 0, 0),
}


def _chunks(grid: _Grid, values: Float64s, there: Bools) -> Iterator[Chunk]:
    """The samples of one series, with a mark of staleness where it is no longer on the page."""
    present = there & ~np.isnan(values)
    ended = np.zeros(len(present), bool)
    ended[1:] = present[:-1] & ~present[1:]
    written = np.where(present, values, STALE)
    kept = present | ended
    breaks = np.zeros(len(kept), bool)
    breaks[grid.cuts] = True
    breaks[1:] |= kept[1:] != kept[:-1]
    edges = [0, *np.flatnonzero(breaks).tolist(), len(kept)]
    for first, last in pairwise(edges):
        if first < last and kept[first]:
            yield from _pieces(grid, first, written[first:last])


def _pieces(grid: _Grid, first: int, values: Float64s) -> Iterator[Chunk]:
    """Long runs of one value for themselves; what changes all the time as it is."""
    starts = [0, *(np.flatnonzero(np.diff(values)) + 1).tolist()]
    if len(starts) > 1 and len(starts) * 8 > len(values):
        yield from chunks_of(Samples(int(grid.at_ms[first]), grid.step_ms, values, len(values)))
        return
    for begin, end in zip(starts, [*starts[1:], len(values)], strict=True):
        at_ms = int(grid.at_ms[first + begin])
        yield from chunks_of(Samples(at_ms, grid.step_ms, values[begin : begin + 1], end - begin))
