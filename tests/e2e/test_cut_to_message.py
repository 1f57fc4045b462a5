"""From a cut line to the officer's message: real Prometheus and Alertmanager, the real exporter, a simulated wire.

One story is played once (about four minutes), and each test looks at one of its sides: a link and a whole
provider are cut; the exporter is killed and started again; the uplink is cut too; everything is restored.
No test asserts how long anything took.
"""

from __future__ import annotations

import http.client
import re
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.support.inventories import many_links
from tests.support.watched_province import Told, WatchedProvince, watched_province

pytestmark = pytest.mark.timeout(1200)

INVENTORY = many_links(20)
ONE_LINK = "link-3"
PROVIDER = "penyedia-b"
PROVIDERS_LINKS = frozenset(key for key, link in INVENTORY.links.items() if INVENTORY.provider_of(link).id == PROVIDER)
CUT_LINKS = PROVIDERS_LINKS | {ONE_LINK}


def _fired(told: list[Told], alertname: str) -> frozenset[str]:
    return frozenset[str]().union(*(message.firing for message in told if message.alertname == alertname))


def _resolved(told: list[Told], alertname: str) -> frozenset[str]:
    return frozenset[str]().union(*(message.resolved for message in told if message.alertname == alertname))


def _play(watched: WatchedProvince, things: ExitStack) -> list[Told]:
    """The story; all messages until its end."""
    watched.cut("link", ONE_LINK)
    watched.cut("provider", PROVIDER)
    watched.wait_for("the cut links", lambda told: _fired(told, "LinkDown") >= CUT_LINKS)
    watched.kill_exporter()
    watched.wait_for("ExporterDown", lambda told: bool(_fired(told, "ExporterDown")))
    watched.restart_exporter(things)
    watched.wait_for("the exporter's recovery", lambda told: bool(_resolved(told, "ExporterDown")))
    watched.cut("uplink")
    watched.wait_for("ProberUplinkDown", lambda told: bool(_fired(told, "ProberUplinkDown")))
    watched.restore_all()
    watched.wait_for("the links' recovery", lambda told: _resolved(told, "LinkDown") >= CUT_LINKS)
    return watched.wait_for("the uplink's recovery", lambda told: bool(_resolved(told, "ProberUplinkDown")))


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
    address = re.search(r"Panduan: http://(127\.0\.0\.1:\d+)(/\S+)#linkdown", told[0].text)
    assert address
    connection = http.client.HTTPConnection(address[1], timeout=20)
    connection.request("GET", address[2])
    response = connection.getresponse()
    assert response.status == http.client.OK
    assert b"\n## LinkDown\n" in response.read()
    connection.close()


def test_a_cut_provider_is_one_message_about_exactly_its_links(told: list[Told]) -> None:
    """All links of the provider, none of another, in one message that counts them."""
    messages = [message for message in told if message.firing & PROVIDERS_LINKS]
    assert messages[0].text.startswith(f"🔴 GANGGUAN: {len(PROVIDERS_LINKS)} tautan, {PROVIDER}\n")
    assert messages[0].firing == PROVIDERS_LINKS
    assert not any("🔴" in message.text for message in messages[1:])


def test_no_other_link_is_ever_called_cut(told: list[Told]) -> None:
    """Neither the exporter's death nor the dead uplink makes a LinkDown of a link that was not cut."""
    assert _fired(told, "LinkDown") == CUT_LINKS


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
    """No link recovers while the exporter is dead or its uplink is; then each cut link does, once."""
    recoveries = [message for message in told if message.alertname == "LinkDown" and message.resolved]
    dead_uplink = next(n for n, message in enumerate(told) if message.alertname == "ProberUplinkDown")
    assert min(map(told.index, recoveries)) > dead_uplink
    named = [link for message in recoveries for link in message.resolved]
    assert sorted(named) == sorted(CUT_LINKS)
    recovered = _first(told, "🟢 PULIH: Jalur", of=ONE_LINK)
    assert re.search(r"\nDinyatakan pulih \d\d/\d\d/\d{4} \d\d\.\d\d WIB\.$", recovered.text)
