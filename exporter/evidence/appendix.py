"""The last chapter: what one needs to do it all again, and what the English words mean.

Lives here: attachments, queries, versions, the quality of the measurement, the glossary. Must not live here: results.
"""

from __future__ import annotations

from exporter.evidence.accounts import Report
from exporter.evidence.blocks import Block, Column, bullets, chapter, facts, paragraph, section, table
from exporter.evidence.measured import GapReason
from exporter.evidence.phrases import at
from exporter.evidence.software import software
from exporter.evidence.table_words import word
from exporter.indonesian import duration, number

__all__ = ["appendix"]

#: Domain notes 5.2.
_GLOSSARY = (
    ("availability", "ketersediaan"),
    ("backup link", "tautan cadangan"),
    ("bandwidth", "lebar pita, kapasitas"),
    ("broadband, shared", "pita lebar berbagi"),
    ("coverage", "cakupan: bagian waktu yang terukur"),
    ("dedicated 1:1", "kapasitas khusus 1:1"),
    ("downtime", "waktu henti"),
    ("echo", "gema: satu pertanyaan ICMP dan jawabannya"),
    ("force majeure", "keadaan kahar"),
    ("gap", "celah: waktu tanpa data"),
    ("latency, round-trip time (RTT)", "latensi, waktu tempuh pulang-pergi"),
    ("link", "tautan: satu sambungan internet di satu lokasi"),
    ("MTTR, restore time", "waktu pemulihan rata-rata"),
    ("outage", "gangguan"),
    ("p50, p95", "persentil: nilai yang tidak dilampaui 50% atau 95% jawaban"),
    ("packet loss", "kehilangan paket"),
    ("planned maintenance", "pemeliharaan terjadwal"),
    ("power outage", "listrik padam, gangguan catu daya"),
    ("provider (ISP)", "penyedia jasa internet"),
    ("SLA", "perjanjian tingkat layanan"),
    ("SLA credit", "restitusi"),
    ("unmeasured", "tidak terukur"),
    ("uptime", "waktu aktif"),
    ("24x7", "24 jam sehari, 7 hari seminggu"),
)


def appendix(report: Report) -> Block:
    """Lampiran."""
    return chapter(
        "Lampiran",
        [
            section("Data"),
            paragraph(
                "Tabel yang menjadi dasar laporan ini disertakan sebagai berkas CSV di dalam PDF ini dan di dalam "
                "paket bukti, bersama data untuk mesin, inventaris tanpa rahasia, dan jumlah periksa (SHA256SUMS)."
            ),
            section("Perangkat lunak dan inventaris"),
            facts(_software(report)),
            section("Kueri"),
            _queries(report),
            section("Mutu pengukuran"),
            *_quality(report),
            section("Daftar istilah"),
            table("Istilah Inggris", (Column("Istilah", 4), Column("Arti", 7)), _GLOSSARY, empty=""),
        ],
    )


def _software(report: Report) -> list[tuple[str, str]]:
    source = report.source
    rows = [
        ("Penyimpan data", source.program),
        ("Masa simpan data", source.retention or "tidak disebutkan"),
        ("Pengukur", f"{source.instance} (job {source.job})"),
        ("Versi pengukur dalam bulan ini", ", ".join(source.exporter_versions) or "tidak diketahui"),
        ("Inventaris laporan ini (SHA-256)", report.inventory.digest or "-"),
    ]
    rows += [
        (f"Inventaris yang berlaku, ke-{count}", digest) for count, digest in enumerate(source.inventory_digests, 1)
    ]
    rows += [(f"Penyusun laporan: {name}", version) for name, version in sorted(software().items())]
    if report.before is not None:
        rows.append(("Manifes paket bulan sebelumnya (SHA-256)", report.before.manifest_sha256))
    return rows


def _queries(report: Report) -> Block:
    rows = [
        (each.purpose, each.expression, f"{each.how}; {number(each.times_asked)} kali", number(each.samples))
        for each in report.queries
    ]
    columns = (
        Column("Tujuan", 4),
        Column("Ungkapan PromQL", 9),
        Column("Cara", 6),
        Column("Sampel", 3, right=True),
    )
    return table("Kueri yang diajukan", columns, rows, empty="Tidak ada kueri yang dicatat.")


def _quality(report: Report) -> list[Block]:
    gaps = [
        (
            at(each.start_ms, seconds=True),
            at(each.end_ms, seconds=True),
            duration(each.end_ms - each.start_ms),
            word(GapReason, each.reason),
        )
        for each in report.gaps
    ]
    columns = (Column("Mulai (WIB)", 5), Column("Selesai (WIB)", 5), Column("Lama", 4), Column("Sebab", 8))
    confessed = sorted(report.source.confessed.items())
    restarts = ", ".join(at(each, seconds=True) for each in report.restarts_ms)
    blocks: list[Block] = [
        table("Celah data", columns, gaps, empty="Tidak ada celah data untuk seluruh tautan."),
        paragraph(f"Pengukur dimulai ulang: {restarts} WIB." if restarts else "Pengukur tidak pernah dimulai ulang."),
        table(
            "Pengakuan pengukur atas gangguannya sendiri",
            (Column("Penghitung", 12), Column("Kenaikan", 3, right=True)),
            [(name, number(count)) for name, count in confessed],
            empty="Penghitung gangguan pengukur tidak bertambah.",
        ),
    ]
    if report.shortcomings:
        blocks += [paragraph("Yang membuat bulan ini kurang terbukti:"), bullets(report.shortcomings)]
    return blocks
