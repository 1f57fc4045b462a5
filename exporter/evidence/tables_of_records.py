"""Tables of what people decided and of how the month was read.

Lives here: planned work, corrections, notes, gaps, queries. Must not live here: accounts of time, files.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from exporter.beside import Cause
from exporter.evidence.accounts import Correction, Note, NoteKind, OutageAccount, PlannedRow, Report, Verdict
from exporter.evidence.columns import Definition, count, day, instant, length, maybe, text
from exporter.evidence.measured import Gap, GapReason, Query
from exporter.evidence.table_words import word, yes_no
from exporter.model import Exclusion

__all__ = ["CATATAN", "CELAH", "KOREKSI", "KUERI", "PEMELIHARAAN"]

PEMELIHARAAN: Definition[PlannedRow] = Definition(
    "pemeliharaan",
    "Pemeliharaan terjadwal",
    "Satu baris per kali pemeliharaan berlangsung dalam bulan ini.",
    lambda report: report.planned,
    (
        text("pemeliharaan", "id pemeliharaan", lambda each: each.window),
        *instant("mulai", "mulai", lambda each: each.start_ms),
        *instant("selesai", "selesai, tidak termasuk", lambda each: each.end_ms),
        length("lama", "lamanya", lambda each: each.end_ms - each.start_ms),
        count("jumlah_tautan", "tautan yang tercakup", lambda each: len(each.links)),
        text("tautan", "id tautan yang tercakup", lambda each: "; ".join(each.links)),
        text("oleh", "siapa yang merencanakannya", lambda each: each.author),
        text("alasan", "alasannya", lambda each: each.reason),
        text("persetujuan", "surat yang mengizinkannya", lambda each: each.approval),
        text("diumumkan", "ya: diumumkan pengukur selagi berlangsung", lambda each: yes_no(each.announced)),
    ),
)


@dataclass(frozen=True, slots=True)
class _Corrected:
    """A correction and one outage that it names; None: it names none of the month."""

    correction: Correction
    outage: OutageAccount | None


def _corrected(report: Report) -> Iterator[_Corrected]:
    by_id: dict[str, list[OutageAccount]] = {}
    for outage in report.outages:
        for each in outage.corrections:
            by_id.setdefault(each.id, []).append(outage)
    for correction in report.corrections:
        named: list[OutageAccount | None] = [*by_id.get(correction.id, [])]
        yield from (_Corrected(correction, outage) for outage in named or [None])


def _exclusion(correction: Correction) -> str:
    return word(Exclusion, correction.exclusion) if correction.exclusion is not None else ""


KOREKSI: Definition[_Corrected] = Definition(
    "koreksi",
    "Koreksi",
    "Satu baris per koreksi dan gangguan yang disebutnya, sebelum dan sesudah; rekaman pengukuran tidak diubah.",
    _corrected,
    (
        text("koreksi", "id koreksi", lambda each: each.correction.id),
        text("tautan", "id tautan", lambda each: each.correction.link),
        *instant("mulai", "mulai gangguan yang dimaksud", lambda each: each.correction.start_ms),
        text("terpakai", "tidak: tidak ada gangguan itu dalam bulan ini", lambda each: yes_no(each.outage is not None)),
        text(
            "penyebab_sebelum",
            "penyebab tanpa koreksi",
            lambda each: maybe(each.outage, lambda outage: word(Cause, outage.cause_before)),
        ),
        text(
            "penyebab_sesudah",
            "penyebab yang berlaku",
            lambda each: maybe(each.outage, lambda outage: word(Cause, outage.cause)),
        ),
        length(
            "dihitung_sebelum",
            "dihitung tanpa koreksi",
            lambda each: maybe(each.outage, lambda outage: outage.counted_before_ms),
        ),
        length(
            "dihitung_sesudah",
            "dihitung menurut kontrak",
            lambda each: maybe(each.outage, lambda outage: outage.counted_ms),
        ),
        text(
            "putusan",
            "kedudukan gangguan terhadap kontrak",
            lambda each: maybe(each.outage, lambda outage: word(Verdict, outage.verdict)),
        ),
        text("pengecualian", "pengecualian yang diminta koreksi", lambda each: _exclusion(each.correction)),
        text("catatan", "catatan", lambda each: each.correction.note),
        text("tiket", "tiket penyedia", lambda each: each.correction.ticket),
        *instant("dilaporkan", "dilaporkan kepada penyedia", lambda each: each.correction.reported_ms),
        text("oleh", "siapa yang memutuskan", lambda each: each.correction.author),
        day("diputuskan", "kapan diputuskan", lambda each: each.correction.decided_on),
        text("alasan", "mengapa", lambda each: each.correction.reason),
        text("persetujuan", "surat yang mengizinkannya", lambda each: each.correction.approval),
        text("tempat", "berkas dan baris", lambda each: each.correction.place),
    ),
)

CATATAN: Definition[Note] = Definition(
    "catatan",
    "Catatan",
    "Kendala, rekomendasi, dan tindak lanjut yang ditulis petugas.",
    lambda report: report.notes,
    (
        text("jenis", "kendala, rekomendasi, atau tindak lanjut", lambda each: word(NoteKind, each.kind)),
        text("catatan", "id catatan", lambda each: each.id),
        text("isi", "isinya", lambda each: each.text),
        text("oleh", "penulisnya", lambda each: each.author),
        text("merujuk", "rekomendasi yang ditindaklanjuti", lambda each: each.refers_to),
        text("status", "selesai, berjalan, atau belum", lambda each: each.status),
    ),
)

CELAH: Definition[Gap] = Definition(
    "celah",
    "Celah data",
    "Satu baris per rentang tanpa data bagi semua tautan.",
    lambda report: report.gaps,
    (
        *instant("mulai", "data terakhir sebelum celah", lambda each: each.start_ms),
        *instant("selesai", "data pertama sesudahnya, atau akhir bulan", lambda each: each.end_ms),
        length("lama", "lamanya", lambda each: each.end_ms - each.start_ms),
        text("sebab", "sebabnya", lambda each: word(GapReason, each.reason)),
    ),
)

KUERI: Definition[Query] = Definition(
    "kueri",
    "Kueri",
    "Satu baris per jenis pertanyaan kepada Prometheus, agar siapa pun dapat mengulanginya.",
    lambda report: report.queries,
    (
        text("tujuan", "untuk apa", lambda each: each.purpose),
        text("ungkapan", "PromQL; $links berarti id tautan yang ditanyakan", lambda each: each.expression),
        text("cara", "cara bertanya", lambda each: each.how),
        count("kali", "berapa kali ditanyakan", lambda each: each.times_asked),
        count("deret", "deret yang menjawab, paling banyak sekaligus", lambda each: each.series),
        count("sampel", "jumlah sampel", lambda each: each.samples),
    ),
)
