"""Probes, credentials and classes of sites in an inventory: what good ones mean, and that no secret is repeated."""

from __future__ import annotations

import os
from dataclasses import replace
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest

from exporter.errors import InventoryError
from exporter.loading import load_inventory
from exporter.model import Inventory
from exporter.probe_model import (
    AuthProtocol,
    DnsProbe,
    HttpProbe,
    InterfaceKey,
    PrivProtocol,
    Redirects,
    SecretReference,
    SecretSource,
    SiteClass,
    SnmpCredentials,
    SnmpProbe,
    TcpProbe,
    TlsRules,
)
from tests.support.inventory_files import write_inventory

EXAMPLES = Path(__file__).parent.parent / "data" / "inventories"
MINIMAL = (EXAMPLES / "good" / "minimal.yml").read_text(encoding="utf-8")
SECRETIVE = sorted((EXAMPLES / "bad").glob("credentials_secret_*.yml"))


@pytest.fixture(scope="module")
def inventory() -> Inventory:
    """The example with each key."""
    loaded = load_inventory(EXAMPLES / "good" / "every_key.yml")
    assert loaded.warnings == ()
    return loaded.inventory


def written(folder: Path, text: str) -> Path:
    """A file with this inventory."""
    path = folder / "i.yml"
    path.write_text(text, encoding="utf-8")
    return path


def environment(name: str) -> SecretReference:
    """A secret in the environment."""
    return SecretReference(SecretSource.ENVIRONMENT, name)


def test_every_key_of_credentials_has_its_meaning(inventory: Inventory) -> None:
    """Both versions arrive with references to their secrets, and with nothing that belongs to the other."""
    assert inventory.credentials == {
        "v3": SnmpCredentials(
            "v3",
            None,
            "pantau",
            AuthProtocol.SHA256,
            environment("PANTAU_AUTH"),
            PrivProtocol.AES128,
            environment("PANTAU_PRIV"),
        ),
        "v2c": SnmpCredentials("v2c", environment("PANTAU_COMMUNITY")),
    }


def test_every_key_of_probes_has_its_meaning(inventory: Inventory) -> None:
    """Each key arrives in the unit and type of the domain, names and addresses in the one form they have."""
    assert inventory.probes == {
        "router": SnmpProbe("router", 10.0, 0.5, "v3", "ether1", InterfaceKey.ALIAS, ip_address("2001:db8::1"), 1161),
        "router-2": SnmpProbe("router-2", 60.0, 5.0, "v2c"),
        "web": HttpProbe(
            "web",
            3600.0,
            30.0,
            "https://portal.example:8443/masuk?dari=pantau",
            frozenset({200, 301}),
            "(?i)Selamat.{0,20}datang|Beranda",
            1_500,
            Redirects.SAME_HOST,
            TlsRules(verify=False),
            (ip_network("198.18.0.0/15"), ip_network("2001:db8::/32")),
        ),
        "laman": HttpProbe("laman", 60.0, 5.0, "http://{address}/"),
        "kunci": TcpProbe("kunci", 60.0, 5.0, 443, TlsRules("kantor.example")),
        "pintu": TcpProbe("pintu", 60.0, 5.0, 22),
        "resolver": DnsProbe(
            "resolver",
            60.0,
            5.0,
            "portal.example",
            "AAAA",
            ip_address("198.18.0.9"),
            5353,
            frozenset({"2001:db8::10"}),
        ),
    }


def test_links_take_probes_from_their_class(inventory: Inventory) -> None:
    """Own probes take the place of the class's; a site without a class has none; the port comes from the defaults."""
    assert inventory.site_classes == {"kantor": SiteClass("kantor", "Kantor", ("router", "laman", "pintu"))}
    links = inventory.links
    assert links["satu-1"].probes == ("web", "kunci", "resolver", "router-2")
    assert links["satu-2"].probes == ("router", "laman", "pintu")
    assert links["dua-1"].probes == ()
    assert (links["satu-2"].interface, links["dua-1"].interface) == ("Uplink ke penyedia (cadangan)", None)
    assert (links["satu-1"].second_opinion_port, links["dua-1"].second_opinion_port) == (22, 443)


def test_an_empty_list_takes_the_probes_of_the_class_away(tmp_path: Path) -> None:
    """``probes: []`` is none, and not that of the class; without the port nobody knows one."""
    text = MINIMAL.replace("hours: kantor", "hours: kantor, class: a").replace("198.18.0.10", "198.18.0.10, probes: []")
    tail = "probes: [{id: web, kind: tcp, port: 443}]\nsite_classes: [{id: a, name: A, probes: [web]}]\n"
    link = load_inventory(written(tmp_path, text + tail)).inventory.links["satu"]
    assert (link.probes, link.second_opinion_port) == ((), None)


SECRET_FILES = (
    "credentials: [{id: a, community: {file: secrets/community}}]\n"
    "probes:\n"
    "  - {id: router, kind: snmp, credentials: a}\n"
    "  - {id: https, kind: tcp, port: 443, tls: {authorities: /etc/ca.pem}}\n"
    "  - {id: web, kind: http, url: https://a.example/, tls: {authorities: ca.pem}}\n"
)


@pytest.mark.parametrize("is_folder", [True, False], ids=["folder", "file"])
def test_relative_files_begin_at_the_folder_of_the_inventory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_folder: bool
) -> None:
    """Whether the inventory is named as a file or as a folder, absolutely or not, the paths are the same."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "inv").mkdir()
    text = MINIMAL.replace("198.18.0.10", "198.18.0.10, probes: [router, https, web]") + SECRET_FILES
    path = written(Path("inv"), text)
    inventory = load_inventory(path.parent if is_folder else path).inventory
    assert inventory.credentials["a"].community == SecretReference(
        SecretSource.FILE, f"{tmp_path}/inv/secrets/community"
    )
    rules = [getattr(probe, "tls", None) for probe in inventory.probes.values()]
    assert [each.authorities for each in rules if each is not None] == ["/etc/ca.pem", f"{tmp_path}/inv/ca.pem"]


def test_files_that_are_not_there_are_warned_of(tmp_path: Path) -> None:
    """Each with its key and line and no name; what is there, and regular, is not mentioned."""
    text = MINIMAL.replace("198.18.0.10", "198.18.0.10, probes: [router, https, web]") + SECRET_FILES
    path = written(tmp_path, text.replace("/etc/ca.pem", "folder.pem"))
    (tmp_path / "folder.pem").mkdir()
    (tmp_path / "ca.pem").touch()
    said = [f"{each.line}: {each.message}" for each in load_inventory(path).warnings]
    assert said == [
        "17: credentials a, community: the file that is named here cannot be looked at: No such file or directory",
        "20: probe https, tls.authorities: the file that is named here is not a regular file",
    ]


def test_the_digest_covers_references_and_no_secret(tmp_path: Path) -> None:
    """Another secret under the same name leaves the digest; another name changes it."""
    (tmp_path / "secrets").mkdir()
    text = MINIMAL.replace("198.18.0.10", "198.18.0.10, probes: [router, https, web]") + SECRET_FILES
    digests = []
    for secret, name in (("satu", "community"), ("dua", "community"), ("dua", "other")):
        (tmp_path / "secrets" / name).write_text(secret, encoding="utf-8")
        path = written(tmp_path, text.replace("secrets/community", f"secrets/{name}"))
        digests.append(load_inventory(path).inventory.digest)
    assert digests[0] == digests[1] != digests[2]


@pytest.mark.parametrize("path", SECRETIVE, ids=lambda path: path.stem)
def test_a_secret_in_place_of_its_reference_is_repeated_to_nobody(path: Path) -> None:
    """Wherever somebody writes a secret by mistake, no problem and no exception holds it."""
    assert "rahasia" in path.read_text(encoding="utf-8").lower()
    with pytest.raises(InventoryError) as refused:
        load_inventory(path)
    chain = [refused.value, refused.value.__context__, refused.value.__cause__]
    assert "rahasia" not in repr(chain).lower()
    assert "rahasia" not in " ".join(map(str, refused.value.problems)).lower()


@pytest.mark.parametrize("name", ["bad/probe_url_not_taken", "warnings/probe_files_missing"])
def test_a_password_in_a_url_or_the_name_of_a_file_is_repeated_to_nobody(name: str) -> None:
    """A URL with a user, and a file of which the name may be the secret itself, are told without them."""
    assert "Rahasia" in (EXAMPLES / f"{name}.yml").read_text(encoding="utf-8")
    assert "Rahasia" not in (EXAMPLES / f"{name}.txt").read_text(encoding="utf-8")


def test_special_addresses_of_probes_need_to_be_allowed(tmp_path: Path) -> None:
    """What the bad examples are refused for is taken for trials on one machine."""
    text = (EXAMPLES / "bad" / "probe_url_special_address.yml").read_text(encoding="utf-8")
    allowed = text.replace("timeout: 2s", "timeout: 2s, allow_special_addresses: true")
    assert len(load_inventory(written(tmp_path, allowed)).inventory.probes) == 4


def test_an_interface_is_not_judged_while_its_probes_are_refused(tmp_path: Path) -> None:
    """One mistake in a probe is told once, and not at each link that names an interface."""
    text = MINIMAL.replace("198.18.0.10", "198.18.0.10, interface: ether2, probes: [router]")
    path = written(tmp_path, text + "probes: [{id: router, kind: snmp, credentials: a, port: x}]\n")
    with pytest.raises(InventoryError) as refused:
        load_inventory(path)
    assert [each.message for each in refused.value.problems] == [
        "probe router, credentials: what is written here is not in credentials",
        "probe router, port: 'x' is not a port",
    ]


def test_what_the_environment_holds_is_not_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``pantau check`` runs in another environment than ``pantau run``: a variable that is not set is no warning."""
    monkeypatch.delenv("PANTAU_COMMUNITY", raising=False)
    assert "PANTAU_COMMUNITY" not in os.environ
    text = SECRET_FILES.replace("{file: secrets/community}", "{environment: PANTAU_COMMUNITY}").split("  - {id: https")[
        0
    ]
    path = written(tmp_path, MINIMAL.replace("198.18.0.10", "198.18.0.10, probes: [router]") + text)
    assert load_inventory(path).warnings == ()


def test_an_inventory_written_by_a_test_is_read_as_it_was(tmp_path: Path, inventory: Inventory) -> None:
    """What tests write of probes, credentials and classes comes back the same."""
    names = {**inventory.sites, "kantor-1": replace(inventory.sites["kantor-1"], site_class="kantor")}
    sites = {key: replace(site, hours="kantor", kabkota="32.73", lat=-6.9, lon=107.6) for key, site in names.items()}
    links = {
        key: replace(link, address=ip_address(f"198.18.1.{n}")) for n, (key, link) in enumerate(inventory.links.items())
    }
    targets = {
        key: replace(target, address=ip_address(f"198.18.2.{n}"))
        for n, (key, target) in enumerate(inventory.reference_targets.items())
    }
    contracts = {key: replace(each, bandwidth_bits_per_second=10**6) for key, each in inventory.contracts.items()}
    changed = replace(inventory, sites=sites, links=links, reference_targets=targets, contracts=contracts)
    write_inventory(tmp_path / "i", changed)
    again = load_inventory(tmp_path / "i").inventory
    assert (again.credentials, again.probes, again.site_classes) == (
        inventory.credentials,
        inventory.probes,
        inventory.site_classes,
    )
    assert [(each.probes, each.interface, each.second_opinion_port) for each in again.links.values()] == [
        (each.probes, each.interface, each.second_opinion_port) for each in links.values()
    ]
