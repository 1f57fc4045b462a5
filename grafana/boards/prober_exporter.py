"""The exporter about itself: what it measures, what it could not measure and why, what it costs.

Lives here: the exporter's panels. Must not live here: their place among others (``prober``), Prometheus.
"""

from __future__ import annotations

from alert_rules.now import Code
from exporter.outcome import Reason
from grafana import theme
from grafana.boards import prober_probes
from grafana.layout import Row
from grafana.panels import Panel, Query, lines, number, timeline

__all__ = ["references", "rows"]

_RATE = "[$__rate_interval]"

#: What the exporter counts about itself and is well at 0: counter and name.
_FAULTS = {
    "opd_exporter_kernel_drops_total": "Dibuang kernel",
    "opd_exporter_late_sends_total": "Terlambat dikirim",
    "opd_exporter_stalls_total": "Jadwal terhenti",
    "opd_exporter_timestamp_fallbacks_total": "Tanpa cap waktu kernel",
    "opd_exporter_socket_reopens_total": "Soket dibuka ulang",
    "opd_exporter_clock_steps_total": "Jam bergeser",
    "opd_exporter_scrapes_rejected_total": "Halaman ditolak",
}


#: Why an echo has no verdict, all faults of the prober's side.
_REASONS = {
    Reason.NO_ROUTE: "Tanpa rute",
    Reason.SEND_FAILED: "Gagal dikirim",
    Reason.KERNEL_DROP: "Dibuang kernel",
    Reason.STALL: "Jadwal terhenti",
    Reason.UPLINK: "Jalur pengukur putus",
    Reason.INTERRUPTED: "Soket atau alamat berganti",
}


def rows() -> tuple[Row, ...]:
    """The section."""
    return (
        Row(4, tuple((4, panel) for panel in _figures()), "Pengukur", "Apakah pengukur mengukur, tepat waktu?"),
        Row(8, ((8, _echoes()), (8, _unmeasured()), (8, _reference_rtt()))),
        Row(8, ((6, _faults()), (6, _foreign()), (6, _page()), (6, _size()))),
        Row(4, tuple((4, panel) for panel in (*_journal(), *_web()))),
        *prober_probes.rows(),
    )


def references() -> Panel:
    """What the verdict on the prober's own uplink rests on."""
    code = " + ignoring (state) ".join(
        f'opd_reference_state{{state="{state.name.lower()}"}} * {state:d}'
        for state in (Code.DEGRADED, Code.UNKNOWN, Code.DOWN)
    )
    return timeline(
        "Target acuan",
        "Apakah pengukur sendiri terhubung? Bila tidak ada acuan yang menjawab, semua tautan menjadi tanpa data. "
        "Kosong: "
        "inventaris tidak menyebut target acuan.",
        Query(
            f"max by (target, meaning) (({code}) * on (job, instance, target) group_left (meaning) opd_reference_info)",
            "{{target}} ({{meaning}})",
        ),
    )


def _figures() -> tuple[Panel, ...]:
    return (
        number(
            "Tautan diukur",
            "Berapa tautan dalam inventaris yang berlaku?",
            Query("sum(opd_exporter_links)"),
            unit="none",
            decimals=0,
        ),
        number(
            "Umur data",
            "Seberapa lama angka yang terbaca? Lebih dari 15 detik berarti halaman tidak dibaca.",
            Query("max(time() - opd_exporter_snapshot_timestamp_seconds)"),
            unit="s",
            decimals=0,
            of=((None, theme.UP), (15.0, theme.WARNING), (60.0, theme.DOWN)),
        ),
        number(
            "Inventaris dimuat (WIB)",
            "Sejak kapan inventaris yang berlaku dipakai?",
            Query("min(opd_exporter_config_last_reload_success_timestamp_seconds) * 1000"),
            unit="time:DD/MM/YYYY HH.mm",
        ),
        number(
            "Berjalan sejak (WIB)",
            "Kapan pengukur mulai? Yang terakhir mulai, bila ada beberapa.",
            Query('max(process_start_time_seconds{job="pantau"}) * 1000'),
            unit="time:DD/MM/YYYY HH.mm",
        ),
        number(
            "Penampung penerima",
            "Berapa besar penampung balasan yang benar-benar diberikan kernel? Terlalu kecil: paket dibuang saat "
            "ramai.",
            Query("min(opd_exporter_receive_buffer_bytes > 0)"),
            unit="bytes",
            decimals=1,
        ),
        number(
            "Putaran terlama",
            "Berapa lama putaran ukur terlama sejak mulai? Di atas 250 milidetik ada echo yang terlambat dikirim.",
            Query("max(opd_exporter_frame_max_seconds)"),
            unit="s",
            decimals=1,
            of=((None, theme.UP), (0.25, theme.WARNING)),
        ),
    )


def _journal() -> tuple[Panel, ...]:
    """Whether outages would be known after a restart; nothing without --journal."""
    failures, unreadable = "opd_exporter_journal_write_failures_total", "opd_exporter_journal_unreadable_lines_total"
    return (
        number(
            "Umur catatan gangguan",
            "Kapan catatan gangguan terakhir ditulis? Lebih dari 3 menit berarti gangguan dapat terlupa saat pengukur "
            "dimulai ulang. Kosong: pengukur berjalan tanpa catatan (--journal).",
            Query("max(time() - (opd_exporter_journal_written_timestamp_seconds > 0))"),
            unit="s",
            decimals=0,
            of=((None, theme.UP), (180.0, theme.WARNING)),
        ),
        number(
            "Catatan gagal ditulis",
            "Berapa kali catatan gangguan gagal ditulis sejak mulai? Selain 0 berarti ruang atau hak tulis kurang.",
            Query(f"max({failures})"),
            unit="none",
            decimals=0,
            of=((None, theme.UP), (1.0, theme.WARNING)),
        ),
        number(
            "Catatan tidak terbaca",
            "Berapa baris catatan yang tidak terbaca saat mulai dan disisihkan?",
            Query(f"max({unreadable})"),
            unit="none",
            decimals=0,
            of=((None, theme.UP), (1.0, theme.WARNING)),
        ),
        number(
            "Ukuran catatan",
            "Sebesar apa berkas catatan gangguan? Ditulis ulang bila melewati 4 MiB.",
            Query("max(opd_exporter_journal_size_bytes)"),
            unit="bytes",
            decimals=1,
        ),
    )


def _web() -> tuple[Panel, ...]:
    """Who may ask; nothing without --web-config."""
    return (
        number(
            "Berkas web dimuat (WIB)",
            "Sejak kapan kata sandi dan sertifikat yang berlaku dipakai? Kosong bila "
            "perubahan terakhir ditolak, atau pengukur berjalan tanpa berkas web (--web-config).",
            Query(
                "min(opd_exporter_web_config_last_reload_success_timestamp_seconds"
                " and on (job, instance) (opd_exporter_web_config_last_reload_successful == 1)) * 1000"
            ),
            unit="time:DD/MM/YYYY HH.mm",
        ),
        number(
            "Sertifikat web berakhir (WIB)",
            "Sampai kapan sertifikat halaman pengukur berlaku? Kosong: tanpa TLS.",
            Query("min(opd_exporter_web_certificate_expiry_timestamp_seconds) * 1000"),
            unit="time:DD/MM/YYYY HH.mm",
        ),
    )


def _echoes() -> Panel:
    return lines(
        "Echo per detik",
        "Apakah pengukur mengukur sebanyak biasanya? Turun ke 0 berarti berhenti; celah berarti tidak terbaca.",
        Query("sum(province:opd_link_echo_attempts:rate1m)", "Dikirim"),
        Query("sum(province:opd_link_echo_replies:rate1m)", "Dijawab"),
        Query("sum(province:opd_link_echo_lost:rate1m)", "Hilang"),
        unit="none",
        decimals=0,
        lowest=0,
        interval="30s",
        colours=(("Hilang", theme.DOWN), ("Dijawab", theme.UP), ("Dikirim", theme.UNKNOWN)),
    )


def _unmeasured() -> Panel:
    return lines(
        "Tidak terukur menurut sebab",
        "Berapa echo per detik yang gagal karena pengukur sendiri, dan mengapa? Semua ini menurunkan cakupan, bukan "
        "ketersediaan. Semua 0 adalah baik.",
        *(
            Query(f'sum(province:opd_link_echo_unmeasured:rate1m{{reason="{reason}"}})', name)
            for reason, name in _REASONS.items()
        ),
        unit="none",
        decimals=1,
        lowest=0,
        interval="30s",
    )


def _reference_rtt() -> Panel:
    return lines(
        "Waktu balas target acuan",
        "Apakah jalur pengukur sendiri melambat? Bila ya, latensi semua tautan ikut naik. Celah: tidak ada balasan.",
        Query(
            f"sum by (target) (rate(opd_reference_rtt_seconds_sum{_RATE}))"
            f" / (sum by (target) (rate(opd_reference_rtt_seconds_count{_RATE})) > 0)",
            "{{target}}",
        ),
        unit="s",
        decimals=1,
        lowest=0,
    )


def _faults() -> Panel:
    return lines(
        "Cacat pengukuran per menit",
        "Apakah server pengukur mengganggu pengukuran? Semua 0 adalah baik.",
        *(Query(f"sum(rate({counter}{_RATE})) * 60", name) for counter, name in _FAULTS.items()),
        unit="none",
        decimals=1,
        lowest=0,
        colours=(("Halaman ditolak", theme.DOWN),),
    )


def _foreign() -> Panel:
    return lines(
        "Balasan tak dipercaya dan galat kirim per menit",
        "Apakah ada paket ICMP yang bukan jawaban kita, atau kernel yang menolak mengirim? Banyak balasan tak "
        "dipercaya: "
        "program lain memakai ping di server ini, atau ada yang memalsukan.",
        Query(f"sum by (reason) (rate(opd_exporter_foreign_replies_total{_RATE})) * 60", "Tak dipercaya: {{reason}}"),
        Query(f"sum by (errno) (rate(opd_exporter_send_errors_total{_RATE})) * 60", "Galat kirim: {{errno}}"),
        unit="none",
        decimals=1,
        lowest=0,
    )


def _page() -> Panel:
    return lines(
        "Halaman ukur",
        "Berapa lama halaman dibuat dan dibaca? Di atas 4 detik pembacaan dibatalkan dan data hilang.",
        Query('max(scrape_duration_seconds{job="pantau"})', "Dibaca"),
        Query(
            f"sum(rate(opd_exporter_render_seconds_sum{_RATE}))"
            f" / (sum(rate(opd_exporter_render_seconds_count{_RATE})) > 0)",
            "Dibuat",
        ),
        unit="s",
        decimals=1,
        lowest=0,
    )


def _size() -> Panel:
    return lines(
        "Deret dalam halaman",
        "Berapa deret dibaca setiap kali? Di atas 300.000 seluruh halaman ditolak (deploy/prometheus/prometheus.yml).",
        Query('max by (instance) (scrape_samples_scraped{job="pantau"})', "{{instance}}"),
        unit="none",
        decimals=0,
        lowest=0,
        legend=False,
    )
