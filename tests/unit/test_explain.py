"""The explained snapshot: what the board decided about what the engine measured."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from exporter.explain import Explainer
from exporter.model import Contract, ContractKind, Inventory, MaintenanceWindow, Provider, Site
from exporter.scope import GroupName, Scope
from exporter.thresholds import ALONE_S, SETTLE_S
from tests.support.engines import Bench, inventory, silent

#: From the first lost echo until the engine calls a link down, and a little more.
DECIDED_S = 6.0


def province(links: int = 6) -> Inventory:
    """One provider's links, at one site, beside two reference targets."""
    return replace(
        inventory(links, references=3),
        providers={"a": Provider("a", "A")},
        contracts={"c": Contract("c", "a", ContractKind.DEDICATED, 1, 1, date(2026, 1, 1), date(2026, 12, 31), None)},
        sites={"s": Site("s", "S", "o", "32.73", 0.0, 0.0, "24x7")},
    )


def watched(bench: Bench, explainer: Explainer, seconds: float) -> None:
    """Let the engine run for so long, and the explainer look every second."""
    for _second in range(round(seconds)):
        bench.run(1)
        explainer.look()


def test_a_link_that_is_down_is_explained() -> None:
    """A silent link has the scope link once it waited; the others have none; the columns are the engine's own."""
    bench = Bench(province())
    explainer = Explainer(bench.engine, bench.clock)
    bench.let("l-2", do=silent)
    watched(bench, explainer, DECIDED_S + ALONE_S + 1)
    snapshot = explainer.explained()
    assert snapshot.outages.scope.tolist() == [-1, -1, 0, -1, -1, -1]
    assert snapshot.links.lost[2] > 0


def test_links_that_fail_together_are_one_outage_since_the_first_lost_echo() -> None:
    """All links of the site are explained by it; the outage began when they did."""
    bench = Bench(province())
    explainer = Explainer(bench.engine, bench.clock)
    bench.let(*(f"l-{number}" for number in range(6)), do=silent)
    watched(bench, explainer, DECIDED_S + SETTLE_S + 1)
    (outage,) = explainer.explained().outages.groups
    assert (outage.group, outage.links, outage.of) == (GroupName(Scope.SITE, "", "32.73", "s"), 6, 6)
    assert outage.since_unix_ns == bench.links.changed_unix_ns.min()


def test_nothing_is_explained_while_nothing_is_known() -> None:
    """Before the first verdict no link has a scope, and every group persists, for nobody has answered."""
    bench = Bench(province())
    outages = Explainer(bench.engine, bench.clock).explained().outages
    assert outages.scope.tolist() == [-1] * 6
    assert outages.groups == ()
    assert GroupName(Scope.CORE) in outages.persisting


def test_planned_work_is_asked_of_the_calendar() -> None:
    """A link under planned work is down and explained by nothing."""
    bench = Bench(province())
    now = datetime.fromtimestamp(bench.clock.wall_ns() / 1e9, UTC)
    window = MaintenanceWindow(
        "w", frozenset({"l-2"}), now - timedelta(hours=1), now + timedelta(hours=1), "p", "r", "a"
    )
    bench.replace(replace(bench.plan, maintenance={"w": window}))
    explainer = Explainer(bench.engine, bench.clock)
    bench.let("l-2", do=silent)
    watched(bench, explainer, DECIDED_S + ALONE_S + 1)
    assert explainer.explained().outages.scope.tolist() == [-1] * 6


@pytest.mark.parametrize("links", [5, 7])
def test_a_new_inventory_is_looked_at_at_once_and_nothing_is_forgotten(links: int) -> None:
    """Right after a reload the scopes have a row for each link, and what was announced stays announced."""
    bench = Bench(province())
    explainer = Explainer(bench.engine, bench.clock)
    bench.let("l-2", do=silent)
    watched(bench, explainer, DECIDED_S + ALONE_S + 1)
    bench.replace(province(links))
    bench.frame()
    outages = explainer.explained().outages
    assert np.flatnonzero(outages.scope >= 0).tolist() == [2]
    assert len(outages.scope) == links


def test_the_thread_looks_until_it_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """``run`` looks again and again without being asked, and returns when it is told to stop."""
    monkeypatch.setattr("exporter.explain._LOOK_EVERY_S", 0.0)
    bench = Bench(province())
    explainer = Explainer(bench.engine, bench.clock)
    looks, stop = [], threading.Event()

    def look() -> None:
        looks.append(1)
        if len(looks) == 3:
            stop.set()

    monkeypatch.setattr(explainer, "look", look)
    explainer.run(stop)
    assert len(looks) == 3
