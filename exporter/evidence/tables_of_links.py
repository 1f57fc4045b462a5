"""Tables with a row for each link, outage, site or contract.

Lives here: their columns. Must not live here: sums of many (``tables_of_groups``), what people wrote
(``tables_of_records``), files.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from exporter.beside import Cause
from exporter.evidence.accounts import (
    ContractAccount,
    Decided,
    LinkAccount,
    OutageAccount,
    Report,
    SiteAccount,
    Verdict,
)
from exporter.evidence.columns import (
    Definition,
    account,
    count,
    day,
    echoes,
    identity,
    instant,
    length,
    maybe,
    measured_account,
    money,
    ratio,
    restored,
    text,
)
from exporter.evidence.table_words import exclusions, word, yes_no
from exporter.model import ContractKind, CreditMode, Exclusion, Sla, SlaBase, SlaWindow

__all__ = ["GANGGUAN", "KONTRAK", "LOKASI", "TAUTAN"]


@dataclass(frozen=True, slots=True)
class _Link:
    """A link and what its contract promises."""

    account: LinkAccount
    sla: Sla | None

    @property
    def counted_ms(self) -> tuple[int | None, int | None]:
        """The two numbers of which the contract's availability is made: its own base, all rows of the link under it."""
        total = self.account.promised
        if total is None:
            return None, None
        if self.sla is not None and self.sla.base is SlaBase.PERIOD:
            return total.period_ms - total.down_ms, total.period_ms
        return total.up_ms, total.up_ms + total.down_ms


def _links(report: Report) -> Iterator[_Link]:
    for link in report.links:
        contract = report.inventory.contracts.get(link.identity.contract)
        yield _Link(link, contract.sla if contract is not None else None)


def _promise(sla: Sla | None) -> Fraction | None:
    """What is promised, as it was written."""
    return None if sla is None else Fraction(repr(sla.availability_ratio))


_EXCLUDED = {
    Exclusion.MAINTENANCE: "pemeliharaan",
    Exclusion.POWER: "catu_daya",
    Exclusion.FORCE_MAJEURE: "kahar",
    Exclusion.CUSTOMER: "pelanggan",
}

TAUTAN: Definition[_Link] = Definition(
    "tautan",
    "Tautan",
    "Satu baris per tautan dan identitas: tautan yang berganti kontrak dalam bulan ini memiliki dua baris.",
    _links,
    (
        *identity(lambda each: each.account.identity),
        *instant("dari", "awal rentang tautan dalam bulan ini", lambda each: each.account.from_ms),
        *instant("sampai", "akhir rentang, tidak termasuk", lambda each: each.account.until_ms),
        *measured_account("penuh", "24x7", lambda each: each.account.around),
        *measured_account("kerja", "jam kerja", lambda each: each.account.service),
        *account("kontrak", "menurut kontrak", lambda each: each.account.contractual),
        *(
            length(
                f"kontrak_dikecualikan_{name}",
                f"bagian kontrak_dikecualikan_detik: {word(Exclusion, exclusion)}",
                lambda each, exclusion=exclusion: each.account.excluded_ms.get(exclusion, 0),  # type: ignore[misc]
            )
            for exclusion, name in _EXCLUDED.items()
        ),
        text(
            "sla_dasar",
            "dasar ketersediaan menurut kontrak",
            lambda each: maybe(each.sla, lambda sla: word(SlaBase, sla.base)),
        ),
        length(
            "sla_pembilang",
            "pembilang sla_tercapai: jumlah semua baris tautan ini dengan kontrak yang sama",
            lambda each: each.counted_ms[0],
        ),
        length("sla_penyebut", "penyebut sla_tercapai, demikian pula", lambda each: each.counted_ms[1]),
        ratio(
            "sla_tercapai",
            "ketersediaan dengan dasar kontrak = sla_pembilang_detik / sla_penyebut_detik",
            lambda each: each.account.availability,
        ),
        ratio("sla_janji", "ketersediaan yang dijanjikan kontrak", lambda each: _promise(each.sla)),
        text(
            "sla_terpenuhi",
            "ya, tidak, atau kosong bila tidak dapat dinyatakan",
            lambda each: yes_no(each.account.kept),
        ),
        text(
            "restitusi_cara",
            "cara restitusi; kosong bila tidak diperjanjikan",
            lambda each: maybe(each.account.credit, lambda credit: word(CreditMode, credit.mode)),
        ),
        money(
            "biaya_bulan",
            "biaya sebulan penuh",
            lambda each: maybe(each.account.credit, lambda credit: credit.fee_rupiah),
        ),
        money(
            "restitusi",
            "restitusi tautan ini; kosong: tidak dijanjikan, atau tidak dapat dihitung",
            lambda each: (
                None if each.account.kept is None else maybe(each.account.credit, lambda credit: credit.rupiah)
            ),
        ),
        text(
            "restitusi_rumus",
            "rumus dengan angkanya",
            lambda each: maybe(each.account.credit, lambda credit: credit.formula),
        ),
        *restored(
            lambda each: each.account.outages, lambda each: each.account.restored, lambda each: each.account.restore_ms
        ),
        length("menurun", "bagian penuh_aktif_detik: mutu menurun", lambda each: each.account.degraded_ms),
        *echoes(lambda each: each.account.echoes),
    ),
)

GANGGUAN: Definition[OutageAccount] = Definition(
    "gangguan",
    "Gangguan",
    "Satu baris per gangguan per tautan, menurut waktu mulai.",
    lambda report: report.outages,
    (
        *identity(lambda each: each.identity),
        *instant("mulai", "mulai; dapat sebelum bulan ini", lambda each: each.start_ms),
        *instant("selesai", "selesai; kosong bila belum", lambda each: each.end_ms),
        text("mulai_terukur", "tidak: sudah putus ketika pertama diukur", lambda each: yes_no(each.start_seen)),
        text("selesai_terukur", "tidak: pengukuran berhenti selagi putus", lambda each: yes_no(each.end_seen)),
        length("lama", "seluruh lamanya putus, termasuk di luar bulan ini", lambda each: each.length_ms),
        length("henti", "bagiannya dalam bulan ini, 24x7", lambda each: each.down_ms),
        length("dihitung", "bagiannya yang dihitung menurut kontrak", lambda each: each.counted_ms),
        *(
            length(
                f"dikecualikan_{name}",
                f"bagiannya yang dikecualikan: {word(Exclusion, exclusion)}",
                lambda each, exclusion=exclusion: each.excluded_ms.get(exclusion, 0),  # type: ignore[misc]
            )
            for exclusion, name in _EXCLUDED.items()
        ),
        text("putusan", "kedudukannya terhadap kontrak", lambda each: word(Verdict, each.verdict)),
        text("penyebab", "penyebab yang berlaku", lambda each: word(Cause, each.cause)),
        text("penyebab_dari", "pengukuran atau koreksi", lambda each: word(Decided, each.decided)),
        text("penyebab_terukur", "penyebab menurut pengukuran", lambda each: word(Cause, each.cause_before)),
        length("dihitung_tanpa_koreksi", "yang akan dihitung tanpa koreksi", lambda each: each.counted_before_ms),
        text("koreksi", "id koreksi yang menyebutnya", lambda each: "; ".join(one.id for one in each.corrections)),
        text("tiket", "tiket penyedia", lambda each: "; ".join(one.ticket for one in each.corrections if one.ticket)),
        text(
            "pemeliharaan_diumumkan",
            "tidak: dikecualikan oleh pemeliharaan yang waktu itu tidak diumumkan pengukur",
            lambda each: yes_no(each.announced),
        ),
    ),
)

LOKASI: Definition[SiteAccount] = Definition(
    "lokasi",
    "Lokasi",
    "Satu baris per lokasi; lokasi putus hanya selama semua tautannya putus.",
    lambda report: report.sites,
    (
        text("lokasi", "id lokasi", lambda each: each.site),
        text("nama", "nama lokasi", lambda each: each.name),
        text("opd", "id OPD", lambda each: each.opd),
        text("kabkota", "kode kabupaten/kota; teks, bukan bilangan", lambda each: each.kabkota),
        count("jumlah_tautan", "tautan di lokasi", lambda each: each.links),
        *measured_account("penuh", "24x7", lambda each: each.around),
        *measured_account("kerja", "jam kerja", lambda each: each.service),
        count("gangguan", "kali semua tautannya putus, dimulai dalam bulan ini", lambda each: each.outages),
        length("terlama", "gangguan terlama", lambda each: each.longest_ms),
    ),
)


def _sla(each: ContractAccount) -> Sla | None:
    return each.contract.sla if each.contract is not None else None


KONTRAK: Definition[ContractAccount] = Definition(
    "kontrak",
    "Kontrak",
    "Satu baris per kontrak: jumlah semua tautannya.",
    lambda report: report.contracts,
    (
        text("kontrak", "id kontrak", lambda each: each.id),
        text("penyedia", "id penyedia", lambda each: each.provider),
        text("penyedia_nama", "nama penyedia", lambda each: each.provider_name),
        text("ada_di_inventaris", "ya atau tidak", lambda each: yes_no(each.contract is not None)),
        text(
            "jenis",
            "khusus, atau pita lebar berbagi",
            lambda each: maybe(each.contract, lambda contract: word(ContractKind, contract.kind)),
        ),
        count(
            "lebar_pita_bit_per_detik",
            "per tautan",
            lambda each: maybe(each.contract, lambda contract: contract.bandwidth_bits_per_second),
        ),
        money(
            "biaya_bulan",
            "per tautan, sebulan penuh",
            lambda each: maybe(each.contract, lambda contract: contract.fee_rupiah_per_month),
        ),
        day("mulai", "hari pertama kontrak", lambda each: maybe(each.contract, lambda contract: contract.starts)),
        day("berakhir", "hari terakhir kontrak", lambda each: maybe(each.contract, lambda contract: contract.ends)),
        ratio("sla_janji", "ketersediaan yang dijanjikan", lambda each: _promise(_sla(each))),
        length("sla_toleransi", "gangguan sampai selama ini tidak dihitung", lambda each: _tolerance_ms(_sla(each))),
        text(
            "sla_jendela", "jam yang dihitung", lambda each: maybe(_sla(each), lambda sla: word(SlaWindow, sla.window))
        ),
        text("sla_dasar", "dasar ketersediaan", lambda each: maybe(_sla(each), lambda sla: word(SlaBase, sla.base))),
        text(
            "sla_pengecualian",
            "yang tidak dihitung",
            lambda each: maybe(_sla(each), lambda sla: exclusions(sla.exclusions)),
        ),
        text(
            "restitusi_cara", "cara restitusi", lambda each: maybe(_sla(each), lambda sla: word(CreditMode, sla.credit))
        ),
        count("jumlah_tautan", "tautan yang terukur", lambda each: len({one.identity.link for one in each.links})),
        *account("kontrak", "menurut kontrak (24x7 bila tanpa janji layanan)", lambda each: each.total),
        *(
            length(
                f"kontrak_dikecualikan_{name}",
                f"bagian kontrak_dikecualikan_detik: {word(Exclusion, exclusion)}",
                lambda each, exclusion=exclusion: each.excluded_ms.get(exclusion, 0),  # type: ignore[misc]
            )
            for exclusion, name in _EXCLUDED.items()
        ),
        count("gangguan", "gangguan yang menyentuh bulan ini", lambda each: len(each.outages)),
        count("di_bawah_janji", "tautan yang tidak mencapai janji", lambda each: each.below),
        money("restitusi", "jumlah restitusi", lambda each: each.credit_rupiah),
    ),
)


def _tolerance_ms(sla: Sla | None) -> int | None:
    return None if sla is None else int(Fraction(repr(sla.tolerance_s)) * 1000)
