"""Dinding NOC: in three seconds, whether the province is well, and if not, where, whose and since when.

Lives here: the panels of the wall. Must not live here: how panels look (``panels``, ``tables``, ``geomap``), records.

One screen of 1920x1080 in kiosk mode, nothing to scroll. The worst comes first and large; what is well is counted.
"""

from __future__ import annotations

from alert_rules.now import LINK_CODE, OPEN_LINKS, OPEN_SINCE, PROVIDER_INFO, SITE_CODE, SITE_INFO, Code
from alert_rules.windows import AVAILABILITY, COVERAGE, LEVELS, LOSS, RTT_P95, WINDOWS, Figure, Window, record
from grafana import month, theme
from grafana.geomap import places
from grafana.layout import Board, Row, href
from grafana.panels import Panel, Query, link_to, number
from grafana.queries import PROVIDER_NAME, READABLE
from grafana.tables import Column, table

__all__ = ["board"]

_FIVE_MINUTES, _HOUR, _DAY, _MONTH = WINDOWS
_LEVEL = {level.name: level for level in LEVELS}

#: Each site and link once, however many exporters measure it; of two opinions the worse.
_SITES, _LINKS = f"max by (site) ({SITE_CODE.record})", f"max by (link) ({LINK_CODE.record})"

#: When the codes were recorded last; older than this, nobody knows.
_RECORDED, _FRESH_S = f"max(timestamp({SITE_CODE.record}))", 30

#: While nothing at all is known, no count of it is 0.
_NOTHING_KNOWN = f"unless on () (min({_SITES}) == {Code.UNKNOWN:d} and max({_SITES}) == {Code.UNKNOWN:d})"

#: What the first panel says.
_VERDICTS = {
    "0": ("NORMAL", theme.UP),
    "1": ("ADA TAUTAN PUTUS", theme.WARNING),
    "2": ("ADA LOKASI PUTUS", theme.DOWN),
    "3": ("GANGGUAN LUAS", theme.DOWN),
    "4": ("JARINGAN INTI PUTUS", theme.DOWN),
    "5": ("PEMANTAU TIDAK MELIHAT", theme.UNKNOWN),
    "6": ("SEBAGIAN TANPA DATA", theme.UNKNOWN),
    "7": ("BANYAK YANG MENURUN", theme.WARNING),
}

_SCOPES = {
    "core": ("Jaringan inti", None),
    "area": ("Wilayah", None),
    "provider": ("Penyedia", None),
    "site": ("Lokasi", None),
    "link": ("Tautan", None),
}


def board() -> Board:
    """The dashboard."""
    return Board(
        uid="pantau-dinding",
        folder="NOC",
        description="Keadaan seluruh lokasi saat ini: apa yang putus, di mana, milik siapa, sejak kapan.",
        rows=(
            Row(4, ((6, _verdict()), *((3, panel) for panel in _counts()), (3, _clock()))),
            Row(12, ((15, _open_outages()), (9, _map()))),
            Row(10, ((11, _areas()), (9, _providers()), (4, _prober()))),
        ),
        back="now-3h",
        refresh="10s",
    )


def _verdict() -> Panel:
    """One word for all of it. What cannot be seen is told first: nothing else on the wall counts then."""
    unknown = f"sum({_SITES} == bool {Code.UNKNOWN:d})"
    worst_first = (
        f"sum(absent({READABLE})) * 5",  # without its label, so that only one word is said
        f"(min({READABLE}) == 0) + 5",
        f"absent({SITE_CODE.record}) * 5",
        f"(time() - {_RECORDED} > {_FRESH_S}) * 0 + 5",
        "(min(opd_exporter_uplink_up) == 0) + 5",
        f"({unknown} * 2 > count({_SITES})) * 0 + 5",
        f'(count({OPEN_SINCE}{{scope="core"}}) > 0) * 0 + 4',
        f'(count({OPEN_SINCE}{{scope=~"area|provider"}}) > 0) * 0 + 3',
        f"(count({_SITES} == {Code.DOWN:d}) > 0) * 0 + 2",
        f"(count({_LINKS} == {Code.DOWN:d}) > 0) * 0 + 1",
        f"({unknown} > 0) * 0 + 6",
        f"(sum({_SITES} == bool {Code.DEGRADED:d}) * 20 > count({_SITES})) * 0 + 7",
        f"min({READABLE}) * 0",
    )
    return number(
        "Keadaan provinsi",
        "Apakah provinsi baik-baik saja? Satu kata untuk semuanya. Yang terburuk disebut; bila pemantau sendiri tidak "
        "terbaca, terputus dari jaringan, catatannya berhenti, atau lebih dari separuh lokasi tanpa data, itu disebut "
        "lebih dulu. Banyak yang menurun: lebih dari satu di antara dua puluh lokasi.",
        Query(" or ".join(worst_first)),
        unit="none",
        mappings=theme.mapped(_VERDICTS),
        of=((None, theme.UNKNOWN),),
        filled=True,
        nothing="PEMANTAU TIDAK MELIHAT",
    )


def _counts() -> tuple[Panel, ...]:
    """How many sites are in each state that is not normal, and how many links are down."""
    what = "Berapa lokasi yang {}? Kosong: tidak ada yang dapat diukur."
    return (
        _count("Lokasi putus", what.format("putus, yaitu semua tautannya"), _sites(Code.DOWN), theme.DOWN),
        _count(
            "Tautan putus",
            "Berapa tautan yang putus, di luar pekerjaan terencana? Kosong: tidak ada yang dapat diukur.",
            _links(Code.DOWN),
            theme.DOWN,
        ),
        _count(
            "Menurun", what.format("menjawab, tetapi tidak semua tautannya baik"), _sites(Code.DEGRADED), theme.WARNING
        ),
        _count(
            "Tanpa data",
            "Berapa lokasi yang tidak dapat diukur? Itu bukan putus dan bukan normal.",
            _sites(Code.UNKNOWN),
            theme.UNKNOWN,
        ),
        _count("Pekerjaan", what.format("putus karena pekerjaan terencana"), _sites(Code.PLANNED), theme.PLANNED),
    )


def _count(title: str, description: str, expr: str, colour: str) -> Panel:
    steps = ((None, theme.UP), (1.0, colour))
    return number(title, description, Query(expr), unit="none", decimals=0, of=steps, filled=True, nothing="TANPA DATA")


def _sites(code: Code) -> str:
    count = f"sum({_SITES} == bool {code:d})"
    return count if code is Code.UNKNOWN else f"{count} {_NOTHING_KNOWN}"


def _links(code: Code) -> str:
    return f"sum({_LINKS} == bool {code:d}) {_NOTHING_KNOWN}"


def _clock() -> Panel:
    """The older of what was measured and what was recorded of it."""
    snapshot = "min(opd_exporter_snapshot_timestamp_seconds)"
    return number(
        "Jam data (WIB)",
        "Seberapa baru layar ini? Waktu pengukuran terakhir yang terlihat. Jam yang berhenti berarti layar atau "
        "pemantau berhenti.",
        Query(f"(({snapshot} < {_RECORDED}) or {_RECORDED} and on () {snapshot}) * 1000"),
        unit="time:HH.mm.ss",
        nothing="BERHENTI",
    )


def _open_outages() -> Panel:
    """Worst first: by scope, then by links."""
    labels = "scope, what, place, kabkota, opd, site, link, provider"
    order = " or ".join(f'{OPEN_LINKS}{{rank="{rank}"}} + {(6 - rank) * 10**6}' for rank in range(1, 6))
    return table(
        "Gangguan terbuka",
        "Apa yang putus sekarang, di mana, milik siapa, sejak kapan? Terburuk di atas: jaringan inti, wilayah, "
        "penyedia, lokasi, tautan. Satu baris satu sebab; tautan di dalam gangguan yang lebih luas tidak disebut lagi. "
        "Kosong berarti tidak ada gangguan yang diumumkan.",
        Query(f"max by ({labels}) ({OPEN_SINCE}) * 1000"),
        Query(f"time() - max by ({labels}) ({OPEN_SINCE})"),
        Query(f"max by ({labels}) ({OPEN_LINKS})"),
        Query(f"max by ({labels}) ({order})"),
        columns=(
            Column("scope", "Cakupan", width_px=110, mappings=theme.mapped(_SCOPES)),
            Column("what", "Gangguan", links=_to("pantau-tautan", "Tautan ini", "link")),
            Column("place", "Tempat", width_px=180, links=_to("pantau-tautan", "Wilayah ini", "kabkota")),
            Column("opd", "OPD", width_px=110, links=_to("pantau-tautan", "OPD ini", "opd")),
            Column("provider", "Penyedia", width_px=110, links=_to("pantau-penyedia", "Penyedia ini", "provider")),
            Column("link"),
            Column("kabkota"),
            Column("C", "Tautan", unit="none", decimals=0, width_px=70, of=((None, theme.DOWN),)),
            Column("A", "Sejak (WIB)", unit="time:DD/MM HH.mm", width_px=110),
            Column("B", "Lama", unit="dthms", width_px=90),
            Column("D"),
        ),
        sort="D",
        limit=20,
        nothing="Tidak ada gangguan",
    )


def _map() -> Panel:
    site = f"on (job, instance, site) group_left (lat, lon) {SITE_INFO.record}"
    expr = f"max by (site, name, kabkota_name, lat, lon) ({SITE_CODE.record} * {site})"
    return places(
        "Peta lokasi",
        "Di mana gangguannya? Setiap titik satu lokasi, yang terburuk lebih besar. Tidak memerlukan internet.",
        Query(expr),
        links=(("Lokasi ini", href("pantau-tautan", "site=${__data.fields.site}")),),
    )


def _areas() -> Panel:
    """27 tiles; -1 stands for an area of which nothing is known."""
    by_area = f"by (kabkota, kabkota_name) (max by (site, kabkota, kabkota_name) ({SITE_CODE.record})"
    unknown = f"(min {by_area}) == {Code.UNKNOWN:d} and max {by_area}) == {Code.UNKNOWN:d})"
    known = f"sum {by_area} == bool {Code.DOWN:d}) unless {unknown} or {unknown} * 0 - 1"
    short = f'label_replace({known}, "kabkota_name", "Kab. $1", "kabkota_name", "Kabupaten (.*)")'
    return number(
        "Lokasi putus menurut kabupaten/kota",
        "Apakah gangguannya terkumpul di satu wilayah? Terburuk lebih dulu. Angka: lokasi yang putus. Abu-abu: tidak "
        "ada yang dapat diukur di wilayah itu.",
        Query(f"sort_desc({short})", "{{kabkota_name}}"),
        unit="none",
        decimals=0,
        mappings=theme.mapped({"-1": ("TANPA DATA", theme.UNKNOWN)}),
        of=((None, theme.UNKNOWN), (0.0, theme.UP), (1.0, theme.DOWN)),
        filled=True,
        links=(link_to("Tautan di wilayah ini", href("pantau-tautan", "kabkota=${__field.labels.kabkota}")),),
    )


def _provider(figure: Figure, window: Window) -> str:
    shown = f"max by (provider, name) ({record(_LEVEL['provider'], figure, window)} {PROVIDER_NAME})"
    return month.cut(shown) if figure is AVAILABILITY else shown


def _to(uid: str, title: str, label: str) -> tuple[tuple[str, str], ...]:
    """A link from a row, for the label of that row."""
    return ((title, href(uid, f"{label}=${{__data.fields.{label}}}")),)


def _providers() -> Panel:
    by_provider = f"by (provider) (max by (link, provider) ({LINK_CODE.record})"
    named = f"* on (provider) group_left (name) max by (provider, name) ({PROVIDER_INFO.record})"
    unknown = f"(min {by_provider}) == {Code.UNKNOWN:d} and max {by_provider}) == {Code.UNKNOWN:d})"
    down = f"(sum {by_provider} == bool {Code.DOWN:d}) unless {unknown}) {named}"
    links = f"count {by_provider}) {named}"
    return table(
        "Penyedia",
        "Apakah satu penyedia lebih terganggu dari yang lain? Ketersediaan satu hari dengan cakupan pengukurannya; "
        "kehilangan paket dan latensi lima menit terakhir.",
        Query(links),
        Query(down),
        Query(_provider(LOSS, _FIVE_MINUTES)),
        Query(_provider(RTT_P95, _FIVE_MINUTES)),
        Query(_provider(AVAILABILITY, _DAY)),
        Query(_provider(COVERAGE, _DAY)),
        columns=(
            Column("provider"),
            Column("name", "Penyedia", links=_to("pantau-penyedia", "Penyedia & SLA", "provider")),
            Column("A", "Tautan", unit="none", decimals=0, width_px=75),
            Column("B", "Putus", unit="none", decimals=0, width_px=70, of=((None, theme.TEXT), (1.0, theme.DOWN))),
            Column("C", "Hilang", unit="percentunit", decimals=2, width_px=90),
            Column("D", "RTT p95", unit="s", decimals=1, width_px=90),
            Column("E", "Tersedia", unit="percentunit", decimals=2, width_px=95),
            Column("F", "Cakupan", unit="percentunit", decimals=1, width_px=95),
        ),
        sort="Putus",
    )


def _prober() -> Panel:
    province = _LEVEL["province"]
    return number(
        "Pengukuran",
        "Dapatkah layar ini dipercaya? Cakupan: bagian waktu yang terukur. Jalur pemantau: apakah pemantau sendiri "
        "terhubung. Di bawah 99% ada yang tidak diukur, dan angka lain tidak mewakilinya.",
        Query(f"min({record(province, COVERAGE, _FIVE_MINUTES)})", "Cakupan 5 menit"),
        Query(f"min({record(province, COVERAGE, _DAY)})", "Cakupan 1 hari"),
        Query(f"max({record(province, LOSS, _FIVE_MINUTES)})", "Hilang 5 menit"),
        Query(f"min({READABLE}) * min(opd_exporter_uplink_up or {READABLE})", "Jalur pemantau"),
        unit="percentunit",
        decimals=2,
        overrides={"Jalur pemantau": {"unit": "none", "mappings": theme.mapped(_SEES), "decimals": 0}},
    )


_SEES = {"0": ("PUTUS", theme.DOWN), "1": ("NORMAL", theme.UP)}
