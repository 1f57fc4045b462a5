"""The record of acceptance (berita acara) of one contract in one month, as blocks.

Lives here: its form (domain notes 4.4, end). Must not live here: reckoning. Names of officials, signatures and stamps
are left to the people who sign.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from exporter.evidence.accounts import ContractAccount, LinkAccount, Report
from exporter.evidence.blocks import Block, Column, heading, note, numbered, pairs, table, text
from exporter.evidence.chapter_contracts import contract_name, exclusions_of, promise, terms
from exporter.evidence.chapter_summary import number_line
from exporter.evidence.document import frame_of
from exporter.indonesian import day_in_words, day_long, duration, month_name, number, percent, rupiah

__all__ = ["acceptance_of"]

_LINKS: tuple[Column, ...] = (
    ("Tautan", 2.4, False),
    ("Waktu henti terukur", 1.3, True),
    ("Dikecualikan", 1.5, True),
    ("Waktu henti dihitung", 1.3, True),
    ("Ketersediaan", 1, True),
    ("Cakupan", 0.9, True),
    ("Restitusi", 1.2, True),
)

_TO_FILL = "................................"


def acceptance_of(report: Report, contract: ContractAccount) -> dict[str, Any]:
    """The record for ``typesetting.pdf_of``."""
    title = f"Berita Acara Layanan {contract.id} {month_name(report.month.first)}"
    return {**frame_of(report, title), "blocks": list(_blocks(report, contract))}


def _blocks(report: Report, contract: ContractAccount) -> Iterator[Block]:
    unit, provider = report.inventory.evidence.unit or _TO_FILL, contract.provider_name
    yield {"kind": "title", "text": "BERITA ACARA PENERIMAAN LAYANAN JARINGAN INTERNET"}
    yield {"kind": "centre", "text": f"Nomor: {number_line(report)}"}
    yield {"kind": "centre", "text": f"Periode {month_name(report.month.first)}"}
    yield text(
        f"Pada hari ini, {day_in_words(report.dated)} ({day_long(report.dated)}), yang bertanda tangan di bawah ini:"
    )
    yield numbered(
        [
            f"Nama {_TO_FILL}, jabatan {_TO_FILL}, bertindak untuk {unit}, selanjutnya disebut Pihak Kesatu;",
            f"Nama {_TO_FILL}, jabatan {_TO_FILL}, bertindak untuk {provider}, selanjutnya disebut Pihak Kedua,",
        ]
    )
    yield text(
        f"berdasarkan kontrak {contract_name(contract)}, menyatakan hal-hal berikut mengenai layanan bulan tersebut."
    )
    yield heading("Ketentuan kontrak", 2)
    yield pairs(terms(contract))
    yield heading("Hasil pengukuran", 2)
    yield table(_LINKS, map(_link, contract.links), "Tidak ada tautan.", 7)
    yield heading("Ringkasan", 2)
    yield pairs(_totals(contract), 60)
    yield heading("Pernyataan", 2)
    yield text(
        "Kedua pihak telah memeriksa rincian gangguan dan pengecualian pada laporan bulanan dan lampirannya. Angka "
        "di atas "
        "adalah hasil pengukuran Pihak Kesatu; keberatan Pihak Kedua, bila ada, dituangkan dalam lampiran berita "
        "acara ini."
    )
    yield {
        "kind": "signatures",
        "parties": [_party("Pihak Kesatu", unit), _party("Pihak Kedua", contract.provider_name)],
    }
    yield {"kind": "signatures", "parties": [_party("Saksi I", ""), _party("Saksi II", "")]}
    yield note(
        "Ruang bertitik diisi oleh para pihak atau oleh sistem tanda tangan elektronik instansi; program tidak "
        "mengisinya."
    )


def _party(role: str, name: str) -> dict[str, Any]:
    return {
        "role": role,
        "name": name,
        "space": "ruang tanda tangan",
        "lines": [f"Nama: {_TO_FILL}", f"Jabatan: {_TO_FILL}"],
    }


def _link(link: LinkAccount) -> list[str]:
    counted = duration(link.contractual.down_ms) if link.contractual is not None else "-"
    availability = link.availability if link.contractual is not None else link.around.availability
    return [
        link.identity.name,
        duration(link.around.down_ms),
        exclusions_of(link),
        counted,
        percent(availability),
        percent((link.contractual or link.around).coverage),
        rupiah(link.credit.rupiah) if link.credit is not None else "-",
    ]


def _totals(contract: ContractAccount) -> Iterator[tuple[str, str]]:
    sla = contract.contract.sla if contract.contract is not None else None
    yield "Tautan", number(len(contract.links))
    yield "Gangguan", number(len(contract.outages))
    if sla is not None:
        yield "Ketersediaan dijanjikan", promise(sla)
        yield "Ketersediaan tercapai", percent(contract.total.availability_by(sla.base))
        yield "Tautan di bawah janji", number(contract.below)
    yield "Cakupan pengukuran", percent(contract.total.coverage)
    yield "Jumlah restitusi", rupiah(contract.credit_rupiah)
