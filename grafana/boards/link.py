"""OPD, lokasi, tautan: one link from every side, and the links of an office.

Lives here: which panels there are, and those of the link as it is now. Must not live here: its past (``link_past``),
its router, traffic, causes and probes (``link_office``).
"""

from __future__ import annotations

from alert_rules.now import LINK_CODE, PROVIDER_INFO, SITE_INFO
from alert_rules.windows import AVAILABILITY, COVERAGE, INFO, JITTER, LINK, LOSS, RTT_P50, RTT_P95, WINDOWS, record
from grafana import theme
from grafana.boards import link_office, link_past
from grafana.layout import Board, Mark, Row, href
from grafana.month import cut
from grafana.panels import Panel, Query, number
from grafana.queries import OPD_INFO
from grafana.tables import Column, table
from grafana.variables import KABKOTA, OPD, PROVIDER, SITE
from grafana.variables import LINK as LINK_VARIABLE

__all__ = ["board"]

_FIVE_MINUTES, _HOUR, _DAY, _MONTH = WINDOWS
_THIS = '{link="$link"}'
_OPEN = (("Tautan ini", href("pantau-tautan", "link=${__data.fields.Tautan}")),)
_OFFICE = '{opd=~"$opd", kabkota=~"$kabkota", provider=~"$provider", site=~"$site"}'


def _named(level: str, names: str) -> str:
    """Puts the ``name`` of an office or a provider beside its id, under a name of its own."""
    own = f'label_replace({names}, "{level}_name", "$1", "name", "(.*)")'
    return f"* on ({level}) group_left ({level}_name) max by ({level}, {level}_name) ({own})"


_NAMES = f"{_named('opd', OPD_INFO)} {_named('provider', PROVIDER_INFO.record)}"


def board() -> Board:
    """The dashboard."""
    return Board(
        uid="pantau-tautan",
        folder="NOC",
        description="Satu tautan dari segala sisi: keadaan, gangguan, mutu, kontrak; dan semua tautan satu OPD.",
        variables=(KABKOTA, PROVIDER, OPD, SITE, LINK_VARIABLE),
        rows=(
            Row(
                4,
                (
                    (4, _state()),
                    (4, _since()),
                    (4, _quality()),
                    (4, _round_trip()),
                    (5, _availability()),
                    (3, _hours()),
                ),
            ),
            Row(4, ((24, _place()),)),
            Row(5, ((24, link_past.states_of_the_site()),)),
            Row(9, ((12, link_past.round_trip_density()), (12, link_past.round_trip()))),
            Row(8, ((8, link_past.loss()), (8, link_past.jitter()), (8, link_past.echoes()))),
            Row(8, ((10, link_past.outages()), (14, _contract()))),
            *link_office.rows(),
            Row(13, ((24, _office()),), "Semua tautan OPD yang dipilih", "Tautan mana yang paling buruk?"),
        ),
        marks=(
            Mark(
                "Gangguan lebih luas",
                'max by (scope) (opd_link_outage{link="$link", scope!="link"} == 1)',
                "Cakupan: {{scope}}",
                theme.DOWN,
            ),
            Mark("Pekerjaan terencana", f"max(opd_link_maintenance{_THIS} == 1)", "Diumumkan", theme.PLANNED),
        ),
        refresh="30s",
    )


def _state() -> Panel:
    return number(
        "Keadaan",
        "Bagaimana keadaan tautan ini sekarang? TANPA DATA: tidak dapat diukur, bukan putus.",
        Query(f"max({LINK_CODE.record}{_THIS})"),
        unit="none",
        mappings=theme.states(),
        of=theme.STATES,
        filled=True,
    )


def _since() -> Panel:
    return number(
        "Sejak (WIB)",
        "Sejak kapan keadaan itu? Kosong: belum diketahui, misalnya setelah pengukur dijalankan ulang.",
        Query(f"max(opd_link_state_changed_timestamp_seconds{_THIS}) * 1000"),
        unit="time:DD/MM/YYYY HH.mm",
    )


def _quality() -> Panel:
    return number(
        "Mutu 5 menit terakhir",
        "Apakah tautan ini sehat? Kehilangan paket, jitter, dan bagian waktu yang terukur (cakupan).",
        Query(f"max({record(LINK, LOSS, _FIVE_MINUTES)}{_THIS})", "Hilang"),
        Query(f"max({record(LINK, JITTER, _FIVE_MINUTES)}{_THIS})", "Jitter"),
        Query(f"max({record(LINK, COVERAGE, _FIVE_MINUTES)}{_THIS})", "Cakupan"),
        unit="percentunit",
        decimals=1,
        overrides={"Jitter": {"unit": "s"}},
    )


def _round_trip() -> Panel:
    return number(
        "Waktu balas 5 menit terakhir",
        "Seberapa cepat tautan ini menjawab? Median, dan batas 95% balasan. Kosong: tidak ada balasan.",
        Query(f"max({record(LINK, RTT_P50, _FIVE_MINUTES)}{_THIS})", "Median"),
        Query(f"max({record(LINK, RTT_P95, _FIVE_MINUTES)}{_THIS})", "p95"),
        unit="s",
        decimals=1,
    )


def _availability() -> Panel:
    return number(
        "Ketersediaan",
        "Berapa bagian dari waktu terukur tautan ini menjawab? Setiap angka dengan cakupannya. Kosong: catatannya "
        "belum cukup panjang.",
        Query(cut(f"max({record(LINK, AVAILABILITY, _DAY)}{_THIS})"), "1 hari"),
        Query(f"max({record(LINK, COVERAGE, _DAY)}{_THIS})", "Cakupan 1 hari"),
        Query(cut(f"max({record(LINK, AVAILABILITY, _MONTH)}{_THIS})"), "30 hari"),
        Query(f"max({record(LINK, COVERAGE, _MONTH)}{_THIS})", "Cakupan 30 hari"),
        unit="percentunit",
        decimals=2,
    )


def _hours() -> Panel:
    return number(
        "Jam layanan",
        "Apakah sekarang jam kerja lokasi ini, dan adakah pekerjaan terencana?",
        Query(f"max(opd_link_service_hours{_THIS})", "Jam layanan"),
        Query(f"max(opd_link_maintenance{_THIS})", "Pekerjaan"),
        unit="none",
        overrides={
            "Jam layanan": {"mappings": theme.mapped({"0": ("DI LUAR", theme.UNKNOWN), "1": ("YA", theme.UP)})},
            "Pekerjaan": {"mappings": theme.mapped({"0": ("TIDAK ADA", theme.UP), "1": ("BERJALAN", theme.PLANNED)})},
        },
    )


def _place() -> Panel:
    """Names, for ids say nothing to whoever has to call somebody."""
    names = "name, role, phase, site_name, opd_name, kabkota_name, provider_name"
    own = f"max by (link, name, role, phase, site, opd, provider) ({INFO.record}{_THIS})"
    site = f'label_replace({SITE_INFO.record}, "site_name", "$1", "name", "(.*)")'
    place = f"* on (site) group_left (site_name, kabkota_name) max by (site, site_name, kabkota_name) ({site})"
    sent = f"* on (link) group_left () max by (link) (opd_link_last_probe_timestamp_seconds{_THIS})"
    return table(
        "Tautan dan lokasi",
        "Tautan ini melayani siapa, di mana, dan siapa yang menjualnya? Kosong: pemantau tidak mengukurnya, atau tidak "
        "terbaca.",
        Query(f"max by ({names}) ({own} {place} {_NAMES} {sent}) * 1000"),
        columns=(
            Column("name", "Tautan"),
            Column("role", "Peran", width_px=110, mappings=theme.mapped(theme.ROLES)),
            Column("phase", "Fase", width_px=110, mappings=theme.mapped(theme.PHASES)),
            Column("site_name", "Lokasi"),
            Column("opd_name", "OPD"),
            Column("kabkota_name", "Kabupaten/kota", width_px=230),
            Column("provider_name", "Penyedia", width_px=170),
            Column("A", "Terakhir diukur (WIB)", unit="time:DD/MM/YYYY HH.mm.ss", width_px=200),
        ),
        sort="Tautan",
    )


def _contract() -> Panel:
    """Both links of the site, with what was bought for each."""
    labels = "link, role, phase, contract, provider"
    here = f"max by ({labels}, site) ({INFO.record}) and on (site) {INFO.record}{_THIS}"
    links = f"max by ({labels}) ({here})"
    kind = "* on (contract) group_left (kind, window) max by (contract, kind, window) (opd_contract_info)"
    words = f"{links} {kind}"

    def bought(metric: str) -> str:
        return f"({words}) * on (contract) group_left () max by (contract) ({metric})"

    return table(
        "Kontrak tautan-tautan lokasi ini",
        "Apa yang dibeli untuk lokasi ini, dari siapa, dengan janji apa, sampai kapan? Tanpa target: kontrak tidak "
        "menjanjikan ketersediaan.",
        Query(words),
        Query(bought("opd_contract_bandwidth_bits_per_second")),
        Query(bought("opd_contract_availability_target_ratio")),
        Query(bought("opd_contract_tolerance_seconds")),
        Query(bought("opd_contract_end_timestamp_seconds * 1000")),
        columns=(
            Column("link", "Tautan", links=_OPEN),
            Column("role", "Peran", width_px=85, mappings=theme.mapped(theme.ROLES)),
            Column("phase", "Fase", width_px=100, mappings=theme.mapped(theme.PHASES)),
            Column("provider", "Penyedia", width_px=100),
            Column("contract", "Kontrak", width_px=100),
            Column("kind", "Jenis", width_px=90),
            Column("window", "Berlaku", width_px=100, mappings=theme.mapped(_WINDOWS)),
            Column("B", "Kapasitas", unit="bps", width_px=95),
            Column("C", "Target", unit="percentunit", decimals=2, width_px=80),
            Column("D", "Toleransi", unit="s", decimals=0, width_px=85),
            Column("E", "Berakhir", unit="time:DD/MM/YYYY", width_px=100),
            Column("A"),
        ),
        sort="Peran",
    )


_WINDOWS = {"24x7": ("24 jam", None), "service-hours": ("Jam kerja", None)}


def _office() -> Panel:
    """Every link that the variables choose, the worst first."""
    labels = "link, name, opd_name, provider_name, site"

    def shown(series: str) -> str:
        return f"max by ({labels}) (max by (link, name, opd, provider, site) ({series}{_OFFICE}) {_NAMES})"

    return table(
        "Tautan menurut keadaan",
        "Tautan mana dari OPD, wilayah, penyedia atau lokasi yang dipilih paling buruk? Terburuk di atas. Ketersediaan "
        "30 hari berdampingan dengan cakupannya.",
        Query(shown(LINK_CODE.record)),
        Query(shown(record(LINK, LOSS, _FIVE_MINUTES))),
        Query(shown(record(LINK, RTT_P95, _FIVE_MINUTES))),
        Query(cut(shown(record(LINK, AVAILABILITY, _MONTH)))),
        Query(shown(record(LINK, COVERAGE, _MONTH))),
        columns=(
            Column("name", "Nama"),
            Column(
                "link",
                "Tautan",
                width_px=230,
                links=_OPEN,
            ),
            Column("opd_name", "OPD"),
            Column("provider_name", "Penyedia", width_px=130),
            Column("A", "Keadaan", unit="none", width_px=210, mappings=theme.states(), of=theme.STATES),
            Column("B", "Hilang 5 menit", unit="percentunit", decimals=2, width_px=130),
            Column("C", "RTT p95", unit="s", decimals=1, width_px=100),
            Column("D", "Tersedia 30 hari", unit="percentunit", decimals=2, width_px=140),
            Column("E", "Cakupan", unit="percentunit", decimals=2, width_px=100),
        ),
        sort="Keadaan",
        limit=500,
    )
