"""The Indonesian words that cells have for the codes of the domain.

Lives here: one word or two for each member of a closed set. Must not live here: sentences, forms of numbers
(``exporter.indonesian``). ``data.json`` has the codes themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from exporter.beside import Cause
from exporter.evidence.accounts import Decided, NoteKind, Verdict
from exporter.evidence.measured import GapReason
from exporter.model import ContractKind, CreditMode, Exclusion, Phase, Role, SlaBase, SlaWindow

__all__ = ["WORDS", "exclusions", "word", "yes_no"]

#: In the order in which the documentation lists them.
WORDS: Mapping[type[StrEnum], Mapping[Any, str]] = {
    Role: {Role.PRIMARY: "utama", Role.BACKUP: "cadangan"},
    Phase: {Phase.LEGACY: "sewa sendiri", Phase.TRANSITION: "peralihan", Phase.CENTRAL: "terpusat"},
    Cause: {
        Cause.POWER: "catu daya",
        Cause.LINE: "saluran",
        Cause.PROVIDER: "penyedia",
        Cause.AREA: "wilayah",
        Cause.CORE: "jaringan inti",
        Cause.PROBER: "pengukur",
        Cause.UNKNOWN: "belum diketahui",
    },
    Decided: {Decided.MEASUREMENT: "pengukuran", Decided.CORRECTION: "koreksi"},
    Verdict: {
        Verdict.COUNTED: "dihitung",
        Verdict.PARTLY: "dihitung sebagian",
        Verdict.TOLERATED: "dalam toleransi",
        Verdict.EXCLUDED: "dikecualikan",
        Verdict.NO_PROMISE: "tanpa janji layanan",
    },
    Exclusion: {
        Exclusion.MAINTENANCE: "pemeliharaan",
        Exclusion.POWER: "catu daya",
        Exclusion.FORCE_MAJEURE: "keadaan kahar",
        Exclusion.CUSTOMER: "pelanggan",
    },
    ContractKind: {ContractKind.DEDICATED: "khusus", ContractKind.BROADBAND: "pita lebar berbagi"},
    SlaWindow: {SlaWindow.ALWAYS: "24x7", SlaWindow.SERVICE_HOURS: "jam kerja"},
    SlaBase: {SlaBase.MEASURED: "waktu terukur", SlaBase.PERIOD: "seluruh periode"},
    CreditMode: {
        CreditMode.NONE: "tanpa restitusi",
        CreditMode.PRORATA: "prorata",
        CreditMode.SELISIH: "selisih",
        CreditMode.TIER: "bertingkat",
    },
    GapReason: {
        GapReason.NO_SAMPLES: "Prometheus tidak menyimpan data",
        GapReason.SCRAPE_FAILED: "pengukur tidak menjawab",
        GapReason.RESTARTED: "pengukur dimulai ulang",
    },
    NoteKind: {
        NoteKind.OBSTACLE: "kendala",
        NoteKind.RECOMMENDATION: "rekomendasi",
        NoteKind.FOLLOW_UP: "tindak lanjut",
    },
}


def word(kind: type[StrEnum], code: str) -> str:
    """The word for a code; the code itself where the set does not know it, as of a label that was measured."""
    return WORDS[kind].get(code, code)


def exclusions(codes: Iterable[Exclusion]) -> str:
    """The words of some exclusions in the order of the set, with semicolons between."""
    known = frozenset(codes)
    return "; ".join(word(Exclusion, each) for each in Exclusion if each in known)


def yes_no(value: bool | None) -> str:  # noqa: FBT001 - the value is what it is about
    """``ya``, ``tidak``, or nothing where it cannot be said."""
    return "" if value is None else "ya" if value else "tidak"
