"""``pantau demo`` as a person meets it: it starts everything, says where to look, and leaves nothing behind."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path

import pytest

from exporter.stack.ports import Ports
from tests.support.free_ports import free_ports
from tests.support.inventories import many_links
from tests.support.inventory_files import write_inventory
from tests.support.nobody import as_nobody, python

pytestmark = pytest.mark.timeout(400)

#: How long starting and ending may take, seconds, on a slow machine.
PATIENCE_S = 150.0


class Demo:
    """A running ``pantau demo`` and what it said so far."""

    def __init__(self, process: subprocess.Popen[str], output: Path) -> None:
        self.process = process
        self._output = output

    def said(self) -> str:
        return self._output.read_text(encoding="utf-8")

    def wait_until_it_says(self, text: str) -> str:
        give_up = time.monotonic() + PATIENCE_S
        while text not in self.said():
            assert time.monotonic() < give_up, self.said()
            assert self.process.poll() is None, self.said()
            time.sleep(0.1)
        return self.said()

    def children(self) -> dict[str, int]:
        """Process ids of what it started, by the word that tells them apart."""
        pids = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="utf-8").split()
        lines = {int(pid): Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8") for pid in pids}
        words = ("sim", "run", "alertmanager.yml", "prometheus.yml")
        return {
            word: pid for pid, line in lines.items() for word in words if f"\0{word}\0" in line or f"/{word}\0" in line
        }

    def wait(self) -> int:
        return self.process.wait(PATIENCE_S)


def _words(ports: Ports, *more: str) -> list[str]:
    named = [f"--{field.name}-port={getattr(ports, field.name)}" for field in fields(Ports)]
    return ["-m", "exporter", "demo", *named, *more]


def _netns() -> str:
    return f"pantau-demo-{os.getpid()}-{time.monotonic_ns() % 1_000_000}"


@contextmanager
def _demo(folder: Path, words: Sequence[str], **environment: str) -> Iterator[Demo]:
    output = folder / "output"
    with output.open("w", encoding="utf-8") as file:
        process = subprocess.Popen(
            [sys.executable, *words],
            stdout=file,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, **environment},
        )
    try:
        yield Demo(process, output)
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(PATIENCE_S)


@pytest.fixture
def inventory(tmp_path: Path) -> Path:
    """A small province's files."""
    write_inventory(tmp_path / "inventory", many_links(6, hours="24x7"))
    return tmp_path / "inventory"


def _listening(ports: Ports) -> list[str]:
    """The names of ports that somebody listens on."""
    found = []
    for field in fields(Ports):
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", getattr(ports, field.name))) == 0:
                found.append(field.name)
    return found


def _page(port: int, path: str) -> bytes:
    """What a browser would get."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path)
        return connection.getresponse().read()
    finally:
        connection.close()


def test_it_starts_everything_and_leaves_nothing_behind(inventory: Path, tmp_path: Path) -> None:
    """After the guide all ports answer; Ctrl-C ends it with 0, and processes, namespace and folder are gone."""
    ports, netns = free_ports(), _netns()
    with _demo(tmp_path, _words(ports, f"--inventory={inventory}", f"--netns={netns}")) as demo:
        said = demo.wait_until_it_says("Ctrl-C ends")
        assert "Watching 6 links of 6 sites." in said
        assert f"http://127.0.0.1:{ports.prometheus}/alerts" in said
        assert (
            re.search(r"pantau.* sim cut --control \S+\.sock --provider penyedia-a", said) or "-m exporter sim" in said
        )
        assert _listening(ports) == [field.name for field in fields(Ports)]
        children = demo.children()
        assert len(children) == 4
        folder = Path(re.findall(r"data, logs +(\S+)", said)[0])
        assert (folder / "prometheus").is_dir()
        demo.process.send_signal(signal.SIGINT)
        assert demo.wait() == 0
    assert demo.said().rstrip().endswith("everything that was started has ended")
    assert not [pid for pid in children.values() if Path(f"/proc/{pid}").exists()]
    assert _listening(ports) == []
    assert not Path("/run/netns", netns).exists()
    assert not folder.exists()


def test_it_ends_when_its_time_is_over(inventory: Path, tmp_path: Path) -> None:
    """``--for`` ends it with 0; a chosen folder is kept, with the logs and the data."""
    kept = tmp_path / "kept"
    words = _words(free_ports(), f"--inventory={inventory}", f"--netns={_netns()}", "--for=1", f"--folder={kept}")
    with _demo(tmp_path, words) as demo:
        assert demo.wait() == 0
    assert {"province.log", "exporter.log", "prometheus.log", "alertmanager.log"} <= {
        path.name for path in kept.iterdir()
    }


def test_it_says_which_program_died(inventory: Path, tmp_path: Path) -> None:
    """When one program dies the others are ended, the exit code is 1, and its last words are shown."""
    ports, netns = free_ports(), _netns()
    with _demo(tmp_path, _words(ports, f"--inventory={inventory}", f"--netns={netns}")) as demo:
        demo.wait_until_it_says("Ctrl-C ends")
        os.kill(demo.children()["prometheus.yml"], signal.SIGKILL)
        assert demo.wait() == 1
    assert "pantau demo: prometheus ended by itself (signal 9). Its last lines:" in demo.said()
    assert "Server is ready" in demo.said()
    assert _listening(ports) == []
    assert not Path("/run/netns", netns).exists()


def test_a_province_that_fails_for_root_is_no_reason_to_show_less(inventory: Path, tmp_path: Path) -> None:
    """Whoever could have a province learns why there is none; the loopback is for users who cannot."""
    words = _words(free_ports(), f"--inventory={inventory}", f"--netns={_netns()}", "--control=/nowhere/sim.sock")
    with _demo(tmp_path, words) as demo:
        assert demo.wait() == 1
    assert "pantau demo: province ended by itself (exit code 1)." in demo.said()
    assert "--control /nowhere/sim.sock: No such file or directory" in demo.said()


def test_it_says_which_port_is_taken(inventory: Path, tmp_path: Path) -> None:
    """Nothing is started, and the flag that chooses another port is named."""
    ports = free_ports()
    with (
        socket.create_server(("127.0.0.1", ports.prometheus)),
        _demo(tmp_path, _words(ports, f"--inventory={inventory}", f"--netns={_netns()}")) as demo,
    ):
        assert demo.wait() == 1
    assert demo.said() == (
        f"pantau demo: port {ports.prometheus} for the prometheus cannot be had (Address already in use); "
        "choose another with --prometheus-port\n"
    )


def test_it_says_which_program_is_missing(inventory: Path, tmp_path: Path) -> None:
    """Nothing is started, and the script that fetches it is named."""
    words = _words(free_ports(), f"--inventory={inventory}", f"--netns={_netns()}")
    # For this child alone: scenarios of other tests are played meanwhile, and look for their programs.
    with _demo(tmp_path, words, PANTAU_TOOLS="/nowhere") as demo:
        assert demo.wait() == 1
    assert re.fullmatch(r"pantau demo: no prometheus in /nowhere/usr/bin: run scripts/fetch-tools, .*\n", demo.said())


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--prometheus-port=0"], "'0' is no port; write a number from 1 to 65535"),
        (["--for=never"], "'never' is no time; write seconds, such as 120"),
        (["--netns=../etc"], "--netns ../etc: 1 to 63 of"),
    ],
)
def test_wrong_words_are_refused(tmp_path: Path, words: list[str], complaint: str) -> None:
    """Exit code 2, and what would be right."""
    with _demo(tmp_path, ["-m", "exporter", "demo", *words]) as demo:
        assert demo.wait() == 2
    assert complaint in demo.said()


@pytest.fixture
def reachable() -> Iterator[Path]:
    """A folder that nobody can reach and write to, with a small province's files in it."""
    made = Path(tempfile.mkdtemp(prefix="pantau-demo-test-"))
    write_inventory(made / "inventory", many_links(6, hours="24x7"))
    for path in (made, made / "inventory"):
        path.chmod(0o777)
    yield made
    subprocess.run(["rm", "-rf", "--one-file-system", str(made)], check=True)


@pytest.mark.parametrize(
    ("tun_mode", "rights", "expected"),
    [
        ("666", "", "Watching 6 links of 6 sites."),
        ("600", "--inh-caps +net_raw --ambient-caps +net_raw", "Going on without a province: on the loopback"),
    ],
    ids=["with a province of their own", "on the loopback"],
)
def test_without_root(reachable: Path, tun_mode: str, rights: str, expected: str) -> None:
    """A user gets a province where users may make one, and otherwise the loopback with what it cannot show."""
    words = _words(free_ports(), f"--inventory={reachable}/inventory", f"--control={reachable}/sim.sock", "--for=2")
    with as_nobody(reachable, tun_mode, [python(reachable), *words], rights=rights) as process:
        said, _ = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0, said
    assert expected in said
    assert "Ctrl-C ends" in said
