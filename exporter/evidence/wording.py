"""Words of the pack for what the program has as values.

Lives here: one Indonesian word for each member of an enumeration. Must not live here: sentences.
"""

from __future__ import annotations

from exporter.beside import Cause
from exporter.evidence.accounts import Decided, NoteKind, Verdict
from exporter.evidence.measured import GapReason
from exporter.model import CreditMode, Exclusion, SlaBase, SlaWindow

__all__ = ["BASES", "CAUSES", "CREDITS", "DECIDED", "EXCLUSIONS", "GAPS", "NOTES", "VERDICTS", "WINDOWS"]

CAUSES = {
    Cause.POWER: "catu daya atau router mulai ulang",
    Cause.LINE: "jalur",
    Cause.PROVIDER: "penyedia",
    Cause.AREA: "wilayah",
    Cause.CORE: "inti jaringan",
    Cause.PROBER: "pihak pemantau",
    Cause.UNKNOWN: "belum diketahui",
}

DECIDED = {Decided.MEASUREMENT: "pengukuran", Decided.CORRECTION: "koreksi"}

VERDICTS = {
    Verdict.COUNTED: "dihitung",
    Verdict.PARTLY: "dihitung sebagian",
    Verdict.TOLERATED: "dalam toleransi",
    Verdict.EXCLUDED: "dikecualikan",
    Verdict.NO_PROMISE: "tanpa janji layanan",
}

EXCLUSIONS = {
    Exclusion.MAINTENANCE: "pemeliharaan terjadwal",
    Exclusion.POWER: "catu daya",
    Exclusion.FORCE_MAJEURE: "keadaan kahar",
    Exclusion.CUSTOMER: "perangkat atau permintaan kantor",
}

CREDITS = {
    CreditMode.NONE: "tidak ada",
    CreditMode.PRORATA: "prorata",
    CreditMode.SELISIH: "selisih",
    CreditMode.TIER: "berjenjang",
}

WINDOWS = {SlaWindow.ALWAYS: "24 jam setiap hari", SlaWindow.SERVICE_HOURS: "jam layanan lokasi"}

BASES = {SlaBase.MEASURED: "waktu aktif dan putus", SlaBase.PERIOD: "seluruh jam kontrak"}

GAPS = {
    GapReason.NO_SAMPLES: "tidak ada data",
    GapReason.SCRAPE_FAILED: "pemantau tidak menjawab",
    GapReason.RESTARTED: "pemantau mulai ulang",
}

NOTES = {
    NoteKind.OBSTACLE: "Kendala",
    NoteKind.RECOMMENDATION: "Rekomendasi",
    NoteKind.FOLLOW_UP: "Tindak lanjut",
}
