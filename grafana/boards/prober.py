"""Kesehatan pemantau: whether what the other dashboards say can be believed, and whether a message would arrive.

Lives here: the arrangement, the summary, alerts about the chain, what all three programs use of the machine. Must not
live here: panels of the exporter (``prober_exporter``), of Prometheus and Alertmanager (``prober_chain``).

Names of Prometheus and Alertmanager are those that 2.42 and 3.5, 0.25 and 0.33 both have.
"""

from __future__ import annotations

from collections.abc import Mapping

from grafana import theme
from grafana.boards import prober_chain, prober_exporter
from grafana.layout import Board, Row
from grafana.panels import Panel, Query, lines, number
from grafana.queries import READABLE
from grafana.tables import Column, table

__all__ = ["board"]

_PROGRAMS = {"pantau": "Pengukur", "prometheus": "Prometheus", "alertmanager": "Alertmanager"}
_FIRING = '{scope="prober", alertname!="Watchdog", alertstate="firing"}'
_FIRING_SINCE = '{scope="prober", alertname!="Watchdog"}'

_READ = {"0": ("PUTUS", theme.DOWN), "1": ("NORMAL", theme.UP)}
_READY = {"0": ("MENYIAPKAN", theme.WARNING), "1": ("NORMAL", theme.UP)}
_ACCEPTED = {"0": ("DITOLAK", theme.WARNING), "1": ("NORMAL", theme.UP)}
_BEATS = {"0": ("BERHENTI", theme.DOWN), "1": ("NORMAL", theme.UP)}

_SEVERITIES = {
    "critical": ("Genting", theme.DOWN),
    "warning": ("Peringatan", theme.WARNING),
    "info": ("Informasi", theme.MUTED),
}


def board() -> Board:
    """The dashboard."""
    return Board(
        uid="pantau-pemantau",
        folder="Sistem",
        description="Apakah pemantau sendiri sehat: pengukur, Prometheus, Alertmanager, dan pengiriman peringatan.",
        rows=(
            Row(4, tuple((3, panel) for panel in _summary()), "Ringkasan", "Apakah layar lain dapat dipercaya?"),
            Row(8, ((12, _alerts()), (12, prober_exporter.references()))),
            *prober_exporter.rows(),
            *prober_chain.prometheus_rows(),
            *prober_chain.alertmanager_rows(),
            Row(
                8,
                ((8, _processor()), (8, _memory()), (8, _files())),
                "Sumber daya server",
                "Apakah ada program yang akan kehabisan prosesor, memori atau berkas?",
            ),
        ),
        back="now-6h",
        refresh="30s",
    )


def _summary() -> tuple[Panel, ...]:
    """One word for each part; of several instances the worst."""
    ready = _readable("opd_exporter_ready")
    loaded = _readable("opd_exporter_config_last_reload_successful")
    return (
        _word("Pengukur", "Dapatkah halaman pengukur dibaca?", f"min({READABLE})", _READ),
        _word(
            "Putaran pertama",
            "Sudahkah semua tautan diukur sekali sejak mulai?",
            f"min({ready})",
            _READY,
        ),
        _word(
            "Jalur pengukur",
            "Apakah ada target acuan yang menjawab? Bila tidak, semua tautan tanpa data. Kosong: tidak ada "
            "target acuan.",
            f"min({_readable('opd_exporter_uplink_up')})",
            _READ,
        ),
        _word("Inventaris", "Apakah perubahan inventaris terakhir diterima?", f"min({loaded})", _ACCEPTED),
        _word("Prometheus", "Dapatkah Prometheus membaca dirinya?", 'min(up{job="prometheus"})', _READ),
        _word("Alertmanager", "Dapatkah Alertmanager dibaca?", 'min(up{job="alertmanager"})', _READ),
        _word(
            "Detak",
            "Apakah peringatan yang selalu menyala (Watchdog) memang menyala? Sampai tidaknya ke luar: Detak terkirim.",
            'count(ALERTS{alertname="Watchdog", alertstate="firing"}) > bool 0',
            _BEATS,
            nothing="BERHENTI",
        ),
        number(
            "Peringatan rantai",
            "Berapa peringatan tentang pemantau sendiri menyala sekarang? Daftarnya di bawah.",
            Query(f'count(ALERTS{_FIRING}) or 0 * count(ALERTS{{alertname="Watchdog", alertstate="firing"}})'),
            unit="none",
            decimals=0,
            of=((None, theme.UP), (1.0, theme.DOWN)),
            filled=True,
        ),
    )


def _readable(metric: str) -> str:
    """Nothing of an exporter that cannot be read: what it said last is not what is."""
    return f"{metric} and on (job, instance) ({READABLE} == 1)"


def _word(
    title: str, description: str, expr: str, words: Mapping[str, tuple[str, str | None]], nothing: str = "TANPA DATA"
) -> Panel:
    return number(
        title,
        description,
        Query(expr),
        unit="none",
        mappings=theme.mapped(words),
        of=((None, theme.UNKNOWN),),
        filled=True,
        nothing=nothing,
    )


def _alerts() -> Panel:
    labels = "alertname, severity, job, instance, rule_group, integration"
    since = f"max by ({labels}) (ALERTS_FOR_STATE{_FIRING_SINCE} and ignoring (alertstate) ALERTS{_FIRING})"
    return table(
        "Peringatan rantai yang menyala",
        "Apa yang sekarang salah pada pemantau sendiri, dan sejak kapan? Detak tidak disebut. Kosong: tidak ada.",
        Query(f"{since} * 1000"),
        Query(f"time() - {since}"),
        columns=(
            Column("alertname", "Peringatan"),
            Column("severity", "Tingkat", width_px=100, mappings=theme.mapped(_SEVERITIES)),
            Column("job", "Program", width_px=110),
            Column("instance", "Alamat", width_px=150),
            Column("A", "Sejak (WIB)", unit="time:DD/MM HH.mm", width_px=110),
            Column("B", "Lama", unit="dthms", width_px=110),
        ),
        sort="Lama",
        nothing="Tidak ada peringatan",
    )


def _processor() -> Panel:
    return _of_programs(
        "Prosesor",
        "Berapa inti prosesor dipakai setiap program? Di atas 1 untuk pengukur berarti terlalu banyak tautan.",
        "sum(rate(process_cpu_seconds_total{%s}[$__rate_interval]))",
        unit="none",
    )


def _memory() -> Panel:
    return _of_programs(
        "Memori",
        "Berapa memori dipakai setiap program, dan apakah terus naik?",
        "max(process_resident_memory_bytes{%s})",
        unit="bytes",
    )


def _files() -> Panel:
    return _of_programs(
        "Berkas terbuka",
        "Seberapa dekat setiap program dengan batas berkas terbukanya? Mendekati 100% berarti sambungan akan ditolak.",
        "max(process_open_fds{%s} / process_max_fds)",
        unit="percentunit",
    )


def _of_programs(title: str, description: str, expr: str, *, unit: str) -> Panel:
    """A curve for each program, of several instances all together or the worst."""
    queries = (Query(expr.replace("%s", f'job="{job}"'), name) for job, name in _PROGRAMS.items())
    return lines(title, description, *queries, unit=unit, decimals=2, lowest=0, interval="1m")
