"""What a site's move to a central line did to its service: before against after, and of whom nothing can be said yet.

Lives here: the panels about moved sites, for ``transition``. Must not live here: when enough was measured, and what
counts as worse (``alert_rules/transition.yml`` and its thresholds).
"""

from __future__ import annotations

from grafana import theme
from grafana.contracts import named, or_none
from grafana.layout import href
from grafana.panels import Panel, Query, number, steps
from grafana.queries import (
    AVAILABILITY_AFTER_MOVE,
    AVAILABILITY_BEFORE_MOVE,
    COMPARABLE_MOVE,
    LOSS_AFTER_MOVE,
    LOSS_BEFORE_MOVE,
    MEASURED_AFTER_MOVE,
    MEASURED_BEFORE_MOVE,
    RTT_AFTER_MOVE,
    RTT_BEFORE_MOVE,
    SITE_PHASE,
    WORSE_MOVE,
)
from grafana.tables import Column, table

__all__ = ["CHOSEN", "SITE", "counts", "not_comparable", "row", "sites", "together", "worse"]

#: What a series with a site's labels has to match.
CHOSEN = 'opd=~"$opd", kabkota=~"$kabkota"'

#: The columns that say which site a row is about.
SITE = (
    Column("site"),
    Column("name", "Lokasi", links=(("Tautan lokasi ini", href("pantau-tautan", "site=${__data.fields.site}")),)),
    Column("opd_name", "OPD"),
    Column("kabkota_name", "Kabupaten/kota"),
)

_SIDES = {"before": ("Sebelum pindah (90 hari terakhir)", None), "after": ("Sesudah pindah (30 hari terakhir)", None)}

_REASONS = {
    "before": ("Sewa lama tidak terukur (90 hari)", None),
    "after": ("Belum terukur sesudah pindah", None),
    "short": ("Terlalu singkat terukur", None),
}


def sites(*matchers: str) -> str:
    """1 for each site that is chosen and matches, with its phase, name, office and area."""
    return f"max without (job, instance) ({SITE_PHASE}{{{', '.join((CHOSEN, *matchers))}}})"


def row(expr: str, *further: str) -> str:
    """A value by site, with the labels of ``SITE`` and ``further`` ones; ``expr`` has those of ``sites``."""
    return f"max by ({', '.join(('site, name, opd, opd_name, kabkota_name', *further))}) ({named(expr, 'opd')})"


_MOVED = sites('phase="central"')
_COMPARED = f"({_MOVED} and on (site) {COMPARABLE_MOVE})"
_OPEN = f"({_MOVED} unless on (site) {COMPARABLE_MOVE})"
_WORSE = f"({_MOVED} and on (site) {WORSE_MOVE})"


def _figure(record: str, of: str) -> str:
    """A figure of each site in ``of``."""
    return f"({of} * on (site) group_left () max by (site) ({record}))"


def counts() -> Panel:
    """Of how many anything can be said."""
    return number(
        "Lokasi yang sudah terpusat",
        "Bagaimana layanan lokasi yang sudah terpusat? Lebih buruk: ketersediaan turun atau kehilangan paket naik "
        "melewati ambang. Belum dapat dibandingkan: tautan utamanya terlalu singkat terukur sebelum atau sesudah "
        "pindah; lokasi itu tidak masuk hitungan mana pun.",
        Query(or_none(f"count({_WORSE})", _COMPARED), "Lebih buruk"),
        Query(or_none(f"count({_COMPARED} unless on (site) {WORSE_MOVE})", _COMPARED), "Tidak lebih buruk"),
        Query(or_none(f"count({_OPEN})", sites()), "Belum dapat dibandingkan"),
        unit="none",
        decimals=0,
        overrides={
            "Lebih buruk": {"thresholds": steps(((None, theme.TEXT), (1.0, theme.DOWN))).build()},
            "Belum dapat dibandingkan": {"thresholds": steps(((None, theme.TEXT), (1.0, theme.UNKNOWN))).build()},
        },
    )


def together() -> Panel:
    """Weighed by the time measured, so that a site measured for a day does not count like one measured for a month."""

    def both(before: str, after: str) -> str:
        return " or ".join(
            f'label_replace({expr}, "side", "{side}", "", "")'
            for side, expr in zip(_SIDES, (before, after), strict=True)
        )

    def weighed(before: str, after: str) -> str:
        return both(_weighed(before, MEASURED_BEFORE_MOVE), _weighed(after, MEASURED_AFTER_MOVE))

    def total(record: str) -> str:
        return f"sum({_figure(record, _COMPARED)})"

    count = f"count({_COMPARED})"
    return table(
        "Mutu layanan sebelum dan sesudah pindah",
        "Apakah konsolidasi memperbaiki layanan? Hanya lokasi yang cukup terukur di kedua sisi; rata-rata ditimbang "
        "dengan waktu terukur tautan utama. Jam terukur: jumlah dari semua lokasi itu. Kosong berarti belum ada lokasi "
        "yang dapat dibandingkan.",
        Query(both(count, count)),
        Query(weighed(AVAILABILITY_BEFORE_MOVE, AVAILABILITY_AFTER_MOVE)),
        Query(weighed(LOSS_BEFORE_MOVE, LOSS_AFTER_MOVE)),
        Query(weighed(RTT_BEFORE_MOVE, RTT_AFTER_MOVE)),
        Query(f"({both(total(MEASURED_BEFORE_MOVE), total(MEASURED_AFTER_MOVE))}) / 3600"),
        columns=(
            Column("side", "Kapan", mappings=theme.mapped(_SIDES)),
            Column("A", "Lokasi", unit="none", decimals=0),
            Column("B", "Ketersediaan", unit="percentunit", decimals=2),
            Column("C", "Kehilangan paket", unit="percentunit", decimals=2),
            Column("D", "RTT rata-rata", unit="s", decimals=1),
            Column("E", "Jam terukur", unit="none", decimals=0),
        ),
        sort="Kapan",
        nothing="Belum ada lokasi yang dapat dibandingkan",
    )


def _weighed(record: str, measured: str) -> str:
    time = _figure(measured, f"({_COMPARED} and on (site) {record})")
    return f"sum({time} * on (site) group_left () max by (site) ({record})) / sum({time})"


def _share(source: str, title: str) -> Column:
    return Column(source, title, unit="percentunit", decimals=2, width_px=130)


def _hours(source: str, title: str) -> Column:
    return Column(source, title, unit="none", decimals=0, width_px=105)


def worse() -> Panel:
    """One row for each site that is worse off."""

    def of(record: str) -> str:
        return row(_figure(record, _WORSE))

    difference = f"max by (site) ({AVAILABILITY_AFTER_MOVE}) - max by (site) ({AVAILABILITY_BEFORE_MOVE})"
    return table(
        "Lokasi yang lebih buruk sejak pindah",
        "Lokasi mana yang dirugikan kepindahannya? Selisih ketersediaan dalam poin persen, yang terburuk di atas; jam "
        "terukur di kedua sisi menunjukkan seberapa kuat perbandingannya. Kosong berarti tidak ada yang lebih buruk di "
        "antara yang dapat dibandingkan.",
        Query(of(AVAILABILITY_BEFORE_MOVE)),
        Query(of(AVAILABILITY_AFTER_MOVE)),
        Query(f"{of(difference)} * 100"),
        Query(of(LOSS_BEFORE_MOVE)),
        Query(of(LOSS_AFTER_MOVE)),
        Query(f"{of(MEASURED_BEFORE_MOVE)} / 3600"),
        Query(f"{of(MEASURED_AFTER_MOVE)} / 3600"),
        columns=(
            *SITE,
            _share("A", "Tersedia sebelum"),
            _share("B", "Tersedia sesudah"),
            Column(
                "C", "Selisih (poin)", unit="none", decimals=2, width_px=110, of=((None, theme.DOWN), (0.0, theme.TEXT))
            ),
            _share("D", "Hilang sebelum"),
            _share("E", "Hilang sesudah"),
            _hours("F", "Jam sebelum"),
            _hours("G", "Jam sesudah"),
        ),
        sort="Selisih (poin)",
        descending=False,
        nothing="Tidak ada lokasi yang lebih buruk di antara yang dapat dibandingkan",
    )


def not_comparable() -> Panel:
    """One row for each moved site of which too little was measured, with the reason."""
    before, after = f"({_OPEN} unless on (site) {MEASURED_BEFORE_MOVE})", f"on (site) {MEASURED_AFTER_MOVE}"
    of_reason = {
        "before": before,
        "after": f"({_OPEN} and on (site) {MEASURED_BEFORE_MOVE} unless {after})",
        "short": f"({_OPEN} and on (site) {MEASURED_BEFORE_MOVE} and {after})",
    }

    def rows(record: str) -> str:
        return row(
            " or ".join(
                f'label_replace({_figure(record, of)}, "reason", "{reason}", "", "")'
                for reason, of in of_reason.items()
            ),
            "reason",
        )

    return table(
        "Belum dapat dibandingkan",
        "Tentang lokasi terpusat mana belum dapat dikatakan apa pun, dan mengapa? Bukan berarti baik atau buruk. "
        "Kosong berarti semua lokasi terpusat dapat dibandingkan.",
        Query(rows(SITE_PHASE)),
        Query(f"{rows(MEASURED_BEFORE_MOVE)} / 3600"),
        Query(f"{rows(MEASURED_AFTER_MOVE)} / 3600"),
        columns=(
            *SITE,
            Column("reason", "Sebab", mappings=theme.mapped(_REASONS), width_px=220),
            _hours("B", "Jam sebelum"),
            _hours("C", "Jam sesudah"),
        ),
        sort="Jam sesudah",
        limit=500,
        nothing="Semua lokasi terpusat dapat dibandingkan",
    )
