"""The province of compose: in a network that is there already, with the one capability that it needs."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from exporter.clock import SystemClock
from exporter.sim.control import send_order
from exporter.sim.settings import SimulationError
from exporter.stack.processes import ChildDiedError, ChildSpec, running
from exporter.transport.namespace import entered
from tests.support.exporters import running_exporter
from tests.support.inventories import many_links
from tests.support.inventory_files import write_inventory

INVENTORY = many_links(3)

#: Root with the right over its own network and no other; /proc/sys as a container has it.
_CONTAINER = """
mount --bind /proc/sys /proc/sys && mount -o remount,ro,bind /proc/sys &&
exec setpriv --pdeathsig TERM --bounding-set -all,+net_admin --inh-caps -all --no-new-privs "$@"
"""

#: What docker-compose.yml sets for the province's network.
SETTINGS = {
    "net.ipv4.ping_group_range": "65532 65532",
    "net.ipv4.conf.all.rp_filter": "0",
    "net.ipv4.conf.default.rp_filter": "0",
    "net.ipv4.ip_unprivileged_port_start": "0",
}


def _set(network: str, settings: dict[str, str]) -> None:
    words = [f"{name}={value}" for name, value in settings.items()]
    subprocess.run(["ip", "netns", "exec", network, "sysctl", "-qw", *words], check=True, timeout=60)


@contextmanager
def _province(network: str, container: Sequence[str] = ("sh", "-c", _CONTAINER, "sh")) -> Iterator[Path]:
    """``pantau sim start --here`` in ``network`` within the block; its control socket. Raises ChildDiedError."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        control = folder / "sim.sock"
        write_inventory(folder / "inventory", INVENTORY)
        words = ["sim", "start", "--here", "--netns", network, "--control", str(control)]
        entry = ("ip", "netns", "exec", network, *container)
        argv = (*entry, sys.executable, "-m", "exporter", *words, "--inventory", str(folder / "inventory"))

        def is_ready() -> bool:
            try:
                send_order(control, order="status")
            except SimulationError:
                return False
            return True

        with running(ChildSpec("province", argv, Path.cwd(), is_ready), folder, SystemClock()):
            yield control


def test_net_admin_is_enough(network: str) -> None:
    """With no other capability the province answers, takes orders, and an exporter without any measures it."""
    _set(network, SETTINGS)
    # An exporter without any capability, of the group that may open ICMP sockets.
    user = ("setpriv", "--regid", "65532", "--clear-groups", "--bounding-set", "-all", "--inh-caps", "-all")
    entry = ("ip", "netns", "exec", network, *user, "--securebits", "+noroot,+noroot_locked", "--no-new-privs")
    with _province(network) as control, running_exporter(INVENTORY, "", prefix=entry) as exporter:
        with entered(network):
            exporter.until_states(all_="up")
        send_order(control, order="cut", manner="silent", part="uplink", id="")
        status = send_order(control, order="status")
        assert status["cuts"]
        assert status["services"]["failed"] == ""
        send_order(control, order="restore", all=True)


def test_without_the_right_to_its_ports_it_answers_echoes(network: str) -> None:
    """Where ports below 1024 are not to be had, the province does without its services and says why."""
    _set(network, SETTINGS | {"net.ipv4.ip_unprivileged_port_start": "1024"})
    with _province(network) as control:
        assert "permission denied" in send_order(control, order="status")["services"]["failed"]


def test_a_network_that_checks_sources_is_refused(network: str) -> None:
    """Where rp_filter cannot be set, the error names the setting, and no device is left."""
    _set(network, SETTINGS | {"net.ipv4.conf.default.rp_filter": "1"})
    with (
        pytest.raises(ChildDiedError, match=r"net\.ipv4\.conf\.province\.rp_filter.*set it for the container"),
        _province(network),
    ):
        pass
    devices = subprocess.run(
        ["ip", "netns", "exec", network, "ip", "link"], capture_output=True, text=True, check=True, timeout=60
    )
    assert "province" not in devices.stdout


def test_without_the_right_it_says_which(network: str) -> None:
    """A container without NET_ADMIN: exit code 1 and the remedy."""
    _set(network, SETTINGS)
    nothing = ("setpriv", "--bounding-set", "-all", "--inh-caps", "-all", "--securebits", "+noroot,+noroot_locked")
    with pytest.raises(ChildDiedError, match="--cap-add NET_ADMIN"), _province(network, nothing):
        pass


def test_compose_sets_what_is_set_here() -> None:
    """The settings of this file are those of docker-compose.yml (which adds IPv6, as Docker turns it off)."""
    text = (Path(__file__).parents[2] / "docker-compose.yml").read_text(encoding="utf-8")
    assert all(f'{name}: "{value}"' in text for name, value in SETTINGS.items())
    assert os.geteuid() == 0 or os.environ.get("CI") != "true"


def test_routes_that_are_there_are_not_replaced(network: str) -> None:
    """As a machine's own: they would not come back. Nothing is touched."""

    def routes() -> bytes:
        return subprocess.run(["ip", "-n", network, "route"], capture_output=True, check=True, timeout=60).stdout

    subprocess.run(["ip", "-n", network, "route", "add", "unreachable", "192.0.2.0/24"], check=True, timeout=60)
    before = routes()
    refusal = r"--here would replace routes of this network \(192\.0\.2\.0/24\)"
    with pytest.raises(ChildDiedError, match=refusal), _province(network):
        pass
    assert routes() == before != b""
