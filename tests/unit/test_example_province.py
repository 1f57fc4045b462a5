"""The example province: as its script writes it, in the mix that the province has."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from itertools import groupby
from pathlib import Path

import pytest

from exporter.loading import built_in_kabkota, load_inventory
from exporter.model import ContractKind, Inventory, Phase, ReferenceMeaning, Role
from tests.support.geography import distance_km

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / "inventory" / "jabar"


@pytest.fixture(scope="module")
def province() -> Inventory:
    """The example, which loads without warnings."""
    loaded = load_inventory(FOLDER)
    assert [each for each in loaded.warnings if "may change it" not in each.message] == []
    return loaded.inventory


def contents(folder: Path) -> dict[str, bytes]:
    """The bytes of every file, in whichever folder."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.mark.parametrize(("hash_seed", "locale"), [("0", "C"), ("1", "tr_TR.UTF-8")])
def test_the_script_writes_the_same_bytes(tmp_path: Path, hash_seed: str, locale: str) -> None:
    """Whatever the hash seed and the locale, the files are those that are kept."""
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "LC_ALL": locale, "TZ": "Asia/Tokyo"}
    command = [sys.executable, "-m", "inventory.generate", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    assert contents(tmp_path) == contents(FOLDER)


def test_offices_are_in_the_mix_of_the_province(province: Inventory) -> None:
    """450 sites: head offices and bureaus, Samsat, Cadisdik, hospitals, technical and service units."""
    heads = [key for key in province.sites if key.endswith("-kantor") or key.startswith("setda-biro-")]
    kinds = Counter(
        "head"
        if key in heads
        else next((k for k in ("samsat", "cadisdik", "rs", "satpel") if key.startswith(k)), "uptd")
        for key in province.sites
    )
    assert kinds == {"head": 45, "samsat": 34, "cadisdik": 13, "rs": 6, "uptd": 140, "satpel": 212}
    assert len(province.opd) == 38


def test_all_27_areas_have_offices_near_their_capital(province: Inventory) -> None:
    """Every kabupaten and kota has ten sites or more, all within 13 km of its capital and not in one spot."""
    for code, kabkota in built_in_kabkota().items():
        there = [site for site in province.sites.values() if site.kabkota == code]
        assert len(there) >= 10
        assert max(distance_km((site.lat, site.lon), (kabkota.lat, kabkota.lon)) for site in there) < 13
        assert len({(site.lat, site.lon) for site in there}) == len(there)


def test_important_offices_have_a_second_line_of_another_provider(province: Inventory) -> None:
    """500 links: one primary for each site, and fifty second lines that no single provider can take down."""
    by_site = {site: list(links) for site, links in groupby(province.links.values(), key=lambda link: link.site)}
    roles = {tuple(link.role for link in links) for links in by_site.values()}
    assert roles == {(Role.PRIMARY,), (Role.PRIMARY, Role.BACKUP)}
    doubled = [links for links in by_site.values() if len(links) == 2]
    assert (len(province.links), len(by_site), len(doubled)) == (500, 450, 50)
    assert all(province.provider_of(one) != province.provider_of(other) for one, other in doubled)


def test_every_provider_phase_and_kind_is_in_use(province: Inventory) -> None:
    """Five providers share the links, no phase is rare, and both kinds of lines are there."""
    links = province.links.values()
    assert min(Counter(province.provider_of(link).id for link in links).values()) >= 30
    assert len(province.providers) == 5
    assert min(Counter(link.phase for link in links)[phase] for phase in Phase) >= 50
    assert min(Counter(province.contracts[link.contract].kind for link in links)[kind] for kind in ContractKind) >= 200
    assert {link.contract for link in links} == set(province.contracts)


def test_service_units_are_on_broadband_without_a_promise(province: Inventory) -> None:
    """The 212 service units have shared lines, for which nothing is promised; dedicated ones have an SLA."""
    units = [link for link in province.links.values() if link.site.startswith("satpel-")]
    assert {province.contracts[link.contract].kind for link in units} == {ContractKind.BROADBAND}
    for contract in province.contracts.values():
        assert (contract.sla is None) is (contract.kind is ContractKind.BROADBAND)


def test_addresses_are_of_the_test_network_and_of_their_provider(province: Inventory) -> None:
    """Every address is of 198.18.0.0/15, used once, and a /20 belongs to one provider."""
    addresses = [int(link.address) for link in province.links.values()]
    owners = {(int(link.address) >> 12, province.provider_of(link).id) for link in province.links.values()}
    assert {address >> 17 for address in addresses} == {(198 << 24 | 18 << 16) >> 17}
    assert len(set(addresses)) == len(addresses)
    assert len({block for block, _ in owners}) == len(owners) == 5


def test_the_prober_can_tell_its_own_faults(province: Inventory) -> None:
    """There are three reference targets or more, with each of the meanings."""
    assert len(province.reference_targets) >= 3
    assert {target.meaning for target in province.reference_targets.values()} == set(ReferenceMeaning)


def test_probes_are_where_the_simulation_answers(province: Inventory) -> None:
    """Routers of hospitals and head offices are polled, second lines at ether2; Samsat has TCP, others only echoes."""
    for link in province.links.values():
        of_class = province.sites[link.site].site_class
        assert ("router" in link.probes) is (of_class in {"kantor", "rumah-sakit"})
        assert bool(link.probes) is (of_class in {"kantor", "rumah-sakit", "samsat"})
        is_second = link.role is Role.BACKUP and "router" in link.probes
        assert link.interface == ("ether2" if is_second else None)
        assert link.second_opinion_port == 443
    assert {type(probe).__name__ for probe in province.probes.values()} == {
        "TcpProbe",
        "HttpProbe",
        "DnsProbe",
        "SnmpProbe",
    }


def test_its_passwords_are_those_of_the_simulation(province: Inventory) -> None:
    """The committed files hold what the simulated routers take, which protects nothing."""
    router = province.credentials["router-v3"]
    secrets = [secret for secret in (router.auth_password, router.priv_password) if secret is not None]
    assert [Path(secret.place).read_text(encoding="utf-8") for secret in secrets] == [
        "pantau-sim-auth\n",
        "pantau-sim-priv\n",
    ]
    assert all(Path(secret.place).parent == FOLDER / "secrets" for secret in secrets)
