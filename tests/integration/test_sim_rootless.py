"""The simulation for people who are not root: a user namespace of their own, or plain words why not."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from exporter.sim.control import send_order
from exporter.sim.settings import SimulationError
from tests.support.inventories import make_inventory
from tests.support.inventory_files import write_inventory
from tests.support.nobody import as_nobody, python

INVENTORY = make_inventory({"dinkes-1": ("dinkes", "penyedia-a", "32.73", "198.18.0.10")})

#: One echo as the exporter does it: the thread enters, opens its socket, and probes; a listener stays outside.
ONE_ECHO = """
import socket, sys
from exporter.transport.namespace import enter_network_namespace
from threading import Thread
def measure():
    enter_network_namespace(sys.argv[1])
    echo = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
    echo.settimeout(10)
    echo.sendto(bytes.fromhex("0800f7fc00010002") + bytes(8), ("198.18.0.10", 0))
    print("reply from", echo.recvfrom(2048)[1][0])
    socket.create_connection(("198.18.0.10", 80), timeout=10).close()
    print("and a web server")
thread = Thread(target=measure)
thread.start()
thread.join()
with socket.create_server(("127.0.0.1", 0)) as listener:
    socket.create_connection(listener.getsockname(), timeout=10).close()
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that nobody can reach and write to, with an inventory in it."""
    made = Path(tempfile.mkdtemp(prefix="pantau-rootless-"))
    write_inventory(made / "inventory", INVENTORY)
    for path in (made, made / "inventory"):
        path.chmod(0o777)
    yield made
    subprocess.run(["rm", "-rf", "--one-file-system", str(made)], check=True)


def start_words(folder: Path) -> list[str]:
    control = f"{folder}/sim.sock"
    return [
        python(folder),
        "-m",
        "exporter",
        "sim",
        "start",
        "--inventory",
        f"{folder}/inventory",
        "--control",
        control,
    ]


def wait_until_it_answers(folder: Path, process: subprocess.Popen[str]) -> None:
    give_up = time.monotonic() + 20
    while time.monotonic() < give_up and process.poll() is None:
        try:
            send_order(folder / "sim.sock", order="status")
        except SimulationError:
            time.sleep(0.02)
        else:
            return
    process.kill()
    raise AssertionError(process.communicate()[0])


def test_without_root_the_province_lives_in_a_user_namespace(folder: Path) -> None:
    """Where users may open /dev/net/tun, nobody gets a province, and an exporter started as told reaches it."""
    with as_nobody(folder, "666", start_words(folder)) as simulation:
        wait_until_it_answers(folder, simulation)
        enter = ["nsenter", "--user", "--preserve-credentials", "--target", str(simulation.pid)]
        words = [*enter, python(folder), "-c", ONE_ECHO, f"/proc/{simulation.pid}/ns/net"]
        with as_nobody(folder, "666", words) as echo:
            assert echo.communicate(timeout=60)[0] == "reply from 198.18.0.10\nand a web server\n"
        simulation.terminate()
        said, _ = simulation.communicate(timeout=20)
    assert f"--netns /proc/{simulation.pid}/ns/net" in said
    assert " ".join(enter) in said
    assert simulation.returncode == 0


def test_without_root_and_device_the_error_says_what_the_loopback_cannot_show(folder: Path) -> None:
    """Where users may not open /dev/net/tun, the remedy and the limits of the loopback are told, with exit 1."""
    with as_nobody(folder, "600", start_words(folder)) as simulation:
        said, _ = simulation.communicate(timeout=20)
    assert simulation.returncode == 1
    assert "cannot make a TUN device with /dev/net/tun: Permission denied; run as root, or let users open it" in said
    assert "on the loopback (127.0.0.0/8) every link answers at once and always" in said
    assert "it cannot show delay, jitter, loss, cuts" in said
