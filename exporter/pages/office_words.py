"""Sentences for people who work in an office: what is, and what to do.

Lives here: their words. Must not live here: HTML, values, anything that only a technician understands. Nothing is
promised: who is told by the system is said, not who has read it.
"""

from __future__ import annotations

from exporter.beside import Cause
from exporter.indonesian import number
from exporter.pages.office import Office
from exporter.pages.outage_rows import UNKNOWN
from exporter.pages.standing import Standing
from exporter.scope import Scope
from exporter.sight import Blindness

__all__ = ["CAUSE_WORDS", "extent", "headline", "steps"]

CAUSE_WORDS = {
    Cause.POWER: "listrik atau perangkat di kantor",
    Cause.LINE: "saluran menuju kantor",
    Cause.PROVIDER: "gangguan pada penyedia",
    Cause.AREA: "gangguan pada wilayah",
    Cause.CORE: "gangguan pada jaringan inti",
    Cause.PROBER: "koneksi pemantau",
    Cause.UNKNOWN: UNKNOWN,
}

_WIDE = {
    Scope.PROVIDER: "penyedia yang sama",
    Scope.AREA: "kabupaten/kota yang sama",
    Scope.CORE: "seluruh provinsi",
}

_BLIND = {
    Blindness.STANDSTILL: "pengukuran sedang terhenti",
    Blindness.CUT_OFF: "pemantau sendiri sedang tidak terhubung",
}


def headline(office: Office) -> str:
    """How it stands, in one sentence without its time."""
    if office.blindness is not None:
        return f"Keadaan internet kantor ini belum dapat dipastikan: {_BLIND[office.blindness]}."
    match office.standing:
        case Standing.UP:
            return "Internet kantor ini berjalan normal."
        case Standing.DOWN:
            return "Internet kantor ini terputus."
        case Standing.PLANNED:
            return "Internet kantor ini terhenti karena pekerjaan terencana."
        case Standing.UNKNOWN:
            return "Keadaan internet kantor ini belum dapat dipastikan: pemantau belum memperoleh data."
        case _:
            return _degraded(office)


def _degraded(office: Office) -> str:
    if any(line.standing in {Standing.DOWN, Standing.PLANNED} for line in office.lines):
        return "Internet kantor ini berjalan, tetapi salah satu jalurnya terputus."
    if any(line.standing is Standing.UNKNOWN for line in office.lines):
        return "Internet kantor ini berjalan; keadaan salah satu jalurnya belum diketahui."
    return "Internet kantor ini terhubung, tetapi mutunya menurun."


def extent(office: Office) -> str:
    """Whether it is this office alone; empty where that is no question."""
    if office.standing is not Standing.DOWN:
        return ""
    if office.scope is None:
        return "Gangguan baru terdeteksi; luasnya sedang diperiksa otomatis."
    if office.scope in _WIDE:
        others = f" {number(office.others)} kantor lain juga terdampak." if office.others else ""
        return f"Bukan kantor ini saja: gangguan meluas pada {_WIDE[office.scope]}.{others}"
    return "Menurut pemantauan, gangguan hanya pada kantor ini."


def steps(office: Office) -> list[str]:
    """What the office can do now; none while all is well."""
    call = "Hubungi layanan bantuan bila internet kantor tetap terasa bermasalah; sebutkan nama kantor dan waktunya."
    if office.standing is Standing.UNKNOWN:
        return [call]
    if office.standing is Standing.PLANNED:
        return ["Tunggu sampai pekerjaan selesai; waktunya tercantum di bawah."]
    if office.standing is Standing.DEGRADED:
        return [call]
    if office.standing is not Standing.DOWN:
        return []
    if office.scope in _WIDE:
        return [
            "Perangkat di kantor tidak perlu diubah atau dimatikan.",
            "Tidak perlu melapor lagi: gangguan ini sudah tercatat otomatis pada pemantauan.",
        ]
    return [
        "Periksa apakah listrik kantor menyala dan lampu perangkat internet hidup.",
        "Bila perangkat mati, pastikan kabel dayanya terpasang, lalu nyalakan. Jangan menekan tombol reset.",
        "Bila perangkat hidup, biarkan menyala dan hubungi layanan bantuan; sebutkan nama kantor dan waktu mulainya.",
    ]
