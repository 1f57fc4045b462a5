"""One link over time: states, outages, round-trip times, loss, jitter, echoes.

Lives here: the panels with a time axis of the link's dashboard. Must not live here: where they stand (``link``).
"""

from __future__ import annotations

from alert_rules.now import LINK_CODE
from alert_rules.windows import INFO, JITTER, LINK, LOSS, RTT_MEAN, RTT_P50, RTT_P95, WINDOWS, record
from grafana import theme
from grafana.layout import href
from grafana.panels import Panel, Query, density, lines, link_to, timeline
from grafana.queries import JITTER_LIMIT, LOSS_LIMIT, OUTAGE_ENDED, RTT_BASELINE, RTT_LIMIT, RTT_LIMIT_SET
from grafana.tables import Column, table

__all__ = ["echoes", "jitter", "loss", "outages", "round_trip", "round_trip_density", "states_of_the_site"]

_FIVE_MINUTES = WINDOWS[0]
_THIS = '{link="$link"}'

#: How a limit is drawn.
_LIMIT = (("Batas peringatan", theme.DOWN),)


def states_of_the_site() -> Panel:
    """The link and, where there is one, its sister."""
    here = f"max_over_time({LINK_CODE.record}[$__interval]) and on (job, instance, site) ({INFO.record}{_THIS} @ end())"
    return timeline(
        "Keadaan tautan-tautan lokasi ini",
        "Kapan tautan ini dan tautan lain di lokasi yang sama putus? Dua yang putus bersamaan: listrik atau lokasinya, "
        "bukan satu penyedia. Setiap selang menunjukkan keadaan terburuknya. Celah: tidak ada catatan.",
        Query(f"max by (link, role) ({here})", "{{link}} ({{role}})"),
        interval="5s",
        links=(link_to("Tautan ini", href("pantau-tautan", "link=${__field.labels.link}")),),
    )


def round_trip_density() -> Panel:
    """The histogram over time."""
    return density(
        "Sebaran waktu balas",
        "Apakah semua balasan melambat, atau hanya sebagian? Setiap kolom satu selang; makin terang makin banyak.",
        Query(f"sum by (le) (rate(opd_link_rtt_seconds_bucket{_THIS}[$__rate_interval]))"),
        unit="s",
        interval="1m",
    )


def round_trip() -> Panel:
    """Quantiles beside what is usual."""
    return lines(
        "Waktu balas",
        "Sejak kapan tautan ini melambat, dibanding biasanya? Lazim: nilai tengah tujuh hari. Batas peringatan dari "
        "inventaris dibandingkan dengan p95, batas dari kebiasaan dengan rata-rata. Tanpa balasan tidak ada titik.",
        Query(f"max({record(LINK, RTT_P50, _FIVE_MINUTES)}{_THIS})", "Median"),
        Query(f"max({record(LINK, RTT_P95, _FIVE_MINUTES)}{_THIS})", "p95"),
        Query(f"max({RTT_BASELINE}{_THIS})", "Lazim"),
        Query(f"max({RTT_LIMIT_SET}{_THIS}) or max({RTT_LIMIT}{_THIS})", "Batas peringatan"),
        Query(f"max({record(LINK, RTT_MEAN, _FIVE_MINUTES)}{_THIS})", "Rata-rata"),
        unit="s",
        decimals=1,
        lowest=0,
        interval="1m",
        colours=_LIMIT,
    )


def loss() -> Panel:
    """Beside its limit."""
    return lines(
        "Kehilangan paket",
        "Sejak kapan paket hilang, dan apakah melewati batas peringatan? Yang tidak terukur bukan kehilangan.",
        Query(f"max({record(LINK, LOSS, _FIVE_MINUTES)}{_THIS})", "Hilang"),
        Query(f"max({LOSS_LIMIT}{_THIS})", "Batas peringatan"),
        unit="percentunit",
        decimals=1,
        lowest=0,
        interval="1m",
        colours=_LIMIT,
    )


def jitter() -> Panel:
    """Beside its limit."""
    return lines(
        "Jitter",
        "Apakah waktu balas berubah-ubah, sehingga rapat daring terganggu? Beda rata-rata dua balasan berurutan.",
        Query(f"max({record(LINK, JITTER, _FIVE_MINUTES)}{_THIS})", "Jitter"),
        Query(f"max({JITTER_LIMIT}{_THIS})", "Batas peringatan"),
        unit="s",
        decimals=1,
        lowest=0,
        interval="1m",
        colours=_LIMIT,
    )


def echoes() -> Panel:
    """What became of each echo."""

    def rate(name: str) -> str:
        return f"sum(rate(opd_link_echo_{name}_total{_THIS}[$__rate_interval]))"

    unmeasured = f"sum by (reason) (rate(opd_link_echo_unmeasured_total{_THIS}[$__rate_interval])) > 0"
    return lines(
        "Nasib setiap echo",
        "Apa yang terjadi dengan setiap echo: dijawab, hilang, atau tidak terukur karena sebab di pihak pemantau?",
        Query(rate("replies"), "Dijawab"),
        Query(rate("lost"), "Hilang"),
        Query(unmeasured, "Tidak terukur: {{reason}}"),
        unit="cps",
        decimals=2,
        lowest=0,
        stacked=True,
        interval="1m",
        colours=(("Dijawab", theme.MUTED), ("Hilang", theme.DOWN)),
    )


def outages() -> Panel:
    """A row for each step of the time range in which an outage ended."""
    ended = f"{OUTAGE_ENDED}{_THIS}[$__interval]"
    return table(
        "Gangguan yang sudah berakhir",
        "Kapan tautan ini putus dalam rentang waktu yang dipilih, dan berapa lama? Satu baris satu gangguan, atau "
        "beberapa yang berakhir dalam selang yang sama (lihat Jumlah). Lama: waktu yang terukur putus; yang tidak "
        "terukur tidak dihitung. Yang masih berlangsung ada di Keadaan. Kosong: tidak ada.",
        Query(f"max(sum_over_time({ended}))"),
        Query(f"max(count_over_time({ended}))"),
        columns=(
            Column("Time", "Berakhir sebelum (WIB)", unit="time:DD/MM/YYYY HH.mm"),
            Column("A", "Lama putus", unit="dthms", width_px=140),
            Column("B", "Jumlah", unit="none", decimals=0, width_px=90),
        ),
        sort="Berakhir sebelum (WIB)",
        nothing="Tidak ada gangguan yang berakhir",
        over_time=True,
    )
