"""The real exporter in the simulated province: faults of the offices, faults of ours, and lies."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path

import pytest

from exporter.model import Inventory
from exporter.sim.packet import parse_echo_request
from tests.support.exporters import RunningExporter, running_exporter
from tests.support.forger import altered_request, forged_error, forged_reply, raw_flood
from tests.support.inventories import many_links
from tests.support.province import Province, simulated_province
from tests.support.wiretap import Wiretap

LINKS = 12
FIRST = "198.18.0.1"  #: the address of link-0


@pytest.fixture
def inventory() -> Inventory:
    """Twelve links of three providers, three reference targets."""
    return many_links(LINKS)


@pytest.fixture
def province(inventory: Inventory) -> Iterator[Province]:
    """A province that answers for them."""
    with simulated_province(inventory) as running:
        yield running


@pytest.fixture
def exporter(inventory: Inventory, province: Province) -> Iterator[RunningExporter]:
    """The exporter, once every link is up."""
    with running_exporter(inventory, province.netns) as running:
        running.until_states(all_="up")
        yield running


def test_a_cut_link_is_down_and_alone(exporter: RunningExporter, province: Province) -> None:
    """A link that is cut is down, its losses are lost, the others stay up; restored, it is up again."""
    province.cut(link="link-3")
    figures = exporter.until_states(link_3="down", all_="up")
    assert figures.of("opd_link_echo_lost_total", link="link-3") >= 3
    assert figures.of("opd_link_echo_lost_total") == figures.of("opd_link_echo_lost_total", link="link-3")
    assert figures.of("opd_link_echo_unmeasured_total") == 0
    province.restore(link="link-3")
    figures = exporter.until_states(all_="up")
    assert figures.of("opd_link_state_seconds_total", link="link-3", state="down") > 0
    assert 0 <= figures.balance() <= 3 * LINKS


def test_unreachable_answers_are_recorded_and_decide_nothing(exporter: RunningExporter, province: Province) -> None:
    """ICMP errors of a router are counted; the link is down because it is silent, by its deadline."""
    province.cut(link="link-3", manner="unreachable")
    figures = exporter.until_states(link_3="down", all_="up")
    assert figures.of("opd_link_icmp_errors_total", link="link-3") >= 3
    assert figures.of("opd_link_icmp_errors_total") == figures.of("opd_link_icmp_errors_total", link="link-3")


def test_a_dead_uplink_makes_everything_unknown(exporter: RunningExporter, province: Province) -> None:
    """When nobody answers, reference targets included, no link is down and no echo is lost."""
    before = exporter.figures().of("opd_link_echo_lost_total")
    province.cut(uplink="")
    figures = exporter.until_states(all_="unknown")
    assert figures.of("opd_link_echo_lost_total") == before
    assert figures.of("opd_link_echo_unmeasured_total", reason="uplink") >= 3 * LINKS
    assert figures.of("opd_exporter_uplink_up") == 0
    province.restore()
    figures = exporter.until_states(all_="up")
    assert figures.of("opd_link_echo_lost_total") == before
    assert figures.of("opd_link_state_seconds_total", state="down") == 0


def test_all_offices_down_while_references_answer_is_their_outage(
    exporter: RunningExporter, province: Province
) -> None:
    """When every link is cut but the reference targets answer, the links are down and not unknown."""
    for provider in ("penyedia-a", "penyedia-b", "penyedia-c"):
        province.cut(provider=provider)
    figures = exporter.until_states(all_="down")
    assert figures.of("opd_exporter_uplink_up") == 1


def test_known_loss_and_delay_are_measured() -> None:
    """A third of the packets lost and 40 ms of delay are found in the figures."""
    inventory = many_links(100)
    with simulated_province(inventory, "--seed", "7") as province:
        province.set(loss_ratio=0.3, delay_s=0.04)
        with running_exporter(inventory, province.netns) as exporter:
            figures = exporter.until(lambda seen: seen.of("opd_link_echo_attempts_total") > 700, "seven rounds")
    lost, replies = figures.of("opd_link_echo_lost_total"), figures.of("opd_link_echo_replies_total")
    assert 0.2 < lost / (lost + replies) < 0.4
    assert figures.of("opd_link_rtt_seconds_count") == replies
    assert 0.04 <= figures.of("opd_link_rtt_seconds_sum") / replies < 0.05


def test_a_stopped_exporter_confesses(exporter: RunningExporter, province: Province) -> None:
    """Stopped for six seconds it has missed turns, not lost echoes, and sends no burst to make up for them."""
    before = exporter.figures()
    exporter.signal(signal.SIGSTOP)
    time.sleep(6)
    with Wiretap(province.netns) as tap:
        exporter.signal(signal.SIGCONT)
        time.sleep(2)
        passed = tap.drain()
    requests = [asked for each in passed if each.outgoing and (asked := parse_echo_request(each.packet)) is not None]
    first = [asked for asked in requests if asked.destination == ip_address(FIRST).packed]
    figures = exporter.until_states(all_="up")
    assert 1 <= len(first) <= 3
    assert figures.of("opd_link_echo_lost_total") == before.of("opd_link_echo_lost_total")
    assert figures.of("opd_link_echo_unmeasured_total", reason="stall") >= 4 * LINKS
    assert figures.of("opd_exporter_stalls_total") == before.of("opd_exporter_stalls_total") + 1
    assert figures.of("opd_link_state_seconds_total", state="unknown") > before.of(
        "opd_link_state_seconds_total", state="unknown"
    )


def test_no_way_out_is_ours(exporter: RunningExporter, province: Province) -> None:
    """With the interface down every echo is unmeasured for want of a route; it recovers without a restart."""
    lost = exporter.figures().of("opd_link_echo_lost_total")
    province.unplug()
    figures = exporter.until_states(all_="unknown")
    # an echo that was on its way when the cable was pulled is unmeasured for want of a witness
    assert figures.of("opd_link_echo_unmeasured_total") >= 3 * LINKS
    assert figures.of("opd_link_echo_unmeasured_total", reason="no_route") >= 2 * LINKS
    assert figures.of("opd_exporter_send_errors_total", errno="ENETUNREACH") >= 2 * LINKS
    assert figures.of("opd_link_state_seconds_total", state="down") == 0
    province.plug()
    figures = exporter.until_states(all_="up")
    assert figures.of("opd_link_echo_lost_total") - lost <= LINKS  # sent just before the cable was pulled


def test_forged_replies_change_nothing(exporter: RunningExporter, province: Province) -> None:
    """Replies that are wrong in one respect are counted by that respect, and a link that is cut stays down."""
    province.cut(link="link-0")
    exporter.until_states(link_0="down")
    before = exporter.figures()
    with Wiretap(province.netns) as tap:
        for _turn in range(4):
            request = tap.next_request(FIRST)
            province.inject(
                [
                    forged_reply(request, source="198.18.0.2"),
                    forged_reply(request, identifier=request.identifier ^ 1),
                    forged_reply(request, payload=bytes(8) + request.payload[8:]),
                    forged_reply(request, payload=request.payload[:-1]),
                    forged_reply(request, checksum_error=1),
                ]
            )
    figures = exporter.figures()
    assert figures.states()["link-0"] == "down"
    assert figures.of("opd_link_echo_replies_total", link="link-0") == before.of(
        "opd_link_echo_replies_total", link="link-0"
    )
    for reason, count in {"source": 4, "identifier": 4, "cookie": 4, "payload": 8}.items():
        seen = figures.of("opd_exporter_foreign_replies_total", reason=reason)
        assert seen - before.of("opd_exporter_foreign_replies_total", reason=reason) == count, reason


def test_forged_errors_bring_no_link_down(exporter: RunningExporter, province: Province) -> None:
    """Errors that quote another destination are refused, true ones recorded; the reply wins either way."""
    province.set(link="link-0", delay_s=0.3)
    before = exporter.figures()
    with Wiretap(province.netns) as tap:
        for _turn in range(4):
            request = tap.next_request(FIRST)
            elsewhere = altered_request(request, destination="198.18.0.2")
            province.inject([forged_error(request, kind=3, code=13), forged_error(elsewhere, kind=3, code=1)])
    figures = exporter.until(
        lambda seen: seen.of("opd_link_icmp_errors_total", link="link-0") >= 4, "four errors recorded"
    )
    assert figures.of("opd_link_icmp_errors_total", link="link-0") == 4
    assert figures.states()["link-0"] == "up"
    assert figures.of("opd_link_echo_lost_total", link="link-0") == 0
    refused = figures.of("opd_exporter_foreign_replies_total", reason="quote")
    assert refused - before.of("opd_exporter_foreign_replies_total", reason="quote") == 4


def test_late_and_repeated_replies_have_their_own_names(exporter: RunningExporter, province: Province) -> None:
    """A reply after the deadline is late and its echo lost; a second one is a duplicate; neither is a reply."""
    province.set(link="link-0", delay_s=2.5)
    province.set(link="link-1", duplicate_ratio=1.0)
    figures = exporter.until(
        lambda seen: (
            seen.of("opd_link_echo_late_total", link="link-0") >= 3
            and seen.of("opd_link_echo_duplicates_total", link="link-1") >= 3
        ),
        "late and duplicate replies",
    )
    assert figures.of("opd_link_echo_lost_total", link="link-0") >= 3
    assert figures.of("opd_link_echo_late_total") == figures.of("opd_link_echo_late_total", link="link-0")
    attempts = figures.of("opd_link_echo_attempts_total", link="link-1")
    assert figures.of("opd_link_echo_replies_total", link="link-1") <= attempts


def test_a_flood_is_confessed_and_nobody_is_down(exporter: RunningExporter, province: Province) -> None:
    """While the exporter is stopped and its buffer flooded, what the kernel dropped is unmeasured, not lost."""
    with Wiretap(province.netns) as tap:
        request = tap.next_request(FIRST)
    before = exporter.figures()
    exporter.signal(signal.SIGSTOP)
    raw_flood(province.netns, forged_reply(request, source="198.18.0.77"), 60_000)
    exporter.signal(signal.SIGCONT)
    figures = exporter.until(lambda seen: seen.of("opd_exporter_kernel_drops_total") > 0, "drops confessed")
    figures = exporter.until_states(all_="up")
    assert figures.of("opd_link_echo_lost_total") == before.of("opd_link_echo_lost_total")
    assert figures.of("opd_link_state_seconds_total", state="down") == 0


def test_reloading_keeps_what_stays(exporter: RunningExporter, inventory: Inventory) -> None:
    """A storm of signals and a new inventory: counters of links that stay go on, removed ones vanish."""
    before = exporter.figures()
    fewer = dict(list(inventory.links.items())[1:])
    fewer["link-1"] = replace(fewer["link-1"], name="Nama Baru")
    exporter.write(replace(inventory, links=fewer))
    for _turn in range(40):
        exporter.signal(signal.SIGHUP)
    figures = exporter.until(lambda seen: "link-0" not in seen.states(), "link-0 removed")
    assert figures.of("opd_link_info", name="Nama Baru") == 1
    for link in fewer:
        name = "opd_link_echo_replies_total"
        assert figures.of(name, link=link) >= before.of(name, link=link) > 0
    assert figures.of("opd_link_echo_lost_total") == 0
    assert figures.of("opd_exporter_config_last_reload_successful") == 1


def test_a_bad_file_leaves_the_old_inventory_in_force(exporter: RunningExporter) -> None:
    """A broken inventory is refused by its own, found by watching the files; the metric says so until it is mended."""
    good = {path: path.read_text() for path in exporter.folder.iterdir()}
    broken = next(iter(good))
    broken.write_text("version: 1\nlinks: [{id: x}]\n")
    figures = exporter.until(
        lambda seen: seen.of("opd_exporter_config_last_reload_successful") == 0, "the failed reload is told"
    )
    assert len(figures.states()) == LINKS
    broken.write_text(good[broken])
    exporter.until(lambda seen: seen.of("opd_exporter_config_last_reload_successful") == 1, "the mended file is taken")


def test_a_province_that_is_made_anew_is_found_again(inventory: Inventory) -> None:
    """The namespace is deleted and created again under its name: unknown meanwhile, up afterwards, no restart."""
    with simulated_province(inventory) as first:
        name = first.netns
        with running_exporter(inventory, name) as exporter:
            exporter.until_states(all_="up")
            first.process.terminate()
            first.process.wait(20)
            exporter.until_states(all_="unknown")
            with simulated_province(inventory, netns=name):
                figures = exporter.until_states(all_="up")
            assert figures.of("opd_link_state_seconds_total", state="down") == 0
            assert figures.of("opd_exporter_socket_reopens_total") >= 1


def without_rights(netns: str, group_range: str, seconds: int) -> subprocess.CompletedProcess[str]:
    """``IcmpPort`` opened by an unprivileged user inside the namespace; what was said."""
    script = "from exporter.transport.icmp import open_port; print(open_port(4).mode)"
    subprocess.run(
        ["ip", "netns", "exec", netns, "sysctl", "-qw", f"net.ipv4.ping_group_range={group_range}"], check=True
    )
    drop = ["setpriv", "--bounding-set", "-all", "--inh-caps", "-all", "--securebits", "+noroot,+noroot_locked"]
    words = ["ip", "netns", "exec", netns, *drop, sys.executable, "-c", script]
    root = Path(__file__).parents[2]
    return subprocess.run(words, cwd=root, capture_output=True, text=True, check=False, timeout=seconds)


def test_a_missing_right_is_said_with_its_remedy(province: Province) -> None:
    """Without capability and without a group for ping there is no socket, and the message says what to do."""
    done = without_rights(province.netns, "1 0", 30)
    assert done.returncode != 0
    assert "PermissionMissingError" in done.stderr
    assert "CAP_NET_RAW" in done.stderr
    assert "net.ipv4.ping_group_range" in done.stderr


def test_a_ping_group_is_enough(province: Province) -> None:
    """Without capability but with a group for ping the datagram socket is used."""
    assert without_rights(province.netns, "0 2147483647", 30).stdout.strip() == "datagram"
