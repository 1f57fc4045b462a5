"""Where everything comes from: the quality of the data, questions, versions, words.

Lives here: the annex of the report. Must not live here: figures about links.
"""

from __future__ import annotations

from collections.abc import Iterator

from exporter.evidence.accounts import Report
from exporter.evidence.blocks import Block, Column, bullets, heading, note, pairs, table, text
from exporter.evidence.period import wib
from exporter.evidence.software import software
from exporter.evidence.wording import GAPS
from exporter.indonesian import duration, instant, number

__all__ = ["annex"]

_CONFESSED = {
    "opd_exporter_kernel_drops_total": "paket yang dibuang kernel",
    "opd_exporter_late_sends_total": "gema yang terlambat dikirim",
    "opd_exporter_stalls_total": "jadwal yang terhenti",
    "opd_exporter_timestamp_fallbacks_total": "waktu tempuh tanpa cap waktu kernel",
    "opd_exporter_socket_reopens_total": "soket yang dibuka ulang",
    "opd_exporter_clock_steps_total": "lompatan jam",
}

_WORDS = (
    ("availability", "ketersediaan"),
    ("coverage", "cakupan: bagian waktu yang terukur"),
    ("downtime", "waktu henti"),
    ("jitter", "variasi waktu tunda"),
    ("latency, RTT", "waktu tunda pergi pulang"),
    ("link", "tautan"),
    ("MTTR", "waktu pulih rata-rata"),
    ("outage", "gangguan"),
    ("packet loss", "kehilangan paket"),
    ("SLA", "perjanjian tingkat layanan"),
    ("SLA credit", "restitusi"),
    ("site", "lokasi"),
)


def annex(report: Report) -> Iterator[Block]:
    """The last chapter."""
    yield heading("10. Lampiran")
    yield heading("Mutu data", 2)
    yield pairs(_quality(report), 60)
    columns: list[Column] = [
        ("Celah mulai (WIB)", 1.4, False),
        ("Selesai (WIB)", 1.4, False),
        ("Lama", 1.2, True),
        ("Sebab", 1.6, False),
    ]
    rows = [
        (
            instant(wib(gap.start_ms), seconds=True),
            instant(wib(gap.end_ms), seconds=True),
            duration(gap.end_ms - gap.start_ms),
            GAPS[gap.reason],
        )
        for gap in report.gaps
    ]
    yield table(columns, rows, "Tidak ada celah pengambilan data pada bulan ini.", 7.5)
    if report.shortcomings:
        yield heading("Kekurangan", 2)
        yield bullets(report.shortcomings)
    yield heading("Kueri", 2)
    yield text("Setiap pertanyaan kepada sumber data, agar siapa pun dapat mengulanginya; $links adalah daftar tautan.")
    columns = [("Tujuan", 1.5, False), ("Kueri", 4, False), ("Cara dan rentang (UTC)", 2, False), ("Kali", 0.6, True)]
    asked = [(each.purpose, each.expression, each.how, number(each.times_asked)) for each in report.queries]
    yield table(columns, asked, "Tidak ada kueri.", 6.5)
    yield heading("Perangkat lunak", 2)
    yield pairs([*sorted(software().items()), ("sumber data", report.source.program)])
    yield heading("Berkas pendamping", 2)
    yield bullets(
        [
            "csv/ dan csv-excel/: semua tabel; data.json: semua angka untuk mesin",
            "quality.json, queries.json, inventory.yml (tanpa kata sandi), corrections.yml",
            (
                "SHA256SUMS dan MANIFEST.json: sidik setiap berkas dan rantai ke paket bulan sebelumnya; diperiksa "
                "dengan pantau verify"
            ),
        ]
    )
    yield heading("Istilah", 2)
    yield pairs(_WORDS)
    yield note(
        "Nama dan angka pada laporan ini berasal dari pengukuran dan inventaris; tidak ada tanda tangan, cap, atau "
        "kode QR yang dibuat oleh program."
    )


def _quality(report: Report) -> Iterator[tuple[str, str]]:
    source = report.source
    yield "Celah pengambilan data", number(len(report.gaps))
    yield "Pemantau mulai ulang", number(len(report.restarts_ms))
    for series, many in sorted(source.confessed.items()):
        yield _CONFESSED.get(series, series), number(many)
    yield "Versi pemantau", ", ".join(source.exporter_versions) or "-"
    yield "Masa simpan sumber data", source.retention or "tidak disebutkan"
    yield "Sidik inventaris saat disusun", report.inventory.digest
    for place, digest in enumerate(source.inventory_digests, 1):
        yield f"Sidik inventaris yang berlaku ({place})", digest
