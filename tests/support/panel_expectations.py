"""Which panels are right to be empty, and when, and what some of them have to say, each with its reason.

Lives here: the list. Must not live here: judging (``panels``). A panel that is not named has data whenever the exporter
runs. An entry that fits no panel is an error.

The province has 32 sites and 33 links, of which the provider that is cut has 12, each the only one of its site. Before
the first phase the office that is looked at was without electricity for a while; its router and one other are polled.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from exporter.loading import load_inventory
from exporter.sim.routers import Routers
from exporter.sim.traffic import busy_seconds, peaks
from exporter.stack.stack import checkout
from tests.support.panel_phases import LINKS, POLLED, WANTED
from tests.support.panels import ALWAYS, EVERYWHERE, Expectation, Phase

__all__ = ["EXPECTATIONS"]

_WALL, _EVIDENCE, _CAPACITY = "pantau-dinding", "pantau-bukti", "pantau-kapasitas"
_TRANSITION, _PROBER, _LINK, _PROVIDERS = "pantau-transisi", "pantau-pemantau", "pantau-tautan", "pantau-penyedia"

#: Of the simulated traffic (``exporter/sim/traffic.py``): the peak of the office that is looked at, what a line that
#: carries nothing sends each way, and what is sent in relation to what is received; bits a second.
_INVENTORY = load_inventory(checkout() / "rehearsal/provinsi-kecil").inventory
_PEAK = next(
    peak
    for router in Routers(_INVENTORY, 0, 0).all()
    for line, peak in zip(router.lines, peaks(router.lines), strict=True)
    if line.link == WANTED["link"]
)
_KEEPALIVE, _OUTGOING = 2_000.0, 0.15

#: Over how long the panel's figure is a mean, and what each contract buys.
_MEAN_S, _BANDWIDTH = 305, 50e6

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


def _calm(number: float) -> dict[Phase, float]:
    """Before the provider is cut."""
    return {Phase.NORMAL: number}


def _received() -> float:
    """What the simulated office that is looked at has received in the last minutes, bits a second; it answers again."""
    now = time.time()
    return _PEAK * (busy_seconds(now) - busy_seconds(now - _MEAN_S)) / _MEAN_S + _KEEPALIVE


def _sent() -> float:
    """What it has sent."""
    return (_received() - _KEEPALIVE) * _OUTGOING + _KEEPALIVE


def _of_router(ref: str, why: str, normal: float | None = None, *, kept: bool = False) -> Expectation:
    """What the router of the link that is looked at said last; ``kept``: also while it is cut off."""
    gone = frozenset({Phase.RESTARTED, Phase.GAP} if kept else {Phase.OUTAGE, Phase.RESTARTED, Phase.GAP})
    sums = {} if normal is None else {Phase.NORMAL: normal}
    return Expectation(_LINK, "Router kantor", why, ref, full=ALWAYS, empty=gone, sums=sums)


def _of_path(ref: str, why: str, normal: float) -> Expectation:
    """Of the power cut; whether the provider's outage is traced over this link is a question of the budget."""
    return Expectation(_LINK, "Jejak gangguan terakhir", why, ref, full=_CALM, sums={Phase.NORMAL: normal})


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
    Expectation(
        _CAPACITY, "Biaya sebulan yang perlu dijelaskan", "nobody was read for long enough", "D", sums=_calm(0)
    ),
    Expectation(_CAPACITY, "Tautan yang tidak terpakai", "all answer, and none was read for 360 hours", empty=ALWAYS),
    Expectation(
        _CAPACITY,
        "Terpakai dari kapasitas",
        "those that are read, of all; contracts are of one bandwidth",
        "B",
        "all",
        sums=_calm(len(POLLED) / LINKS),
    ),
    Expectation(
        _CAPACITY,
        "Pemakaian menurut tautan",
        "links that are read, and no others",
        "A",
        "all",
        sums=_calm(len(POLLED) * _BANDWIDTH),
    ),
    Expectation(_CAPACITY, "Pemakaian menurut tautan", "who is cut tells nothing", "C", full=_CALM),
    Expectation(_LINK, "Lalu lintas", "what the simulated router has counted", "A", about=_received),
    Expectation(_LINK, "Lalu lintas", "what its office sends", "B", about=_sent),
    Expectation(_LINK, "Lalu lintas", "what is bought", "C", sums=_calm(_BANDWIDTH)),
    _of_router("A", "its interface is up", 0),
    _of_router("B", "the speed of its interface"),
    _of_router("C", "it tells when it started", kept=True),
    Expectation(_LINK, "Router kantor", "it was without electricity once", "D", full=_CALM, sums=_calm(1)),
    _of_router("E", "it answers", kept=True),
    Expectation(_LINK, "Router kantor", "it answers echoes, or nothing at all", "F", sums=_calm(0)),
    Expectation(_LINK, "Sebab gangguan", "it was without electricity once", full=ALWAYS, sums=_calm(1)),
    Expectation(_LINK, "Jejak gangguan terakhir", "it was out", "A"),
    _of_path("B", "the router of its area, after the gateway and its provider's core", 3),
    Expectation(
        _LINK,
        "Jejak gangguan terakhir",
        "three routers and the office; forgotten by an exporter that starts while it is cut",
        "C",
        full=_CALM | {Phase.OUTAGE},
        empty=frozenset({Phase.RESTARTED}),
        sums=_calm(4),
    ),
    *(
        _of_path(ref, "198.19.129.4: the second provider of three, the third area of three", octet)
        for ref, octet in zip("DEFG", (198, 19, 129, 4), strict=True)
    ),
    *(
        Expectation(
            _LINK,
            "Uji layanan kantor",
            "an exporter that starts anew has no success yet",
            ref,
            full=ALWAYS,
            empty=frozenset({Phase.RESTARTED, Phase.GAP}),
        )
        for ref in "CD"
    ),
    Expectation(_PROVIDERS, "Sebab gangguan tautan dalam 30 hari", "one office was without electricity", "A"),
    Expectation(_PROVIDERS, "Sebab gangguan tautan dalam 30 hari", "others depend on what is invented", full=_EITHER),
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
    Expectation(
        _LINK, "Gangguan lebih luas", "the provider of the link is out when it is cut", empty=_CALM, full=_BROKEN
    ),
    Expectation(_LINK, "Pekerjaan terencana", "no work is planned", empty=ALWAYS),
    Expectation(_PROBER, "Peringatan rantai yang menyala", "the exporter that is stopped", full=_UNSEEN, empty=_CALM),
    Expectation(_PROBER, "Aturan gagal atau terlewat", "a busy machine may miss an evaluation", full=_EITHER),
    Expectation(_PROBER, "Anggota kelompok", "its Alertmanager stands alone", empty=ALWAYS),
    *(
        Expectation(_PROBER, title, "its exporter has no web configuration", empty=ALWAYS)
        for title in ("Berkas web dimuat (WIB)", "Sertifikat web berakhir (WIB)")
    ),
    *(
        Expectation(_PROBER, panel, "what is sent depends on what happens", full=_EITHER)
        for panel in ("Pengiriman menurut jalan", "Pengiriman gagal menurut jalan", "Lama pengiriman menurut jalan")
    ),
)
