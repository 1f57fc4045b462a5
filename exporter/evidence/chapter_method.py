"""What the report stands on: rules, purpose, and how it was measured and reckoned.

Lives here: chapter 2. Must not live here: figures of the month. What a regulation says is kept apart from what was
done, for assessors refuse a rule that is shown as proof of operation (domain notes 1.5).
"""

from __future__ import annotations

from collections.abc import Iterator

from exporter.evidence.accounts import Report
from exporter.evidence.blocks import Block, bullets, heading, page, pairs, text
from exporter.model import Network
from exporter.thresholds import DOWN_AFTER_LOSSES, EVIDENCE_GAP_S

__all__ = ["method"]

_NETWORKS = {
    Network.INTERNET: "jalur internet dari pusat pemantauan ke perangkat di kantor; bukan jaringan intra tertutup",
    Network.INTRA: "jalur jaringan intra pemerintah daerah dari pusat pemantauan ke perangkat di kantor",
    Network.BOTH: "jalur internet dan jaringan intra, sesuai alamat tiap tautan pada inventaris",
}


def method(report: Report) -> Iterator[Block]:
    """Chapter 2."""
    yield heading("2. Pendahuluan")
    yield heading("Dasar kebijakan", 2)
    yield text(
        "Kerangka penilaian yang dirujuk tercantum pada bab Pemetaan Indikator. Kontrak dan perjanjian tingkat layanan "
        "yang dirujuk tercantum pada bab SLA dan Restitusi. Dasar kebijakan bukan bukti pelaksanaan; bukti pelaksanaan "
        "adalah hasil pengukuran pada bab-bab berikut beserta lampirannya."
    )
    yield heading("Tujuan dan ruang lingkup", 2)
    yield text(
        "Laporan ini menyajikan ketersediaan tautan internet kantor perangkat daerah selama satu bulan kalender WIB, "
        "gangguan yang terjadi, dan perhitungan menurut tiap kontrak."
    )
    yield heading("Cara mengukur", 2)
    yield pairs(_measuring(report))
    yield heading("Cara menghitung", 2)
    yield bullets(_reckoning())
    yield page()


def _measuring(report: Report) -> Iterator[tuple[str, str]]:
    links = report.inventory.links.values()
    intervals = sorted({each.interval_s for each in links})
    shown = (
        "-"
        if not intervals
        else f"{intervals[0]:g} detik"
        if len(intervals) == 1
        else f"{intervals[0]:g}-{intervals[-1]:g} detik"
    )
    yield "Yang diperiksa", _NETWORKS[report.inventory.evidence.network]
    yield (
        "Dari mana",
        f"satu pemantau ({report.source.instance}), dengan sasaran acuan untuk memastikan jalurnya sendiri",
    )
    yield "Selang pemeriksaan", f"{shown} untuk tiap tautan (gema ICMP)"
    yield (
        "Putus",
        (
            f"{DOWN_AFTER_LOSSES} gema berturut-turut tanpa balasan, dan cara lain pun tidak dijawab; dihitung sejak "
            "gema pertama yang hilang"
        ),
    )
    yield "Aktif", "tautan menjawab; termasuk keadaan menurun (kehilangan paket atau lambat)"
    yield "Tidak terukur", "kesalahan di pihak pemantau; tidak dihitung sebagai putus maupun aktif"
    yield (
        "Pengambilan data",
        f"oleh {report.source.program}; jeda lebih dari {EVIDENCE_GAP_S:g} detik dicatat sebagai celah",
    )


def _reckoning() -> Iterator[str]:
    yield (
        "Ketersediaan terukur = waktu aktif / (waktu aktif + waktu putus). Waktu yang tidak terukur tidak berada di "
        "pihak mana pun."
    )
    yield "Cakupan = waktu terukur / seluruh waktu. Setiap persentase disertai cakupannya."
    yield (
        "Menurut kontrak, gangguan yang tidak lebih lama dari toleransi tidak dihitung; yang lebih lama dihitung "
        "seluruhnya sejak detik pertama."
    )
    yield (
        "Waktu putus yang dikecualikan kontrak (pekerjaan terjadwal, listrik, keadaan kahar, pelanggan) dicatat "
        "terpisah."
    )
    yield "Lokasi dengan beberapa tautan dinyatakan putus hanya selama semua tautannya putus."
    yield (
        "Gangguan yang melewati tengah malam pergantian bulan dibagi tepat pada pukul 00.00 WIB; panjang seluruhnya "
        "menentukan toleransi."
    )
    yield "Jumlah kelompok dihitung dari jumlah waktu anggotanya, bukan dari rata-rata persentase."
    yield "Persentase dipotong, tidak dibulatkan ke atas; perbandingan dengan janji kontrak memakai pecahan tepat."
