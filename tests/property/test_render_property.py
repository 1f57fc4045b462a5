"""Whatever an inventory says and whatever was counted, the page parses back to it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import generate_latest as text_bytes
from prometheus_client.openmetrics.exposition import generate_latest as openmetrics_bytes

from exporter.exposition import Exposition
from exporter.model import Inventory
from exporter.outcome import Reason, State
from exporter.render import Renderer
from exporter.snapshot import EchoColumns, Snapshot
from exporter.thresholds import RTT_BUCKETS_S
from tests.support.expositions import parsed
from tests.support.inventories import many_links
from tests.support.reference_exposition import ReferenceCollector
from tests.support.snapshots import make_snapshot

NASTY = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=30),
    st.text(st.sampled_from('"\\\n{}=,# %d\r\0'), max_size=12),
    st.sampled_from(["<script>alert(1)</script>", "📡", "ünïcödé", "\\", '"', "\\n", "%s%%", " # {} 1", "x" * 500]),
)

#: Sums stay inside int64, and counts inside what a float holds exactly.
COUNTS = st.integers(0, 2**48)
NANOSECONDS = st.integers(0, 2**62)


@st.composite
def columns(draw: st.DrawFn, keys: tuple[str, ...]) -> EchoColumns:
    """Any figures for ``keys``."""
    n = len(keys)

    def some(shape: tuple[int, ...], values: st.SearchStrategy[int]) -> np.ndarray:
        return draw(arrays(np.int64, shape, elements=values))

    return EchoColumns(
        keys=keys,
        attempts=some((n,), COUNTS),
        replies=some((n,), COUNTS),
        lost=some((n,), COUNTS),
        unmeasured=some((n, len(Reason)), COUNTS),
        late=some((n,), COUNTS),
        duplicates=some((n,), COUNTS),
        icmp_errors=some((n,), COUNTS),
        rtt_buckets=some((n, len(RTT_BUCKETS_S) + 1), COUNTS),
        rtt_sum_ns=some((n,), NANOSECONDS),
        rtt_variation_ns=some((n,), NANOSECONDS),
        state=draw(arrays(np.int8, n, elements=st.integers(0, len(State) - 1))),
        state_ns=some((n, len(State)), NANOSECONDS),
        changed_unix_ns=some((n,), NANOSECONDS),
        last_probe_unix_ns=some((n,), NANOSECONDS),
        icmp_only=draw(arrays(np.bool_, n)),
    )


def rekeyed(inventory: Inventory, keys: list[str], names: list[str]) -> Inventory:
    """``inventory`` whose links and sites bear other ids and names."""
    links = {
        key: replace(link, id=key, name=name)
        for key, name, link in zip(keys, names, inventory.links.values(), strict=True)
    }
    sites = {key: replace(site, name=name) for (key, site), name in zip(inventory.sites.items(), names, strict=True)}
    return replace(inventory, links=links, sites=sites)


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    """Any snapshot of a few links with any names."""
    keys = draw(st.lists(NASTY, min_size=1, max_size=4, unique=True))
    names = draw(st.lists(NASTY, min_size=len(keys), max_size=len(keys)))
    snapshot = make_snapshot(rekeyed(many_links(len(keys)), keys, names))
    return replace(
        snapshot,
        links=draw(columns(tuple(keys))),
        prober=replace(
            snapshot.prober,
            uplink_up=draw(st.sampled_from([True, False, None])),
            frame_seconds_max=draw(st.floats(0, 1e12)),
        ),
        ready=draw(st.booleans()),
    )


@pytest.mark.parametrize("exposition", Exposition)
@given(snapshot=snapshots())
def test_pieces_when_anything_is_rendered(exposition: Exposition, snapshot: Snapshot) -> None:
    """Any figures under any names parse, in both formats, to what prometheus_client says of the same snapshot."""
    end = b"# EOF\n" if exposition is Exposition.OPENMETRICS else b""
    ours = b"".join(Renderer().pieces(snapshot, exposition)) + end
    registry = CollectorRegistry()
    registry.register(ReferenceCollector(snapshot))
    theirs = (openmetrics_bytes if exposition is Exposition.OPENMETRICS else text_bytes)(registry)
    assert parsed(ours, exposition) == parsed(theirs, exposition)
