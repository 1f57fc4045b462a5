"""What a contract promises in detail, and who makes the evidence pack: from files to values."""

from __future__ import annotations

from pathlib import Path

import pytest

from exporter.errors import InventoryError
from exporter.loading import load_inventory
from exporter.model import CreditMode, CreditTier, EvidenceSettings, Exclusion, Network, Sla, SlaBase

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "tests" / "data" / "inventories"
MINIMAL = (EXAMPLES / "good" / "minimal.yml").read_text(encoding="utf-8")


def promise(tmp_path: Path, words: str) -> Sla:
    """What the contract of the smallest inventory promises with further keys."""
    path = tmp_path / "i.yml"
    path.write_text(MINIMAL.replace("credit: prorata}", f"credit: prorata{words}}}"), encoding="utf-8")
    loaded = load_inventory(path)
    assert [each for each in loaded.warnings if "may change it" not in each.message] == []
    found = loaded.inventory.contracts["k-1"].sla
    assert found is not None
    return found


def test_a_promise_without_more_words_excludes_all_and_counts_measured_time(tmp_path: Path) -> None:
    """All four exclusions, the base of time up and down, and no band."""
    found = promise(tmp_path, "")
    assert found.exclusions == frozenset(Exclusion)
    assert (found.base, found.tiers) == (SlaBase.MEASURED, ())


def test_a_promise_may_exclude_nothing_or_some(tmp_path: Path) -> None:
    """An empty list is no exclusion at all, which is not the same as the key left out."""
    assert promise(tmp_path, ", exclusions: []").exclusions == frozenset()
    assert promise(tmp_path, ", exclusions: [force-majeure, power]").exclusions == {
        Exclusion.FORCE_MAJEURE,
        Exclusion.POWER,
    }
    assert promise(tmp_path, ", base: period").base is SlaBase.PERIOD


def test_settings_of_the_pack_arrive_as_they_are_written() -> None:
    """Each key of ``evidence`` has its place."""
    assert load_inventory(EXAMPLES / "good" / "every_key.yml").inventory.evidence == EvidenceSettings(
        "Pemerintah Kota Contoh", "Dinas Kominfo", "DKI", "TI.01", "Makassar", Network.BOTH
    )


@pytest.mark.parametrize("words", ["", "evidence: {}\n"])
def test_an_inventory_need_not_say_who_makes_the_pack(tmp_path: Path, words: str) -> None:
    """Without the key, or with nothing in it, all is left to be filled in by hand."""
    (tmp_path / "i.yml").write_text(MINIMAL + words, encoding="utf-8")
    assert load_inventory(tmp_path / "i.yml").inventory.evidence == EvidenceSettings()


def test_only_one_file_says_who_makes_the_pack(tmp_path: Path) -> None:
    """The second place is refused and names the first."""
    (tmp_path / "a.yml").write_text(MINIMAL + "evidence: {unit: Dinas Satu}\n", encoding="utf-8")
    (tmp_path / "b.yml").write_text("version: 1\nevidence: {unit: Dinas Dua}\n", encoding="utf-8")
    with pytest.raises(InventoryError) as refused:
        load_inventory(tmp_path)
    [problem] = refused.value.problems
    assert (problem.file, problem.line) == (f"{tmp_path}/b.yml", 2)
    assert problem.message == f"the key evidence stands in {tmp_path}/a.yml:17 too"


def test_the_example_province_shows_each_way_to_promise() -> None:
    """Bands where credit goes by bands and nowhere else, one contract of either base, one with fewer exclusions."""
    inventory = load_inventory(ROOT / "inventory" / "jabar").inventory
    promises = [each.sla for each in inventory.contracts.values() if each.sla is not None]
    assert {each.credit for each in promises} == set(CreditMode)
    assert {each.credit is CreditMode.TIER for each in promises if each.tiers} == {True}
    assert [each.tiers for each in promises if each.credit is CreditMode.TIER] == [
        (CreditTier(0.95, 0.5), CreditTier(0.98, 0.2), CreditTier(0.99, 0.1))
    ]
    assert {each.base for each in promises} == set(SlaBase)
    assert frozenset({Exclusion.MAINTENANCE, Exclusion.FORCE_MAJEURE}) in {each.exclusions for each in promises}
    assert inventory.evidence.government == "Pemerintah Provinsi Jawa Barat"
    assert inventory.evidence.unit == "Dinas Komunikasi dan Informatika"
    assert inventory.evidence.unit_code
