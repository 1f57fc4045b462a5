"""The report's second chapter: why, what, and by which method.

Lives here: basis, purpose, scope, definitions and method. Must not live here: results. What is policy and what proves
that something was done are kept apart, for assessors refuse the one shown as the other (domain notes 1.5).
"""

from __future__ import annotations

from fractions import Fraction

from exporter.evidence.accounts import Report
from exporter.evidence.blocks import Block, Column, bullets, chapter, paragraph, section, table
from exporter.evidence.cover import period, source_text
from exporter.evidence.echo_quality import BOUNDS_TEXT, TIPHON_ROWS
from exporter.indonesian import decimal, number
from exporter.model import Network
from exporter.thresholds import DOWN_AFTER_LOSSES, EVIDENCE_GAP_S, UNKNOWN_AFTER_UNMEASURED, UP_AFTER_REPLIES

__all__ = ["introduction"]

_NETWORK = {
    Network.INTERNET: "jalur internet: dari pengukur melalui internet sampai perangkat di lokasi",
    Network.INTRA: "jaringan intra: dari pengukur melalui jaringan tertutup sampai perangkat di lokasi",
    Network.BOTH: "jalur internet dan jaringan intra, sesuai alamat tiap tautan",
}

_BASES = (
    ("Ketersediaan", "waktu aktif", "waktu aktif + waktu henti; yang dikecualikan dan tidak terukur tidak ikut"),
    ("Ketersediaan menurut kontrak", "sesuai kontrak", "waktu terukur, atau seluruh periode bila kontrak menyebutnya"),
    ("Cakupan", "waktu terukur", "seluruh periode tautan dalam bulan itu"),
    ("Ketersediaan lokasi", "waktu sekurang-kurangnya satu tautan aktif", "waktu lokasi diketahui aktif atau putus"),
    ("Kehilangan paket", "gema yang hilang", "gema yang terukur, termasuk selama gangguan; dibulatkan ke atas"),
)


def introduction(report: Report) -> Block:
    """Pendahuluan."""
    scope = report.selection or "seluruh inventaris"
    return chapter(
        "Pendahuluan",
        [
            section("Dasar kebijakan"),
            *_basis(report),
            section("Bukti pelaksanaan"),
            paragraph(
                "Laporan ini adalah bukti pelaksanaan: hasil pengukuran otomatis, cakupannya, keputusan petugas atas "
                "gangguan beserta persetujuannya, dan data mentah yang dapat diperiksa ulang."
            ),
            section("Tujuan dan ruang lingkup"),
            paragraph(
                f"Tujuannya menyatakan ketersediaan dan mutu jaringan internet OPD selama {period(report.month)}. "
                f"Lingkup: {scope}, {number(len(report.coverage))} lokasi. Yang diukur adalah "
                f"{_NETWORK[report.inventory.evidence.network]}. Angka ini tidak menyatakan mutu jalur lain."
            ),
            section("Cara mengukur"),
            bullets(_method(report)),
            section("Dasar tiap persentase"),
            table(
                "Pembilang dan penyebut tiap persentase",
                (Column("Ukuran", 5), Column("Pembilang", 6), Column("Penyebut", 10)),
                _BASES,
                empty="",
            ),
            paragraph(
                "Persentase dan lama waktu dipotong, tidak dibulatkan ke atas: 99,4999% tertulis 99,49%. Jumlah "
                "kelompok adalah jumlah waktu seluruh tautannya, bukan rata-rata dari rata-rata.",
                small=True,
            ),
            section("Kelas mutu TIPHON"),
            table(
                "Kelas TIPHON yang dipakai dalam laporan ini",
                (Column("Kelas", 4), Column("Waktu tempuh pulang-pergi", 8), Column("Kehilangan paket", 8)),
                TIPHON_ROWS,
                empty="",
            ),
            paragraph(
                "Batas kelas berbeda antarsumber; yang berlaku di sini adalah tabel di atas. Kelas diambil yang lebih "
                f"buruk dari p95 dan kehilangan paket. Waktu tempuh dicatat menurut batas {BOUNDS_TEXT}: "
                "\u201c≤ 20 ms\u201d berarti persentil itu terletak di atas batas sebelumnya dan paling banyak 20 ms.",
                small=True,
            ),
        ],
    )


def _basis(report: Report) -> list[Block]:
    """What the unit names in the inventory; the papers themselves are its own to attach."""
    named = report.inventory.evidence.basis
    words = (
        "Kebijakan yang menugaskan pengelolaan jaringan (peraturan, keputusan, kontrak) dilampirkan tersendiri "
        "oleh unit kerja. Laporan ini bukan bukti kebijakan."
    )
    return [bullets(named), paragraph(words)] if named else [paragraph(words)]


def _method(report: Report) -> list[str]:
    intervals = sorted({link.interval_s for link in report.inventory.links.values()})
    every = ""
    if intervals:
        first, last = (f"{_seconds(each)} detik" for each in (intervals[0], intervals[-1]))
        every = f"setiap {first}" if first == last else f"setiap {first} s.d. {last}, menurut inventaris"
    down, back, unknown = DOWN_AFTER_LOSSES, UP_AFTER_REPLIES, UNKNOWN_AFTER_UNMEASURED
    lines = (
        f"""Apa: gema ICMP (echo) ke alamat perangkat tiap tautan{", " + every if every else ""}.""",
        f"""Dari mana: satu titik ukur milik pemerintah daerah; data disimpan dan dibaca dari {source_text(report)}.""",
        f"""Putus (down): {down} gema berturut-turut hilang dan tidak ada jawaban dengan cara lain; dihitung sejak gema
        pertama yang hilang.""",
        f"""Aktif (up): menjawab; setelah putus, kembali aktif sesudah {back} jawaban berturut-turut. Tautan yang
        menurun mutunya (degraded) tetap terhitung aktif.""",
        f"""Tidak terukur (unmeasured): {unknown} gema berturut-turut gagal karena pengukur sendiri, atau data
        Prometheus kosong lebih dari {EVIDENCE_GAP_S:.0f} detik. Tidak pernah dihitung aktif atau putus.""",
        """Toleransi: gangguan yang lamanya tidak melebihi toleransi kontrak tidak dihitung; yang lebih lama dihitung
        penuh sejak detik pertama. Toleransi tiap kontrak ada pada bab SLA.""",
        "Lokasi putus hanya bila semua tautannya putus.",
        "Catatan pengukuran tidak pernah diubah; keputusan petugas ditulis di sampingnya.",
    )
    return [" ".join(line.split()) for line in lines]


def _seconds(value: float) -> str:
    return decimal(Fraction(repr(value)), 3)
