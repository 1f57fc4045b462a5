"""Prometheus and Alertmanager about themselves: whether rules are evaluated, data kept, messages delivered.

Lives here: their panels. Must not live here: the exporter (``prober_exporter``), what the alerts about them are
(``alert_rules/chain.yml``). Both are read every 15 s, hence curves of a minute.
"""

from __future__ import annotations

from grafana import theme
from grafana.layout import Row
from grafana.panels import Panel, Query, bars, lines, number

__all__ = ["alertmanager_rows", "prometheus_rows"]

_RATE = "[$__rate_interval]"
_PROMETHEUS = '{job="prometheus"}'
_ALERTMANAGER = '{job="alertmanager"}'
_MINUTE = "1m"

_LOADED = theme.mapped({"0": ("DITOLAK", theme.DOWN), "1": ("NORMAL", theme.UP)})


def prometheus_rows() -> tuple[Row, ...]:
    """The section of Prometheus."""
    return (
        Row(4, tuple((4, panel) for panel in _stored()), "Prometheus", "Apakah data disimpan dan aturan dihitung?"),
        Row(9, ((8, _rule_load()), (8, _rule_failures()), (8, _handed_over()))),
    )


def alertmanager_rows() -> tuple[Row, ...]:
    """The section of Alertmanager."""
    return (
        Row(4, tuple((4, panel) for panel in _held()), "Alertmanager", "Apakah peringatan sampai ke petugas?"),
        Row(8, ((6, _heartbeats()), (6, _deliveries()), (6, _failures()), (6, _latency()))),
    )


def _stored() -> tuple[Panel, ...]:
    return (
        _loaded("Prometheus", f"min(prometheus_config_last_reload_successful{_PROMETHEUS})"),
        number(
            "Deret aktif",
            "Berapa deret disimpan di memori? Naik mendadak berarti inventaris atau aturan bertambah.",
            Query(f"max(prometheus_tsdb_head_series{_PROMETHEUS})"),
            unit="short",
            decimals=1,
        ),
        number(
            "Sampel per detik",
            "Berapa cepat data masuk? Rata-rata 5 menit.",
            Query(f"sum(rate(prometheus_tsdb_head_samples_appended_total{_PROMETHEUS}[5m]))"),
            unit="short",
            decimals=1,
        ),
        number(
            "Simpanan",
            "Berapa besar data di cakram, dan berapa batasnya? Batas 0 berarti tanpa batas ukuran. Pada cakram penuh "
            "Prometheus berhenti menulis.",
            Query(f"max(prometheus_tsdb_storage_blocks_bytes{_PROMETHEUS})", "Terpakai"),
            Query(f"max(prometheus_tsdb_retention_limit_bytes{_PROMETHEUS})", "Batas"),
            unit="bytes",
            decimals=1,
        ),
        number(
            "Data tertua (WIB)",
            "Sejak kapan data masih ada? Paket bulanan dan sanggahannya memerlukan 62 hari ke belakang.",
            Query(f"max(prometheus_tsdb_lowest_timestamp_seconds{_PROMETHEUS}) * 1000"),
            unit="time:DD/MM/YYYY",
        ),
        number(
            "Kerusakan simpanan",
            "Apakah ada data yang rusak? Catatan (WAL) rusak dan pemadatan gagal sejak Prometheus mulai. 0 "
            "adalah baik.",
            Query(
                f"sum(prometheus_tsdb_wal_corruptions_total{_PROMETHEUS})"
                f" + sum(prometheus_tsdb_compactions_failed_total{_PROMETHEUS})"
            ),
            unit="none",
            decimals=0,
            of=((None, theme.UP), (1.0, theme.DOWN)),
        ),
    )


def _loaded(program: str, expr: str) -> Panel:
    return number(
        f"Konfigurasi {program}",
        "Apakah konfigurasi yang terakhir dimuat diterima? Bila ditolak, yang lama tetap berlaku.",
        Query(expr),
        unit="none",
        mappings=_LOADED,
        of=((None, theme.UNKNOWN),),
        filled=True,
        nothing="TANPA DATA",
    )


def _grouped(expr: str) -> str:
    """Groups without the folder that their file is in."""
    return f'label_replace({expr}, "rule_group", "$1", "rule_group", ".*/(.*)")'


def _rule_load() -> Panel:
    used = (
        f"max by (rule_group) (prometheus_rule_group_last_duration_seconds{_PROMETHEUS})"
        f" / max by (rule_group) (prometheus_rule_group_interval_seconds{_PROMETHEUS})"
    )
    return bars(
        "Beban aturan",
        "Kelompok aturan mana yang memakai terbanyak dari jedanya? Di atas 100% hitungan berikutnya terlewat. Delapan "
        "terbanyak.",
        Query(f"sort_desc(topk(8, {_grouped(used)}))", "{{rule_group}}"),
        unit="percentunit",
        decimals=1,
        highest=1,
        of=((None, theme.UP), (0.5, theme.WARNING), (1.0, theme.DOWN)),
    )


def _rule_failures() -> Panel:
    def counted(counter: str) -> str:
        return _grouped(f"sum by (rule_group) (increase({counter}{_PROMETHEUS}[5m])) > 0")

    return lines(
        "Aturan gagal atau terlewat",
        "Aturan mana yang gagal dihitung, atau terlewat karena kurang waktu, dalam 5 menit? Peringatan di "
        "dalamnya mungkin "
        "tidak muncul. Tidak ada garis adalah baik.",
        Query(counted("prometheus_rule_evaluation_failures_total"), "Gagal: {{rule_group}}"),
        Query(counted("prometheus_rule_group_iterations_missed_total"), "Terlewat: {{rule_group}}"),
        unit="none",
        decimals=0,
        lowest=0,
        interval=_MINUTE,
    )


def _handed_over() -> Panel:
    def per_minute(counter: str) -> str:
        return f"sum(rate({counter}{_PROMETHEUS}{_RATE})) * 60"

    return lines(
        "Penyerahan ke Alertmanager",
        "Apakah Prometheus dapat menyerahkan peringatan? Per menit; antrean dan jumlah Alertmanager saat itu. "
        "Dibuang dan galat "
        "harus 0, Alertmanager paling sedikit 1.",
        Query(per_minute("prometheus_notifications_sent_total"), "Diserahkan"),
        Query(per_minute("prometheus_notifications_dropped_total"), "Dibuang"),
        Query(per_minute("prometheus_notifications_errors_total"), "Galat"),
        Query(f"sum(prometheus_notifications_queue_length{_PROMETHEUS})", "Antrean"),
        Query(f"min(prometheus_notifications_alertmanagers_discovered{_PROMETHEUS})", "Alertmanager"),
        unit="none",
        decimals=1,
        lowest=0,
        interval=_MINUTE,
        colours=(("Dibuang", theme.DOWN),),
    )


def _held() -> tuple[Panel, ...]:
    def state(title: str, description: str, expr: str) -> Panel:
        return number(title, description, Query(expr), unit="none", decimals=0)

    return (
        _loaded("Alertmanager", f"min(alertmanager_config_last_reload_successful{_ALERTMANAGER})"),
        state(
            "Peringatan menyala",
            "Berapa peringatan dipegang Alertmanager? Detak termasuk di dalamnya, jadi paling sedikit 1.",
            'max(alertmanager_alerts{job="alertmanager", state="active"})',
        ),
        state(
            "Peringatan ditahan",
            "Berapa peringatan tidak disampaikan karena dijelaskan yang lebih luas, atau dibisukan?",
            'max(alertmanager_alerts{job="alertmanager", state="suppressed"})',
        ),
        state(
            "Pembisuan aktif",
            "Berapa pembisuan (silence) berlaku? Yang terlupa menyembunyikan gangguan.",
            'max(alertmanager_silences{job="alertmanager", state="active"})',
        ),
        number(
            "Anggota kelompok",
            "Berapa Alertmanager yang saling terhubung? Kosong bila hanya satu dipasang.",
            Query(f"min(alertmanager_cluster_members{_ALERTMANAGER})"),
            unit="none",
            decimals=0,
            nothing="Tunggal",
        ),
        number(
            "Pengiriman gagal 1 jam",
            "Berapa pengiriman gagal dalam satu jam terakhir, semua jalan? 0 adalah baik.",
            Query(f"sum(increase(alertmanager_notifications_failed_total{_ALERTMANAGER}[1h]))"),
            unit="none",
            decimals=0,
            of=((None, theme.UP), (1.0, theme.WARNING)),
        ),
    )


def _heartbeats() -> Panel:
    sent = 'alertmanager_notifications_total{job="alertmanager", integration="webhook"}'
    failed = 'alertmanager_notifications_failed_total{job="alertmanager", integration="webhook"}'
    return lines(
        "Detak terkirim",
        "Apakah detak keluar dari server ini? Pengiriman webhook yang berhasil dalam 5 menit, detak di "
        "antaranya, jadi sekitar 5 "
        "atau lebih. 0 berarti detak berhenti, dan penerimanya harus membunyikan alarm.",
        Query(f"sum(increase({sent}[5m])) - sum(increase({failed}[5m]))", "Webhook berhasil"),
        unit="none",
        decimals=0,
        lowest=0,
        interval=_MINUTE,
        legend=False,
    )


def _by_integration(counter: str) -> str:
    """Ways that were never used are not drawn."""
    used = f"(sum by (integration) (alertmanager_notifications_total{_ALERTMANAGER}) > 0)"
    return f"sum by (integration) (increase({counter}{_ALERTMANAGER}[5m])) and on (integration) {used}"


def _deliveries() -> Panel:
    return lines(
        "Pengiriman menurut jalan",
        "Berapa pesan dikirim dalam 5 menit, lewat jalan apa? Yang gagal ikut dihitung.",
        Query(_by_integration("alertmanager_notifications_total"), "{{integration}}"),
        unit="none",
        decimals=0,
        lowest=0,
        interval=_MINUTE,
    )


def _failures() -> Panel:
    return lines(
        "Pengiriman gagal menurut jalan",
        "Jalan mana yang gagal, dan sejak kapan? Dalam 5 menit. Semua 0 adalah baik.",
        Query(_by_integration("alertmanager_notifications_failed_total"), "{{integration}}"),
        unit="none",
        decimals=0,
        lowest=0,
        interval=_MINUTE,
    )


def _latency() -> Panel:
    parts = (
        f"sum by (integration) (rate(alertmanager_notification_latency_seconds_{part}{_ALERTMANAGER}[5m]))"
        for part in ("sum", "count")
    )
    took, sent = parts
    return lines(
        "Lama pengiriman menurut jalan",
        "Berapa lama satu pengiriman? Rata-rata 5 menit. Celah: tidak ada yang dikirim.",
        Query(f"{took} / ({sent} > 0)", "{{integration}}"),
        unit="s",
        decimals=1,
        lowest=0,
        interval=_MINUTE,
    )
