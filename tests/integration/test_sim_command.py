"""``pantau sim`` as words on a command line, against a province that runs."""

from __future__ import annotations

import json
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from exporter.cli import main
from exporter.sim.control import send_order
from tests.support.inventories import make_inventory
from tests.support.province import Province, simulated_province

INVENTORY = make_inventory(
    {
        "dinkes-1": ("dinkes", "penyedia-a", "32.73", "198.18.0.10"),
        "dinkes-2": ("dinkes", "penyedia-b", "32.73", "198.18.0.11"),
    }
)


@pytest.fixture(scope="module")
def running() -> Iterator[Province]:
    """One province for all tests of this file."""
    with simulated_province(INVENTORY) as province:
        yield province


@pytest.fixture
def province(running: Province) -> Province:
    """The province, with everything restored."""
    running.restore()
    return running


def sim(province: Province, *words: str) -> int:
    """The exit code of ``pantau sim`` with ``words`` and the province's control socket."""
    return main(["sim", *words, "--control", str(province.control)])


def conversation(province: Province, data: bytes) -> bytes:
    """What the control socket answers to raw ``data`` until it has one line or hangs up."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        connection.connect(str(province.control))
        connection.sendall(data)
        return connection.makefile("rb").readline()


@pytest.mark.parametrize(
    ("words", "cut"),
    [
        (["--link", "dinkes-1"], ("link", "dinkes-1", "silent")),
        (["--site", "dinkes"], ("site", "dinkes", "silent")),
        (["--provider", "penyedia-b", "--manner", "unreachable"], ("provider", "penyedia-b", "unreachable")),
        (["--area", "32.73"], ("area", "32.73", "silent")),
        (["--uplink"], ("uplink", "", "silent")),
        (["--reference", "core-gw"], ("reference", "core-gw", "silent")),
    ],
)
def test_cut_and_restore_name_one_part(
    province: Province, words: list[str], cut: tuple[str, str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Each kind of part can be cut and restored by its flag, and the answer says how many addresses that was."""
    part, identifier, manner = cut
    assert sim(province, "cut", *words) == 0
    assert province.status()["cuts"] == [{"part": part, "id": identifier, "manner": manner}]
    assert sim(province, "restore", *words[:2] if identifier else words) == 0
    assert province.status()["cuts"] == []
    printed = capsys.readouterr().out.splitlines()
    assert printed[0].startswith("cut: ")
    assert printed[0].endswith(f" addresses, {manner}")
    assert printed[1].startswith("restored: ")


def test_restore_all_forgets_everything(province: Province) -> None:
    """One word restores every cut and setting."""
    province.cut(link="dinkes-1")
    province.set(provider="penyedia-b", delay_s=0.1)
    assert sim(province, "restore", "--all") == 0
    assert (province.status()["cuts"], province.status()["settings"]) == ([], [])


def test_set_takes_every_setting(province: Province) -> None:
    """Each flag of set arrives in base units."""
    words = ["--delay", "20ms", "--jitter", "5ms", "--loss", "10%", "--duplicate", "5%", "--corrupt", "1%"]
    words += ["--bad-checksum", "2%", "--short", "3%", "--wrong-source", "4%", "--even-loss", "6%"]
    assert sim(province, "set", "--link", "dinkes-1", *words) == 0
    (setting,) = province.status()["settings"]
    assert setting == {
        "part": "link",
        "id": "dinkes-1",
        "values": {
            "delay_s": 0.02,
            "jitter_s": 0.005,
            "loss_ratio": 0.1,
            "even_loss_ratio": 0.06,
            "duplicate_ratio": 0.05,
            "corrupt_ratio": 0.01,
            "bad_checksum_ratio": 0.02,
            "short_ratio": 0.03,
            "wrong_source_ratio": 0.04,
        },
    }


def test_status_tells_a_person_what_is_cut_and_set(province: Province, capsys: pytest.CaptureFixture[str]) -> None:
    """Cuts, settings, packets and the simulator's own lateness stand in the output."""
    province.cut(link="dinkes-1")
    province.set(provider="penyedia-b", delay_s=0.25, loss_ratio=0.5)
    assert sim(province, "status") == 0
    printed = capsys.readouterr().out
    assert f"{province.netns}, process {province.process.pid}: 2 links, 3 reference targets" in printed
    assert "cut: link dinkes-1, silent" in printed
    assert "set: provider penyedia-b, delay 250ms, loss 50%" in printed
    assert "packets: requests " in printed
    assert "replies later than due" in printed


def test_an_unknown_link_is_answered_with_exit_1(province: Province, capsys: pytest.CaptureFixture[str]) -> None:
    """The error names the id and similar ones, and nothing is cut."""
    assert sim(province, "cut", "--link", "dinkes-9") == 1
    assert "pantau sim: no link 'dinkes-9' in the simulated inventory; did you mean" in capsys.readouterr().err
    assert province.status()["cuts"] == []


def test_without_a_simulation_the_error_says_how_to_start_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Steering nothing is exit 1 with the command that starts a simulation."""
    assert main(["sim", "status", "--control", str(tmp_path / "none.sock")]) == 1
    said = capsys.readouterr().err
    assert f"no simulation listens at {tmp_path}/none.sock" in said
    assert "start one with: pantau sim start --inventory PATH" in said


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["cut"], "one of the arguments --uplink --provider --area --site --link --reference is required"),
        (["cut", "--link", "a", "--uplink"], "not allowed with argument"),
        (["cut", "--uplink", "--manner", "loud"], "invalid choice: 'loud'"),
        (["start"], "--inventory"),
        ([], "ACTION"),
    ],
)
def test_wrong_words_are_exit_2(words: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Wrong use is told by argparse, with what is missing."""
    with pytest.raises(SystemExit) as ended:
        main(["sim", *words])
    assert ended.value.code == 2
    assert says in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["set", "--uplink"], "nothing to set; name a setting, such as --delay 20ms"),
        (["status", "--netns", "../x"], "--netns ../x: 1 to 63 of a-z"),
        (["set", "--uplink", "--loss", "0.1"], "--loss: '0.1' is not a percentage; write 0% to 100%"),
        (["set", "--uplink", "--delay", "2m"], "--delay: 120.0 is not between 0s and 60s"),
    ],
)
def test_wrong_use_that_we_find_is_exit_2(
    words: list[str], says: str, province: Province, capsys: pytest.CaptureFixture[str]
) -> None:
    """Wrong use beyond argparse's means has the same exit code."""
    assert sim(province, *words) == 2
    assert says in capsys.readouterr().err


def test_the_control_socket_is_its_owners_alone(province: Province) -> None:
    """Nobody else may steer the province."""
    assert stat.S_IMODE(province.control.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("line", "says"), [(b"hello\n", "not a line of JSON"), (b"[1]\n", "not an order"), (b"{}\n", "no order None")]
)
def test_noise_on_the_control_socket_is_answered(province: Province, line: bytes, says: str) -> None:
    """Lines that are no orders get an error, and the province goes on."""
    assert says in json.loads(conversation(province, line))["error"]
    assert province.status()["links"] == 2


def test_an_endless_line_on_the_control_socket_is_cut_off(province: Province) -> None:
    """A client that never ends its line loses its connection, and the province goes on."""
    with pytest.raises((BrokenPipeError, ConnectionResetError)):
        conversation(province, b"x" * (12 << 20))
    assert province.status()["links"] == 2


def test_several_orders_on_one_connection_are_answered_in_order(province: Province) -> None:
    """A connection may carry any number of lines, also in pieces."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        connection.connect(str(province.control))
        lines = connection.makefile("rb")
        connection.sendall(b'{"order": "status"}\n{"order": "cut", "part"')
        assert json.loads(lines.readline())["links"] == 2
        connection.sendall(b': "uplink"}\n')
        assert json.loads(lines.readline()) == {"ok": True, "addresses": 5}


def test_injections_that_are_no_packets_are_refused(province: Province) -> None:
    """Only hexadecimal text can be injected."""
    assert "hexadecimal" in json.loads(conversation(province, b'{"order": "inject", "packets": ["zz"]}\n'))["error"]
    assert send_order(province.control, order="inject", packets=[]) == {"packets": 0}
