"""One link beside its echoes: what it carries, what its router says, why it was down, what services answer.

Lives here: those panels of the link's dashboard. Must not live here: where they stand (``link``), its echoes
(``link_past``). A link that is not read by SNMP has no data in most of them, and they say so.
"""

from __future__ import annotations

from alert_rules.windows import INFO
from exporter.probe_outcome import InterfaceStatus
from grafana import theme
from grafana.layout import Row
from grafana.panels import Panel, Query, lines, number
from grafana.queries import CAUSE_DECIDED, RECEIVED_5M, RESTARTS_1D, SENT_5M
from grafana.tables import Column, table

__all__ = ["CAUSES", "rows"]

_THIS = '{link="$link"}'
_NOT_READ = "Belum ada data SNMP"
_WHEN = "time:DD/MM/YYYY HH.mm"

#: Ends of probes.
_SUCCESS, _MEASURED = 'result="success"', 'result!="unmeasured"'

#: Causes of outages in people's words.
CAUSES = {
    "power": ("Router mati (listrik)", theme.WARNING),
    "line": ("Jalur putus", theme.DOWN),
    "provider": ("Gangguan penyedia", theme.DOWN),
    "area": ("Gangguan wilayah", theme.DOWN),
    "core": ("Jaringan inti", theme.DOWN),
    "prober": ("Pihak pengukur", theme.UNKNOWN),
    "unknown": ("Tidak diketahui", theme.UNKNOWN),
}

#: States of an interface as numbers, in people's words.
_STATUSES = {
    InterfaceStatus.UP: ("AKTIF", theme.UP),
    InterfaceStatus.DOWN: ("TIDAK AKTIF", theme.DOWN),
    InterfaceStatus.TESTING: ("DIUJI", theme.WARNING),
    InterfaceStatus.UNKNOWN: ("TIDAK DIKETAHUI", theme.UNKNOWN),
    InterfaceStatus.DORMANT: ("MENUNGGU", theme.WARNING),
    InterfaceStatus.NOT_PRESENT: ("TIDAK ADA", theme.DOWN),
    InterfaceStatus.LOWER_LAYER_DOWN: ("LAPISAN BAWAH MATI", theme.DOWN),
}


def rows() -> tuple[Row, ...]:
    """The section."""
    return (
        Row(8, ((14, _traffic()), (10, _errors())), "Pemakaian dan router kantor", "Penuh, atau rusak di kantor?"),
        Row(4, ((24, _router()),)),
        Row(7, ((12, _causes()), (12, _path())), "Sebab dan layanan kantor", "Mengapa putus, dan apa yang menjawab?"),
        Row(7, ((24, _probes()),)),
    )


def _traffic() -> Panel:
    contract = (
        "max(max by (contract) (opd_contract_bandwidth_bits_per_second)"
        f" and on (contract) {INFO.record}{_THIS} and on () ({RECEIVED_5M}{_THIS} or {SENT_5M}{_THIS}))"
    )
    return lines(
        "Lalu lintas",
        "Seberapa penuh tautan ini terhadap yang dibeli? Dari penghitung router kantor, rata-rata 5 menit; garis "
        "jingga: lebar menurut kontrak. Celah: router tidak menjawab. Kosong: belum ada data SNMP.",
        Query(f"max({RECEIVED_5M}{_THIS})", "Diterima kantor"),
        Query(f"max({SENT_5M}{_THIS})", "Dikirim kantor"),
        Query(contract, "Kontrak"),
        unit="bps",
        decimals=1,
        lowest=0,
        interval="1m",
        colours=(("Kontrak", theme.WARNING), ("Diterima kantor", theme.MUTED)),
        nothing=_NOT_READ,
    )


def _errors() -> Panel:
    """Over five minutes at least, for the device is polled once in one."""

    def rate(name: str) -> str:
        return f"sum(rate(opd_link_interface_{name}_total{_THIS}[$__rate_interval])) * 60"

    return lines(
        "Galat dan buangan antarmuka per menit",
        "Apakah kabel atau perangkat di kantor rusak, atau antreannya penuh? Galat: kabel, radio, perangkat. Buangan: "
        "tautan penuh. Semua 0 adalah baik. Kosong: belum ada data SNMP.",
        Query(rate("receive_errors"), "Galat terima"),
        Query(rate("send_errors"), "Galat kirim"),
        Query(rate("receive_discards"), "Buangan terima"),
        Query(rate("send_discards"), "Buangan kirim"),
        unit="none",
        decimals=1,
        lowest=0,
        interval="5m",
        nothing=_NOT_READ,
    )


def _router() -> Panel:
    status = " or ".join(
        f'opd_link_interface_status{{link="$link", status="{status}"}} * {code}'
        for code, status in enumerate(_STATUSES)
    )
    statuses = theme.mapped({str(code): words for code, words in enumerate(_STATUSES.values())})
    answers = theme.mapped({"0": ("YA", theme.UP), "1": ("HANYA CARA LAIN", theme.WARNING)})
    when = {"unit": _WHEN}
    return number(
        "Router kantor",
        "Apa kata router kantor tentang dirinya dan antarmuka tautan ini, dan apakah tautan menjawab ping? Yang tidak "
        "tampak tidak diketahui. Kosong: belum ada data SNMP.",
        Query(f"sum by (link) ({status})", "Antarmuka"),
        Query(f"max(opd_link_interface_speed_bits_per_second{_THIS})", "Kecepatan antarmuka"),
        Query(f"max(opd_link_router_boot_timestamp_seconds{_THIS}) * 1000", "Menyala sejak (WIB)"),
        Query(f"max({RESTARTS_1D}{_THIS})", "Menyala ulang 24 jam"),
        Query(f"max(opd_link_snmp_last_success_timestamp_seconds{_THIS}) * 1000", "SNMP terakhir (WIB)"),
        Query(f"max(opd_link_icmp_only{_THIS})", "Menjawab ping"),
        unit="none",
        overrides={
            "Antarmuka": {"mappings": statuses},
            "Kecepatan antarmuka": {"unit": "bps", "decimals": 0},
            "Menyala sejak (WIB)": when,
            "SNMP terakhir (WIB)": when,
            "Menyala ulang 24 jam": {"decimals": 0},
            "Menjawab ping": {"mappings": answers},
        },
        nothing=_NOT_READ,
    )


def _causes() -> Panel:
    """A row for each step of the time range in which a cause was decided."""
    return table(
        "Sebab gangguan",
        "Mengapa tautan ini putus dalam rentang waktu yang dipilih? Listrik dan jalur dibedakan dari waktu menyala "
        "router kantor, kebanyakan sesudah pulih. Kosong: tidak ada gangguan yang sebabnya sudah diputuskan.",
        Query(f"max by (cause) (count_over_time({CAUSE_DECIDED}{_THIS}[$__interval]))"),
        columns=(
            Column("Time", "Diputuskan sebelum (WIB)", unit=_WHEN),
            Column("cause", "Sebab", mappings=theme.mapped(CAUSES)),
            Column("A", "Jumlah", unit="none", decimals=0, width_px=90),
        ),
        sort="Diputuskan sebelum (WIB)",
        nothing="Belum ada sebab yang diputuskan",
        over_time=True,
    )


def _path() -> Panel:
    """The address is a number: its four bytes are four columns."""
    address = f"max(opd_link_path_last_hop_address{_THIS})"
    place = Query(f"max(opd_link_path_last_hop_number{_THIS})")
    usual = Query(f"max(opd_link_path_usual_hops{_THIS})")
    octets = (
        f"floor({address} / 16777216)",
        f"floor({address} / 65536) % 256",
        f"floor({address} / 256) % 256",
        f"{address} % 256",
    )
    began = f"max(opd_link_last_outage_start_timestamp_seconds{_THIS}) * 1000"
    return table(
        "Jejak gangguan terakhir",
        "Sampai di mana paket berjalan ketika tautan ini putus? Lompatan: router terakhir yang menjawab, dari jumlah "
        "lompatan biasanya. Alamatnya terbaca dari kiri ke kanan. Kosong: belum pernah ditelusuri.",
        Query(began),
        place,
        usual,
        *(Query(octet) for octet in octets),
        columns=(
            Column("A", "Gangguan mulai (WIB)", unit=_WHEN),
            Column("B", "Lompatan", unit="none", decimals=0, width_px=90),
            Column("C", "Dari", unit="none", decimals=0, width_px=70),
            *(
                Column(letter, name, unit="none", decimals=0, width_px=70)
                for letter, name in zip("DEFG", ("Alamat", "· 2", "· 3", "· 4"), strict=True)
            ),
        ),
        sort="Gangguan mulai (WIB)",
        nothing="Belum pernah ditelusuri",
    )


def _probes() -> Panel:
    """One row for each probe, with the reason of its latest failure where it failed."""
    known = f"max by (probe, kind) (opd_link_probe_results_total{_THIS})"
    failure = f"max by (probe, reason) (opd_link_probe_failure{_THIS} == 1)"
    well = f'label_replace({known} unless on (probe) {failure}, "reason", "-", "", "")'
    each = f"({known} * on (probe) group_left (reason) {failure} or {well})"

    def row(value: str) -> str:
        return f"max by (probe, kind, reason) ({each} * 0 + on (probe) group_left () ({value}))"

    def ends(result: str) -> str:
        return f'sum by (probe) (increase(opd_link_probe_results_total{{link="$link", {result}}}[1h]))'

    seconds = f"sum by (probe) (rate(opd_link_probe_phase_seconds_total{_THIS}[1h]))"
    successes = f'sum by (probe) (rate(opd_link_probe_results_total{{link="$link", {_SUCCESS}}}[1h]))'
    return table(
        "Uji layanan kantor",
        "Apakah layanan di kantor menjawab, selain ping? Berhasil: bagian uji satu jam terakhir yang terukur. Alasan: "
        "mengapa uji terakhir gagal; - berarti tidak gagal. Kosong: inventaris tidak menyebut uji untuk tautan ini.",
        Query(row(f"{ends(_SUCCESS)} / ({ends(_MEASURED)} > 0)")),
        Query(row(f"{seconds} / ({successes} > 0)")),
        Query(row(f"max by (probe) (opd_link_probe_last_success_timestamp_seconds{_THIS}) * 1000")),
        Query(row(f"max by (probe) (opd_link_probe_certificate_end_timestamp_seconds{_THIS}) * 1000")),
        columns=(
            Column("probe", "Uji"),
            Column("kind", "Jenis", width_px=80),
            Column("reason", "Alasan gagal", width_px=180),
            Column("A", "Berhasil 1 jam", unit="percentunit", decimals=1, width_px=130),
            Column("B", "Lama rata-rata", unit="s", decimals=2, width_px=130),
            Column("C", "Berhasil terakhir (WIB)", unit=_WHEN, width_px=215),
            Column("D", "Sertifikat berakhir (WIB)", unit=_WHEN, width_px=225),
        ),
        sort="Uji",
        descending=False,
        nothing="Tidak ada uji layanan",
    )
