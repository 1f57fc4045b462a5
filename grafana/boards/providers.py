"""Penyedia & SLA: who delivers what was promised, and how much of the month's budget is left.

Lives here: the panels about providers and contracts. Must not live here: PromQL of the month (``grafana.month``), fees
(``capacity``).
"""

from __future__ import annotations

from alert_rules.now import LINK_CODE, PROVIDER_INFO, Code
from alert_rules.windows import AVAILABILITY, COVERAGE, JITTER, LEVELS, LOSS, RTT_P95, WINDOWS, Figure, Window, record
from grafana import month, theme
from grafana.boards.link_office import CAUSES
from grafana.layout import Board, Row, href
from grafana.panels import Panel, Query, bars, lines
from grafana.queries import CAUSES_30D, OUTAGES_OVER_TOLERANCE, PROVIDER_NAME, WHOLE_MONTH
from grafana.tables import Column, table
from grafana.variables import PROVIDER

__all__ = ["board"]

_, _HOUR, _DAY, _MONTH = WINDOWS
_PROVIDER = next(level for level in LEVELS if level.name == "provider")
_CHOSEN = '{provider=~"$provider"}'
_LINK = "job, instance, link"
_OPEN = (("Tautan ini", href("pantau-tautan", "link=${__data.fields.link}")),)

#: Minutes that a link may still be down this month; below 0 its promise is broken already.
_LEFT_MIN = f"({month.LINK_ALLOWED} * on ({_LINK}) {WHOLE_MONTH} - on ({_LINK}) {month.LINK_DOWN}) / 60"

_BELOW_NONE = ((None, theme.DOWN), (0.0, theme.TEXT))
_SOME = ((None, theme.TEXT), (1.0, theme.DOWN))


def board() -> Board:
    """The dashboard."""
    return Board(
        uid="pantau-penyedia",
        folder="NOC",
        description="Penyedia mana yang memenuhi janjinya? Perbandingan penyedia, target kontrak dan sisa jatah putus.",
        variables=(PROVIDER,),
        rows=(
            Row(8, ((24, _comparison()),), "Perbandingan penyedia", "Apakah satu penyedia lebih buruk?"),
            Row(8, ((12, _availability()), (12, _coverage()))),
            Row(8, ((12, _latency()), (12, _loss()))),
            Row(11, ((24, _contracts()),), "Target kontrak bulan ini", "Kontrak mana yang tidak terpenuhi?"),
            Row(13, ((16, _budgets()), (8, _burning()))),
            Row(8, ((10, _over_tolerance()), (14, _over_tolerance_links()))),
            Row(8, ((24, _causes()),), "Sebab gangguan", "Jalur penyedia, atau listrik di kantor?"),
        ),
        back="now-30d",
        refresh="5m",
    )


def _of_provider(figure: Figure, window: Window) -> str:
    shown = f"max by (provider, name) ({record(_PROVIDER, figure, window)}{_CHOSEN} {PROVIDER_NAME})"
    return month.cut(shown) if figure is AVAILABILITY else shown


def _summed(per_link: str) -> str:
    """Something of each link, summed by provider, with its name."""
    return month.PROVIDER.shown(f"{month.PROVIDER.summed(per_link)} and on (provider) {_KNOWN}")


#: The chosen providers.
_KNOWN = f"{PROVIDER_INFO.record}{_CHOSEN}"


def _comparison() -> Panel:
    by_provider = f"by (provider) (max by (link, provider) ({LINK_CODE.record}{_CHOSEN})"
    # Of a provider of whose links nobody knows anything, no link is counted as not down.
    unknown = f"(min {by_provider}) == {Code.UNKNOWN:d} and max {by_provider}) == {Code.UNKNOWN:d})"
    down = f"(sum {by_provider} == bool {Code.DOWN:d}) unless {unknown})"
    links = f"count by (provider) (max by (link, provider) ({LINK_CODE.record}{_CHOSEN}))"
    named = f"* on (provider) group_left (name) max by (provider, name) ({PROVIDER_INFO.record})"
    return table(
        "Perbandingan",
        "Apakah satu penyedia lebih buruk dari yang lain? Setiap ketersediaan berdampingan dengan cakupannya. Gangguan "
        "dihitung sejak awal bulan (WIB), dalam jam penuh; lewat toleransi menurut kontrak masing-masing.",
        Query(f"{links} {named}"),
        Query(f"{down} {named}"),
        Query(_of_provider(AVAILABILITY, _DAY)),
        Query(_of_provider(AVAILABILITY, _MONTH)),
        Query(_of_provider(COVERAGE, _MONTH)),
        Query(_of_provider(LOSS, _DAY)),
        Query(_of_provider(RTT_P95, _DAY)),
        Query(_of_provider(JITTER, _DAY)),
        Query(_summed(month.LINK_OUTAGES)),
        Query(_summed(OUTAGES_OVER_TOLERANCE)),
        Query(_of_provider(COVERAGE, _DAY)),
        columns=(
            Column("provider"),
            Column("name", "Penyedia"),
            Column("A", "Tautan", unit="none", decimals=0, width_px=90),
            Column("B", "Putus kini", unit="none", decimals=0, width_px=110, of=_SOME),
            Column("C", "Tersedia 1 hari", unit="percentunit", decimals=2, width_px=150),
            Column("K", "Cakupan 1 hari", unit="percentunit", decimals=2, width_px=150),
            Column("D", "Tersedia 30 hari", unit="percentunit", decimals=2, width_px=160),
            Column("E", "Cakupan 30 hari", unit="percentunit", decimals=2, width_px=160),
            Column("F", "Hilang 1 hari", unit="percentunit", decimals=2, width_px=140),
            Column("G", "RTT p95", unit="s", decimals=1, width_px=110),
            Column("H", "Jitter", unit="s", decimals=1, width_px=110),
            Column("I", "Gangguan", unit="none", decimals=0, width_px=110),
            Column("J", "Lewat toleransi", unit="none", decimals=0, width_px=150, of=_SOME),
        ),
        sort="Tersedia 30 hari",
        descending=False,
    )


def _by_hour(title: str, description: str, figure: Figure, unit: str, highest: float | None = None) -> Panel:
    return lines(
        title,
        f"{description} Satu garis satu penyedia; setiap titik satu jam.",
        # By id: names of a month ago, one every five seconds, would be most of what is read.
        Query(f"max by (provider) ({record(_PROVIDER, figure, _HOUR)}{_CHOSEN})", "{{provider}}"),
        unit=unit,
        decimals=2 if unit == "percentunit" else 1,
        highest=highest,
        interval="1h",
    )


def _availability() -> Panel:
    return _by_hour("Ketersediaan", "Sejak kapan ketersediaan turun, dan pada siapa?", AVAILABILITY, "percentunit", 1)


def _coverage() -> Panel:
    what = "Seberapa banyak yang terukur? Ketersediaan di sebelah hanya berlaku untuk bagian ini."
    return _by_hour("Cakupan pengukuran", what, COVERAGE, "percentunit", 1)


def _latency() -> Panel:
    return _by_hour("Latensi (p95)", "Siapa yang melambat, dan pada jam berapa?", RTT_P95, "s")


def _loss() -> Panel:
    return _by_hour("Kehilangan paket", "Siapa yang kehilangan paket, dan sejak kapan?", LOSS, "percentunit")


#: Of each link of a contract that promises something, of a chosen provider.
_PROMISED = f"and on (provider) {_KNOWN} and on (contract) opd_contract_availability_target_ratio"


def _of_contracts(how: str, per_link: str) -> str:
    """Something of each link, by contract."""
    each = f"{month.joined(per_link, 'contract, provider')} {_PROMISED}"
    return f"{how} by (contract, provider) (max by (link, contract, provider) ({each}))"


def _of_links(per_link: str, which: str) -> str:
    """Something of some links, with what a table shows of them."""
    chosen = f"({per_link}) and on ({_LINK}) ({which})"
    return f"max by (link, name, provider, contract) ({month.joined(chosen, 'name, provider, contract')})"


def _contracts() -> Panel:
    measured, elapsed = (_of_contracts("sum", each) for each in (month.LINK_MEASURED, month.LINK_ELAPSED))
    worst = _of_contracts("min", month.LINK_AVAILABLE)
    target = f"1 - {_of_contracts('min', month.LINK_ALLOWED)}"
    return table(
        "Target dan hasil menurut kontrak",
        "Apakah janji kontrak terpenuhi sejauh bulan ini? Terburuk di atas. Terburuk dan sisa jatah dari tautan yang "
        "paling buruk dalam kontrak itu; toleransi dan pengecualian belum diperhitungkan. Kosong: bulan belum berjalan "
        "satu jam, atau tidak ada kontrak bertarget.",
        Query(_of_contracts("count", month.LINK_ELAPSED)),
        Query(target),
        Query(worst),
        Query(f"({worst}) - ({target})"),
        Query(f"clamp_max({measured} / {elapsed}, 1)"),
        Query(_of_contracts("sum", month.LINK_PROMISED)),
        Query(_of_contracts("min", _LEFT_MIN)),
        Query(_of_contracts("sum", OUTAGES_OVER_TOLERANCE)),
        columns=(
            Column("contract", "Kontrak"),
            Column("provider", "Penyedia", width_px=150),
            Column("A", "Tautan", unit="none", decimals=0, width_px=100),
            Column("B", "Target", unit="percentunit", decimals=2, width_px=110),
            Column("C", "Terburuk", unit="percentunit", decimals=2, width_px=120),
            Column("D", "Selisih", unit="percentunit", decimals=2, width_px=120, of=_BELOW_NONE),
            Column("E", "Cakupan", unit="percentunit", decimals=2, width_px=120),
            Column("F", "Di bawah target", unit="none", decimals=0, width_px=170, of=_SOME),
            Column("G", "Sisa jatah (menit)", unit="none", decimals=0, width_px=190, of=_BELOW_NONE),
            Column("H", "Lewat toleransi", unit="none", decimals=0, width_px=170, of=_SOME),
        ),
        sort="Selisih",
        descending=False,
    )


def _budgets() -> Panel:
    worst = f"bottomk(20, {month.joined(_LEFT_MIN, 'provider')} and on (provider) {_KNOWN})"
    return table(
        "Sisa jatah putus bulan ini",
        "Tautan mana yang kehabisan jatah? Duapuluh terkecil. Jatah: bagian bulan yang menurut kontrak boleh putus. "
        "Negatif: janji kontrak bulan ini sudah tidak dapat dipenuhi. Tautan tanpa janji tidak disebut.",
        Query(_of_links(_LEFT_MIN, worst)),
        Query(_of_links(f"1 - {month.LINK_ALLOWED}", worst)),
        Query(_of_links(month.LINK_AVAILABLE, worst)),
        Query(_of_links(month.LINK_COVERED, worst)),
        columns=(
            Column("link"),
            Column("name", "Tautan", links=_OPEN),
            Column("provider", "Penyedia", width_px=120),
            Column("contract", "Kontrak", width_px=120),
            Column("B", "Target", unit="percentunit", decimals=2, width_px=90),
            Column("C", "Tersedia", unit="percentunit", decimals=2, width_px=100),
            Column("D", "Cakupan", unit="percentunit", decimals=2, width_px=100),
            Column("A", "Sisa (menit)", unit="none", decimals=0, width_px=120, of=_BELOW_NONE),
        ),
        sort="Sisa (menit)",
        descending=False,
        limit=20,
    )


def _burning() -> Panel:
    firing = 'ALERTS{alertname=~"LinkSla.*", alertstate="firing", provider=~"$provider"}'
    names = {
        "LinkSlaBurn": ("Cepat", theme.DOWN),
        "LinkSlaBurnSlow": ("Perlahan", theme.WARNING),
        "LinkSlaForecast": ("Perkiraan bulan", theme.WARNING),
    }
    return table(
        "Jatah yang sedang terpakai",
        "Tautan mana yang jatahnya terpakai lebih cepat dari bulannya, menurut peringatan yang menyala? Kosong: tidak "
        "ada.",
        Query(f"max by (link, name, provider, alertname) ({firing})"),
        columns=(
            Column("link"),
            Column("name", "Tautan", links=_OPEN),
            Column("provider", "Penyedia", width_px=110),
            Column("alertname", "Laju", width_px=140, mappings=theme.mapped(names)),
            Column("A"),
        ),
        sort="Tautan",
        descending=False,
        nothing="Tidak ada",
    )


def _over_tolerance() -> Panel:
    return bars(
        "Gangguan melewati toleransi",
        "Penyedia mana yang gangguannya lebih lama dari toleransi kontrak, dan berapa kali bulan ini? Gangguan "
        "dihitung saat berakhir; yang berakhir di dalam pekerjaan terencana atau di luar jam kontrak tidak dihitung.",
        Query(f"sort_desc({_summed(OUTAGES_OVER_TOLERANCE)})", "{{name}}"),
        unit="none",
        decimals=0,
        of=((None, theme.MUTED), (1.0, theme.DOWN)),
    )


def _over_tolerance_links() -> Panel:
    which = f"topk(20, {month.joined(OUTAGES_OVER_TOLERANCE, 'provider')} and on (provider) {_KNOWN} > 0)"
    return table(
        "Tautan yang paling sering melewati toleransi",
        "Tautan mana yang berulang kali putus lebih lama dari toleransi kontraknya bulan ini? Waktu tepat setiap "
        "gangguan ada di dasbor tautannya. Kosong: tidak ada.",
        Query(_of_links(OUTAGES_OVER_TOLERANCE, which)),
        Query(_of_links(month.LINK_OUTAGES, which)),
        Query(_of_links(f"{month.LINK_DOWN} / 60", which)),
        columns=(
            Column("link"),
            Column("name", "Tautan", links=_OPEN),
            Column("provider", "Penyedia", width_px=120),
            Column("contract", "Kontrak", width_px=120),
            Column("A", "Lewat toleransi", unit="none", decimals=0, width_px=150, of=_SOME),
            Column("B", "Gangguan", unit="none", decimals=0, width_px=110),
            Column("C", "Putus (menit)", unit="none", decimals=0, width_px=130),
        ),
        sort="Lewat toleransi",
        limit=20,
        nothing="Tidak ada gangguan yang melewati toleransi",
    )


def _causes() -> Panel:
    """A column for each cause."""
    named = f"* on (provider) group_left (name) max by (provider, name) ({_KNOWN})"
    return table(
        "Sebab gangguan tautan dalam 30 hari",
        "Berapa gangguan tautan karena jalur, berapa karena router kantor mati? Setiap gangguan yang sebabnya sudah "
        "diputuskan, juga yang terlalu singkat untuk disampaikan. Tidak diketahui: router tidak dibaca lewat SNMP, "
        "atau tidak ada bukti. Kosong: belum ada.",
        *(
            Query(f'sum by (provider) ({CAUSES_30D}{{provider=~"$provider", cause="{cause}"}}) {named}')
            for cause in CAUSES
        ),
        columns=(
            Column("provider"),
            Column("name", "Penyedia"),
            *(
                Column(letter, words, unit="none", decimals=0, width_px=180)
                for letter, (words, _) in zip("ABCDEFG", CAUSES.values(), strict=True)
            ),
        ),
        sort="Jalur putus",
        nothing="Belum ada sebab yang diputuskan",
    )
