"""The report as a document: its chapters in their order, each figure with what it is a share of, nothing left out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import exporter
from exporter.evidence.acceptance import acceptance_of
from exporter.evidence.accounts import Account, Report, Verdict
from exporter.evidence.charts import availability_chart, calendar_chart, provider_chart
from exporter.evidence.document import document_of
from exporter.evidence.framework_model import Framework
from exporter.evidence.frameworks import load_frameworks
from exporter.evidence.groups import PHASES
from exporter.evidence.phrases import change, share
from exporter.evidence.table_words import word
from exporter.indonesian import rupiah
from exporter.model import Phase
from tests.support.evidence_report import sample_report

ROOT = Path(__file__).parents[2]

CHAPTERS = [
    "1. Ringkasan Pimpinan",
    "2. Pendahuluan",
    "3. Cakupan",
    "4. Hasil pengukuran",
    "5. Rincian gangguan",
    "6. Pemeliharaan terjadwal, pengecualian, dan koreksi",
    "7. Perhitungan SLA dan restitusi",
    "8. Kendala, rekomendasi, dan tindak lanjut",
    "9. Pemetaan indikator",
    "10. Lampiran",
]


@cache
def _report() -> Report:
    return sample_report()


@cache
def _frameworks() -> tuple[Framework, ...]:
    return load_frameworks(ROOT / "inventory/frameworks")


def _document(report: Report | None = None, frameworks: Sequence[Framework] = ()) -> dict[str, Any]:
    return document_of(report or _report(), frameworks)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def _chapter(document: dict[str, Any], number: int) -> dict[str, Any]:
    found: dict[str, Any] = document["chapters"][number - 1]
    return found


def _table(chapter: dict[str, Any], caption: str) -> list[list[str]]:
    (rows,) = (each["rows"] for each in chapter["blocks"] if caption in each.get("caption", ""))
    found: list[list[str]] = rows
    return found


def test_the_chapters_stand_in_the_order_of_an_official_report() -> None:
    """Domain notes 4.4."""
    assert [each["title"] for each in _document()["chapters"]] == CHAPTERS


def test_a_document_is_json_and_equal_for_equal_reports() -> None:
    """Nothing in it depends on the order of a set, or is anything but text, numbers, lists and mappings."""
    once, again = (json.dumps(document_of(sample_report(), _frameworks())) for _ in range(2))
    assert once == again
    assert json.loads(once) == document_of(_report(), _frameworks())


def test_every_row_has_a_cell_for_each_column() -> None:
    """In every table of every chapter."""
    tables = [
        block
        for each in _document(frameworks=_frameworks())["chapters"]
        for block in each["blocks"]
        if block["kind"] == "table"
    ]
    assert len(tables) > 20
    assert all(len(row) == len(each["columns"]) for each in tables for row in each["rows"])


def test_tables_and_charts_are_numbered_in_the_order_of_reading() -> None:
    """Tables by themselves and charts by themselves, from 1 without a hole."""
    captions = [
        block["caption"].split(".")[0].split()
        for each in _document()["chapters"]
        for block in each["blocks"]
        if "caption" in block
    ]
    for name in ("Tabel", "Gambar"):
        numbers = [int(number) for kind, number in captions if kind == name]
        assert numbers == list(range(1, len(numbers) + 1))
        assert numbers


def test_a_report_is_a_draft_until_it_is_numbered() -> None:
    """The cover has the number's blank form until then, and each page the mark."""
    draft, final = _document(), _document(sample_report(number="188/TI.01/DISKOMINFO"))
    assert draft["draft"] == "DRAF"
    assert ["Nomor", ".../.../DISKOMINFO"] in draft["cover"]["blocks"][0]["rows"]
    assert final["draft"] == ""
    assert ["Nomor", "188/TI.01/DISKOMINFO"] in final["cover"]["blocks"][0]["rows"]
    assert "Status: FINAL" in final["footer"]["right"]


@pytest.mark.parametrize(
    ("allowed", "shortcomings", "lines"),
    [(False, (), None), (False, ("Satu.",), ["Satu."]), (True, (), 1), (True, ("Satu.", "Dua."), 3)],
)
def test_the_cover_says_what_is_not_proved(allowed: bool, shortcomings: tuple[str, ...], lines: Any) -> None:
    """Each shortcoming, and that gaps were allowed; nothing where nothing is wanting."""
    report = replace(_report(), allowed_gaps=allowed, shortcomings=shortcomings)
    boxes = [each for each in _document(report)["cover"]["blocks"] if each["kind"] == "notice"]
    if lines is None:
        assert boxes == []
    elif isinstance(lines, int):
        assert len(boxes[0]["lines"]) == lines
        assert "--allow-gaps" in boxes[0]["lines"][0]
    else:
        assert boxes[0]["lines"] == lines


def test_the_matrix_has_every_site_in_scope_and_says_the_denominator() -> None:
    """One row for each site, watched or not, with the reason."""
    chapter = _chapter(_document(), 3)
    assert [row[0] for row in _table(chapter, "Matriks")] == [each.name for each in _report().coverage]
    assert ["Lokasi terpantau", "4 dari 5"] in chapter["blocks"][0]["rows"]
    assert all(row[5] for row in _table(chapter, "Matriks"))


def test_an_availability_has_its_coverage_beside_it() -> None:
    """And where nothing was measured there is a dash, never 100 %."""
    assert share(Account(up_ms=995, down_ms=5, unmeasured_ms=1000)) == "99,50% (cakupan 50,00%)"
    assert share(Account(unmeasured_ms=1000)) == "-"
    assert share(Account()) == "-"
    for row in _table(_chapter(_document(), 4), "Ketersediaan menurut kabupaten/kota"):
        assert all("cakupan" in cell or cell == "-" for cell in row[2:5])


def test_changes_are_told_in_points() -> None:
    """Up, down, the same, and a change too small for two decimals, which is told as one."""
    half = _report().totals.around.availability
    assert half is not None
    assert change(half, half) == "tetap"
    assert change(half, None) == "-"
    assert change(half, half - half / 1_000_000) == "tetap (di bawah 0,01 poin)"
    assert change(half / 2, half).startswith("turun ")
    assert change(half, half / 2).startswith("naik ")


def test_every_outage_has_a_row_with_cause_decider_and_verdict() -> None:
    """Among them one whose end was not seen, one that a person decided on, one that counts partly."""
    rows = _table(_chapter(_document(), 5), "Gangguan tautan")
    assert len(rows) == len(_report().outages)
    cells = "\n".join("|".join(row) for row in rows)
    assert "(akhir tidak terlihat)|sekurang-kurangnya 1 jam" in cells
    assert "catu daya; koreksi c-1 (Petugas Jaringan)|dalam toleransi; tiket T-2026-0412" in cells
    assert "dihitung sebagian 30 menit; dikecualikan: pemeliharaan 2 jam 30 menit" in cells


def test_an_outage_outside_the_hours_of_its_contract_is_told_as_not_counted() -> None:
    """Nothing of it counts and nothing is excluded: a part of nought would be no sentence."""
    outage = replace(_report().outages[0], verdict=Verdict.PARTLY, counted_ms=0, excluded_ms={})
    (row,) = _table(_chapter(_document(replace(_report(), outages=(outage,))), 5), "Gangguan tautan")
    assert row[4] == "tidak dihitung; di luar jam, masa, atau bulan kontrak"


def test_every_correction_is_listed_with_before_and_after() -> None:
    """Also one that changes no account, and one that means no outage."""
    rows = {row[0].split("\n")[0]: row for row in _table(_chapter(_document(), 6), "Koreksi bulan ini")}
    assert rows["c-1"][2:4] == ["saluran; terhitung -", "catu daya; terhitung -"]
    assert rows["c-2"][2:4] == ["penyedia; terhitung 4 jam 30 menit", "penyedia; terhitung -"]
    assert rows["c-3"][2] == "tidak cocok dengan gangguan mana pun"
    assert all("BA-7/2026" in row[5] for row in rows.values())


def test_restitution_adds_up_to_the_report() -> None:
    """Each contract's row, their sum, and the formula of each link that is owed something for."""
    chapter = _chapter(_document(), 7)
    rows = _table(chapter, "Ringkasan kontrak")
    assert [row[7] for row in rows[:-1]] == [rupiah(each.credit_rupiah) for each in _report().contracts]
    assert rows[-1][7] == rupiah(_report().totals.credit_rupiah) == "Rp367.645"
    assert _table(chapter, "Restitusi, kontrak k-a") == [
        ["rsud-1", "Rp950.500 \u00d7 4,50171 jam / (744 jam \u00d7 99,5%) = Rp5.780", "Rp5.780"],
        ["1 tautan lain", "memenuhi janji layanan", "Rp0"],
        ["Jumlah", "", "Rp5.780"],
    ]


def test_recommendations_of_last_month_have_their_follow_up() -> None:
    """One that was answered, and one of which nobody wrote anything."""
    before = _report().before
    assert before is not None
    second = replace(before.recommendations[0], id="r-2", text="Genset.")
    report = replace(_report(), before=replace(before, recommendations=(*before.recommendations, second)))
    rows = _table(_chapter(_document(report), 8), "Tindak lanjut")
    assert rows[0][:4] == ["2026-09/r-1", "UPS untuk kantor.", "UPS telah dipasang.", "selesai"]
    assert rows[1][:3] == ["2026-09/r-2", "Genset.", "belum ada catatan tindak lanjut"]


def test_artefacts_are_mapped_to_indicators_and_levels() -> None:
    """Each contribution of each framework that applies, with strength and confidence; caveats follow."""
    chapter = _chapter(_document(frameworks=_frameworks()), 9)
    rows = _table(chapter, "Indeks Pemerintah Digital")
    assert ["Laporan bulanan (PDF)", "2 Manajemen Layanan Digital Pemerintah (5%)", "2, 3"] in [row[:3] for row in rows]
    assert all(row[4].split(";")[0] in {"kuat", "sebagian", "lemah"} for row in rows)
    assert "Naskah peraturan dan petunjuk teknisnya belum diperiksa" in "\n".join(_texts(chapter))


def test_without_frameworks_the_page_says_so() -> None:
    """The chapter is there, and no table in it."""
    assert [each["kind"] for each in _chapter(_document(), 9)["blocks"]] == ["paragraph"]


def test_nothing_to_compare_with_is_said_with_its_reason() -> None:
    """In place of the table."""
    document = _document(replace(_report(), before=None, before_reason="paket pertama"))
    assert "Tidak ada pembanding: paket pertama." in list(_texts(_chapter(document, 1)))


def test_an_empty_month_is_a_document_too() -> None:
    """No link, no outage, no contract: sentences in place of tables."""
    empty = replace(
        _report(), outages=(), contracts=(), coverage=(), by_kabkota=(), by_opd=(), by_provider=(), by_phase=(),
        worst_sites=(), worst_links=(), daily={}, planned=(), corrections=(), notes=(), before=None, gaps=(),
        restarts_ms=(), queries=(), shortcomings=(),
    )  # fmt: skip
    texts = list(_texts(_document(empty)))
    assert "Tidak ada gangguan bulan ini." in texts
    assert "Tidak ada waktu henti pada hari mana pun." in texts


def test_bars_lie_on_an_axis_that_has_the_targets() -> None:
    """Positions are thousandths between the axis' beginning, which the words say, and 100 %."""
    chart = availability_chart(_report())
    assert [tick["label"] for tick in chart["ticks"]] == ["98%", "98,5%", "99%", "99,5%", "100%"]
    assert chart["targets"] == [500, 750]
    assert [bar["position"] for bar in chart["bars"]] == [323, 430]
    assert "Sumbu mulai dari 98%, bukan dari nol." in chart["words"]


def test_a_group_without_measured_time_has_no_bar() -> None:
    """It says that it was not measured, which is not nought."""
    group = replace(_report().by_kabkota[0], around=Account(unmeasured_ms=5))
    (bar,) = availability_chart(replace(_report(), by_kabkota=(group,)))["bars"]
    assert (bar["position"], bar["text"], bar["note"]) == (-1, "tidak terukur", "cakupan 0,00%")


def test_days_are_classed_by_the_share_of_time_down() -> None:
    """Each class at its upper bound and just above it; a day that was not measured is none of them."""
    days = [
        Account(up_ms=1), Account(up_ms=995, down_ms=5), Account(up_ms=994, down_ms=6), Account(up_ms=98, down_ms=2),
        Account(up_ms=97, down_ms=3), Account(up_ms=9, down_ms=1), Account(up_ms=8, down_ms=2),
        Account(unmeasured_ms=1),
    ]  # fmt: skip
    chart = calendar_chart(replace(_report(), daily={"32.01": tuple(days), "": tuple(days)}))
    (row,) = chart["rows"]
    assert row["label"] == "Kabupaten Bogor"
    assert [cell["class"] for cell in row["cells"]] == ["0", "1", "2", "2", "3", "3", "4", "none"]
    assert "Rabu, 7 Oktober 2026 (20,00%)" in chart["words"]


def test_providers_are_compared_by_both_availabilities() -> None:
    """24x7 and service hours, with outages, the time to restore, and how much was measured."""
    chart = provider_chart(_report())
    assert [row["label"] for row in chart["rows"]] == ["Penyedia A", "Penyedia B", "Penyedia C"]
    assert chart["rows"][0]["pair"][0]["text"] == "99,12%"
    assert chart["rows"][0]["note"] == "8 gangguan · MTTR 2 jam 1 menit · cakupan 99,98%; 99,98%"


def test_a_record_of_acceptance_has_parties_facts_and_places_to_sign() -> None:
    """The day in words, the number's blank form, every link and outage, two parties and two witnesses."""
    account = _report().contracts[0]
    document = acceptance_of(_report(), account)
    assert document["heading"]["number"] == "Nomor: .../.../DISKOMINFO"
    assert "Senin tanggal dua November tahun dua ribu dua puluh enam (02/11/2026)" in document["opening"]
    facts = _chapter(document, 2)
    assert len(_table(facts, "Hasil tiap tautan")) == len(account.links)
    assert len(_table(facts, "Gangguan")) == len(account.outages)
    assert "Restitusi seluruhnya Rp5.780 (lima ribu tujuh ratus delapan puluh rupiah)." in list(_texts(document))
    assert [each["title"] for each in document["signatures"]["parties"]] == ["Pihak Kesatu", "Pihak Kedua"]
    assert len(document["signatures"]["witnesses"]) == 2


def test_a_record_of_acceptance_stays_a_draft_when_the_report_has_a_number() -> None:
    """Its own number is blank and nobody has signed it, so that no page of it says that it is final."""
    report = sample_report(number="188/TI.01/DISKOMINFO")
    document = acceptance_of(report, report.contracts[0])
    assert document["draft"] == "DRAF"
    assert "Status: DRAF" in document["footer"]["right"]
    assert document["heading"]["number"] == "Nomor: .../.../DISKOMINFO"


def test_what_has_two_accounts_is_counted_once() -> None:
    """An outage over the change of a contract is one, and a link that changed under its contract is one."""
    (chapter,) = [each for each in _document()["chapters"] if each["title"].endswith("Rincian gangguan")]
    assert len(_report().outages) == 16
    assert any(text.startswith("15 gangguan menyentuh bulan ini.") for text in _texts(chapter))
    account = _report().contracts[0]
    first = account.links[0]
    twice = replace(account, links=(*account.links, replace(first, identity=replace(first.identity, phase="legacy"))))
    assert any(text.startswith("Dari 2 tautan,") for text in _texts(acceptance_of(_report(), twice)))
    document = _document(replace(_report(), contracts=(twice,)))
    assert _table(_chapter(document, 7), "Ringkasan kontrak")[0][2] == "2"


def test_restitution_that_cannot_be_reckoned_is_no_nought() -> None:
    """Nothing of the link was measured: a dash, and why."""
    account = _report().contracts[0]
    first = account.links[0]
    assert first.credit is not None
    unknown = replace(first, availability=None, kept=None, credit=replace(first.credit, rupiah=0, formula="tidak ada"))
    document = acceptance_of(_report(), replace(account, links=(unknown,)))
    assert _table(_chapter(document, 4), "Restitusi")[0] == [first.identity.link, "tidak ada", "-"]
    assert "Restitusi tidak dapat dihitung: terlalu sedikit waktu yang terukur." in _texts(document)
    assert any("tidak dapat dinilai" in text for text in _texts(document))
    partly = acceptance_of(_report(), replace(account, links=(unknown, *account.links[1:])))
    assert any(
        text.endswith("1 tautan tidak dapat dihitung dan tidak termasuk di dalamnya.") for text in _texts(partly)
    )


def test_a_link_of_which_nothing_is_known_is_not_among_those_told_in_the_first_sentence() -> None:
    """The leader's page counts what was measured, not what was meant to be."""
    report = _report()
    dark = replace(report.links[0], around=Account(unmeasured_ms=1))
    seen = {link.identity.link for link in report.links[1:]}
    texts = _texts(_document(replace(report, links=(dark, *report.links[1:]))))
    assert any(f"terukur {len(seen)} tautan internet" in text for text in texts)


def test_the_report_names_what_it_stands_on_and_what_made_it() -> None:
    """The basis as the inventory lists it, and the versions of the programs that wrote the report."""
    report = _report()
    settings = replace(report.inventory.evidence, basis=("Keputusan Contoh Nomor 1", "Peraturan Contoh Nomor 2"))
    texts = list(_texts(_document(replace(report, inventory=replace(report.inventory, evidence=settings)))))
    assert texts.index("Keputusan Contoh Nomor 1") < texts.index("Peraturan Contoh Nomor 2")
    assert "Penyusun laporan: pantau" in texts
    assert exporter.__version__ in texts


def test_a_contract_that_is_not_known_has_a_record_without_promise() -> None:
    """It says that the inventory does not know it."""
    (account,) = (each for each in _report().contracts if each.contract is None)
    texts = list(_texts(acceptance_of(_report(), account)))
    assert "Kontrak ini tidak ada di inventaris; SLA tidak dihitung." in texts
    assert "Kontrak ini tidak mengatur restitusi." in texts


def test_an_outage_with_a_gap_in_it_says_why_it_is_shorter_than_its_times() -> None:
    """Forty minutes from the beginning to the end, five of which nobody knows anything of."""
    rows = _table(_chapter(_document(), 5), "Gangguan tautan")
    (length,) = [row[2] for row in rows if row[1].startswith("20/10/2026 22.00.00")]
    assert length == "35 menit; 5 menit lain tidak terukur"


def test_a_phase_has_one_name_in_all_files() -> None:
    """The report, the tables of links and the table of phases call it the same; only the capital differs."""
    assert {phase: name.lower() for phase, name in PHASES.items()} == {phase: word(Phase, phase) for phase in Phase}
