"""Which panels are right to be empty, and when, and what some of them have to say, each with its reason.

Lives here: the list. Must not live here: judging (``panels``). A panel that is not named has data whenever the exporter
runs. An entry that fits no panel is an error.

The province has 32 sites and 33 links, of which the provider that is cut has 12, each the only one of its site.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.support.panels import ALWAYS, EVERYWHERE, Expectation, Phase

__all__ = ["EXPECTATIONS"]

_WALL, _EVIDENCE, _CAPACITY = "pantau-dinding", "pantau-bukti", "pantau-kapasitas"
_TRANSITION, _PROBER, _LINK, _PROVIDERS = "pantau-transisi", "pantau-pemantau", "pantau-tautan", "pantau-penyedia"

_PAID_TWICE = "Lokasi yang masih membayar sewa lama setelah mendapat tautan terpusat"

#: Neither data nor none is wrong.
_EITHER: frozenset[Phase] = frozenset()

_CALM = frozenset({Phase.NORMAL})
_BROKEN = frozenset({Phase.OUTAGE, Phase.RESTARTED})
_UNSEEN = frozenset({Phase.GAP})


def _counts(panel: str, why: str, *, normal: float = 0, broken: float = 0, unseen: float | None = None) -> Expectation:
    """A number of the wall in every phase; where nothing can be known, none unless one is named."""
    sums = {Phase.NORMAL: normal, Phase.OUTAGE: broken, Phase.RESTARTED: broken}
    if unseen is None:
        return Expectation(_WALL, panel, why, sums=sums, empty=_UNSEEN)
    return Expectation(_WALL, panel, why, sums={**sums, Phase.GAP: unseen})


def _month_begin() -> datetime:
    """When the month began in WIB, as if that were UTC."""
    return (datetime.now(tz=UTC) + timedelta(hours=7)).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _no_traffic(panel: str, ref: str = EVERYWHERE, uid: str = _CAPACITY) -> Expectation:
    return Expectation(uid, panel, "nobody exports traffic yet", ref, empty=ALWAYS)


def _beside_echoes(uid: str, panel: str, ref: str = EVERYWHERE) -> Expectation:
    return Expectation(uid, panel, "what is learned beside echoes depends on who is asked", ref, full=_EITHER)


def _of_one(uid: str, panel: str) -> Expectation:
    return Expectation(uid, panel, "the one that is chosen may have none of it", chosen="one of each", full=_EITHER)


#: On the first days of a month the invented past lies in the month before, and figures of this one are still missing.
_YOUNG = (
    (Expectation(_EVIDENCE, EVERYWHERE, "this month has no full hours yet", full=_EITHER),)
    if datetime.now(tz=UTC) + timedelta(hours=7) < _month_begin() + timedelta(days=3)
    else ()
)

EXPECTATIONS = (
    Expectation(_EVIDENCE, "Pekerjaan terencana bulan ini", "no work is planned", empty=ALWAYS),
    *_YOUNG,
    _counts("Keadaan provinsi", "3 is a provider that is out, 5 nothing that can be known", broken=3, unseen=5),
    _counts("Lokasi putus", "what was cut is down; what nobody measures is not", broken=12),
    _counts("Tautan putus", "what was cut is down; what nobody measures is not", broken=12),
    _counts("Menurun", "no link answers badly"),
    _counts("Tanpa data", "while the exporter stands still nothing is known of any site", unseen=32),
    _counts("Pekerjaan", "no work is planned"),
    Expectation(_WALL, "Gangguan terbuka", "nothing is out until a provider is cut", empty=_CALM, full=_BROKEN),
    Expectation(_WALL, "Jam data (WIB)", "an exporter that stands still has no time of its own", empty=_UNSEEN),
    Expectation(_EVIDENCE, "Bulan", "the calendar needs no exporter", full=ALWAYS),
    Expectation(_EVIDENCE, "Bagian bulan yang sudah lewat", "the calendar needs no exporter", full=ALWAYS),
    Expectation(_EVIDENCE, "Dibanding bulan sebelumnya", "the past may not reach a month before", "B", full=_EITHER),
    Expectation(_EVIDENCE, "Dibanding bulan sebelumnya", "the past may not reach a month before", "C", full=_EITHER),
    _no_traffic("Biaya sebulan yang perlu dijelaskan", "D"),
    _no_traffic("Tautan yang tidak terpakai"),
    _no_traffic("Terpakai dari kapasitas"),
    _no_traffic("Pemakaian menurut tautan"),
    _no_traffic("Lalu lintas", uid=_LINK),
    _no_traffic("Galat dan buangan antarmuka per menit", uid=_LINK),
    _beside_echoes(_LINK, "Router kantor", "F"),
    _no_traffic("Router kantor", uid=_LINK),
    _beside_echoes(_LINK, "Sebab gangguan"),
    _beside_echoes(_LINK, "Jejak gangguan terakhir"),
    _beside_echoes(_LINK, "Uji layanan kantor"),
    _beside_echoes(_PROVIDERS, "Sebab gangguan tautan dalam 30 hari"),
    *(
        _beside_echoes(_PROBER, panel)
        for panel in (
            "Uji layanan kini",
            "Hasil uji layanan per menit",
            "Pendapat kedua per menit",
            "Penelusuran jalur per menit",
        )
    ),
    Expectation(_CAPACITY, _PAID_TWICE, "since when needs days of history", "B", full=_EITHER),
    _of_one(_CAPACITY, _PAID_TWICE),
    _of_one(_TRANSITION, "Lokasi yang sudah terpusat"),
    _of_one(_TRANSITION, "Mutu layanan sebelum dan sesudah pindah"),
    _of_one(_TRANSITION, "Lokasi yang lebih buruk sejak pindah"),
    _of_one(_TRANSITION, "Paling lama dalam peralihan"),
    Expectation(_TRANSITION, "Belum dapat dibandingkan", "all that moved can be compared", full=_EITHER),
    Expectation(
        _LINK,
        "Keadaan",
        "the link that is looked at is of the provider that is cut: up, down, and nothing that can be known",
        sums={Phase.NORMAL: 0, Phase.OUTAGE: 4, Phase.RESTARTED: 4, Phase.GAP: 2},
        full=ALWAYS,
    ),
    Expectation(
        _PROVIDERS,
        "Perbandingan",
        "12 links of the provider that is cut",
        "B",
        sums={Phase.NORMAL: 0, Phase.OUTAGE: 12, Phase.RESTARTED: 12},
        empty=_UNSEEN,
    ),
    Expectation(
        _PROVIDERS, "Tautan yang paling sering melewati toleransi", "no invented outage is over it", full=_EITHER
    ),
    Expectation(_PROVIDERS, "Jatah yang sedang terpakai", "a budget is spent after an hour", empty=_CALM, full=_EITHER),
    Expectation(_LINK, "Waktu balas", "the usual time is known after days", "C", full=_EITHER),
    Expectation(_LINK, "Waktu balas", "a limit follows the usual time, or the inventory has one", "D", full=_EITHER),
    Expectation(_LINK, "Nasib setiap echo", "every echo may be measured", "C", full=_EITHER),
    Expectation(_LINK, "Gangguan yang sudah berakhir", "none has ended yet", empty=_CALM, full=_EITHER),
    Expectation(
        _LINK, "Gangguan lebih luas", "the provider of the link is out when it is cut", empty=_CALM, full=_BROKEN
    ),
    Expectation(_LINK, "Pekerjaan terencana", "no work is planned", empty=ALWAYS),
    Expectation(_PROBER, "Peringatan rantai yang menyala", "the exporter that is stopped", full=_UNSEEN, empty=_CALM),
    Expectation(_PROBER, "Aturan gagal atau terlewat", "a busy machine may miss an evaluation", full=_EITHER),
    Expectation(_PROBER, "Anggota kelompok", "its Alertmanager stands alone", empty=ALWAYS),
    *(
        Expectation(_PROBER, panel, "what is sent depends on what happens", full=_EITHER)
        for panel in ("Pengiriman menurut jalan", "Pengiriman gagal menurut jalan", "Lama pengiriman menurut jalan")
    ),
)
