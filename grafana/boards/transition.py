"""Transisi: how far the consolidation is, and whether offices are better or worse off since they moved.

Lives here: the board, and where the sites are in the consolidation. Must not live here: quality before and after the
move (``moves``), what the lines cost (``capacity``), how panels look.
"""

from __future__ import annotations

from alert_rules.now import SITE_INFO
from grafana import theme
from grafana.boards import moves
from grafana.contracts import named, or_none
from grafana.geomap import places
from grafana.layout import Board, Row, href
from grafana.panels import Panel, Query, lines, number
from grafana.queries import PHASE_COUNT, PHASE_SINCE, SITE_PHASE
from grafana.tables import Column, table
from grafana.variables import KABKOTA, Variable

__all__ = ["board"]

#: Offices with a site, whoever sells its line.
_OPD = Variable("opd", "OPD", f'{SITE_PHASE}{{kabkota=~"$kabkota"}}')

#: A phase as a number, in the order in which a site passes through them.
_CODES = {phase: code for code, phase in enumerate(theme.PHASES)}


def board() -> Board:
    """The dashboard."""
    return Board(
        uid="pantau-transisi",
        folder="Audit",
        description="Lokasi menurut fase konsolidasi, dan mutu layanan sebelum dan sesudah pindah ke tautan terpusat.",
        rows=(
            Row(5, ((10, _now()), (6, _shares()), (8, moves.counts())), heading="Sampai di mana"),
            Row(11, ((12, _over_time()), (12, _map()))),
            Row(11, ((12, _by_kabkota()), (12, _by_opd()))),
            Row(6, ((24, moves.together()),), heading="Sebelum dan sesudah pindah"),
            Row(11, ((24, moves.worse()),)),
            Row(11, ((12, _longest()), (12, moves.not_comparable())), heading="Yang belum selesai"),
        ),
        variables=(KABKOTA, _OPD),
        back="now-90d",
        refresh="5m",
    )


def _counted(phase: str, by: str = "") -> str:
    """Sites in a phase, 0 included where there are sites at all."""
    sites = moves.sites(f'phase="{phase}"')
    if not by:
        return or_none(f"count({sites})", moves.sites())
    return f"count by ({by}) ({sites}) or count by ({by}) ({moves.sites()}) * 0"


def _now() -> Panel:
    without = f"max by (site) ({SITE_INFO.record}{{{moves.CHOSEN}}}) unless on (site) {SITE_PHASE}"
    return number(
        "Lokasi menurut fase",
        "Berapa lokasi masih menyewa sendiri, dalam peralihan, dan sudah terpusat? Fase lokasi adalah fase tautan "
        "utamanya; bila berbeda-beda, lokasi dalam peralihan. Tanpa fase: lokasi tanpa tautan utama.",
        *(Query(_counted(phase), words) for phase, (words, _) in theme.PHASES.items()),
        Query(or_none(f"count({without})", moves.sites()), "Tanpa fase"),
        unit="none",
        decimals=0,
        overrides={words: _coloured(colour) for words, colour in theme.PHASES.values()},
    )


def _shares() -> Panel:
    return number(
        "Bagian lokasi",
        "Berapa bagian dari lokasi yang punya fase ada di setiap fase?",
        *(
            Query(f"({_counted(phase)}) / scalar(count({moves.sites()}))", words)
            for phase, (words, _) in theme.PHASES.items()
        ),
        unit="percentunit",
        decimals=1,
        overrides={words: _coloured(colour) for words, colour in theme.PHASES.values()},
    )


def _coloured(colour: str) -> dict[str, object]:
    return {"color": {"mode": "fixed", "fixedColor": colour}}


def _over_time() -> Panel:
    return lines(
        "Lokasi menurut fase, seluruh provinsi",
        "Seberapa cepat konsolidasi berjalan? Jumlah lokasi di setiap fase, seluruh provinsi apa pun pilihan di atas. "
        "Terputus berarti pada saat itu tidak ada yang tercatat.",
        *(
            Query(f'max by (phase) ({PHASE_COUNT}{{phase="{phase}"}})', words)
            for phase, (words, _) in theme.PHASES.items()
        ),
        unit="none",
        decimals=0,
        lowest=0,
        stacked=True,
        interval="1h",
        colours=list(theme.PHASES.values()),
    )


def _map() -> Panel:
    coded = " or ".join(f"""{moves.sites(f'phase="{phase}"')} * {code}""" for phase, code in _CODES.items())
    where = f"max by (site, lat, lon) ({SITE_INFO.record})"
    expr = f"max by (site, name, kabkota_name, lat, lon) (({coded}) * on (site) group_left (lat, lon) {where})"
    colours = [colour for _, colour in theme.PHASES.values()]
    return places(
        "Peta fase",
        "Di mana konsolidasi sudah berjalan dan di mana belum? Setiap titik satu lokasi; warna hanya menyatakan fase, "
        "bukan baik atau buruk. Tidak memerlukan internet.",
        Query(expr),
        what="Fase",
        mappings=theme.mapped({f"{_CODES[phase]}": of for phase, of in theme.PHASES.items()}),
        of=tuple((float(code) if code else None, colour) for code, colour in enumerate(colours)),
        sized=False,
        zoom=7.5,
        links=(("Lokasi ini", href("pantau-tautan", "site=${__data.fields.site}")),),
    )


def _by_kabkota() -> Panel:
    return _phases(
        "Menurut kabupaten/kota",
        "Wilayah mana yang tertinggal?",
        "kabkota, kabkota_name",
        Column("kabkota_name", "Kabupaten/kota"),
    )


def _by_opd() -> Panel:
    return _phases("Menurut OPD", "OPD mana yang tertinggal?", "opd", Column("opd_name", "OPD"), "opd")


def _phases(title: str, description: str, by: str, first: Column, *ids: str) -> Panel:
    """Sites in each phase, by area or office."""
    all_sites = f"count by ({by}) ({moves.sites()})"
    share = f"({_counted('central', by)}) / {all_sites}"
    figures = (all_sites, *(_counted(phase, by) for phase in theme.PHASES), share)
    return table(
        title,
        description + " Jumlah lokasi di setiap fase, dan bagian yang sudah terpusat; yang paling tertinggal di atas.",
        *(Query(named(figure, *ids)) for figure in figures),
        columns=(
            first,
            Column("A", "Lokasi", unit="none", decimals=0, width_px=75),
            Column("B", "Sewa sendiri", unit="none", decimals=0, width_px=105),
            Column("C", "Peralihan", unit="none", decimals=0, width_px=90),
            Column("D", "Terpusat", unit="none", decimals=0, width_px=85),
            Column("E", "Bagian terpusat", unit="percentunit", decimals=1, width_px=120),
        ),
        sort="Bagian terpusat",
        descending=False,
    )


def _longest() -> Panel:
    # By site alone: one whose description changed meanwhile is one row.
    first = f'max by (site) ({PHASE_SINCE}{{phase="transition"}})'
    moving = moves.sites('phase="transition"')
    since = f"{moving} * 0 + on (site) group_left () {first}"
    return table(
        "Paling lama dalam peralihan",
        "Lokasi mana yang peralihannya tidak kunjung selesai? Sejak: sejauh tercatat di sini. Kosong berarti tidak ada "
        "lokasi dalam peralihan.",
        Query(moves.row(f"({since}) * 1000")),
        Query(moves.row(f"(time() - ({since})) / 86400")),
        columns=(
            *moves.SITE,
            Column("A", "Sejak", unit="time:DD/MM/YYYY", width_px=110),
            Column("B", "Hari", unit="none", decimals=0, width_px=70),
        ),
        sort="Hari",
        limit=500,
        nothing="Tidak ada lokasi dalam peralihan",
    )
