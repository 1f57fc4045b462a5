"""What is paid for and does no good: lines nobody uses, lines paid twice, and what backups and broadband cost.

Lives here: the findings as PromQL and their panels, for ``capacity``. Must not live here: what is bought.

A finding is a question to somebody, not a verdict: each has the coverage of its measurement beside it, and what was
never measured is a finding of its own and never "not used".
"""

from __future__ import annotations

from alert_rules.now import LINK_CODE, SITE_INFO, Code
from alert_rules.windows import AVAILABILITY, COVERAGE, INFO, LINK, WINDOWS, record
from grafana import theme
from grafana.contracts import CHOSEN, fee, links, named, of_links, or_none
from grafana.layout import href
from grafana.panels import Panel, Query, number
from grafana.queries import TRAFFIC_BYTES_30D, TRAFFIC_HOURS_30D
from grafana.tables import Column, table

__all__ = ["double_paid", "special", "summary", "unused"]

(_MONTH,) = (window for window in WINDOWS if window.name == "30d")

#: Share of 30 days that must have been measured before a silent link is counted in sums; the table has all of them.
_ENOUGH = 0.5

#: Bytes in 30 days, both directions, below which nobody used the line. Our own echoes, one a second of 84 bytes each
#: way, are 0.44 GB of it; an office that only reads its mail needs more than the rest in a week.
_IDLE_BYTES = 1e9

#: Hours with traffic data that a month's sum has to rest on: half of 720.
_IDLE_HOURS = 360

_COVERAGE = of_links(record(LINK, COVERAGE, _MONTH))
_NOT_ANSWERING = f"on (link) {LINK_CODE.record} >= {Code.UNKNOWN:d}"

#: In 30 days and now no answer.
_SILENT = f"({of_links(record(LINK, AVAILABILITY, _MONTH))} == 0 and {_NOT_ANSWERING})"

#: In 30 days and now not measured; without "now" every link would be one in its first hour.
_UNSEEN = f"({_COVERAGE} == 0 and on (link) {LINK_CODE.record} == {Code.UNKNOWN:d})"

_IDLE = (
    f"({of_links(TRAFFIC_BYTES_30D)} < {_IDLE_BYTES:.0f} and on (link) {TRAFFIC_HOURS_30D} >= {_IDLE_HOURS}"
    f" unless on (link) ({_SILENT} or {_UNSEEN}))"
)

_FINDINGS = {"silent": _SILENT, "unseen": _UNSEEN, "idle": _IDLE}

_FINDING_WORDS = {
    "silent": ("Tidak pernah menjawab", theme.DOWN),
    "unseen": ("Tidak pernah terukur", theme.UNKNOWN),
    "idle": ("Hampir tanpa lalu lintas", theme.WARNING),
}

#: Lines that an office still pays for itself although its site has one of the province; by link, in rupiah a month.
_DOUBLE = f"""({fee('phase="legacy"')} > 0 and on (site) {INFO.record}{{phase="central"}})"""

#: The central line of each site, its primary one where there are several: ``central_contract``, ``central_role``.
_CENTRAL = (
    "topk by (site) (1, label_replace(label_replace(max by (site, contract, role) ("
    f'{INFO.record}{{phase="central", role="primary"}} * 2 or {INFO.record}{{phase="central"}}'
    '), "central_contract", "$1", "contract", "(.*)"), "central_role", "$1", "role", "(.*)")) > bool 0'
)


def summary() -> Panel:
    """What an auditor asks first: rupiah a month, by finding."""
    silent = f"({_SILENT} and on (link) {_COVERAGE} >= {_ENOUGH})"
    paid = {
        "Sewa lama setelah terpusat": or_none(f"sum({_DOUBLE})", links()),
        "Tidak pernah menjawab": or_none(f"sum({fee()} and on (link) {silent})", _COVERAGE),
        "Tidak pernah terukur": or_none(f"sum({fee()} and on (link) {_UNSEEN})", _COVERAGE),
        "Hampir tanpa lalu lintas": or_none(f"sum({fee()} and on (link) {_IDLE})", of_links(TRAFFIC_BYTES_30D)),
    }
    return number(
        "Biaya sebulan yang perlu dijelaskan",
        "Berapa rupiah sebulan dibayar untuk tautan yang tampaknya tidak bermanfaat? Tidak pernah menjawab: 30 hari "
        f"tanpa jawaban dan paling sedikit {_ENOUGH:.0%} waktunya terukur. Tidak pernah terukur bukan berarti tidak "
        "dipakai. Hampir tanpa lalu lintas: tidak tampil selama belum ada data SNMP. Rinciannya pada tabel di bawah.",
        *(Query(expr, name) for name, expr in paid.items()),
        unit=theme.RUPIAH,
        decimals=0,
        of=((None, theme.TEXT), (1.0, theme.WARNING)),
    )


def double_paid() -> Panel:
    """One row for each line that is still paid."""
    labels = "site, site_name, opd_name, name, contract, role, central_contract, central_role"
    about = f'label_replace({SITE_INFO.record}, "site_name", "$1", "name", "(.*)")'
    sites = f"max by (site, site_name, kabkota_name) ({about})"
    both = f'{INFO.record}{{phase="legacy", {CHOSEN}}} and on (site) {INFO.record}{{phase="central"}}'
    # By link alone: one whose description changed meanwhile is one row.
    since = f"min by (link) (min_over_time(timestamp({both})[90d:1d])) * 1000"

    def row(value: str) -> str:
        joined = f"({value}) * on (site) group_left (central_contract, central_role) ({_CENTRAL})"
        joined = f"{joined} * on (site) group_left (site_name, kabkota_name) {sites}"
        return f"max by (kabkota_name, {labels}) ({named(joined, 'opd')})"

    return table(
        "Lokasi yang masih membayar sewa lama setelah mendapat tautan terpusat",
        "Lokasi mana yang membayar dua kali? Lokasi punya tautan terpusat dan tautan sewa sendiri yang berbiaya. "
        "Peran menunjukkan apakah yang terpusat baru cadangan. Sejak: hari pertama keduanya terpantau bersama dalam "
        "90 hari terakhir; kosong bila belum sehari. Kosong berarti tidak ada lokasi seperti itu.",
        Query(row(_DOUBLE)),
        Query(row(f"{_DOUBLE} * 0 + on (link) group_left () ({since})")),
        columns=(
            Column("site"),
            Column(
                "site_name",
                "Lokasi",
                links=(("Lokasi ini", href("pantau-tautan", "site=${__data.fields.site}")),),
            ),
            Column("opd_name", "OPD"),
            Column("kabkota_name", "Kabupaten/kota"),
            Column("contract", "Kontrak lama", width_px=110),
            Column("role", "Peran lama", mappings=theme.mapped(theme.ROLES), width_px=100),
            Column("central_contract", "Kontrak terpusat", width_px=130),
            Column("central_role", "Peran terpusat", mappings=theme.mapped(theme.ROLES), width_px=120),
            Column("B", "Bersama sejak", unit="time:DD/MM/YYYY", width_px=120),
            Column("A", "Rupiah sebulan", unit=theme.RUPIAH, decimals=0, width_px=140),
        ),
        sort="Rupiah sebulan",
        nothing="Tidak ada lokasi yang membayar dua kali",
    )


def unused() -> Panel:
    """One row for each link with a finding."""
    by = "finding, link, name, opd, opd_name, provider, provider_name, contract, phase"

    def rows(value: str) -> str:
        found = (
            f'label_replace({value} and on (link) {expr}, "finding", "{finding}", "", "")'
            for finding, expr in _FINDINGS.items()
        )
        return f"max by ({by}) ({named(' or '.join(found), 'opd', 'provider')})"

    return table(
        "Tautan yang tidak terpakai",
        "Tautan mana yang dibayar tetapi tidak pernah menjawab, tidak pernah terukur, atau hampir tidak membawa lalu "
        f"lintas (di bawah {_IDLE_BYTES / 1e9:.0f} GB, termasuk ping pemantau) dalam 30 hari? Cakupan: bagian dari 30 "
        "hari yang terukur; bila rendah, temuan ini belum berarti. Lalu lintas kosong: belum ada data SNMP.",
        Query(rows(fee())),
        Query(rows(_COVERAGE)),
        Query(rows(of_links(TRAFFIC_BYTES_30D))),
        columns=(
            Column("finding", "Temuan", mappings=theme.mapped(_FINDING_WORDS), width_px=190),
            Column("link"),
            Column("name", "Tautan", links=(("Tautan ini", href("pantau-tautan", "link=${__data.fields.link}")),)),
            Column("opd_name", "OPD"),
            Column("provider_name", "Penyedia", width_px=120),
            Column("contract", "Kontrak", width_px=110),
            Column("phase", "Fase", mappings=theme.mapped(theme.PHASES), width_px=160),
            Column(
                "B",
                "Cakupan 30 hari",
                unit="percentunit",
                decimals=1,
                width_px=130,
                of=((None, theme.UNKNOWN), (_ENOUGH, theme.TEXT)),
            ),
            Column("C", "Lalu lintas 30 hari", unit="decbytes", decimals=2, width_px=150),
            Column("A", "Rupiah sebulan", unit=theme.RUPIAH, decimals=0, width_px=130),
        ),
        sort="Rupiah sebulan",
        nothing="Tidak ada temuan, atau belum ada catatan 30 hari",
    )


def _cost(of: str) -> tuple[str, str, str]:
    """How many links, their fee, its share of that of all."""
    paid = or_none(f"sum({of})", links())
    return or_none(f"count({of})", links()), paid, f"({paid}) / sum({fee()})"


def special() -> Panel:
    """Lines for the case of need, and lines without a promise."""
    promised = "opd_contract_availability_target_ratio"
    unpromised = f'on (contract) (opd_contract_info{{kind="broadband"}} unless on (contract) {promised})'
    backup, broadband = fee('role="backup"'), f"({fee()} and {unpromised})"
    share = {"unit": "percentunit", "decimals": 1}
    names = ("Cadangan: tautan", "Cadangan: sebulan", "Cadangan: bagian")
    others = ("Broadband: tautan", "Broadband: sebulan", "Broadband: bagian")
    queries = (
        Query(expr, name)
        for of, labels in ((backup, names), (broadband, others))
        for name, expr in zip(
            labels,
            _cost(of),
            strict=True,
        )
    )
    return number(
        "Cadangan, dan broadband tanpa janji",
        "Berapa tautan cadangan dan berapa biayanya? Berapa broadband tanpa janji ketersediaan (kontrak tanpa target, "
        "tidak ada restitusi), dan bagiannya dari biaya? Bagian: dari biaya seluruh tautan yang dipilih.",
        *queries,
        unit=theme.RUPIAH,
        decimals=0,
        overrides={
            names[0]: {"unit": "none"},
            others[0]: {"unit": "none"},
            names[2]: share,
            others[2]: share,
        },
    )
