"""Which panels are right to be empty, and when, and what some of them have to say, each with its reason.

Lives here: the list. Must not live here: judging (``panels``). A panel that is not named has data whenever the exporter
runs. An entry that fits no panel is an error.

The province has 32 sites and 33 links, of which the provider that is cut has 12, each the only one of its site.
"""

from __future__ import annotations

from tests.support.panels import ALWAYS, EVERYWHERE, Expectation, Phase

__all__ = ["EXPECTATIONS"]

_WALL, _CAPACITY, _TRANSITION = "pantau-dinding", "pantau-kapasitas", "pantau-transisi"
_LINK, _PROVIDERS = "pantau-tautan", "pantau-penyedia"
_EVIDENCE = "pantau-bukti"
_PROBER = "pantau-pemantau"

_NOWHERE: frozenset[Phase] = frozenset()

_UNMOVED = "what has not moved cannot be compared"

_CALM = frozenset({Phase.NORMAL})
_BROKEN = frozenset({Phase.OUTAGE, Phase.RESTARTED})
_UNSEEN = frozenset({Phase.GAP})


def _counts(panel: str, why: str, *, normal: float = 0, broken: float = 0, unseen: float = 0) -> Expectation:
    """A number of the wall in every phase."""
    sums = {Phase.NORMAL: normal, Phase.OUTAGE: broken, Phase.RESTARTED: broken, Phase.GAP: unseen}
    return Expectation(_WALL, panel, why, sums=sums)


def _either(uid: str, panel: str, why: str, ref: str = EVERYWHERE) -> Expectation:
    """A panel, or a query of it, that may have data and may have none."""
    return Expectation(uid, panel, why, ref=ref, full=_NOWHERE)


EXPECTATIONS = (
    _counts("Keadaan provinsi", "3 is a provider that is out, 5 nothing that can be known", broken=3, unseen=5),
    _counts("Lokasi putus", "what was cut is down; what nobody measures is not", broken=12),
    _counts("Tautan putus", "what was cut is down; what nobody measures is not", broken=12),
    _counts("Menurun", "no link answers badly"),
    _counts("Tanpa data", "while the exporter stands still nothing is known of any site", unseen=32),
    _counts("Pekerjaan", "no work is planned"),
    Expectation(_WALL, "Gangguan terbuka", "nothing is out until a provider is cut", empty=_CALM, full=_BROKEN),
    Expectation(_WALL, "Jam data (WIB)", "an exporter that stands still has no time of its own", empty=_UNSEEN),
    Expectation(
        _LINK,
        "Keadaan",
        "the link that is looked at is of the provider that is cut: up, down, and nothing that can be known",
        sums={Phase.NORMAL: 0, Phase.OUTAGE: 4, Phase.RESTARTED: 4, Phase.GAP: 2},
        full=ALWAYS,
    ),
    _either(_LINK, "Gangguan yang sudah berakhir", "the outage lasts"),
    _either(_LINK, "Waktu balas", "what is usual takes days to learn", ref="C"),
    _either(_LINK, "Waktu balas", "what is usual takes days to learn", ref="D"),
    _either(_LINK, "Nasib setiap echo", "unmeasured is only what a restart interrupted", ref="C"),
    Expectation(_LINK, "Gangguan lebih luas", "the provider explains it", empty=_CALM, full=frozenset({Phase.OUTAGE})),
    Expectation(_LINK, "Pekerjaan terencana", "no work is planned", full=_NOWHERE, empty=ALWAYS),
    Expectation(
        _PROVIDERS,
        "Perbandingan",
        "12 links of the provider that is cut",
        ref="B",
        sums={Phase.NORMAL: 0, Phase.OUTAGE: 12, Phase.RESTARTED: 12, Phase.GAP: 0},
        full=ALWAYS,
    ),
    Expectation(_PROVIDERS, "Jatah yang sedang terpakai", "nothing burns", full=_NOWHERE),
    Expectation(
        _PROVIDERS,
        "Tautan yang paling sering melewati toleransi",
        "no outage of the past is over the tolerance",
        full=_NOWHERE,
    ),
    *(
        _either(_PROVIDERS, panel, "two groups of rules of 4 minutes build on each other: 8 minutes at worst")
        for panel in ("Perbandingan", "Target dan hasil menurut kontrak", "Sisa jatah putus bulan ini")
    ),
    _either(_PROVIDERS, "Gangguan melewati toleransi", "the same"),
    Expectation(_CAPACITY, "Biaya sebulan yang perlu dijelaskan", "no traffic is read yet", ref="D", empty=ALWAYS),
    Expectation(_CAPACITY, "Tautan yang tidak terpakai", "every link answered in its past", empty=ALWAYS),
    Expectation(_CAPACITY, "Terpakai dari kapasitas", "no traffic is read yet", empty=ALWAYS),
    Expectation(_CAPACITY, "Pemakaian menurut tautan", "no traffic is read yet", empty=ALWAYS),
    _either(
        _CAPACITY, "Lokasi yang masih membayar sewa lama setelah mendapat tautan terpusat", "one site has two lines"
    ),
    _either(_CAPACITY, "Kontrak berakhir dalam 90 hari", "that depends on the day"),
    _either(
        _TRANSITION, "Lokasi menurut fase, seluruh provinsi", "90 days are asked in steps of hours, it runs for minutes"
    ),
    _either(_TRANSITION, "Lokasi yang sudah terpusat", _UNMOVED),
    _either(_TRANSITION, "Mutu layanan sebelum dan sesudah pindah", _UNMOVED),
    _either(_TRANSITION, "Lokasi yang lebih buruk sejak pindah", _UNMOVED),
    _either(_TRANSITION, "Belum dapat dibandingkan", "hours before the move of what has not moved"),
    _either(_TRANSITION, "Paling lama dalam peralihan", "a phase is not known of days before it was recorded"),
    Expectation(_EVIDENCE, "Bulan", "the calendar needs no exporter", full=ALWAYS),
    Expectation(_EVIDENCE, "Bagian bulan yang sudah lewat", "the calendar needs no exporter", full=ALWAYS),
    Expectation(_EVIDENCE, "Pekerjaan terencana bulan ini", "no work is planned", full=_NOWHERE, empty=ALWAYS),
    Expectation(
        _EVIDENCE, EVERYWHERE, "two groups of rules of 4 minutes build on each other: 8 minutes at worst", full=_NOWHERE
    ),
    Expectation(_PROBER, "Peringatan rantai yang menyala", "the exporter that is stopped", full=_UNSEEN, empty=_CALM),
    Expectation(_PROBER, "Aturan gagal atau terlewat", "no rule fails", full=_NOWHERE),
    Expectation(_PROBER, "Anggota kelompok", "there is one Alertmanager", full=_NOWHERE, empty=ALWAYS),
    *(
        Expectation(_PROBER, panel, "what is sent depends on what happens", full=_NOWHERE)
        for panel in ("Pengiriman menurut jalan", "Pengiriman gagal menurut jalan", "Lama pengiriman menurut jalan")
    ),
)
