"""The tables of a pack: they say what the report says, their columns add up, and names are only texts."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cache
from io import StringIO

import pytest

from exporter.evidence.accounts import Account
from exporter.evidence.cells import Kind, Table, text_of
from exporter.evidence.columns import echoes
from exporter.evidence.csv_files import plain
from exporter.evidence.measured import Echoes
from exporter.evidence.table_words import WORDS
from exporter.evidence.tables import DEFINITIONS, tables_of
from exporter.model import SlaBase
from exporter.thresholds import RTT_BUCKETS_S
from tests.support.evidence_names import NASTY, nasty_report
from tests.support.evidence_report import sample_report

_NAMES = [
    "ringkasan",
    "kabkota",
    "opd",
    "penyedia",
    "fase",
    "kontrak",
    "lokasi",
    "tautan",
    "gangguan",
    "harian",
    "cakupan",
    "pemeliharaan",
    "koreksi",
    "catatan",
    "celah",
    "kueri",
]
_EXCLUSIONS = ("pemeliharaan", "catu_daya", "kahar", "pelanggan")


@cache
def _sample() -> dict[str, Table]:
    return {table.name: table for table in tables_of(sample_report())}


def _sum(table: Table, column: str) -> int:
    """The sum of a column of whole numbers or milliseconds; what there is not adds nothing."""
    return sum(value for value in table.column(column) if isinstance(value, int))


def test_the_pack_has_these_tables() -> None:
    """In this order, each with rows in the sample, and a value for every column of each."""
    tables = tables_of(sample_report())
    assert [table.name for table in tables] == _NAMES
    assert all(table.rows for table in tables)
    assert all(len(row) == len(table.columns) for table in tables for row in table.rows)


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda each: each.name)
def test_columns_have_names_of_their_own(definition: object) -> None:
    """No two columns of a table share a name, names need no quotes, and each says what it means."""
    columns = _sample()[getattr(definition, "name", "")].columns
    assert len({each.name for each in columns}) == len(columns)
    assert all(each.name.replace("_", "").isalnum() and each.name.islower() for each in columns)
    assert all(each.meaning for each in columns)


@pytest.mark.parametrize("name", ["opd", "kabkota", "penyedia", "fase"])
def test_groups_add_up_to_the_whole(name: str) -> None:
    """Links, time of every account, outages and echoes: the sum of a column is the first row of the summary."""
    whole, table = _sample()["ringkasan"], _sample()[name]
    shared = {each.name for each in table.columns if each.kind in {Kind.SECONDS, Kind.COUNT}}
    columns = [each.name for each in whole.columns if each.name in shared and not each.name.startswith("rerata")]
    assert len(columns) > 20
    for column in columns:
        if name in {"penyedia", "fase"} and column.startswith(("lokasi_", "jumlah_")):
            continue  # a site with two providers belongs to both, and so does a link that went from one to the other
        assert _sum(table, column) == next(whole.column(column)), column


def test_links_add_up_to_the_whole() -> None:
    """Every account of time of the links, outages, and money."""
    whole, links = _sample()["ringkasan"], _sample()["tautan"]
    for column in [each.name for each in links.columns if each.name.startswith(("penuh_", "kerja_"))]:
        if column.endswith("_detik"):
            assert _sum(links, column) == next(whole.column(column)), column
    for column in ("gangguan", "pulih", "pemulihan_detik", "restitusi_rupiah"):
        assert _sum(links, column) == next(whole.column(column)), column
    assert _sum(_sample()["kontrak"], "restitusi_rupiah") == next(whole.column("restitusi_rupiah"))


def test_restitution_that_cannot_be_reckoned_is_an_empty_cell() -> None:
    """Nothing of the link was measured: no figure, and the reason beside it."""
    report = sample_report()
    first = next(each for each in report.links if each.credit is not None)
    assert first.credit is not None
    unknown = replace(first, kept=None, credit=replace(first.credit, rupiah=0, formula="tidak ada waktu terukur"))
    (table,) = [each for each in tables_of(replace(report, links=(unknown,))) if each.name == "tautan"]
    assert list(table.column("restitusi_rupiah")) == [None]
    assert list(table.column("restitusi_rumus")) == ["tidak ada waktu terukur"]


def test_days_add_up_to_the_month() -> None:
    """The days of all links are the month, and so are those of the kabupaten and kota together."""
    whole, days = _sample()["ringkasan"], _sample()["harian"]
    for level in ("seluruh", "kabkota"):
        rows = tuple(row for row in days.rows if row[0] == level)
        part = Table(days.name, days.title, days.columns, rows)
        for column in ("penuh_periode_detik", "penuh_aktif_detik", "penuh_henti_detik", "penuh_tak_terukur_detik"):
            assert _sum(part, column) == next(whole.column(column)), (level, column)


def test_an_account_closes() -> None:
    """Up, down, excluded and unmeasured are the period, by contract too; exclusions are named one by one."""
    closed = 0
    for row in _rows(_sample()["tautan"]):
        if row["kontrak_periode_detik"] is None:
            continue
        parts = [row[f"kontrak_{part}_detik"] for part in ("aktif", "henti", "dikecualikan", "tak_terukur")]
        assert _whole(parts) == row["kontrak_periode_detik"]
        named = [row[f"kontrak_dikecualikan_{name}_detik"] for name in _EXCLUSIONS]
        assert _whole(named) == row["kontrak_dikecualikan_detik"]
        closed += 1
    assert closed > 3


def _rows(table: Table) -> Iterator[dict[str, object]]:
    names = [each.name for each in table.columns]
    return (dict(zip(names, row, strict=True)) for row in table.rows)


def _whole(values: list[object]) -> int:
    return sum(value for value in values if isinstance(value, int))


def test_a_ratio_is_its_two_columns() -> None:
    """Whoever divides the columns that a meaning names gets the ratio, exactly."""
    divided = 0
    for table in _sample().values():
        for column in table.columns:
            if column.kind is not Kind.RATIO or " / " not in column.meaning or table.name == "ringkasan":
                continue
            above, below = column.meaning.rsplit(" = ", 1)[1].split(" / ")
            for row in _rows(table):
                if row[column.name] is not None:
                    whole = _whole([row[name] for name in below.strip("()").split(" + ")])
                    assert row[column.name] == Fraction(_whole([row[above]]), whole), (table.name, column.name)
                    divided += 1
    assert divided > 100


def test_the_month_before_has_its_row() -> None:
    """As far as its pack says; what it does not say is empty, not 0."""
    _, before = _rows(_sample()["ringkasan"])
    assert before["bulan"] == "2026-09"
    assert (before["gangguan"], before["di_bawah_janji"], before["rerata_pemulihan_detik"]) == (9, 1, 5_400_000)
    assert before["penuh_ketersediaan"] == Fraction(99_712, 100_000)
    assert before["penuh_henti_detik"] is None
    assert before["manifes_sha256"] == "4" * 64


def test_a_correction_shows_before_and_after() -> None:
    """One that changed an account, one that changed nothing, one that names no outage: all three are there."""
    rows = {row["koreksi"]: row for row in _rows(_sample()["koreksi"])}
    assert rows.keys() == {"c-1", "c-2", "c-3"}
    assert (rows["c-1"]["penyebab_sebelum"], rows["c-1"]["penyebab_sesudah"]) == ("saluran", "catu daya")
    assert rows["c-2"]["dihitung_sesudah_detik"] == 0 < _whole([rows["c-2"]["dihitung_sebelum_detik"]])
    assert (rows["c-3"]["terpakai"], rows["c-3"]["dihitung_sesudah_detik"]) == ("tidak", None)


def test_names_are_only_texts() -> None:
    """Formulas, HTML, quotes, paths and line ends change nothing: the same figures, and the names as they are."""
    seen = set()
    for table, nasty in zip(tables_of(sample_report()), tables_of(nasty_report()), strict=True):
        assert table.columns == nasty.columns
        figures = [place for place, each in enumerate(table.columns) if each.kind is not Kind.TEXT]
        for row, other in zip(table.rows, nasty.rows, strict=True):
            assert [row[place] for place in figures] == [other[place] for place in figures]
        read = list(csv.reader(StringIO(plain(nasty).decode(), newline="")))[1:]
        kinds = [each.kind for each in nasty.columns]
        assert read == [[text_of(*cell) for cell in zip(kinds, row, strict=True)] for row in nasty.rows]
        seen |= {value for row in nasty.rows for value in row if value in NASTY}
    assert seen == set(NASTY)


@pytest.mark.parametrize("kind", WORDS, ids=lambda kind: kind.__name__)
def test_every_code_has_its_word(kind: type) -> None:
    """All members of a closed set, and no two the same word."""
    assert list(WORDS[kind]) == list(kind)  # type: ignore[call-overload]
    assert len(set(WORDS[kind].values())) == len(WORDS[kind])


@pytest.mark.parametrize(
    ("buckets", "p50_ms", "p95_ms"),
    [
        ((50, 45, 5), 1, 2),
        ((49, 45, 6), 2, 5),
        ((0,) * len(RTT_BUCKETS_S) + (7,), None, None),
        ((), None, None),
    ],
)
def test_round_trips_are_said_by_their_bounds(buckets: tuple[int, ...], p50_ms: int | None, p95_ms: int | None) -> None:
    """The bound within which that share of the replies came; none where they took longer than every bound."""
    values = {spec.column.name: spec.read(Echoes(rtt_buckets=buckets)) for spec in echoes(lambda each: each)}
    assert (values["latensi_p50_detik"], values["latensi_p95_detik"]) == (p50_ms, p95_ms)


@pytest.mark.parametrize(("base", "above", "below"), [(SlaBase.MEASURED, 90, 95), (SlaBase.PERIOD, 95, 100)])
def test_a_promise_is_judged_on_the_contract_s_own_base(base: SlaBase, above: int, below: int) -> None:
    """Up out of up and down, or the whole period less what is down: the two numbers stand beside the ratio."""
    report = sample_report()
    link = next(each for each in report.links if each.contractual is not None)
    account = Account(up_ms=90, down_ms=5, excluded_ms=2, unmeasured_ms=3)
    changed = replace(link, contractual=account, promised=account)
    contract = report.inventory.contracts[link.identity.contract]
    assert contract.sla is not None
    contracts = {contract.id: replace(contract, sla=replace(contract.sla, base=base))}
    report = replace(report, links=(changed,), inventory=replace(report.inventory, contracts=contracts))
    row = next(next(_rows(table)) for table in tables_of(report) if table.name == "tautan")
    assert (row["sla_pembilang_detik"], row["sla_penyebut_detik"]) == (above, below)
