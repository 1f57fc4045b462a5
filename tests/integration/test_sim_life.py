"""How a simulation begins and ends: what it makes, what it leaves, what it refuses to touch."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from exporter.sim.runtime import runtime_folder
from exporter.transport.namespace import NAMESPACES
from tests.support.fping import answering
from tests.support.inventories import make_inventory
from tests.support.inventory_files import write_inventory
from tests.support.province import Province, simulated_province, start, stop, unique_name

DINKES_1, DINKES_2 = "198.18.0.10", "198.18.0.11"
LINKS = {"dinkes-1": ("dinkes", "penyedia-a", "32.73", DINKES_1)}
MORE_LINKS = {**LINKS, "dinkes-2": ("dinkes", "penyedia-b", "32.73", DINKES_2)}
INVENTORY = make_inventory(LINKS)

REPOSITORY = Path(__file__).parents[2]


def left_behind(province: Province) -> list[Path]:
    """What of the simulation still exists."""
    places = [NAMESPACES / province.netns, province.control, runtime_folder() / f"{province.netns}.lock"]
    return [place for place in places if place.exists()]


def ends_with(province: Province, code: int) -> str:
    """What a simulation printed that ends by itself with exit code ``code``."""
    output, _ = province.process.communicate(timeout=20)
    assert province.process.returncode == code
    return output


@contextmanager
def foreign_namespace(name: str) -> Iterator[None]:
    """A network namespace that is not ours."""
    subprocess.run(["ip", "netns", "add", name], check=True)
    try:
        yield
    finally:
        subprocess.run(["ip", "netns", "delete", name], check=True)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_removes_all_that_was_made(number: signal.Signals) -> None:
    """After SIGTERM or SIGINT namespace, socket and record are gone and the exit code is 0."""
    with simulated_province(INVENTORY) as province:
        assert len(left_behind(province)) == 3
        province.process.send_signal(number)
        assert "simulating 4 addresses" in ends_with(province, 0)
        assert left_behind(province) == []


def test_the_greeting_says_how_to_go_on() -> None:
    """The first lines name the namespace for the prober and the control socket."""
    with simulated_province(INVENTORY) as province:
        said = stop(province)
    assert f"pantau run --netns {province.netns}" in said
    assert f"orders go to {province.control}" in said


def test_what_a_killed_run_left_is_cleaned_up_by_the_next(tmp_path: Path) -> None:
    """After SIGKILL the namespace is still there; a run of the same name replaces it and works."""
    with simulated_province(INVENTORY) as killed:
        killed.process.kill()
        killed.process.wait(timeout=20)
        assert len(left_behind(killed)) == 3
        with simulated_province(INVENTORY, netns=killed.netns) as province:
            assert answering(province, DINKES_1) == {DINKES_1}
        assert left_behind(province) == []


def test_a_namespace_of_others_is_not_touched(tmp_path: Path) -> None:
    """A namespace that no simulation made is refused and still there afterwards."""
    name = unique_name()
    with foreign_namespace(name):
        before = (NAMESPACES / name).stat().st_ino
        said = ends_with(start(name, tmp_path, INVENTORY), 1)
        assert f"the network namespace {name} exists and is not a simulation's; choose another --netns" in said
        assert (NAMESPACES / name).stat().st_ino == before


def test_a_namespace_that_others_made_anew_is_not_touched(tmp_path: Path) -> None:
    """The record of a killed run does not entitle to a namespace that somebody made later under that name."""
    with simulated_province(INVENTORY) as killed:
        killed.process.kill()
        killed.process.wait(timeout=20)
        (runtime_folder() / f"{killed.netns}.lock").write_text('{"namespace_inode": 1}')
        before = (NAMESPACES / killed.netns).stat().st_ino
        assert "exists and is not a simulation's" in ends_with(start(killed.netns, tmp_path, INVENTORY), 1)
        assert (NAMESPACES / killed.netns).stat().st_ino == before


def test_a_name_can_be_simulated_once_at_a_time(tmp_path: Path) -> None:
    """A second run of a live name is refused, and the first one goes on."""
    with simulated_province(INVENTORY) as province:
        said = ends_with(start(province.netns, tmp_path, INVENTORY), 1)
        assert f"a simulation named {province.netns} is running already" in said
        assert answering(province, DINKES_1) == {DINKES_1}


def test_a_control_socket_in_use_is_refused() -> None:
    """Another simulation's socket is not taken over, and the newcomer leaves nothing."""
    with simulated_province(INVENTORY) as province:
        newcomer = start(unique_name(), province.control.parent, INVENTORY)
        assert "a simulation listens there" in ends_with(newcomer, 1)
        assert not (NAMESPACES / newcomer.netns).exists()
        assert province.status()["links"] == 1


def test_a_file_in_the_place_of_the_control_socket_is_kept(tmp_path: Path) -> None:
    """--control never removes a file that is no socket."""
    (tmp_path / "sim.sock").write_text("precious")
    assert "something else is there" in ends_with(start(unique_name(), tmp_path, INVENTORY), 1)
    assert (tmp_path / "sim.sock").read_text() == "precious"


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("198.19.255.254", "the simulation keeps 198.19.255.254 for itself"),
        ("198.19.128.1", "the simulation keeps 198.19.128.1 for itself"),
        ("2001:db8:ffff::1", "the simulation keeps 2001:db8:ffff::1 for itself"),
        ("fe80::1%eth0", "fe80::1%eth0 cannot be simulated: no route leads there"),
    ],
)
def test_addresses_that_cannot_be_simulated_are_refused(address: str, says: str, tmp_path: Path) -> None:
    """An address of the simulation itself, or of one machine, is refused, and nothing is left."""
    inventory = make_inventory({"dinkes-1": ("dinkes", "penyedia-a", "32.73", address)})
    newcomer = start(unique_name(), tmp_path, inventory)
    assert says in ends_with(newcomer, 1)
    assert left_behind(newcomer) == []


def test_a_bad_inventory_is_refused(tmp_path: Path) -> None:
    """Its problems are printed with their file, and nothing is left."""
    newcomer = start(unique_name(), tmp_path, INVENTORY, inventory_path=tmp_path / "nowhere.yaml")
    said = ends_with(newcomer, 1)
    assert "nowhere.yaml" in said
    assert "Traceback" not in said
    assert left_behind(newcomer) == []


def wait_for_reload(province: Province, what: str, count: int) -> None:
    """Return when the simulation has counted ``count`` reloads of the kind ``what``."""
    give_up = time.monotonic() + 20
    while province.status()["reloads"][what] < count:
        assert time.monotonic() < give_up, "no reload happened"
        time.sleep(0.02)


def test_sighup_reloads_the_inventory() -> None:
    """New links answer, cuts of links that remain hold."""
    with simulated_province(INVENTORY) as province:
        province.cut(link="dinkes-1")
        write_inventory(province.inventory, make_inventory(MORE_LINKS))
        province.process.send_signal(signal.SIGHUP)
        wait_for_reload(province, "done", 1)
        assert answering(province, DINKES_1, DINKES_2) == {DINKES_2}
        assert "reloaded: 2 links" in stop(province)


def test_a_reload_leads_new_addresses_to_the_province() -> None:
    """An address outside of the usual ranges gets its route at the reload."""
    with simulated_province(INVENTORY) as province:
        write_inventory(province.inventory, make_inventory({"dinkes-1": ("dinkes", "penyedia-a", "32.73", "3fff::7")}))
        province.process.send_signal(signal.SIGHUP)
        wait_for_reload(province, "done", 1)
        assert answering(province, "3fff::7") == {"3fff::7"}


def test_a_bad_inventory_at_a_reload_changes_nothing() -> None:
    """The old inventory goes on being simulated, and the problem is printed."""
    with simulated_province(INVENTORY) as province:
        (province.inventory / "broken.yaml").write_text("version: 1\nlinks: nonsense\n")
        province.process.send_signal(signal.SIGHUP)
        wait_for_reload(province, "refused", 1)
        assert answering(province, DINKES_1) == {DINKES_1}
        said = stop(province)
    assert "reload refused, the province stays as it is:" in said
    assert "broken.yaml:" in said
