"""``pantau run`` with fewer rights: it says what is missing, or makes do with an unprivileged socket."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from exporter.model import Inventory
from exporter.transport.namespace import entered
from tests.support.exporters import RunningExporter, running_exporter
from tests.support.inventories import many_links
from tests.support.province import Province, simulated_province

#: Root without a single capability.
POWERLESS = ("setpriv", "--bounding-set", "-all", "--inh-caps", "-all", "--securebits", "+noroot,+noroot_locked")


@pytest.fixture(scope="module")
def inventory() -> Inventory:
    """Three links."""
    return many_links(3)


@pytest.fixture(scope="module")
def province(inventory: Inventory) -> Iterator[Province]:
    """A province that answers for them."""
    with simulated_province(inventory) as running:
        yield running


def ping_groups(province: Province, groups: str) -> None:
    """Set who may open datagram sockets."""
    province.run("sysctl", "-qw", f"net.ipv4.ping_group_range={groups}").check_returncode()


def powerless(province: Province) -> tuple[str, ...]:
    """The words that start a program inside the province, with nothing permitted."""
    return ("ip", "netns", "exec", province.netns, *POWERLESS)


def ended(exporter: RunningExporter, *, within_s: float = 30) -> tuple[int, str]:
    """The exit code, once there is one, and what was printed."""
    return exporter.process.wait(within_s), exporter.log.read_text()


@pytest.fixture(scope="module", autouse=True)
def aged(inventory: Inventory, province: Province) -> Iterator[RunningExporter]:
    """An exporter that runs while the other tests do: its socket is replaced only when it is half a minute old."""
    ping_groups(province, "0 0")
    with running_exporter(inventory, "", prefix=powerless(province)) as running:
        with entered(province.netns):
            running.until_states(all_="up")
        yield running


def test_without_permission_it_ends_with_the_remedy(inventory: Inventory, province: Province) -> None:
    """No capability, no group: exit 1, one line that names both remedies, and no traceback."""
    ping_groups(province, "1 0")
    with running_exporter(inventory, "", prefix=powerless(province)) as exporter:
        code, printed = ended(exporter)
    assert code == 1
    (complaint,) = [line for line in printed.splitlines() if line.startswith("pantau run: ")]
    assert "no permission to open an ICMP socket for IPv4" in complaint
    assert "AmbientCapabilities=CAP_NET_RAW" in complaint
    assert 'sysctl -w net.ipv4.ping_group_range="0 0"' in complaint
    assert "Traceback" not in printed


def test_the_remedy_that_is_named_helps(inventory: Inventory, province: Province) -> None:
    """With the very setting of the message it measures through datagram sockets, and the figures are as ever."""
    ping_groups(province, "0 0")
    with running_exporter(inventory, "", prefix=powerless(province)) as exporter, entered(province.netns):
        figures = exporter.until_states(all_="up")
        assert figures.of("opd_exporter_socket_info", mode="datagram", family="ipv4") == 1
        province.cut(link="link-1")
        figures = exporter.until_states(link_1="down", all_="up")
        assert figures.of("opd_link_echo_unmeasured_total") == 0
        assert figures.of("opd_exporter_timestamp_fallbacks_total") == 0
        province.restore()


def test_unreachable_offices_cost_a_datagram_socket_nothing(inventory: Inventory, province: Province) -> None:
    """Errors of a router wait on the socket: the other links lose no echo to them, and they are recorded."""
    ping_groups(province, "0 0")
    with running_exporter(inventory, "", prefix=powerless(province)) as exporter, entered(province.netns):
        exporter.until_states(all_="up")
        province.cut(link="link-0", manner="unreachable")
        figures = exporter.until(lambda seen: seen.of("opd_link_icmp_errors_total", link="link-0") >= 4, "four errors")
        assert figures.of("opd_link_echo_unmeasured_total") == 0
        assert figures.of("opd_link_echo_lost_total", link="link-1") == 0
        province.restore()


def test_permission_that_is_lost_while_running_ends_it(aged: RunningExporter, province: Province) -> None:
    """When silence makes it open a socket anew and that is not permitted any more, it ends: never 100 % loss."""
    with entered(province.netns):
        aged.until_states(all_="up")
    ping_groups(province, "1 0")
    province.cut(uplink="")
    try:
        code, printed = ended(aged, within_s=60)
    finally:
        province.restore()
    assert (code, "no permission to open an ICMP socket" in printed) == (1, True)
