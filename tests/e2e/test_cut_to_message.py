"""From a cut line to the officer's message: real Prometheus and Alertmanager, the real exporter, a simulated wire.

One story is played once (about five minutes), and each test looks at one of its sides: a link, a site with two
links and a whole provider are cut; the exporter is killed and started again; the uplink is cut too; everything is
restored. No test asserts how long anything took.
"""

from __future__ import annotations

import http.client
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest

from exporter.model import Inventory
from tests.support.inventories import many_links
from tests.support.watched_province import Told, WatchedProvince, watched_province

pytestmark = pytest.mark.timeout(1200)

ONE_LINK = "link-3"
SITE = "site-18"
PROVIDER = "penyedia-b"
SITES_LINKS = ("link-17", "link-18")  # of two providers


def _inventory() -> Inventory:
    """Twenty links of three providers, all day within service hours; one site has two of them."""
    plain = many_links(20, hours="24x7")
    moved = replace(plain.links["link-17"], site=SITE)
    return replace(plain, links={**plain.links, "link-17": moved})


INVENTORY = _inventory()
PROVIDERS_LINKS = frozenset(key for key, link in INVENTORY.links.items() if INVENTORY.provider_of(link).id == PROVIDER)

#: The alert of each cut, and the name of what was cut in it.
CUTS = {"LinkDown": ONE_LINK, "SiteDown": SITE, "ProviderOutage": PROVIDER}


def _begun(told: list[Told], alertname: str) -> list[Told]:
    return [message for message in told if message.alertname == alertname and "🔴" in message.text]


def _ended(told: list[Told], alertname: str) -> list[Told]:
    return [message for message in told if message.alertname == alertname and "🟢" in message.text]


def _play(watched: WatchedProvince, things: ExitStack) -> list[Told]:
    """The story; all messages until its end."""
    watched.cut("link", ONE_LINK)
    watched.cut("site", SITE)
    watched.cut("provider", PROVIDER)
    watched.wait_for("the cuts", lambda told: all(_begun(told, name) for name in CUTS))
    watched.kill_exporter()
    watched.wait_for("ExporterDown", lambda told: bool(_begun(told, "ExporterDown")))
    watched.restart_exporter(things)
    watched.wait_for("the exporter's recovery", lambda told: bool(_ended(told, "ExporterDown")))
    watched.cut("uplink")
    watched.wait_for("ProberUplinkDown", lambda told: bool(_begun(told, "ProberUplinkDown")))
    watched.restore_all()
    watched.wait_for("the recoveries", lambda told: all(_ended(told, name) for name in CUTS))
    return watched.wait_for("the uplink's recovery", lambda told: bool(_ended(told, "ProberUplinkDown")))


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Told]]:
    """Every message of the story, in its order."""
    with ExitStack() as things, watched_province(INVENTORY, tmp_path_factory.mktemp("stack")) as watched:
        yield _play(watched, things)


def _first(told: list[Told], head: str, *, of: str) -> Told:
    return next(message for message in told if message.text.startswith(head) and of in message.text)


def test_a_cut_link_is_told_with_all_that_is_needed(told: list[Told]) -> None:
    """The message has the link, the site, the office, the regency, the provider, since when, a step and the runbook."""
    message = _first(told, "🔴 GANGGUAN: Jalur", of=ONE_LINK)
    lines = message.text.splitlines()
    assert lines[0] == "🔴 GANGGUAN: Jalur link-3 (dinkes), Kota Bandung"
    since = r"Tidak menjawab sejak \d\d/\d\d/\d{4} \d\d\.\d\d WIB: tautan link-3, lokasi site-3, penyedia-a\."
    assert re.fullmatch(since, lines[1])
    assert lines[2].startswith("Kemungkinan: ")
    assert "Langkah: " in lines[2]
    assert re.fullmatch(r"Panduan: http://127\.0\.0\.1:\d+/user/alerts\.md#linkdown", lines[3])
    assert message.firing == {ONE_LINK}


def test_the_runbook_that_a_message_names_opens(told: list[Told]) -> None:
    """Prometheus serves the page at that address, so it can be read while the internet is away."""
    address = re.search(r"Panduan: http://(127\.0\.0\.1:\d+)(/\S+)#provideroutage", told[0].text)
    assert address
    connection = http.client.HTTPConnection(address[1], timeout=20)
    connection.request("GET", address[2])
    response = connection.getresponse()
    assert response.status == http.client.OK
    assert b"\n## ProviderOutage\n" in response.read()
    connection.close()


def test_a_cut_provider_is_one_message(told: list[Told]) -> None:
    """It names the provider, says how many of how many, since when, and which offices; no link of it is told."""
    (message,) = _begun(told, "ProviderOutage")
    lines = message.text.splitlines()
    assert lines[0] == f"🔴 GANGGUAN: Penyedia {PROVIDER}"
    count = len(PROVIDERS_LINKS)
    since = rf"Tidak menjawab sejak \d\d/\d\d/\d{{4}} \d\d\.\d\d WIB: {count} dari {count} tautan\."
    assert re.fullmatch(since, lines[1])
    names = ", ".join(sorted(INVENTORY.links[link].name for link in PROVIDERS_LINKS))
    assert lines[2] == f"Terdampak: {names}."
    assert re.fullmatch(r"Panduan: http://127\.0\.0\.1:\d+/user/alerts\.md#provideroutage", lines[4])


def test_a_cut_site_is_one_message(told: list[Told]) -> None:
    """Both links of the site, of two providers, are one message about the site."""
    (message,) = _begun(told, "SiteDown")
    lines = message.text.splitlines()
    assert lines[0] == "🔴 GANGGUAN: Kantor site-18 (dinkes), Kabupaten Bogor"
    assert lines[1].endswith(": 2 dari 2 tautan.")
    assert lines[2] == "Terdampak: Jalur link-17, Jalur link-18."


def test_each_cut_is_told_once_and_so_is_its_recovery(told: list[Told]) -> None:
    """Whatever happens to the exporter and its uplink in between: one message begins it, one ends it."""
    for alertname in CUTS:
        assert [len(_begun(told, alertname)), len(_ended(told, alertname))] == [1, 1], alertname
    assert {message.alertname for message in told} == {*CUTS, "ExporterDown", "ProberUplinkDown"}
    assert frozenset[str]().union(*(m.firing for m in told if m.alertname == "LinkDown")) == {ONE_LINK}


def test_a_killed_exporter_is_told(told: list[Told]) -> None:
    """ExporterDown arrives, names the exporter, and recovers by itself."""
    message = _first(told, "🔴 GANGGUAN: Pengukur Pantau", of="berhenti mengukur")
    assert re.search(r"\(127\.0\.0\.1:\d+\)", message.text)
    assert _first(told, "🟢 PULIH: Pengukur Pantau", of="Dinyatakan pulih")


def test_a_dead_uplink_is_told_as_the_probers_own_fault(told: list[Told]) -> None:
    """ProberUplinkDown arrives and says that no office is blamed."""
    message = _first(told, "🔴 GANGGUAN: Sambungan pengukur", of="target acuan")
    assert "tidak dihitung sebagai gangguan kantor" in message.text


def test_recovery_is_told_only_when_it_was_measured(told: list[Told]) -> None:
    """Nothing recovers while the exporter is dead or its uplink is; a recovery says what it ends, and when."""
    dead_uplink = next(n for n, message in enumerate(told) if message.alertname == "ProberUplinkDown")
    for alertname in CUTS:
        (recovered,) = _ended(told, alertname)
        assert told.index(recovered) > dead_uplink
        assert re.search(r"\nDinyatakan pulih \d\d/\d\d/\d{4} \d\d\.\d\d WIB\.$", recovered.text)
    count = len(PROVIDERS_LINKS)
    assert f": {count} dari {count} tautan." in _ended(told, "ProviderOutage")[0].text
