"""Availability and quality by regency, agency, provider and phase, in tables and charts.

Lives here: chapter 4. Must not live here: single outages, contracts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from exporter.evidence.accounts import Account, Group, Report
from exporter.evidence.blocks import Block, Column, heading, note, page, table, text
from exporter.evidence.chapter_summary import mean_restore
from exporter.evidence.quantiles import loss_of, loss_word, rtt_at_most
from exporter.indonesian import number, percent

__all__ = ["results"]

#: Bars begin here: between 100 % and this lies all that a contract promises.
_BARS_FROM = Fraction(95, 100)

#: The line in the bars: the usual promise (domain notes 2.1).
_USUAL_PROMISE = Fraction(995, 1000)

_MEDIAN, _P95 = Fraction(1, 2), Fraction(95, 100)

#: Shades of the calendar: seconds down in a day, summed over links, from which each begins.
_SHADES_S = (1, 600, 3_600, 6 * 3_600)

_COLUMNS: tuple[Column, ...] = (
    ("", 2.6, False),
    ("Tautan", 0.8, True),
    ("24 jam", 1, True),
    ("Jam kerja", 1, True),
    ("Lokasi 24 jam", 1, True),
    ("Cakupan", 1, True),
    ("Gangguan", 1, True),
    ("Waktu pulih", 1.5, True),
    ("Di bawah janji", 0.8, True),
)

_QUALITY: tuple[Column, ...] = (
    ("", 2.6, False),
    ("RTT median", 1, True),
    ("RTT 95%", 1, True),
    ("Kehilangan paket", 1.1, True),
    ("Kelas TIPHON", 1.2, False),
)


def results(report: Report) -> Iterator[Block]:
    """Chapter 4."""
    yield heading("4. Hasil")
    yield text(
        "Ketersediaan pada bab ini adalah hasil ukur, tanpa pengecualian kontrak: waktu aktif dibagi waktu aktif dan "
        "waktu "
        "putus. Kolom jam kerja memakai kalender layanan tiap lokasi."
    )
    yield heading("Ketersediaan per kabupaten/kota", 2)
    yield _bars(report.by_kabkota)
    yield heading("Kalender gangguan", 2)
    yield _calendar(report)
    yield heading("Perbandingan penyedia", 2)
    yield _bars(report.by_provider)
    for title, groups in (
        ("Per kabupaten/kota", report.by_kabkota),
        ("Per perangkat daerah", report.by_opd),
        ("Per penyedia", report.by_provider),
        ("Per tahap konsolidasi", report.by_phase),
    ):
        yield heading(title, 2)
        yield table(_COLUMNS, map(_row, groups), "Tidak ada data.", 7.5)
    yield heading("Latensi dan kehilangan paket", 2)
    yield table(
        _QUALITY, [_quality(each) for each in (*report.by_kabkota, *report.by_provider)], "Tidak ada data.", 7.5
    )
    yield note(
        "RTT dihitung dari balasan yang sah saja dan dinyatakan sebagai batas atas kelas hitungnya. Kelas TIPHON di "
        "sini: "
        "0% sangat bagus, sampai 3% bagus, sampai 15% sedang, selebihnya buruk; kelas ini bukan ambang peringatan."
    )
    yield page()


def _row(group: Group) -> list[str]:
    return [
        group.name,
        number(group.links),
        percent(group.around.availability),
        percent(group.service.availability),
        percent(group.site_around.availability),
        percent(group.around.coverage),
        number(group.outages),
        mean_restore(group.restore_ms, group.restored),
        number(group.below),
    ]


def _quality(group: Group) -> list[str]:
    loss = loss_of(group.echoes)
    medians = rtt_at_most(group.echoes, _MEDIAN), rtt_at_most(group.echoes, _P95)
    return [group.name, *medians, percent(loss), loss_word(loss)]


def _bars(groups: Sequence[Group]) -> Block:
    rows = [
        {
            "name": each.name,
            "share": _share(each.around.availability),
            "mark": _share(_USUAL_PROMISE),
            "below": each.around.availability is not None and each.around.availability < _USUAL_PROMISE,
            "words": _words(each.around),
        }
        for each in groups
    ]
    words = (
        f"Batang dimulai dari {percent(_BARS_FROM, 0)} dan berakhir pada 100%. "
        f"Garis tegak: {percent(_USUAL_PROMISE, 1)}, janji yang lazim; "
        "janji tiap kontrak ada pada bab SLA. Jingga: di bawah garis itu."
    )
    return {"kind": "bars", "rows": rows, "note": words}


def _share(ratio: Fraction | None) -> float:
    """Where a ratio lies between both ends of a bar, in percent of its length."""
    if ratio is None:
        return 0.0
    return round(float(max(Fraction(0), (ratio - _BARS_FROM) / (1 - _BARS_FROM)) * 100), 3)


def _words(account: Account) -> str:
    sign = " di bawah" if account.availability is not None and account.availability < _USUAL_PROMISE else ""
    return f"{percent(account.availability)}{sign} (cakupan {percent(account.coverage)})"


def _calendar(report: Report) -> Block:
    names = {each.id: each.name for each in report.by_kabkota}
    rows = [
        {"name": names[key], "cells": [_cell(each) for each in accounts]}
        for key, accounts in sorted(report.daily.items(), key=lambda item: names.get(item[0], ""))
        if key in names
    ]
    words = (
        "Warna dan angka: waktu putus sehari, dijumlahkan atas tautan: kosong tidak ada, 1 di bawah 10 menit, 2 di "
        "bawah "
        "1 jam, 3 di bawah 6 jam, 4 selebihnya. Bingkai jingga: lebih dari sepersepuluh hari itu tidak terukur."
    )
    return {"kind": "calendar", "days": [str(day.day) for day in report.month.days], "rows": rows, "note": words}


def _cell(account: Account) -> dict[str, object]:
    level = sum(account.down_ms >= least_s * 1000 for least_s in _SHADES_S)
    unknown = account.unmeasured_ms * 10 > account.period_ms
    return {"level": level, "sign": str(level) if level else "", "unknown": unknown}
