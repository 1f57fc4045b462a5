"""What the exporter does beside its echoes: probes of services, second opinions, traces of paths.

Lives here: those panels about the exporter. Must not live here: its echoes (``prober_exporter``), what probes found.
"""

from __future__ import annotations

from collections.abc import Callable

from grafana import theme
from grafana.layout import Row
from grafana.panels import Panel, Query, lines, number
from grafana.queries import PROBE_RESULTS_5M

__all__ = ["rows"]

_RATE = "[$__rate_interval]"

#: Who answered a second opinion.
_ANSWERS = {
    "none": "Tidak ada",
    "echo": "Ping lain",
    "tcp": "TCP",
    "both": "Keduanya",
    "not_asked": "Tidak ditanya (batas)",
}

#: How a trace of a path ended.
_TRACES = {"whole": "Utuh", "broken": "Terputus", "not_asked": "Tidak ditelusuri (batas)"}

#: How a probe ended.
_RESULTS = {"success": "Berhasil", "failure": "Gagal", "unmeasured": "Tidak terukur"}

#: Of ends that are not as wished.
_COLOURS = {
    "failure": theme.DOWN,
    "broken": theme.DOWN,
    "not_asked": theme.UNKNOWN,
    "unmeasured": theme.UNKNOWN,
}


def rows() -> tuple[Row, ...]:
    """The section."""
    return (
        Row(
            7,
            ((4, _now()), (7, _results()), (7, _opinions()), (6, _traces())),
            "Uji selain ping",
            "Apakah uji layanan, pendapat kedua dan penelusuran berjalan tepat waktu?",
        ),
    )


def _now() -> Panel:
    return number(
        "Uji layanan kini",
        "Berapa uji berjalan sekarang, berapa terlambat per menit, dan seberapa lama penjalannya tersendat dalam "
        "semenit terakhir? Di atas satu detik: prosesor penuh.",
        Query("sum(opd_exporter_probes_running)", "Berjalan"),
        Query("sum(rate(opd_exporter_probes_late_total[5m])) * 60", "Terlambat per menit"),
        Query("max(opd_exporter_probe_loop_lag_seconds)", "Tersendat"),
        unit="none",
        decimals=0,
        overrides={
            "Terlambat per menit": {"decimals": 1},
            "Tersendat": {
                "unit": "s",
                "decimals": 2,
            },
        },
    )


def _results() -> Panel:
    return _by(
        "Hasil uji layanan per menit",
        "Apakah uji TCP, HTTP, DNS dan SNMP berhasil? Tidak terukur: sebab di pihak pengukur.",
        lambda chosen: f"{PROBE_RESULTS_5M}{chosen}",
        "result",
        _RESULTS,
    )


def _opinions() -> Panel:
    return _by(
        "Pendapat kedua per menit",
        "Sebelum sebuah tautan disebut putus: siapa yang masih menjawab? Tidak ada: benar putus. Tidak ditanya: "
        "terlalu banyak sekaligus, keputusan lalu dari ping saja.",
        lambda chosen: f"rate(opd_exporter_second_opinions_total{chosen}{_RATE})",
        "answer",
        _ANSWERS,
    )


def _traces() -> Panel:
    return _by(
        "Penelusuran jalur per menit",
        "Berapa jalur ditelusuri? Tidak ditelusuri: batas terpakai, atau haknya tidak ada.",
        lambda chosen: f"rate(opd_exporter_path_traces_total{chosen}{_RATE})",
        "result",
        _TRACES,
    )


def _matching(label: str, value: str) -> str:
    return f'{{{label}="{value}"}}'


def _by(title: str, description: str, rate: Callable[[str], str], label: str, words: dict[str, str]) -> Panel:
    """A curve for each value of a label; ``rate`` is what happens in a second, of the series that match."""
    return lines(
        title,
        description,
        *(Query(f"sum({rate(_matching(label, value))}) * 60", name) for value, name in words.items()),
        unit="none",
        decimals=1,
        lowest=0,
        interval="1m",
        colours=tuple((name, _COLOURS[value]) for value, name in words.items() if value in _COLOURS),
    )
