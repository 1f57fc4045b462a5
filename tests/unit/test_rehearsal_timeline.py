"""Steps as events on the real clock."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import yaml

from exporter.rehearsal.additions import free_name, maintenance_text
from exporter.rehearsal.calm import Calm
from exporter.rehearsal.schema import Program
from exporter.rehearsal.timeline import timeline
from tests.support.scenarios import HEAD, scenario_from


def test_times_are_divided_and_orders_name_parts(tmp_path: Path) -> None:
    """A provider is one order; a provider within an area is one for each of its links there."""
    text = HEAD + (
        "speed: 5\nsteps:\n  - {at: 10s, cut: {provider: penyedia-b, manner: unreachable}}\n"
        '  - {at: 20s, cut: {provider: penyedia-b, area: "32.73"}}\n  - {at: 1m, restore: {all: true}}\n'
    )
    whole, part, restored = timeline(scenario_from(tmp_path, text))
    assert [event.at_s for event in (whole, part, restored)] == [2.0, 4.0, 12.0]
    assert whole.orders == ({"order": "cut", "manner": "unreachable", "part": "provider", "id": "penyedia-b"},)
    assert part.words == "diputus: penyedia penyedia-b, wilayah 32.73"
    links = [order["id"] for order in part.orders]
    assert {order["part"] for order in part.orders} == {"link"}
    assert links == ["link-1", "link-7"]
    assert restored.orders == ({"order": "restore", "all": True},)


def test_a_flapping_link_is_cut_and_restored_in_turn(tmp_path: Path) -> None:
    """Down for the first half of each period; what else happens meanwhile keeps its place in time."""
    text = HEAD + (
        "speed: 2\nsteps:\n  - {at: 10s, flap: {link: link-1, every: 20s, times: 2}}\n  - {at: 16s, kill: exporter}\n"
    )
    events = timeline(scenario_from(tmp_path, text))
    assert [event.at_s for event in events] == [5.0, 8.0, 10.0, 15.0, 20.0]
    assert [event.orders[0]["order"] if event.orders else event.kill for event in events] == [
        "cut",
        Program.EXPORTER,
        "restore",
        "cut",
        "restore",
    ]


def test_programs_are_stopped_killed_and_started(tmp_path: Path) -> None:
    """A restart is a stop and a start; a setting is shown as it is written."""
    text = HEAD + (
        "steps:\n  - {at: 1s, restart: prometheus}\n  - {at: 2s, kill: exporter}\n  - {at: 3s, start: exporter}\n"
        "  - {at: 4s, set: {uplink: true, loss: 5%, jitter: 3ms}}\n"
    )
    restart, kill, start, changed = timeline(scenario_from(tmp_path, text))
    assert (restart.stop, restart.start) == (Program.PROMETHEUS, Program.PROMETHEUS)
    assert (kill.kill, kill.start) == (Program.EXPORTER, None)
    assert (start.kill, start.start) == (None, Program.EXPORTER)
    assert changed.words == "diatur: jalur keluar pengukur, loss 5%, jitter 3ms"
    assert changed.orders[0]["values"] == {"loss_ratio": 0.05, "jitter_s": 0.003}


def test_planned_work_is_given_times_of_its_own(tmp_path: Path) -> None:
    """Counted from the start, divided by the speed, to the second; with author and reason."""
    text = HEAD + (
        "speed: 5\nsteps: []\nuntil: 1m\n"
        "maintenance: [{id: m, providers: [penyedia-a], starts: 10s, ends: 5m, reason: Uji}]\n"
    )
    scenario = scenario_from(tmp_path, text)
    start = datetime(2026, 11, 23, 2, 14, 40, 500_000, UTC)
    (work,) = yaml.safe_load(maintenance_text(scenario.maintenance, start, scenario.speed))["maintenance"]
    assert (work["starts"], work["ends"]) == ("2026-11-23T02:14:42+00:00", "2026-11-23T02:15:40+00:00")
    assert (work["providers"], work["author"], work["reason"]) == (["penyedia-a"], "Tim gladi", "Uji")
    assert work["approval"] == "Gladi"


def test_planned_work_overwrites_no_file_of_the_inventory() -> None:
    """It has a name of its own, and another one where the inventory has that already."""
    assert free_name({"tautan.yml"}) == "gladi-maintenance.yml"
    assert free_name({"gladi-maintenance.yml", "gladi-maintenance-2.yml"}) == "gladi-maintenance-3.yml"


def test_quiet_takes_a_moment_without_anything() -> None:
    """An alert or a message starts the moment anew; at speed five it is six seconds, and not four."""
    calm = Calm(5.0, since_s=0.0, message_s=0.0, begun_s=0.0)
    assert not calm.look(5.0, calm=True, has_news=False)
    assert not calm.look(5.5, calm=False, has_news=False)
    assert not calm.look(11.0, calm=True, has_news=True)
    assert not calm.look(16.0, calm=True, has_news=False)
    assert calm.look(17.0, calm=True, has_news=False)


def test_what_is_never_quiet_ends_all_the_same() -> None:
    """Without news for longer than Alertmanager holds anything back, or after a quarter of an hour."""
    calm = Calm(1.0, since_s=0.0, message_s=0.0, begun_s=0.0)
    assert not calm.look(359.0, calm=False, has_news=False)
    assert calm.look(360.0, calm=False, has_news=False)
    busy = Calm(1.0, since_s=0.0, message_s=0.0, begun_s=0.0)
    assert not busy.look(899.0, calm=False, has_news=True)
    assert busy.look(900.0, calm=False, has_news=True)


def test_a_cut_says_how(tmp_path: Path) -> None:
    """``how`` and its other name ``manner`` mean the same; without them nothing answers; a flap says it, too."""
    text = HEAD + (
        "steps:\n  - {at: 1s, cut: {link: link-1, how: power}}\n  - {at: 2s, cut: {link: link-1, manner: line}}\n"
        "  - {at: 3s, cut: {link: link-1}}\n  - {at: 4s, flap: {link: link-1, how: icmp-only, every: 2s, times: 1}}\n"
    )
    orders = [event.orders[0] for event in timeline(scenario_from(tmp_path, text))]
    assert [order.get("manner") for order in orders] == ["power", "line", "silent", "icmp-only", None]
