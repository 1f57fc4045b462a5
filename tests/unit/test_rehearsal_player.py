"""Playing on a session whose programs are none: what happens when something fails in mid-play."""

from __future__ import annotations

import json
from contextlib import ExitStack, nullcontext
from pathlib import Path

import pytest

from exporter.cli import main
from exporter.clock import FakeClock
from exporter.commands import rehearse
from exporter.rehearsal import player
from exporter.rehearsal.player import BrokenOffError, Played, play_on
from exporter.stack.ports import Ports
from exporter.stack.record import HEARTBEAT_ROUTE, MESSAGE_ROUTE
from exporter.stack.session import RECORD, Session
from exporter.stack.stack import Stack, checkout
from tests.support.deliveries import alert_document, delivery_document
from tests.support.scenarios import HEAD, scenario_from

#: It can be played but for its step: no exporter runs in these tests that could be killed.
_KILLED = HEAD + "steps: [{at: 20s, kill: exporter}]\nuntil: 1m\n"


def _line(route: str, text: str | None) -> str:
    words = {"received_unix_s": 1_795_000_010.0, "channel": "webhook", "recipient": route, "route": route}
    payload = delivery_document([alert_document(1)]) if text else {}
    return json.dumps({**words, "text": text, "payload": payload}) + "\n"


def _session(folder: Path) -> Session:
    """Nothing runs, and the record has a heartbeat and one message."""
    (folder / RECORD).write_text(
        _line(HEARTBEAT_ROUTE, None) + _line(MESSAGE_ROUTE, "🔴 GANGGUAN: Kantor 1\nTidak menjawab."), encoding="utf-8"
    )
    stack = Stack(checkout(), folder, folder / "inventory", "uji", folder / "sim.sock", Ports(), {})
    return Session(stack, ExitStack(), FakeClock())


def _broken_off(folder: Path) -> BrokenOffError:
    with pytest.raises(BrokenOffError) as broken:
        play_on(_session(folder), scenario_from(folder, _KILLED), lambda _: None)
    return broken.value


def test_what_breaks_off_keeps_its_messages(tmp_path: Path) -> None:
    """A step that fails ends it with the step's own words, and with what had come by then."""
    broken = _broken_off(tmp_path)
    assert str(broken) == "exporter is not running"
    assert [message.text.splitlines()[0] for message in broken.played.messages] == ["🔴 GANGGUAN: Kantor 1"]
    assert broken.played.begun_unix_s == pytest.approx(1_795_000_020.0)


def test_planned_work_is_added_beside_a_file_of_that_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the inventory has stays as it is, and the exporter is told to read it again."""
    reloaded: list[int] = []
    monkeypatch.setattr(player, "reload_exporter", reloaded.append)
    text = HEAD + "steps: []\nuntil: 1m\nmaintenance: [{id: m, links: [link-1], starts: 0s, ends: 9s}]\n"
    scenario = scenario_from(tmp_path, text)
    own = tmp_path / "inventory/gladi-maintenance.yml"
    own.write_text("version: 1\n", encoding="utf-8")
    play_on(_session(tmp_path), scenario, lambda _: None)
    assert own.read_text(encoding="utf-8") == "version: 1\n"
    assert '"id": "m"' in (tmp_path / "inventory/gladi-maintenance-2.yml").read_text(encoding="utf-8")
    assert reloaded == [Ports().exporter]


def test_the_command_prints_the_messages_of_what_broke_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """They stand above the reason, there is no verdict, and the exit code is 1."""
    broken = _broken_off(tmp_path)

    def play(*_: object) -> Played:
        raise broken

    monkeypatch.setattr(rehearse, "ended_by_signals", nullcontext)
    monkeypatch.setattr(rehearse, "play", play)
    monkeypatch.setattr(Stack, "find_programs", lambda _: None)
    monkeypatch.setattr(rehearse, "trial_stack", lambda *_: _session(tmp_path).stack)
    assert main(["rehearse", str(tmp_path / "scenario.yml"), "--inventory", str(tmp_path / "inventory")]) == 1
    said, complained = capsys.readouterr()
    assert "🔴 GANGGUAN: Kantor 1\nTidak menjawab.\n" in said
    assert said.rstrip().endswith(
        "1 pesan, 1 kiriman kepada 1 penerima. Gladi terhenti sebelum selesai, jadi tidak dinilai."
    )
    assert "SESUAI" not in said
    assert "exporter is not running" in complained
