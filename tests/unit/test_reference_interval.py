"""What an inventory may ask of its reference targets, and what they cost."""

from __future__ import annotations

from pathlib import Path

import pytest

from exporter.budget import load_of, verdict_after_s
from exporter.errors import InventoryError
from exporter.loading import load_inventory

HEAD = """version: 1
defaults: {interval: 60s}
opd: [{id: o, name: Dinas Contoh}]
providers: [{id: p, name: Penyedia A}]
contracts:
  - {id: k, provider: p, kind: broadband, bandwidth: 50Mbps, fee_rupiah_per_month: 1,
     starts: 2026-01-01, ends: 2026-12-31}
sites: [{id: s, name: Kantor, opd: o, kabkota: "32.73", lat: -6.9, lon: 107.6}]
links: [{id: l, site: s, contract: k, role: primary, phase: central, address: 198.18.0.1}]
"""


def test_reference_targets_do_not_follow_slow_links(tmp_path: Path) -> None:
    """With links probed once a minute, reference targets that name no interval are probed every five seconds."""
    path = tmp_path / "inventory.yml"
    path.write_text(HEAD + "reference_targets: [{id: r, address: 198.18.255.1, meaning: core}]\n")
    inventory = load_inventory(path).inventory
    assert inventory.links["l"].interval_s == 60
    assert inventory.reference_targets["r"].interval_s == 5


def test_a_slow_reference_target_is_refused_where_it_stands(tmp_path: Path) -> None:
    """An interval of ten seconds is refused with its line and the reason."""
    path = tmp_path / "inventory.yml"
    path.write_text(HEAD + "reference_targets: [{id: r, address: 198.18.255.1, meaning: core, interval: 10s}]\n")
    with pytest.raises(InventoryError) as refused:
        load_inventory(path)
    (problem,) = refused.value.problems
    assert problem.line == 10
    assert "every 5s at the most, not 10s" in problem.message


def test_too_many_reference_targets_alone_are_refused(tmp_path: Path) -> None:
    """An inventory over budget that has no links is refused in words, not by a crash."""
    targets = [
        f"  - {{id: r-{n}, address: 198.{18 + n // 60000}.{n // 250 % 250}.{n % 250 + 1}, meaning: core, interval: 1s}}"
        for n in range(11_000)
    ]
    path = tmp_path / "inventory.yml"
    path.write_text("\n".join(["version: 1", "reference_targets:", *targets, ""]))
    with pytest.raises(InventoryError) as refused:
        load_inventory(path)
    assert any("one prober may send" in problem.message for problem in refused.value.problems)


def test_slow_witnesses_keep_echoes_open() -> None:
    """The budget counts what the engine really holds: eight seconds where the witnesses come every five."""
    timing = [(1.0, 2.0)] * 9_000
    assert load_of(timing, held_s=verdict_after_s(5.0)).outstanding == 72_000
    assert load_of(timing, held_s=verdict_after_s(1.0)).outstanding == 18_000
