"""What stands at the simulated addresses, asked by real clients: net-snmp, curl, dnspython, traceroute."""

from __future__ import annotations

import signal
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import dns.message
import dns.query
import pytest
from icmplib import traceroute

from exporter.transport.namespace import entered
from tests.support.fping import answering
from tests.support.inventory_files import write_inventory
from tests.support.offices import BACKUP, OTHER, PRIMARY, offices
from tests.support.province import Province, simulated_province

REFERENCE = "198.18.255.1"
V2C = ("-v2c", "-c", "pantau-sim")
V3 = (
    *("-v3", "-u", "pantau", "-l", "authPriv", "-a", "SHA-256", "-A", "pantau-sim-auth"),
    *("-x", "AES", "-X", "pantau-sim-priv"),
)
UPTIME, BOOTS, SITE_NAME = "1.3.6.1.2.1.1.3.0", "1.3.6.1.6.3.10.2.1.2.0", "1.3.6.1.2.1.1.5.0"
IF_STATUS, IF_HC_IN, IF_NAME = "1.3.6.1.2.1.2.2.1.8", "1.3.6.1.2.1.31.1.1.1.6", "1.3.6.1.2.1.31.1.1.1.1"

#: Long enough for a busy machine, far shorter than a router's first uptime.
PATIENCE_S = 20.0


@pytest.fixture(scope="module")
def running() -> Iterator[Province]:
    """One province for all tests of this file; its routers boot fast."""
    with simulated_province(offices(), "--boot-delay", "1s") as province:
        yield province


@pytest.fixture
def province(running: Province) -> Province:
    """The province, with everything restored and every router up."""
    running.restore()
    until(lambda: not running.status()["routers"]["booting"])
    return running


def until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so."""
    give_up = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < give_up
        time.sleep(0.05)


def agent(address: str) -> str:
    return f"udp6:[{address}]" if ":" in address else address


def snmp(province: Province, address: str, *names: str, words: tuple[str, ...] = V2C) -> list[str]:
    """The values that snmpget prints; none when nobody answers."""
    done = province.run("snmpget", *words, "-r1", "-t1", "-Oqvt", agent(address), *names)
    return done.stdout.split("\n")[:-1]


def connects(province: Province, address: str, port: int = 80) -> bool:
    """Whether a TCP connection is made within half a second; raises OSError where somebody refuses it."""
    with entered(province.netns):
        connection = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    with connection:
        connection.settimeout(0.5)
        try:
            connection.connect((address, port))
        except TimeoutError:
            return False
    return True


@pytest.mark.parametrize("words", [V2C, V3], ids=["v2c", "v3"])
@pytest.mark.parametrize(("address", "site"), [(PRIMARY, "dinkes"), (BACKUP, "dinkes"), (OTHER, "uptd")])
def test_snmpget_agrees(province: Province, words: tuple[str, ...], address: str, site: str) -> None:
    """net-snmp finds the engine, believes it and reads the office's name and its router's uptime."""
    name, uptime = snmp(province, address, SITE_NAME, UPTIME, words=words)
    assert name == f'"{site}"'
    assert int(uptime) > 100 * 3600


@pytest.mark.parametrize("words", [V2C, V3], ids=["v2c", "v3"])
def test_snmpbulkwalk_agrees(province: Province, words: tuple[str, ...]) -> None:
    """A walk over several requests meets every column of every interface, in order."""
    done = province.run("snmpbulkwalk", *words, "-OnQ", PRIMARY, "1.3.6.1.2.1.2")
    names = [tuple(map(int, line.split(" ")[0].strip(".").split("."))) for line in done.stdout.splitlines()]
    assert names == sorted(set(names))
    assert len(names) == 1 + 17 * 4
    assert done.stderr == ""


def test_wrong_secrets_are_told_as_real_agents_do(province: Province) -> None:
    """A wrong community is silence; a wrong user, password or key is reported."""
    assert snmp(province, PRIMARY, SITE_NAME, words=("-v2c", "-c", "public")) == []
    for wrong, says in (("pantau", "Unknown user name"), ("pantau-sim-auth", "Authentication failure")):
        words = [{wrong: "no-such-word"}.get(word, word) for word in V3]
        assert says in province.run("snmpget", *words, "-r0", PRIMARY, SITE_NAME).stderr


def test_the_page_by_http_and_https(province: Province) -> None:
    """curl reads the office's name, and believes the certificate by the simulation's authority alone."""
    authority = province.status()["services"]["authority"]
    for url in (f"http://{PRIMARY}/", f"https://{PRIMARY}/", f"https://[{OTHER}]/"):
        read = province.run("curl", "-sS", "-i", "--max-time", "30", "--cacert", authority, url)
        assert read.stdout.startswith("HTTP/1.1 200 OK"), read.stderr
        assert "Kantor " in read.stdout
    assert province.run("curl", "-sS", "--max-time", "30", f"https://{PRIMARY}/").returncode == 60


def test_each_address_shows_a_certificate_of_its_own(province: Province) -> None:
    """The name in the certificate is the address that was asked."""
    context = ssl.create_default_context(cafile=province.status()["services"]["authority"])
    for address in (PRIMARY, BACKUP):
        with entered(province.netns):
            plain = socket.socket()
        plain.settimeout(PATIENCE_S)
        plain.connect((address, 443))
        with context.wrap_socket(plain, server_hostname=address) as secure:
            certificate = secure.getpeercert() or {}
        assert certificate["subjectAltName"] == (("IP Address", address),)


@pytest.mark.parametrize("address", [PRIMARY, OTHER, REFERENCE])
def test_the_name_server_answers(province: Province, address: str) -> None:
    """dnspython takes the answer for one to its question."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with entered(province.netns):
        asking = socket.socket(family, socket.SOCK_DGRAM)
    query = dns.message.make_query("portal.example", "A")
    with asking:
        asking.settimeout(0)
        response = dns.query.udp(query, address, timeout=PATIENCE_S, sock=asking)
    assert [str(item) for rrset in response.answer for item in rrset] == ["192.0.2.10"]


def test_a_closed_port_refuses(province: Province) -> None:
    """Where no server listens, TCP says so at once."""
    with pytest.raises(ConnectionRefusedError):
        connects(province, PRIMARY, 81)


def test_delays_hold_for_tcp(province: Province) -> None:
    """A connection takes a round trip, which is the link's delay."""
    province.set(link="dinkes-1", delay_s=0.3)
    begun = time.monotonic()
    assert connects(province, PRIMARY)
    assert time.monotonic() - begun >= 0.3


def test_cuts_hold_for_everything(province: Province) -> None:
    """Silence is silence to TCP and SNMP as well, and an unreachable link is said to be so."""
    province.cut(link="dinkes-1")
    assert not connects(province, PRIMARY)
    assert snmp(province, PRIMARY, SITE_NAME) == []
    assert connects(province, BACKUP)
    province.cut(link="dinkes-1", manner="unreachable")
    with pytest.raises(OSError, match="No route to host"):
        connects(province, PRIMARY)


def test_a_filter_of_echoes_is_seen_through(province: Province) -> None:
    """No echo, and yet a connection and an answer of the router."""
    province.cut(site="dinkes", manner="icmp-only")
    assert answering(province, PRIMARY, BACKUP, OTHER) == {OTHER}
    assert connects(province, PRIMARY)
    assert snmp(province, PRIMARY, SITE_NAME) == ['"dinkes"']


def test_a_power_cut_is_seen_in_the_boot_time(province: Province) -> None:
    """Both lines are silent; afterwards the router has booted once more, and its counters begin at zero."""
    boots, octets = map(int, snmp(province, PRIMARY, BOOTS, f"{IF_HC_IN}.1"))
    province.cut(link="dinkes-1", manner="power")
    assert answering(province, PRIMARY, BACKUP, OTHER) == {OTHER}
    assert not connects(province, BACKUP)
    assert snmp(province, BACKUP, SITE_NAME) == []
    province.restore(link="dinkes-1")
    until(lambda: bool(answering(province, PRIMARY)))
    after, uptime, fewer = map(int, snmp(province, PRIMARY, BOOTS, UPTIME, f"{IF_HC_IN}.1", words=V3))
    assert after == boots + 1
    assert uptime < 100 * 3600
    assert fewer < octets


def test_a_line_cut_leaves_the_boot_time_alone(province: Province) -> None:
    """The router says by its other line that ether1 is down; afterwards it has not booted, and counts on."""
    before = list(map(int, snmp(province, PRIMARY, BOOTS, UPTIME, f"{IF_HC_IN}.1")))
    province.cut(link="dinkes-1", manner="line")
    assert answering(province, PRIMARY, BACKUP) == {BACKUP}
    until(lambda: snmp(province, BACKUP, f"{IF_STATUS}.1", f"{IF_STATUS}.2") == ["2", "1"])
    assert snmp(province, BACKUP, f"{IF_NAME}.1") == ['"ether1"']
    province.restore(link="dinkes-1")
    until(lambda: snmp(province, PRIMARY, f"{IF_STATUS}.1") == ["1"])
    boots, uptime, octets = map(int, snmp(province, PRIMARY, BOOTS, UPTIME, f"{IF_HC_IN}.1"))
    assert boots == before[0]
    assert uptime > before[1]
    assert octets >= before[2]


def test_the_backup_carries_what_the_primary_cannot(province: Province) -> None:
    """Its counter runs while the line is cut; that of the cut line stands."""
    province.cut(provider="penyedia-a")
    until(lambda: snmp(province, BACKUP, f"{IF_STATUS}.1") == ["1"])
    first, start = map(int, snmp(province, BACKUP, f"{IF_HC_IN}.1", f"{IF_HC_IN}.2"))
    # A keep-alive of 2 kbit/s needs minutes for this; the office's traffic, seconds.
    until(lambda: int(snmp(province, BACKUP, f"{IF_HC_IN}.2")[0]) > start + 100_000)
    assert int(snmp(province, BACKUP, f"{IF_HC_IN}.1")[0]) - first < 100_000


def hops(province: Province, address: str) -> list[str]:
    """The addresses that icmplib's traceroute finds."""
    with entered(province.netns):
        return [hop.address for hop in traceroute(address, count=1, interval=0, timeout=1, max_hops=4)]


def test_a_traceroute_sees_the_way_up_to_the_cut(province: Province) -> None:
    """Gateway, provider, area, link; beyond a cut nobody."""
    way = ["198.19.255.253", "198.19.128.1", "198.19.128.3", PRIMARY]
    until(lambda: hops(province, PRIMARY) == way)
    province.cut(link="dinkes-1")
    until(lambda: hops(province, PRIMARY) == way[:3])
    province.cut(area="32.73")
    until(lambda: hops(province, PRIMARY) == way[:2])
    province.cut(provider="penyedia-a")
    until(lambda: hops(province, OTHER) == ["2001:db8:ffff::1"])


def test_echoes_are_undisturbed_by_polls(province: Province) -> None:
    """No echo is lost while SNMP, TLS and DNS are asked without a pause."""
    is_over = threading.Event()

    def ask() -> None:
        while not is_over.is_set():
            province.run("snmpbulkwalk", *V3, PRIMARY, "1.3.6.1.2.1")
            province.run("curl", "-sk", "--max-time", "30", f"https://{PRIMARY}/")

    asking = threading.Thread(target=ask)
    before = province.status()["counts"]["passed"]
    asking.start()
    try:
        done = province.run("fping", "-q", "-c200", "-p20", "-t4000", PRIMARY)
    finally:
        is_over.set()
        asking.join()
    assert "200/200/0%" in done.stderr
    assert province.status()["counts"]["passed"] > before


def test_the_services_end_with_the_simulation() -> None:
    """After a clean end and after a kill: no process, no certificate."""
    with simulated_province(offices()) as province:
        authority = Path(province.status()["services"]["authority"])
        assert authority.read_bytes().startswith(b"-----BEGIN CERTIFICATE-----")
        helper = province.status()["services"]["pid"]
        province.process.terminate()
        province.process.wait(PATIENCE_S)
        assert not authority.exists()
        until(lambda: not Path(f"/proc/{helper}").exists())
    with simulated_province(offices()) as province:
        helper = province.status()["services"]["pid"]
        province.process.kill()
        until(lambda: not Path(f"/proc/{helper}").exists())


def test_a_reload_brings_new_offices() -> None:
    """An office that the new inventory has answers SNMP, and one that remains keeps its boot time."""
    inventory = offices()
    smaller = replace(inventory, links={"dinkes-1": inventory.links["dinkes-1"]})
    with simulated_province(smaller) as province:
        before = int(snmp(province, PRIMARY, UPTIME)[0])
        assert snmp(province, OTHER, SITE_NAME) == []
        write_inventory(province.inventory, inventory)
        province.process.send_signal(signal.SIGHUP)
        until(lambda: province.status()["reloads"]["done"] == 1)
        until(lambda: snmp(province, OTHER, SITE_NAME) == ['"uptd"'])
        assert int(snmp(province, PRIMARY, UPTIME)[0]) > before
