"""The page for people."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from exporter.landing import MAX_NAMED, landing_page, wib
from exporter.outcome import State
from exporter.snapshot import Snapshot
from tests.support.inventories import many_links
from tests.support.snapshots import TAKEN_UNIX_NS, make_snapshot

UP, DOWN = list(State).index(State.UP), list(State).index(State.DOWN)


def with_states(snapshot: Snapshot, states: list[int]) -> Snapshot:
    """``snapshot`` with its links in ``states``."""
    return replace(snapshot, links=replace(snapshot.links, state=np.array(states, dtype=np.int8)))


def test_wib_when_an_instant_is_written() -> None:
    """Instants are shown in Western Indonesian Time, day first, with a dot."""
    assert wib(TAKEN_UNIX_NS) == "23/11/2026 09.14 WIB"


def test_landing_page_when_links_are_counted() -> None:
    """Every state is shown with the number of its links, also when that is 0."""
    page = landing_page(with_states(make_snapshot(many_links(3)), [UP, UP, DOWN]))
    assert "Keadaan 3 tautan" in page
    for word, count in (("normal", 2), ("terganggu", 0), ("putus", 1), ("tidak terukur", 0)):
        assert f"<tr><th>{word}</th><td>{count}</td></tr>" in page


def test_landing_page_when_a_name_is_markup() -> None:
    """A name is text, whatever it contains."""
    snapshot = with_states(make_snapshot(many_links(1)), [DOWN])
    (key, link), *_ = snapshot.inventory.links.items()
    nasty = {key: replace(link, name="<script>alert('x')</script>\"&")}
    page = landing_page(replace(snapshot, inventory=replace(snapshot.inventory, links=nasty)))
    assert "<script" not in page
    assert "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;&quot;&amp;" in page


def test_landing_page_when_many_links_are_down() -> None:
    """The links longest down are named, the rest are counted."""
    n = MAX_NAMED + 5
    snapshot = with_states(make_snapshot(many_links(n)), [DOWN] * n)
    longest_last = replace(snapshot.links, changed_unix_ns=TAKEN_UNIX_NS - np.arange(n) * 60_000_000_000)
    page = landing_page(replace(snapshot, links=longest_last))
    assert page.count("<li>Jalur") == MAX_NAMED
    assert f"<li>Jalur link-{n - 1}, sejak 23/11/2026 08.50 WIB</li>" in page
    assert "Jalur link-0," not in page
    assert "dan 5 lainnya" in page


def test_landing_page_when_the_time_of_a_cut_is_unknown() -> None:
    """A time that nobody knows is not shown."""
    snapshot = with_states(make_snapshot(many_links(1)), [DOWN])
    unknown = replace(snapshot.links, changed_unix_ns=np.zeros(1, dtype=np.int64))
    assert "<li>Jalur link-0</li>" in landing_page(replace(snapshot, links=unknown))


def test_landing_page_when_nothing_is_down_or_ready() -> None:
    """Without links that are down there is no such heading; a first round that is not complete is said."""
    page = landing_page(with_states(make_snapshot(many_links(2), ready=False), [UP, UP]))
    assert "Tautan putus" not in page
    assert "Putaran pertama belum selesai." in page
