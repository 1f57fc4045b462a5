"""Tables of the evidence dashboard: levels, contracts, links, planned work, the month before.

Lives here: one function for each table. Must not live here: PromQL of the month (``grafana.month``), the arrangement
(``evidence``). Coverage stands beside every availability.
"""

from __future__ import annotations

from grafana import month, theme
from grafana.layout import href
from grafana.month import Level
from grafana.panels import Panel, Query
from grafana.queries import MONTH_END, MONTH_START
from grafana.tables import Column, table

__all__ = [
    "by_area",
    "by_contract",
    "by_office",
    "by_provider",
    "comparison",
    "least_covered",
    "longest_down",
    "planned_work",
    "under_target",
]

_LINK = "job, instance, link"
_LINK_LABELS = "link, name, opd, provider, contract"
_OPEN = (("Tautan ini", href("pantau-tautan", "link=${__data.fields.link}")),)

#: Below this much measured, a figure says little about the month.
_LITTLE = ((None, theme.WARNING), (0.99, theme.TEXT))


def by_area() -> Panel:
    """The table of regencies and cities."""
    return _by(month.KABKOTA, "Kabupaten/kota", "pantau-tautan", "kabkota")


def by_office() -> Panel:
    """The table of offices."""
    return _by(month.OPD, "OPD", "pantau-tautan", "opd")


def by_provider() -> Panel:
    """The table of providers."""
    return _by(month.PROVIDER, "Penyedia", "pantau-penyedia", "provider")


def _by(level: Level, title: str, uid: str, variable: str) -> Panel:
    links = ((title, href(uid, f"{variable}=${{__data.fields.{level.label}}}")),)
    return table(
        f"Menurut {title if title.isupper() else title.lower()}",
        "Siapa terukur seberapa banyak, dan apa hasilnya? Cakupan terendah di atas. Menit putus dijumlah dari semua "
        "tautannya. Baris tanpa ketersediaan: tidak ada yang terukur. Kosong: bulan belum berjalan satu jam.",
        Query(level.covered()),
        Query(level.available()),
        Query(level.shown(level.summed(f"{month.LINK_ELAPSED} > bool 0"))),
        Query(level.shown(f"({level.summed(month.LINK_DOWN)}) / 60")),
        Query(level.shown(level.summed(month.LINK_OUTAGES))),
        columns=(
            Column(level.label),
            Column(level.name, title, links=links),
            Column("C", "Tautan", unit="none", decimals=0, width_px=75),
            Column("A", "Cakupan", unit="percentunit", decimals=2, width_px=100, of=_LITTLE),
            Column("B", "Tersedia", unit="percentunit", decimals=2, width_px=100),
            Column("D", "Putus (menit)", unit="none", decimals=0, width_px=115),
            Column("E", "Gangguan", unit="none", decimals=0, width_px=95),
        ),
        sort="Cakupan",
        descending=False,
    )


def least_covered() -> Panel:
    """The first thing that an assessor asks for."""
    lowest = f"bottomk(20, {month.LINK_COVERED})"
    unmeasured = f"clamp_min({month.LINK_ELAPSED} - on ({_LINK}) {month.LINK_MEASURED}, 0) / 3600"
    return table(
        "Tautan dengan cakupan terendah",
        "Tautan mana yang paling sedikit terukur? Duapuluh terendah. Sebabnya di pihak pemantau (sambungan sendiri, "
        "berhenti, paket terbuang) dan bukan di pihak tautan. Tautan baru dihitung sejak pertama tercatat.",
        Query(_of_links(lowest)),
        Query(_of_links(_only(unmeasured, lowest))),
        Query(_of_links(_only(month.LINK_AVAILABLE, lowest))),
        columns=(
            Column("link", "Tautan", links=_OPEN),
            Column("name", "Nama"),
            Column("opd", "OPD", width_px=110),
            Column("A", "Cakupan", unit="percentunit", decimals=2, width_px=100, of=_LITTLE),
            Column("B", "Tak terukur (jam)", unit="none", decimals=1, width_px=140),
            Column("C", "Tersedia", unit="percentunit", decimals=2, width_px=100),
        ),
        sort="Cakupan",
        descending=False,
        limit=20,
    )


def by_contract() -> Panel:
    """What is promised, and how many links keep it."""
    return table(
        "Menurut kontrak",
        "Kontrak mana yang tautannya di bawah target? Terbanyak di atas. Toleransi dan pengecualian belum dihitung. "
        "Tanpa target: kontrak tidak menjanjikan ketersediaan.",
        Query(_of_contracts("sum", f"{month.LINK_ELAPSED} > bool 0")),
        Query(_of_contracts("sum", month.LINK_PROMISED)),
        Query(f"1 - {_of_contracts('min', month.LINK_ALLOWED)}"),
        Query(_of_contracts("min", month.LINK_AVAILABLE)),
        Query(
            f"clamp_max({_of_contracts('sum', month.LINK_MEASURED)} / {_of_contracts('sum', month.LINK_ELAPSED)}, 1)"
        ),
        Query(f"{_of_contracts('sum', month.LINK_DOWN)} / 60"),
        columns=(
            Column("contract", "Kontrak"),
            Column(
                "provider",
                "Penyedia",
                width_px=110,
                links=(("Penyedia & SLA", href("pantau-penyedia", "provider=${__data.fields.provider}")),),
            ),
            Column("A", "Tautan", unit="none", decimals=0, width_px=75),
            Column("B", "Di bawah target", unit="none", decimals=0, width_px=125, of=_SOME),
            Column("C", "Target", unit="percentunit", decimals=2, width_px=90),
            Column("D", "Tautan terburuk", unit="percentunit", decimals=2, width_px=125),
            Column("E", "Cakupan", unit="percentunit", decimals=2, width_px=95, of=_LITTLE),
            Column("F", "Putus (menit)", unit="none", decimals=0, width_px=110),
        ),
        sort="Di bawah target",
    )


_SOME = ((None, theme.TEXT), (1.0, theme.DOWN))


def under_target() -> Panel:
    """Links whose contract's promise is not kept so far."""
    return table(
        "Tautan di bawah target",
        "Tautan mana yang sejauh ini lebih lama putus daripada yang diizinkan kontraknya untuk waktu yang sudah "
        "terukur? "
        "Toleransi dan pengecualian belum dihitung. Kosong: tidak ada.",
        *_links(month.LINK_UNDER),
        columns=(*_LINK_COLUMNS, Column("E", "Target", unit="percentunit", decimals=2, width_px=90)),
        sort="Putus (menit)",
        nothing="Tidak ada tautan di bawah target",
    )


def longest_down() -> Panel:
    """The worst links by time down."""
    return table(
        "Tautan paling lama putus",
        "Tautan mana yang paling lama putus bulan ini? Sepuluh terburuk; paket menyebut gangguannya satu per satu "
        "dengan waktu tepat dan sebab. Kosong: tidak ada yang putus.",
        *_links(f"topk(10, {month.LINK_DOWN} > 0)"),
        columns=_LINK_COLUMNS,
        sort="Putus (menit)",
        limit=10,
        nothing="Tidak ada tautan yang putus",
    )


#: For the queries of ``_links``.
_LINK_COLUMNS = (
    Column("link", "Tautan", links=_OPEN),
    Column("name", "Nama"),
    Column("provider", "Penyedia", width_px=110),
    Column("contract", "Kontrak", width_px=110),
    Column("A", "Putus (menit)", unit="none", decimals=0, width_px=110),
    Column("B", "Gangguan", unit="none", decimals=0, width_px=90),
    Column("C", "Tersedia", unit="percentunit", decimals=2, width_px=95),
    Column("D", "Cakupan", unit="percentunit", decimals=2, width_px=95, of=_LITTLE),
)


def _links(which: str) -> tuple[Query, ...]:
    """A: minutes down, B: outages, C: availability, D: coverage, E: target; of some links only."""
    of = (
        f"{month.LINK_DOWN} / 60",
        month.LINK_OUTAGES,
        month.LINK_AVAILABLE,
        month.LINK_COVERED,
        f"1 - {month.LINK_ALLOWED}",
    )
    return tuple(Query(_of_links(_only(each, which))) for each in of)


def comparison() -> Panel:
    """Shares of this month and of the one before, side by side."""
    figures = {
        "Ketersediaan tautan 24x7": (month.available("link", "24x7"), month.before("link", "24x7")),
        "Ketersediaan tautan jam layanan": (
            month.available("link", "service-hours"),
            month.before("link", "service-hours"),
        ),
        "Ketersediaan lokasi": (month.available("site"), month.before("site")),
        "Cakupan": (
            month.share(_MEASURED, _ELAPSED),
            month.share(month.at_its_end(_MEASURED), month.at_its_end(_ELAPSED)),
        ),
    }
    now, then = (" or ".join(_named(name, pair[which]) for name, pair in figures.items()) for which in range(2))
    return table(
        "Dibanding bulan sebelumnya",
        "Apakah bulan ini lebih baik? Bulan sebelumnya seperti tercatat paling lama satu jam sebelum berakhir; angka "
        "resminya ada di paket bulan itu. Kosong: bulan sebelumnya tidak tercatat.",
        Query(now),
        Query(then),
        Query(f"({now}) - on (figure) ({then})"),
        columns=(
            Column("figure", "Angka"),
            Column("A", "Bulan ini", unit="percentunit", decimals=2, width_px=130),
            Column("B", "Bulan sebelumnya", unit="percentunit", decimals=2, width_px=150),
            Column("C", "Selisih", unit="percentunit", decimals=2, width_px=110),
        ),
        sort="Angka",
        descending=False,
    )


_MEASURED = "province:opd_link_measured_seconds:month"
_ELAPSED = "province:opd_link_elapsed_seconds:month"


def planned_work() -> Panel:
    """What was announced for this month, also what is over."""
    words = "window, reason, approval, author"
    texts = _announced(words, "opd_maintenance_info")
    begins = _announced("window", "opd_maintenance_start_timestamp_seconds")
    within = f"({begins} < on () group_left () {MONTH_END})"
    return table(
        "Pekerjaan terencana bulan ini",
        "Pekerjaan apa yang diumumkan untuk bulan ini, oleh siapa, dengan persetujuan apa? Waktu putus di "
        "dalamnya tidak "
        "dihitung. Yang berulang disebut dengan waktu terakhirnya. Kosong: tidak ada yang diumumkan.",
        Query(f"{texts} * on (window) group_left () {within} * 1000"),
        Query(
            f"{texts} * on (window) group_left () "
            f"({_announced('window', 'opd_maintenance_end_timestamp_seconds')} and on (window) {within}) * 1000"
        ),
        Query(
            f"{texts} * on (window) group_left () "
            f"({_announced('window', 'opd_maintenance_links')} and on (window) {within})"
        ),
        columns=(
            Column("window", "Pekerjaan"),
            Column("reason", "Alasan"),
            Column("A", "Mulai (WIB)", unit="time:DD/MM HH.mm", width_px=105),
            Column("B", "Selesai (WIB)", unit="time:DD/MM HH.mm", width_px=110),
            Column("C", "Tautan", unit="none", decimals=0, width_px=70),
            Column("author", "Perencana"),
            Column("approval", "Persetujuan"),
        ),
        sort="Mulai (WIB)",
        nothing="Tidak ada pekerjaan terencana",
    )


def _announced(labels: str, metric: str) -> str:
    """As it is now or was at a full hour of the month, last; work that is over has left the exporter's page."""
    month_began = f"vector(time()) > on () ({MONTH_START} @ end())"
    return f"max by ({labels}) ({metric} or last_over_time(({metric} and on () ({month_began}))[31d:1h]))"


def _named(figure: str, expr: str) -> str:
    return f'label_replace({expr}, "figure", "{figure}", "", "")'


def _only(links: str, which: str) -> str:
    return f"({links}) and on ({_LINK}) ({which})"


def _of_links(expr: str) -> str:
    return f"max by ({_LINK_LABELS}) ({month.joined(expr, 'name, opd, provider, contract')})"


def _of_contracts(operation: str, links: str) -> str:
    return f"{operation} by (contract, provider) ({month.joined(links, 'contract, provider')})"
