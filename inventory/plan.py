"""The plan of the example province: every office, where it stands, and its links.

Lives here: the rules by which the tables become 450 sites and 500 links. Must not live here: the
tables (``offices``, ``contracts``), and how files look (``generate``). Chance comes from a hash of a
thing's own id, so that a new office changes no other's place, phase or contract; addresses are handed
out in order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import IPv4Address
from itertools import count
from math import cos, radians, sin, sqrt

from exporter.loading import built_in_kabkota
from inventory import offices
from inventory.contracts import CONTRACTS, PROVIDERS

__all__ = ["THRESHOLDS", "Kind", "Line", "Office", "lines", "office_list", "position"]

KM_PER_DEGREE = 111.2

#: Lines with limits of their own, as text of the inventory: telemedicine is spoilt by less than office work.
THRESHOLDS = {"rs-jiwa-1": "{loss: 1%, latency: 60ms, jitter: 15ms}"}

#: Within how many km of the capital an office stands; a kota is small, some kabupaten are wide.
RADIUS_KM = {
    "32.71": 4,
    "32.72": 3,
    "32.73": 5,
    "32.74": 3,
    "32.75": 6,
    "32.76": 5,
    "32.77": 2.5,
    "32.78": 5,
    "32.79": 4,
}
RADIUS_KM_ELSEWHERE = 12

#: Capitals by the sea: the bearing of the land, degrees clockwise from north, and how far to each side of it.
LANDWARD = {"32.02": (75, 50), "32.09": (225, 90), "32.12": (215, 65), "32.18": (350, 50), "32.74": (245, 55)}


@dataclass(frozen=True)
class Kind:
    """How offices of one kind are connected."""

    file: str
    title: str
    site_class: str
    phases: tuple[int, int, int]  #: percent legacy, transition, central
    legacy: tuple[str, ...]  #: contracts of lines that the office still rents itself
    central: tuple[str, ...]  #: contracts of the province
    backup: tuple[str, ...] = ()  #: contracts of second lines


HEAD_OFFICES = Kind(
    "head-offices.yml",
    "Head offices of the agencies, and bureaus of the secretariat",
    "kantor",
    (5, 20, 75),
    ("k-2025-101",),
    ("k-2026-001", "k-2026-001", "k-2026-002"),
    ("k-2026-002", "k-2026-010"),
)
SAMSAT = Kind(
    "samsat.yml",
    "Vehicle tax offices (Samsat)",
    "samsat",
    (0, 30, 70),
    (),
    ("k-2026-003", "k-2026-004"),
    ("k-2026-010", "k-2026-011"),
)
CADISDIK = Kind(
    "cadisdik.yml",
    "Regional education offices",
    "cabang",
    (10, 30, 60),
    ("k-2025-101", "k-2025-103"),
    ("k-2026-004",),
)
HOSPITALS = Kind("hospitals.yml", "Hospitals", "rumah-sakit", (0, 35, 65), (), ("k-2026-005",), ("k-2026-002",))
UPTD = Kind(
    "uptd.yml",
    "Technical units (UPTD, balai, cabang dinas)",
    "uptd",
    (25, 30, 45),
    ("k-2025-101", "k-2025-102", "k-2025-103"),
    ("k-2026-004", "k-2026-006", "k-2026-006", "k-2026-007"),
)
SATPEL = Kind(
    "satpel.yml",
    "Service units (satuan pelayanan), on broadband",
    "layanan",
    (20, 25, 55),
    ("k-2025-102",),
    ("k-2026-008", "k-2026-009"),
)


@dataclass(frozen=True)
class Office:
    """One site."""

    kind: Kind
    id: str
    name: str
    opd: str
    kabkota: str
    hours: str = "kantor"
    has_backup: bool = False
    link_stem: str = ""  #: what its links' ids begin with, unless its own id


def _chance(*words: str) -> float:
    """A number from 0 up to 1 that depends on ``words`` alone."""
    return int.from_bytes(sha256("/".join(words).encode()).digest()[:6], "big") / 2**48


def _pick(choices: Sequence[str], *words: str) -> str:
    """One of ``choices``, by chance."""
    return choices[int(_chance(*words) * len(choices))]


def _slug(kabkota: str) -> str:
    """The name of a kabupaten or kota as part of an id."""
    return built_in_kabkota()[kabkota].name.lower().replace("kabupaten ", "kab-").replace(" ", "-")


def office_list() -> list[Office]:
    """All 450 offices, kind by kind."""
    return [office for of in (_head_offices, _samsat, _cadisdik, _hospitals, _uptd, _satpel) for office in of()]


def _head_offices() -> Iterator[Office]:
    """38 agencies and 7 bureaus, all in the provincial capital."""
    always = ("bpbd", "satpolpp", "diskominfo")
    for opd, name in offices.OPD.items():
        hours = "24x7" if opd in always else "kantor"
        yield Office(
            HEAD_OFFICES,
            f"{opd}-kantor",
            f"Kantor {name}",
            opd,
            "32.73",
            hours,
            opd in offices.IMPORTANT,
            link_stem=opd,
        )
    for key, name in offices.BIRO.items():
        yield Office(HEAD_OFFICES, f"setda-biro-{key}", name, "setda", "32.73")


def _samsat() -> Iterator[Office]:
    """34 offices, each with a second line."""
    for where, code in offices.SAMSAT:
        key = where.lower().replace("kabupaten ", "kab-").replace(" ", "-")
        yield Office(
            SAMSAT, f"samsat-{key}", f"UPTD PPD Wilayah {where} (Samsat)", "bapenda", code, "samsat", has_backup=True
        )


def _cadisdik() -> Iterator[Office]:
    """13 offices."""
    for number, code in enumerate(offices.CADISDIK, start=1):
        name = f"Cabang Dinas Pendidikan Wilayah {_roman(number)}"
        yield Office(CADISDIK, f"cadisdik-{number:02}", name, "disdik", code)


def _hospitals() -> Iterator[Office]:
    """6 hospitals, each with a second line."""
    for key, name, code in offices.HOSPITALS:
        yield Office(HOSPITALS, key, name, "dinkes", code, "24x7", has_backup=True)


def _uptd() -> Iterator[Office]:
    """140 units: some one of a kind, some in several regions, which are spread over the province."""
    codes = list(built_in_kabkota())
    for opd, key, name, code in offices.UPTD_SINGLE:
        yield Office(UPTD, f"{opd}-{key}", name, opd, code, "24x7" if key == "pusdalops" else "kantor")
    for opd, key, stem, regions in offices.UPTD_REGIONAL:
        start = int(_chance("region", opd, key) * len(codes))
        for region in range(regions):
            code = codes[(start + region * len(codes) // regions) % len(codes)]
            yield Office(UPTD, f"{opd}-{key}-{region + 1}", f"{stem} Wilayah {_roman(region + 1)}", opd, code)


def _satpel() -> Iterator[Office]:
    """212 units: eight kinds in 27 kabupaten and kota, less four that share a building with another."""
    without = {("sosial", code) for code in ("32.18", "32.72", "32.77", "32.79")}
    for opd, key, name in offices.SATPEL:
        for code, kabkota in built_in_kabkota().items():
            if (key, code) not in without:
                hours = "samsat" if key == "samsat" else "layanan"
                yield Office(SATPEL, f"satpel-{key}-{_slug(code)}", f"{name} {kabkota.name}", opd, code, hours)


def _roman(number: int) -> str:
    """``number`` up to 39 in Roman numerals."""
    ones = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
    return "X" * (number // 10) + ones[number % 10]


def position(office: Office) -> tuple[float, float]:
    """Latitude and longitude, evenly spread around the capital, on the land side where there is a sea."""
    home = built_in_kabkota()[office.kabkota]
    distance_km = RADIUS_KM.get(office.kabkota, RADIUS_KM_ELSEWHERE) * sqrt(_chance("distance", office.id))
    middle, side = LANDWARD.get(office.kabkota, (0, 180))
    bearing = radians(middle + (2 * _chance("bearing", office.id) - 1) * side)
    lat = home.lat + distance_km * cos(bearing) / KM_PER_DEGREE
    return lat, home.lon + distance_km * sin(bearing) / (KM_PER_DEGREE * cos(radians(home.lat)))


@dataclass(frozen=True)
class Line:
    """One link."""

    office: Office
    id: str
    role: str
    contract: str
    phase: str
    address: IPv4Address


def lines(all_offices: Iterable[Office]) -> Iterator[Line]:
    """The links of all offices; a second line is of another provider than the first."""
    addresses = {key: _hosts(provider.network) for key, provider in PROVIDERS.items()}
    for office in all_offices:
        phase, contract = _connection(office)
        chosen = [("primary", contract, phase)]
        if office.has_backup:
            taken = CONTRACTS[contract].provider
            others = [key for key in office.kind.backup if CONTRACTS[key].provider != taken]
            chosen.append(("backup", _pick(others, "backup", office.id), "central"))
        for number, (role, key, at_phase) in enumerate(chosen, start=1):
            address = next(addresses[CONTRACTS[key].provider])
            yield Line(office, f"{office.link_stem or office.id}-{number}", role, key, at_phase, address)


def _connection(office: Office) -> tuple[str, str]:
    """Phase and contract of an office's first line."""
    legacy, transition, _ = office.kind.phases
    drawn = 100 * _chance("phase", office.id)
    if drawn < legacy:
        return "legacy", _pick(office.kind.legacy, "contract", office.id)
    phase = "transition" if drawn < legacy + transition else "central"
    return phase, _pick(office.kind.central, "contract", office.id)


def _hosts(network: str) -> Iterator[IPv4Address]:
    """200 addresses of each /24, from .10 on, as a provider hands them out."""
    return (IPv4Address(network) + 256 * (number // 200) + 10 + number % 200 for number in count())
