"""The shipped scenarios through real Prometheus and Alertmanager: exactly the messages that each one expects.

Each scenario is played once, several at once, and each test looks at one. No test asserts how long anything took.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from exporter.rehearsal.verdict import GATEWAY, differences
from exporter.stack.stack import checkout
from tests.support.rehearsals import SCENARIOS, Rehearsals

pytestmark = pytest.mark.timeout(1200)

_PROVIDER = "penyedia"


_SHORT = f"""
version: 1
name: Putus sebentar
description: Tiga detik, terlalu singkat untuk sebuah pesan.
inventory: {checkout()}/rehearsal/provinsi-kecil
speed: 5
steps:
  - {{at: 1s, cut: {{link: balai-kab-bogor-1-utama}}}}
  - {{at: 15s, restore: {{all: true}}}}
until: 30s
"""

_COMMANDS = {
    "expects": _SHORT + "expect: [{alert: LinkDown, begun: 1, ended: 0}]\n",
    "silent": _SHORT + "expect: []\n",
    "wrong": _SHORT.replace("link: balai", "link: balei") + "expect: [{alert: No}]\n",
}


@dataclass(frozen=True, slots=True)
class _Command:
    """``pantau rehearse`` as a person meets it."""

    process: subprocess.Popen[str]
    netns: str

    def ended(self) -> tuple[int, str, str]:
        """Its exit code and what it said."""
        said, complained = self.process.communicate(timeout=600)
        return self.process.returncode, said, complained


def _rehearse(folder: Path, name: str, scenario: str) -> _Command:
    path = folder / f"{name}.yml"
    path.write_text(scenario, encoding="utf-8")
    netns = f"pantau-e2e-{os.getpid()}-{name}"
    words = [sys.executable, "-m", "exporter", "rehearse", str(path), "--netns", netns]
    process = subprocess.Popen(words, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return _Command(process, netns)


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory, played: Rehearsals) -> Iterator[dict[str, _Command]]:
    """The same short scenario with three expectations, played beside the others."""
    folder = tmp_path_factory.mktemp("commands")
    running = {name: _rehearse(folder, name, text) for name, text in _COMMANDS.items()}
    yield running
    for command in running.values():
        if command.process.poll() is None:
            command.process.terminate()
            command.process.communicate(timeout=60)


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_sends_exactly_what_it_expects(name: str, played: Rehearsals, commands: dict[str, _Command]) -> None:
    """Nothing is missing and nothing too much, at any recipient."""
    rehearsal = played[name].result()
    assert rehearsal.scenario.expect is not None
    assert rehearsal.problems == [], "\n".join([*rehearsal.said, *(message.text for message in rehearsal.told)])


def test_a_provider_of_many_links_is_one_message(played: Rehearsals) -> None:
    """120 links of 500 are one message at the beginning, for all of them, and one at the end; no link is told alone."""
    rehearsal = played[_PROVIDER].result()
    (begun,), (ended,) = rehearsal.begun("ProviderOutage"), rehearsal.ended("ProviderOutage")
    assert len(rehearsal.told) == 2
    assert ": 120 dari 120 tautan." in begun.text
    assert ": 120 dari 120 tautan." in ended.text


def test_everybody_who_was_told_of_an_outage_is_told_of_its_end(played: Rehearsals) -> None:
    """By Telegram and by e-mail too, and nobody is told twice."""
    messages = played[_PROVIDER].result().messages
    begun = sorted(message.to for message in messages if message.begins)
    assert begun == sorted(message.to for message in messages if message.ends)
    assert len(begun) == len(set(begun))
    assert {to.split(":")[0] for to in begun} == {"webhook", "telegram", "email"}


def test_planned_work_is_no_message(played: Rehearsals) -> None:
    """A provider under planned work is cut and restored, and no outage is told but that of the link that stays cut."""
    rehearsal = played["pekerjaan-terencana"].result()
    assert rehearsal.begun("ProviderOutage") == []
    (message,) = rehearsal.begun("LinkDown")
    assert message.links("firing") == {"samsat-kab-bogor-2-utama"}


def test_a_verdict_can_fail(played: Rehearsals) -> None:
    """The same messages, judged by other expectations, are too few, too many and for the wrong people."""
    rehearsal = played["satu-tautan"].result()
    (expected,) = rehearsal.scenario.expect or ()
    assert rehearsal.problems == []
    assert differences([expected.model_copy(update={"begun": 2, "to": ()})], rehearsal.messages) == [
        f"kurang: LinkDown ke {GATEWAY}: pesan gangguan 1, seharusnya 2"
    ]
    assert "terlalu banyak: LinkDown ke" in "\n".join(differences([], rehearsal.messages))
    elsewhere = expected.model_copy(update={"to": ("email:nobody@prov.example",)})
    assert len(differences([elsewhere], rehearsal.messages)) > 2


def test_the_command_says_that_other_messages_came(commands: dict[str, _Command]) -> None:
    """A message that was expected and did not come is named, and the exit code is 1."""
    code, said, complained = commands["expects"].ended()
    assert code == 1, complained
    assert said.rstrip().endswith(
        "0 pesan, 0 kiriman kepada 0 penerima. TIDAK SESUAI:\n"
        f"  - kurang: LinkDown ke {GATEWAY}: pesan gangguan 0, seharusnya 1"
    )


def test_the_command_says_that_all_is_well(commands: dict[str, _Command]) -> None:
    """Silence that was expected is 0; the speed is said above, and nothing is left behind."""
    code, said, complained = commands["silent"].ended()
    assert code == 0, said + complained
    assert said.index("Kecepatan: 5 kali.") < said.index("diputus: tautan balai-kab-bogor-1-utama")
    assert said.rstrip().endswith("SESUAI: tepat pesan yang diharapkan.")
    assert not Path("/run/netns", commands["silent"].netns).exists()


def test_the_command_refuses_a_scenario_that_is_wrong(commands: dict[str, _Command]) -> None:
    """Everything wrong is told with its line, nothing is started, and the exit code is that of wrong use."""
    code, said, complained = commands["wrong"].ended()
    assert code == 2
    assert "wrong.yml:8: step 1: no link 'balei-kab-bogor-1-utama' in the inventory" in complained
    assert "wrong.yml:11: no rule has an alert 'No'" in complained
    assert said == ""
