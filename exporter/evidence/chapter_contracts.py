"""What each contract promised, what was kept, and what it costs its provider.

Lives here: chapter 7. Must not live here: the records of acceptance (``acceptance``), reckoning (``credit``).
"""

from __future__ import annotations

from collections.abc import Iterator

from exporter.evidence.accounts import ContractAccount, LinkAccount, Report
from exporter.evidence.blocks import Block, Column, heading, note, page, pairs, table, text
from exporter.evidence.wording import BASES, CREDITS, EXCLUSIONS, WINDOWS
from exporter.indonesian import day_short, duration, number, percent, rupiah
from exporter.model import Sla

__all__ = ["contract_name", "contracts", "exclusions_of", "promise", "terms"]

_SUMMARY: tuple[Column, ...] = (
    ("Kontrak", 1.3, False),
    ("Penyedia", 1.5, False),
    ("Tautan", 0.7, True),
    ("Janji", 0.8, True),
    ("Tercapai", 0.9, True),
    ("Cakupan", 0.9, True),
    ("Di bawah janji", 0.8, True),
    ("Restitusi", 1.3, True),
)

_BELOW: tuple[Column, ...] = (
    ("Tautan", 2.4, False),
    ("Tercapai", 0.9, True),
    ("Putus dihitung", 1.3, True),
    ("Dikecualikan", 1.3, True),
    ("Restitusi", 1.2, True),
    ("Perhitungan", 3, False),
)


def contracts(report: Report) -> Iterator[Block]:
    """Chapter 7."""
    yield heading("7. SLA dan Restitusi per Kontrak")
    yield text(
        "Kontrak yang tidak menjanjikan apa pun disajikan dengan hasil ukurnya. Nilai restitusi adalah usulan "
        "perhitungan "
        "menurut rumus kontrak, untuk dituangkan dalam berita acara yang disepakati kedua pihak."
    )
    yield table(_SUMMARY, map(_summary, report.contracts), "Tidak ada kontrak.", 7.5)
    for each in report.contracts:
        if each.below:
            yield heading(f"{each.id} - {each.provider_name}", 2)
            if each.contract is not None and each.contract.sla is not None:
                yield pairs(terms(each))
            below = [link for link in each.links if link.kept is False]
            yield table(_BELOW, map(_below, below), "", 7)
    yield note("Rumus dan contoh perhitungan: dokumen cara menghitung (docs/accounting.md) pada repositori program.")
    yield page()


def promise(sla: Sla) -> str:
    """The promised availability."""
    return f"{sla.availability_ratio * 100:g}%".replace(".", ",")


def contract_name(each: ContractAccount) -> str:
    """Its id, and whether the inventory knows it."""
    return each.id if each.contract is not None else f"{each.id} (tidak ada dalam inventaris)"


def _summary(each: ContractAccount) -> list[str]:
    sla = each.contract.sla if each.contract is not None else None
    reached = each.total.availability if sla is None else each.total.availability_by(sla.base)
    return [
        contract_name(each),
        each.provider_name,
        number(len(each.links)),
        "-" if sla is None else promise(sla),
        percent(reached),
        percent(each.total.coverage),
        number(each.below),
        rupiah(each.credit_rupiah),
    ]


def exclusions_of(link: LinkAccount) -> str:
    """How long was excluded, and for what."""
    if not link.excluded_ms:
        return "-"
    parts = (f"{duration(link.excluded_ms[kind])} ({EXCLUSIONS[kind]})" for kind in sorted(link.excluded_ms))
    return ", ".join(parts)


def _below(link: LinkAccount) -> list[str]:
    down_ms = link.contractual.down_ms if link.contractual is not None else 0
    credit = link.credit
    money = rupiah(credit.rupiah) if credit is not None else "-"
    formula = credit.formula if credit is not None else "tanpa restitusi"
    return [link.identity.name, percent(link.availability), duration(down_ms), exclusions_of(link), money, formula]


def terms(each: ContractAccount) -> Iterator[tuple[str, str]]:
    """What the contract says."""
    contract = each.contract
    if contract is None:
        return
    yield "Masa berlaku", f"{day_short(contract.starts)} sampai {day_short(contract.ends)}"
    yield "Biaya per tautan", f"{rupiah(contract.fee_rupiah_per_month)} per bulan"
    if contract.sla is None:
        yield "Janji layanan", "tidak ada"
        return
    sla = contract.sla
    yield "Janji layanan", f"{promise(sla)} per bulan, {WINDOWS[sla.window]}, dari {BASES[sla.base]}"
    yield "Toleransi", f"gangguan sampai {duration(round(sla.tolerance_s * 1000))} tidak dihitung"
    excluded = ", ".join(EXCLUSIONS[kind] for kind in sorted(sla.exclusions)) or "tidak ada"
    yield "Pengecualian", excluded
    yield "Restitusi", CREDITS[sla.credit]
