"""The chapter of contracts: what was promised, what was measured, what is owed.

Lives here: SLA and restitution as tables, for the report and for the records of acceptance. Must not live here: the
formulas themselves (``credit``), delay fines (denda keterlambatan), which are another matter.
"""

from __future__ import annotations

from fractions import Fraction

from exporter.evidence.accounts import ContractAccount, LinkAccount, Report
from exporter.evidence.blocks import Block, Column, chapter, facts, paragraph, section, table
from exporter.evidence.phrases import at, excluded_text, length_or_dash, promise
from exporter.evidence.table_words import exclusions, word
from exporter.indonesian import day_short, decimal, number, percent, rupiah
from exporter.model import ContractKind, CreditMode, SlaBase, SlaWindow

__all__ = ["contract_facts", "link_table", "promises", "restitution_table"]


#: Lengths of a row of a contract add up to its period, down to the minute or the second.
_UNITS = 3


def promises(report: Report) -> Block:
    """Perhitungan SLA dan restitusi, one section for each contract."""
    blocks: list[Block] = [_overview(report)]
    for each in report.contracts:
        blocks += [section(f"Kontrak {each.id}"), facts(contract_facts(each)), link_table(report, each)]
        if any(link.credit for link in each.links):
            blocks.append(restitution_table(each))
    blocks.append(
        paragraph(
            "Restitusi dihitung menurut rumus tiap kontrak dan dibulatkan ke rupiah terdekat satu kali pada akhirnya. "
            "Restitusi terpisah dari denda keterlambatan, yang tidak dihitung di sini.",
            small=True,
        )
    )
    return chapter("Perhitungan SLA dan restitusi", blocks)


def _overview(report: Report) -> Block:
    rows = [
        (
            each.id,
            each.provider_name,
            number(len({link.identity.link for link in each.links})),
            promise(each.contract.sla if each.contract else None),
            percent(_reached(each)),
            percent(each.total.coverage),
            number(each.below),
            rupiah(each.credit_rupiah),
        )
        for each in report.contracts
    ]
    total = report.totals
    if rows:
        rows.append(("Jumlah", "", number(total.links), "", "", "", number(total.below), rupiah(total.credit_rupiah)))
    columns = (
        Column("Kontrak", 5),
        Column("Penyedia", 5),
        Column("Tautan", 3, right=True),
        Column("Janji", 3, right=True),
        Column("Ketersediaan", 4, right=True),
        Column("Cakupan", 4, right=True),
        Column("Di bawah janji", 3, right=True),
        Column("Restitusi", 5, right=True),
    )
    return table("Ringkasan kontrak", columns, rows, empty="Tidak ada kontrak.", last_bold=True)


def _reached(account: ContractAccount) -> Fraction | None:
    """What all its links came to, by the contract's own base."""
    sla = account.contract.sla if account.contract else None
    return account.total.availability if sla is None else account.total.availability_by(sla.base)


def contract_facts(account: ContractAccount) -> list[tuple[str, str]]:
    """What a contract is and promises; a contract that the inventory does not know says so."""
    contract = account.contract
    rows = [("Nomor kontrak", account.id), ("Penyedia", account.provider_name)]
    if contract is None:
        return [*rows, ("Keterangan", "Kontrak ini tidak ada di inventaris; SLA tidak dihitung.")]
    rows += [
        (
            "Jenis dan kapasitas",
            f"{word(ContractKind, contract.kind)}, {_bandwidth(contract.bandwidth_bits_per_second)}",
        ),
        ("Masa kontrak", f"{day_short(contract.starts)} s.d. {day_short(contract.ends)}"),
        ("Biaya per tautan per bulan", rupiah(contract.fee_rupiah_per_month)),
    ]
    sla = contract.sla
    if sla is None:
        return [*rows, ("Janji layanan", "tidak ada; hasil ukur 24x7 disajikan apa adanya")]
    rows += [
        ("Janji layanan", f"{promise(sla)}, {word(SlaWindow, sla.window)}, dasar {word(SlaBase, sla.base)}"),
        ("Toleransi tiap gangguan", f"{decimal(Fraction(repr(sla.tolerance_s)), 3)} detik"),
        ("Pengecualian", exclusions(sla.exclusions) or "tidak ada"),
        ("Cara restitusi", word(CreditMode, sla.credit)),
    ]
    if sla.tiers:
        tiers = (
            f"di bawah {decimal(Fraction(repr(tier.below_ratio)) * 100, 7)}%: "
            f"{decimal(Fraction(repr(tier.share_ratio)) * 100, 7)}% biaya"
            for tier in sla.tiers
        )
        rows.append(("Jenjang", "; ".join(tiers)))
    return rows


def _bandwidth(bits_per_second: int) -> str:
    return f"{decimal(Fraction(bits_per_second, 1_000_000), 3)} Mbps"


def link_table(report: Report, account: ContractAccount) -> Block:
    """What was measured of each link under a contract."""
    columns = (
        Column("Tautan dan lokasi", 8),
        Column("Masa dalam bulan (WIB)", 6),
        Column("Aktif", 4, right=True),
        Column("Henti terhitung", 4, right=True),
        Column("Dikecualikan", 6, right=True),
        Column("Tidak terukur", 4, right=True),
        Column("Ketersediaan (cakupan)", 5, right=True),
        Column("Janji", 4),
    )
    rows = [_link(report, each) for each in account.links]
    return table(f"Hasil tiap tautan, kontrak {account.id}", columns, rows, empty="Tidak ada tautan yang terukur.")


def _link(report: Report, link: LinkAccount) -> tuple[str, ...]:
    account = link.around if link.contractual is None else link.contractual
    site = report.inventory.sites.get(link.identity.site)
    whole = (link.from_ms, link.until_ms) == (report.month.start_ms, report.month.end_ms)
    ratio = account.availability if link.contractual is None else link.availability
    unsaid = "-" if link.contractual is None else "tidak dapat dinilai"
    kept = {True: "terpenuhi", False: "tidak terpenuhi", None: unsaid}[link.kept]
    return (
        f"{link.identity.link}\n{link.identity.site if site is None else site.name}",
        "sebulan penuh" if whole else f"{at(link.from_ms)} s.d. {at(link.until_ms)}",
        length_or_dash(account.up_ms, units=_UNITS),
        length_or_dash(account.down_ms, units=_UNITS),
        excluded_text(link.excluded_ms),
        length_or_dash(account.unmeasured_ms, units=_UNITS),
        "-" if ratio is None else f"{percent(ratio)} ({percent((link.promised or account).coverage)})",
        kept,
    )


def restitution_table(account: ContractAccount) -> Block:
    """How much is owed for each link, with the formula and its numbers; those that kept the promise in one row."""
    rows = [
        (each.identity.link, each.credit.formula, "-" if each.kept is None else rupiah(each.credit.rupiah))
        for each in account.links
        if each.credit is not None and not each.kept
    ]
    kept = len({each.identity.link for each in account.links if each.credit is not None and each.kept})
    if kept:
        rows.append((f"{number(kept)} tautan" + (" lain" if rows else ""), "memenuhi janji layanan", rupiah(0)))
    if rows:
        rows.append(("Jumlah", "", rupiah(account.credit_rupiah)))
    columns = (Column("Tautan", 5), Column("Perhitungan", 15), Column("Restitusi", 4, right=True))
    return table(
        f"Restitusi, kontrak {account.id}", columns, rows, empty="Kontrak ini tanpa restitusi.", last_bold=True
    )
