"""What the officer reads: the messages of one long rehearsal, word by word.

The scenario ``gangguan-berlapis`` is played once: a link, a site with two links and a whole provider are cut; the
exporter is killed and started again; the uplink is cut too; everything is restored. Each test looks at one of its
sides. No test asserts how long anything took.
"""

from __future__ import annotations

import re

import pytest

from exporter.stack.deliveries import Message
from tests.support.rehearsals import Rehearsal, Rehearsals

pytestmark = pytest.mark.timeout(1200)

#: The alert of each cut.
CUTS = ("LinkDown", "SiteDown", "ProviderOutage")


@pytest.fixture
def story(played: Rehearsals) -> Rehearsal:
    """The rehearsal, once it is over."""
    return played["gangguan-berlapis"].result()


_PATH = re.compile(r"Jejak: berhenti pada lompatan 3( dari 4)?, terakhir menjawab 198\.19\.128\.\d+\.")


def _lines(message: Message) -> list[str]:
    """The lines of a message but for the path, which stands there once it was traced."""
    return [line for line in message.text.splitlines() if not _PATH.fullmatch(line)]


def test_a_cut_link_is_told_with_all_that_is_needed(story: Rehearsal) -> None:
    """The message has the link, the site, the office, the regency, the provider, since when, a step."""
    (message,) = story.begun("LinkDown")
    lines = _lines(message)
    assert lines[0] == "🔴 GANGGUAN: Balai Pendidikan 1 Kabupaten Bogor (disdik), Kabupaten Bogor"
    link = "tautan balai-kab-bogor-1-utama, lokasi balai-kab-bogor-1, penyedia-a"
    assert re.fullmatch(rf"Tidak menjawab sejak \d\d/\d\d/\d{{4}} \d\d\.\d\d WIB: {link}\.", lines[1])
    assert lines[2].startswith("Kemungkinan: ")
    assert "Langkah: " in lines[2]
    assert re.fullmatch(r"Panduan: http://127\.0\.0\.1:\d+/user/alerts\.md#linkdown", lines[3])
    assert message.links("firing") == {"balai-kab-bogor-1-utama"}


def test_a_cut_provider_is_one_message(story: Rehearsal) -> None:
    """It names the provider, says how many of how many, since when, and which offices; no link of it is told."""
    (message,) = story.begun("ProviderOutage")
    lines = message.text.splitlines()
    assert lines[0] == "🔴 GANGGUAN: Penyedia penyedia-b"
    assert re.fullmatch(r"Tidak menjawab sejak \d\d/\d\d/\d{4} \d\d\.\d\d WIB: 12 dari 12 tautan\.", lines[1])
    inventory = story.scenario.inventory
    names = sorted(link.name for link in inventory.links.values() if inventory.provider_of(link).id == "penyedia-b")
    assert lines[2] == f"Terdampak: {', '.join(names[:10])} dan 2 lainnya."
    assert re.fullmatch(r"Panduan: http://127\.0\.0\.1:\d+/user/alerts\.md#provideroutage", lines[4])


def test_a_cut_site_is_one_message(story: Rehearsal) -> None:
    """Both links of the site, of two providers, are one message about the site."""
    (message,) = story.begun("SiteDown")
    lines = _lines(message)
    assert lines[0] == "🔴 GANGGUAN: UPTD Kesehatan 1 Kota Bandung (dinkes), Kota Bandung"
    assert lines[1].endswith(": 2 dari 2 tautan.")
    assert lines[2] == "Terdampak: UPTD Kesehatan 1 Kota Bandung, UPTD Kesehatan 1 Kota Bandung (cadangan)."


def test_each_cut_is_told_once_and_so_is_its_recovery(story: Rehearsal) -> None:
    """Whatever happens to the exporter and its uplink in between: one message begins it, one ends it."""
    for alertname in CUTS:
        assert [len(story.begun(alertname)), len(story.ended(alertname))] == [1, 1], alertname
    assert {message.alertname for message in story.told} == {*CUTS, "ExporterDown", "ProberUplinkDown"}


def test_a_killed_exporter_is_told(story: Rehearsal) -> None:
    """ExporterDown arrives, names the exporter, and recovers by itself."""
    (begun,), (ended,) = story.begun("ExporterDown"), story.ended("ExporterDown")
    assert re.match(r"🔴 GANGGUAN: Pengukur Pantau \(127\.0\.0\.1:\d+\)\n.*berhenti mengukur", begun.text)
    assert re.match(r"🟢 PULIH: Pengukur Pantau \(127\.0\.0\.1:\d+\)\n", ended.text)


def test_a_dead_uplink_is_told_as_the_probers_own_fault(story: Rehearsal) -> None:
    """ProberUplinkDown arrives and says that no office is blamed."""
    (message,) = story.begun("ProberUplinkDown")
    assert message.text.startswith("🔴 GANGGUAN: Sambungan pengukur")
    assert "tidak dihitung sebagai gangguan kantor" in message.text


def test_recovery_is_told_only_when_it_was_measured(story: Rehearsal) -> None:
    """Nothing recovers while the exporter is dead or its uplink is; a recovery says what it ends, and when."""
    (dead_uplink,) = story.begun("ProberUplinkDown")
    for alertname in CUTS:
        (recovered,) = story.ended(alertname)
        assert story.told.index(recovered) > story.told.index(dead_uplink)
        assert re.search(r"\nDinyatakan pulih \d\d/\d\d/\d{4} \d\d\.\d\d WIB\.$", recovered.text)
    assert ": 12 dari 12 tautan." in story.ended("ProviderOutage")[0].text
