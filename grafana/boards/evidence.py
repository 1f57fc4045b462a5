"""Bukti SPBE/Pemdi: what the month's evidence pack will say, so far, and how much of the month it rests on.

Lives here: the arrangement, figures of the province, curves. Must not live here: tables (``evidence_tables``), words
about frameworks and method (``evidence_notes``), PromQL of the month (``grafana.month``).

Everything is as of the end of the time range: one that ends in an earlier month shows that month.
"""

from __future__ import annotations

from alert_rules.windows import AVAILABILITY, COVERAGE, LEVELS, WINDOWS, Figure, record
from grafana import month, theme
from grafana.boards import evidence_notes, evidence_tables
from grafana.layout import Board, Row
from grafana.panels import Panel, Query, lines, number
from grafana.queries import MONTH_END, MONTH_START

__all__ = ["board"]

_PROVINCE = next(level for level in LEVELS if level.name == "province")
_DAY = next(window for window in WINDOWS if window.name == "1d")

_MEASURED = "province:opd_link_measured_seconds:month"
_ELAPSED = "province:opd_link_elapsed_seconds:month"
_OUTAGES = "province:opd_link_accountable_outages:month"
_DOWN = "province:opd_link_accountable_down_seconds:month"

_YOUNG = "Belum ada satu jam penuh"


def board() -> Board:
    """The dashboard."""
    return Board(
        uid="pantau-bukti",
        folder="Audit",
        description="Isi sementara paket bukti bulan berjalan, dengan cakupan pengukurannya. Angka resmi ada di paket.",
        rows=(
            Row(
                4,
                tuple((4, panel) for panel in (*_month(), *_coverage())),
                "Bulan dan cakupan",
                "Bulan apa, seberapa banyak terukur?",
            ),
            Row(
                4,
                tuple((4, panel) for panel in (*_availability(), *_outages())),
                "Hasil sementara",
                "Apa hasilnya sejauh ini?",
            ),
            Row(8, ((9, evidence_notes.provisional()), (15, evidence_tables.comparison()))),
            *_details(),
            Row(
                17,
                ((12, evidence_notes.spbe()), (12, evidence_notes.pemdi())),
                "Pemetaan indikator dan metode",
                "Angka mana mendukung indikator mana, dan bagaimana dihitung?",
            ),
            Row(10, ((24, evidence_notes.method()),)),
        ),
        back="now-30d",
        refresh="5m",
    )


def _details() -> tuple[Row, ...]:
    """Who, which contract, which link, which day."""
    return (
        Row(
            11,
            ((12, evidence_tables.by_area()), (12, evidence_tables.by_office())),
            "Cakupan dan ketersediaan",
            "Siapa terukur seberapa banyak, dan apa hasilnya?",
        ),
        Row(10, ((12, evidence_tables.least_covered()), (12, evidence_tables.by_provider()))),
        Row(
            10,
            ((12, evidence_tables.by_contract()), (12, evidence_tables.under_target())),
            "Target kontrak",
            "Janji mana yang sejauh ini tidak tercapai?",
        ),
        Row(
            10,
            ((13, evidence_tables.longest_down()), (11, evidence_tables.planned_work())),
            "Gangguan dan pekerjaan terencana",
            "Apa yang paling lama putus, dan pekerjaan apa yang direncanakan?",
        ),
        Row(8, ((12, _by_day("Ketersediaan satu hari", AVAILABILITY)), (12, _by_day("Cakupan satu hari", COVERAGE)))),
    )


def _month() -> tuple[Panel, ...]:
    """Which month, how far it is, and from when on it is known."""
    return (
        number(
            "Bulan",
            "Bulan mana yang ditampilkan? Bulan kalender WIB pada akhir rentang waktu yang dipilih; rentang yang "
            "berakhir di bulan lalu menampilkan bulan lalu.",
            Query(f"max({MONTH_START}) * 1000"),
            unit="time:MM/YYYY",
        ),
        number(
            "Bagian bulan yang sudah lewat",
            "Seberapa jauh bulan ini berjalan? Semua angka di halaman ini hanya tentang bagian itu.",
            Query(f"(time() - max({MONTH_START})) / (max({MONTH_END}) - max({MONTH_START}))"),
            unit="percentunit",
            decimals=1,
        ),
        number(
            "Tercatat sejak (WIB)",
            "Sejak kapan ada catatan bulan ini? Tanggal 1 pukul 00.00 bila pemantau sudah berjalan sebelum bulan ini; "
            "sesudahnya berarti awal bulan tidak akan ada di paket.",
            Query(f"(time() - time() % 3600 - max({month.LINK_ELAPSED})) * 1000"),
            unit="time:DD/MM/YYYY HH.mm",
            nothing=_YOUNG,
        ),
    )


def _coverage() -> tuple[Panel, ...]:
    """What of it was there to be measured, and was."""
    return (
        number(
            "Cakupan provinsi",
            "Berapa bagian waktu yang benar-benar terukur? Waktu terukur dibagi waktu yang lewat, semua tautan. Yang "
            "tidak terukur bukan putus dan bukan normal.",
            Query(month.share(_MEASURED, _ELAPSED)),
            unit="percentunit",
            decimals=2,
            of=((None, theme.WARNING), (0.99, theme.UP)),
            nothing=_YOUNG,
        ),
        number(
            "Tautan dalam lingkup",
            "Berapa penyebutnya? Semua tautan dalam inventaris sekarang, terukur atau tidak.",
            Query(f"count({month.LINK_ELAPSED})"),
            unit="none",
            decimals=0,
            nothing=_YOUNG,
        ),
        number(
            "Tautan tanpa ukuran",
            "Berapa tautan yang bulan ini sama sekali belum terukur? Di paket disebut satu per satu dengan sebabnya.",
            Query(f"sum({month.LINK_MEASURED} == bool 0 and on (job, instance, link) {month.LINK_ELAPSED})"),
            unit="none",
            decimals=0,
            of=((None, theme.UP), (1.0, theme.WARNING)),
            nothing=_YOUNG,
        ),
    )


def _availability() -> tuple[Panel, ...]:
    """The first page of the pack."""
    excluded = "Tanpa waktu pekerjaan terencana dan tanpa waktu yang tidak terukur; cakupannya di baris atas."
    return (
        _available(
            "Ketersediaan tautan 24x7",
            f"Berapa bagian waktu tautan menjawab, untuk kontrak yang berlaku sepanjang waktu? {excluded}",
            month.available("link", "24x7"),
        ),
        _available(
            "Ketersediaan jam layanan",
            f"Berapa bagian jam layanan, untuk kontrak yang hanya menghitung jam layanan? {excluded} Kosong bila tidak "
            "ada kontrak seperti itu.",
            month.available("link", "service-hours"),
        ),
        _available(
            "Ketersediaan lokasi",
            "Berapa bagian waktu lokasi terhubung? Lokasi putus hanya bila semua tautannya putus. Dari keadaan setiap "
            f"5 detik, 24x7. {excluded}",
            month.available("site"),
        ),
    )


def _outages() -> tuple[Panel, ...]:
    """The rest of the first page."""
    return (
        number(
            "Tautan di bawah target",
            "Berapa tautan yang sejauh ini lebih lama putus daripada yang diizinkan kontraknya? Toleransi dan "
            "pengecualian kontrak belum dihitung. Kosong bila tidak ada kontrak bertarget.",
            Query(f"sum({month.LINK_PROMISED})"),
            unit="none",
            decimals=0,
            of=((None, theme.UP), (1.0, theme.DOWN)),
            nothing="Tidak ada target",
        ),
        number(
            "Gangguan selesai",
            "Berapa kali tautan putus lalu kembali menjawab? Dihitung per tautan: satu gangguan penyedia dengan 60 "
            "tautan adalah 60. Yang masih berlangsung belum dihitung.",
            Query(f"sum({_OUTAGES})"),
            unit="none",
            decimals=0,
            nothing=_YOUNG,
        ),
        number(
            "Rata-rata lama putus (MTTR)",
            "Berapa lama satu gangguan tautan berlangsung? Waktu putus dibagi jumlah gangguan yang selesai. "
            "Kosong bila "
            "belum ada yang selesai.",
            Query(f"sum({_DOWN}) / (sum({_OUTAGES}) > 0)"),
            unit="dthms",
            nothing="Belum ada gangguan selesai",
        ),
    )


def _available(title: str, description: str, expr: str) -> Panel:
    return number(title, description, Query(expr), unit="percentunit", decimals=2)


def _by_day(title: str, figure: Figure) -> Panel:
    return lines(
        title,
        "Hari mana yang menurunkan angka bulan ini? Setiap titik melihat 24 jam ke belakang; pekerjaan terencana ikut "
        "di dalamnya. Celah berarti tidak ada yang tercatat.",
        Query(f"min({record(_PROVINCE, figure, _DAY)})", "Provinsi"),
        unit="percentunit",
        decimals=2,
        highest=1,
        interval="1h",
        legend=False,
    )
