"""Kapasitas & pemborosan: what the province buys, what it costs, what of it is used. It answers the auditor.

Lives here: the board, and the panels of what is bought. Must not live here: what is paid for nothing (``waste``),
expressions over contracts (``grafana.contracts``), how panels look.
"""

from __future__ import annotations

from grafana import theme
from grafana.boards import waste
from grafana.contracts import bandwidth, fee, links, named
from grafana.layout import Board, Row, href
from grafana.panels import Panel, Query, number
from grafana.queries import UTILISATION_5M, UTILISATION_P95_30D
from grafana.tables import Column, table
from grafana.variables import KABKOTA, OPD, PROVIDER

__all__ = ["board"]

_KINDS = {"dedicated": ("Dedicated", None), "broadband": ("Broadband", None)}

_NO_TRAFFIC = "Belum ada data SNMP: pemakaian belum dapat dibandingkan dengan kontrak"

#: Rupiah a month for one Mbps of one link, by contract, whether or not links of it are chosen: who compares with the
#: median wants that of all.
_RATE = (
    "max by (contract) (opd_contract_fee_rupiah) / (max by (contract) (opd_contract_bandwidth_bits_per_second) / 1e6)"
    " * on (contract) group_left (provider, kind) max by (contract, provider, kind) (opd_contract_info)"
)

_ENDING_DAYS = 90


def board() -> Board:
    """The dashboard."""
    return Board(
        uid="pantau-kapasitas",
        folder="Audit",
        description="Apa yang dibeli, berapa biayanya, dan apa yang tidak terpakai. Untuk auditor dan perencana.",
        rows=(
            Row(5, ((9, _bought()), (15, waste.summary())), heading="Ringkasan"),
            Row(9, ((10, _by_phase()), (14, _by_provider())), heading="Apa yang dibeli"),
            Row(12, ((10, _by_opd()), (14, _contracts()))),
            Row(10, ((24, waste.double_paid()),), heading="Yang dibayar tanpa manfaat"),
            Row(12, ((24, waste.unused()),)),
            Row(10, ((6, _used()), (18, _utilisation())), heading="Pemakaian terhadap kontrak"),
            Row(9, ((14, _ending()), (10, waste.special())), heading="Kontrak dan jenis tautan"),
        ),
        variables=(KABKOTA, PROVIDER, OPD),
        back="now-30d",
        refresh="5m",
    )


def _bought() -> Panel:
    rupiah = {"unit": theme.RUPIAH, "decimals": 0}
    return number(
        "Yang dibeli",
        "Berapa tautan, kapasitas, dan biaya sebulan menurut kontrak? Biaya dan kapasitas kontrak berlaku untuk setiap "
        "tautannya. Kosong berarti inventaris belum terbaca.",
        Query(f"count({links()})", "Tautan"),
        Query(f"sum({bandwidth()})", "Kapasitas kontrak"),
        Query(f"sum({fee()})", "Biaya sebulan"),
        unit="none",
        overrides={
            "Tautan": {"decimals": 0},
            "Kapasitas kontrak": {"unit": "bps", "decimals": 2},
            "Biaya sebulan": rupiah,
        },
    )


def _by_phase() -> Panel:
    return _spending(
        "Menurut fase",
        "Berapa biaya tautan yang masih disewa sendiri, dalam peralihan, dan yang sudah terpusat? Fase adalah fase "
        "tautan, bukan lokasi.",
        "phase",
        (Column("phase", "Fase", mappings=theme.mapped(theme.PHASES)),),
    )


def _by_provider() -> Panel:
    return _spending(
        "Menurut penyedia",
        "Kepada siapa uangnya mengalir, dan untuk kapasitas berapa?",
        "provider",
        (
            Column("provider"),
            Column(
                "provider_name",
                "Penyedia",
                links=(("Penyedia & SLA", href("pantau-penyedia", "provider=${__data.fields.provider}")),),
            ),
        ),
    )


def _by_opd() -> Panel:
    return _spending(
        "Menurut OPD",
        "OPD mana yang memakai kapasitas dan biaya terbesar?",
        "opd",
        (Column("opd"), Column("opd_name", "OPD")),
    )


def _spending(title: str, description: str, by: str, first: tuple[Column, ...]) -> Panel:
    """Links, capacity and fee by one label, and each one's share of the fee."""
    ids = (by,) if by in {"opd", "provider"} else ()
    cost = f"sum by ({by}) ({fee()})"
    capacity = f"sum by ({by}) ({bandwidth()})"
    return table(
        title,
        description + " Bagian: bagian dari biaya seluruh tautan yang dipilih.",
        Query(named(f"count by ({by}) ({links()})", *ids)),
        Query(named(capacity, *ids)),
        Query(named(cost, *ids)),
        Query(named(f"{cost} / scalar(sum({fee()}))", *ids)),
        Query(named(f"{cost} / ({capacity} / 1e6)", *ids)),
        columns=(
            *first,
            Column("A", "Tautan", unit="none", decimals=0, width_px=70),
            Column("B", "Kapasitas", unit="bps", decimals=1, width_px=100),
            Column("C", "Biaya sebulan", unit=theme.RUPIAH, decimals=0, width_px=140),
            Column("D", "Bagian", unit="percentunit", decimals=1, width_px=80),
            Column("E", "Rp per Mbps", unit=theme.RUPIAH, decimals=0, width_px=110),
        ),
        sort="Biaya sebulan",
    )


def _contracts() -> Panel:
    """A contract's price against the median of its kind."""
    chosen = f"on (contract) {links()}"
    median = f"quantile by (kind) (0.5, {_RATE})"
    return table(
        "Biaya per Mbps menurut kontrak",
        "Kontrak mana yang lebih mahal dari kontrak sejenis? Pembanding: median Rp per Mbps sebulan semua kontrak "
        "sejenis (dedicated atau broadband), juga yang tidak dipilih. Jingga: lebih dari 50% di atas median. Jumlah "
        "tautan dan biaya hanya dari tautan yang dipilih.",
        Query(_of_contract(f"count by (contract) ({links()})")),
        Query(_of_contract("max by (contract) (opd_contract_bandwidth_bits_per_second)", chosen)),
        Query(_of_contract(f"sum by (contract) ({fee()})")),
        Query(named(f"{_RATE} and {chosen}", "provider")),
        Query(named(f"({_RATE}) / on (kind) group_left () {median} - 1 and {chosen}", "provider")),
        columns=(
            Column("contract", "Kontrak"),
            Column("provider"),
            Column("provider_name", "Penyedia"),
            Column("kind", "Jenis", mappings=theme.mapped(_KINDS), width_px=95),
            Column("A", "Tautan", unit="none", decimals=0, width_px=70),
            Column("B", "Per tautan", unit="bps", decimals=0, width_px=90),
            Column("C", "Biaya sebulan", unit=theme.RUPIAH, decimals=0, width_px=130),
            Column("D", "Rp per Mbps", unit=theme.RUPIAH, decimals=0, width_px=105),
            Column(
                "E",
                "Thd. median",
                unit="percentunit",
                decimals=0,
                width_px=100,
                of=((None, theme.TEXT), (0.5, theme.WARNING)),
            ),
        ),
        sort="Thd. median",
    )


def _of_contract(expr: str, chosen: str = "") -> str:
    """A value by contract, with what the contract is."""
    what = "on (contract) group_left (provider, kind) max by (contract, provider, kind) (opd_contract_info)"
    return named(f"({expr}) * {what}" + (f" and {chosen}" if chosen else ""), "provider")


def _of_link(record: str) -> str:
    """A figure about traffic, of the links that are chosen."""
    return f"({links()} * on (link) group_left () max by (link) ({record}))"


def _used() -> Panel:
    carried = f"{_of_link(UTILISATION_P95_30D)} * on (link) group_left () {bandwidth()}"
    measured = f"({bandwidth()} and on (link) {UTILISATION_P95_30D})"
    return number(
        "Terpakai dari kapasitas",
        "Berapa dari kapasitas yang dibeli benar-benar dipakai? Puncak (persentil 95 dalam 30 hari) arah yang lebih "
        "sibuk, dijumlahkan, terhadap kapasitas tautan yang terbaca lewat SNMP; di sampingnya bagian kapasitas yang "
        "terbaca. Kosong berarti belum ada data SNMP.",
        Query(f"sum({carried}) / sum({measured})", "Terpakai (p95 30 hari)"),
        Query(f"sum({measured}) / sum({bandwidth()})", "Kapasitas yang terbaca"),
        unit="percentunit",
        decimals=1,
        nothing="Belum ada data SNMP",
    )


def _utilisation() -> Panel:
    wanted = f"{bandwidth()} and on (link) {UTILISATION_P95_30D}"
    by = "link, name, opd, provider, contract"
    return table(
        "Pemakaian menurut tautan",
        "Tautan mana yang jauh lebih besar dari kebutuhannya, dan mana yang penuh? Paling sedikit terpakai di atas. "
        "Puncak: persentil 95 dalam 30 hari dari arah yang lebih sibuk. Kosong berarti belum ada data SNMP.",
        Query(f"sum by ({by}) ({wanted})"),
        Query(f"sum by ({by}) ({_of_link(UTILISATION_P95_30D)})"),
        Query(f"sum by ({by}) ({_of_link(UTILISATION_5M)} and on (link) {UTILISATION_P95_30D})"),
        Query(f"sum by ({by}) ({fee()} and on (link) {UTILISATION_P95_30D})"),
        columns=(
            Column("link"),
            Column("name", "Tautan", links=(("Tautan ini", href("pantau-tautan", "link=${__data.fields.link}")),)),
            Column("opd", "OPD", width_px=120),
            Column("provider", "Penyedia", width_px=110),
            Column("contract", "Kontrak", width_px=110),
            Column("A", "Kapasitas", unit="bps", decimals=0, width_px=100),
            Column("B", "Puncak 30 hari", unit="percentunit", decimals=1, width_px=145),
            Column("C", "5 menit terakhir", unit="percentunit", decimals=1, width_px=150),
            Column("D", "Biaya sebulan", unit=theme.RUPIAH, decimals=0, width_px=130),
        ),
        sort="Puncak 30 hari",
        descending=False,
        nothing=_NO_TRAFFIC,
    )


def _ending() -> Panel:
    end = "max by (contract) (opd_contract_end_timestamp_seconds)"
    left = f"({end} - time() < {_ENDING_DAYS} * 86400)"
    ending = f"on (contract) {left}"
    chosen = f"on (contract) {links()}"
    return table(
        f"Kontrak berakhir dalam {_ENDING_DAYS} hari",
        "Kontrak mana yang harus diperpanjang atau dihentikan? Juga yang sudah berakhir tetapi masih punya tautan "
        "(sisa hari negatif). Kosong berarti tidak ada.",
        Query(_of_contract(f"({end} - 1) * 1000 and {ending}", chosen)),
        Query(_of_contract(f"{left} / 86400", chosen)),
        Query(_of_contract(f"count by (contract) ({links()}) and {ending}")),
        Query(_of_contract(f"sum by (contract) ({fee()}) and {ending}")),
        columns=(
            Column("contract", "Kontrak"),
            Column("provider"),
            Column("provider_name", "Penyedia"),
            Column("kind", "Jenis", mappings=theme.mapped(_KINDS), width_px=95),
            Column("A", "Hari terakhir", unit="time:DD/MM/YYYY", width_px=110),
            Column(
                "B",
                "Sisa hari",
                unit="none",
                decimals=0,
                width_px=85,
                of=((None, theme.DOWN), (0.0, theme.WARNING), (30.0, theme.TEXT)),
            ),
            Column("C", "Tautan", unit="none", decimals=0, width_px=70),
            Column("D", "Biaya sebulan", unit=theme.RUPIAH, decimals=0, width_px=130),
        ),
        sort="Sisa hari",
        descending=False,
        nothing="Tidak ada kontrak yang segera berakhir",
    )
