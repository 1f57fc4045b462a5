"""The charts of the report as numbers and words; the drawing itself is in ``exporter/data/evidence/charts.typ``.

Lives here: positions on an axis in thousandths, classes of days, and what each chart says in words. Must not live
here: colours, lengths on paper. Each chart can be read without its colours.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from exporter.evidence.accounts import Account, Report
from exporter.evidence.blocks import Block, figure
from exporter.evidence.phrases import kabkota_name, mean_restore
from exporter.indonesian import day_long, decimal, number, percent

__all__ = ["availability_chart", "calendar_chart", "provider_chart"]

#: Where an axis may begin; it ends at 100 %.
_FLOORS = tuple(Fraction(each, 100) for each in (99, 98, 95, 90, 80, 50, 0))

#: From which share of a day's measured link time down on a day is of the class 1, 2, 3, 4.
_CLASSES = (Fraction(0), Fraction(1, 200), Fraction(2, 100), Fraction(10, 100))

_LEGEND = (
    ("0", "", "tanpa waktu henti"),
    ("1", "1", "sampai 0,5%"),
    ("2", "2", "di atas 0,5% s.d. 2%"),
    ("3", "3", "di atas 2% s.d. 10%"),
    ("4", "4", "di atas 10%"),
    ("none", "-", "tidak terukur"),
)

_WORST_DAYS = 3


def _floor(ratios: Iterable[Fraction]) -> Fraction:
    least = min(ratios, default=Fraction(1))
    return next(floor for floor in _FLOORS if floor <= least)


def _position(ratio: Fraction, floor: Fraction) -> int:
    return int((ratio - floor) * 1000 / (1 - floor))


def _bar(account: Account, floor: Fraction) -> dict[str, object]:
    ratio = account.availability
    if ratio is None:
        return {"position": -1, "text": "tidak terukur"}
    return {"position": _position(ratio, floor), "text": percent(ratio)}


def _targets(report: Report) -> list[Fraction]:
    promised = {
        Fraction(repr(each.contract.sla.availability_ratio))
        for each in report.contracts
        if each.contract is not None and each.contract.sla is not None
    }
    return sorted(promised)


def _axis(floor: Fraction, targets: Iterable[Fraction]) -> dict[str, object]:
    quarters = [floor + (1 - floor) * each / 4 for each in range(5)]
    return {
        "ticks": [{"position": _position(each, floor), "label": f"{decimal(each * 100, 2)}%"} for each in quarters],
        "targets": [_position(each, floor) for each in targets if each >= floor],
    }


def availability_chart(report: Report) -> Block:
    """Availability of each kabupaten and kota against what the contracts promise, with coverage."""
    groups, targets = report.by_kabkota, _targets(report)
    measured = [each.around.availability for each in groups if each.around.availability is not None]
    floor = _floor([*measured, *targets])
    bars = [
        {"label": each.name or each.id, "note": f"cakupan {percent(each.around.coverage)}", **_bar(each.around, floor)}
        for each in groups
    ]
    words = f"Sumbu mulai dari {decimal(floor * 100, 2)}%, bukan dari nol."
    if targets:
        under = sum(ratio < targets[0] for ratio in measured)
        words += (
            f" Garis putus-putus: target dalam kontrak ({'; '.join(f'{decimal(t * 100, 3)}%' for t in targets)}). "
            f"{number(under)} dari {number(len(measured))} kabupaten/kota di bawah target terendah, menurut hasil ukur "
            "24x7 sebelum pengecualian."
        )
    content = {"bars": bars, **_axis(floor, targets)}
    return figure("bars", "Ketersediaan tautan 24x7 menurut kabupaten/kota", words, content)


def provider_chart(report: Report) -> Block:
    """Providers beside each other: both availabilities, outages, time to restore."""
    accounts = [account for each in report.by_provider for account in (each.around, each.service)]
    floor = _floor(each.availability for each in accounts if each.availability is not None)
    rows = [
        {
            "label": each.name or each.id,
            "note": (
                f"{number(each.outages)} gangguan · MTTR {mean_restore(each.restore_ms, each.restored)} · "
                f"cakupan {percent(each.around.coverage)}; {percent(each.service.coverage)}"
            ),
            "pair": [_bar(each.around, floor), _bar(each.service, floor)],
        }
        for each in report.by_provider
    ]
    words = (
        f"Sumbu mulai dari {decimal(floor * 100, 2)}%. Perbandingan hasil ukur, bukan penilaian: jumlah tautan, "
        "lokasi, dan penyebab gangguan tiap penyedia berbeda. Cakupan: 24x7; jam kerja."
    )
    content = {"rows": rows, "keys": ["24x7", "jam kerja"], **_axis(floor, ())}
    return figure("pairs", "Perbandingan penyedia", words, content)


def _day_class(account: Account) -> str:
    known = account.up_ms + account.down_ms
    if not known:
        return "none"
    down = Fraction(account.down_ms, known)
    return str(sum(down > each for each in _CLASSES))


def calendar_chart(report: Report) -> Block:
    """Each day of each kabupaten and kota, by the share of measured time that was down."""
    rows = [
        {
            "label": kabkota_name(report.inventory, key),
            "cells": [{"class": name, "text": _sign(name)} for name in map(_day_class, days)],
        }
        for key, days in sorted(report.daily.items())
        if key
    ]
    content = {
        "days": [str(day.day) for day in report.month.days],
        "rows": rows,
        "legend": [{"class": name, "sign": sign, "text": text} for name, sign, text in _LEGEND],
    }
    return figure("calendar", "Kalender gangguan menurut kabupaten/kota", _worst_days(report), content)


def _sign(name: str) -> str:
    return next(sign for key, sign, _ in _LEGEND if key == name)


def _worst_days(report: Report) -> str:
    whole = report.daily.get("", ())
    found = [
        (Fraction(account.down_ms, account.up_ms + account.down_ms), day)
        for day, account in zip(report.month.days, whole, strict=False)
        if account.down_ms
    ]
    worst = sorted(found, key=lambda each: (-each[0], each[1]))[:_WORST_DAYS]
    if not worst:
        return "Tidak ada waktu henti pada hari mana pun."
    days = "; ".join(f"{day_long(day, weekday=True)} ({percent(ratio)})" for ratio, day in worst)
    return f"Angka dalam kotak adalah kelas waktu henti. Hari dengan bagian waktu henti terbesar: {days}."
