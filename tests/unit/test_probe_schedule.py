"""When probes beside the echo are due."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from ipaddress import ip_address
from itertools import pairwise

from exporter.model import Inventory
from exporter.probe_model import DnsProbe, HttpProbe, ProbeSpec, SnmpProbe, TcpProbe
from exporter.probe_schedule import Agenda, jobs_of
from tests.support.inventories import many_links

SECOND = 1_000_000_000
NOW = 5_000 * SECOND + 123


def province(links: int = 500) -> Inventory:
    """Every link with a poll and a connection each minute."""
    bare = many_links(links)
    probed = {key: replace(link, probes=("router", "https")) for key, link in bare.links.items()}
    probes: dict[str, ProbeSpec] = {
        "router": SnmpProbe("router", 60.0, 5.0, "v3"),
        "https": TcpProbe("https", 60.0, 5.0, 443),
    }
    return replace(bare, probes=probes, links=probed)


def test_every_job_has_one_turn_in_each_interval() -> None:
    """Three minutes, looked at ten times a second: three turns of each job, a minute apart."""
    agenda = Agenda(jobs_of(province(20)), NOW)
    turns: dict[tuple[str, str], list[int]] = {}
    for tick in range(1800):
        now = NOW + tick * SECOND // 10
        for job, late_ns in agenda.take(now):
            assert 0 <= late_ns < SECOND // 10
            turns.setdefault(job.key, []).append(now - late_ns)
    assert len(turns) == 40
    assert all(len(each) == 3 for each in turns.values())
    assert {second - first for each in turns.values() for first, second in pairwise(each)} == {60 * SECOND}


def test_jobs_are_spread_over_the_interval() -> None:
    """A thousand jobs a minute: no second has three times its share, and none of any ten is empty."""
    agenda = Agenda(jobs_of(province(500)), NOW)
    seconds = Counter(tick for tick in range(60) for _ in agenda.take(NOW + (tick + 1) * SECOND - 1))
    assert sum(seconds.values()) == 1000
    assert max(seconds.values()) <= 50
    assert all(sum(seconds[tick] for tick in range(start, start + 10)) for start in range(0, 60, 10))


def test_a_restart_keeps_the_turns() -> None:
    """The phase follows from the names: another start finds the same seconds."""
    first = {job.key: job.first_due_ns(NOW) for job in jobs_of(province(20))}
    later = {job.key: job.first_due_ns(NOW + 7 * 60 * SECOND) for job in jobs_of(province(20))}
    assert later == {key: due + 7 * 60 * SECOND for key, due in first.items()}


def test_missed_turns_are_not_made_up_for() -> None:
    """After five minutes of standing still every job is due once, and then in its own place again."""
    agenda = Agenda(jobs_of(province(20)), NOW)
    late = agenda.take(NOW + 300 * SECOND)
    assert len(late) == 40
    assert not agenda.take(NOW + 300 * SECOND)
    following = [agenda.take(NOW + 300 * SECOND + second * SECOND) for second in range(1, 61)]
    assert sum(map(len, following)) == 40


def test_what_shares_a_device_is_known() -> None:
    """Polls by address and by site, whose lines may lead to one router; others by the link; a resolver by nothing."""
    inventory = province(2)
    links = list(inventory.links.values())
    resolver = DnsProbe("dns", 60.0, 5.0, "portal.example", server=ip_address("198.18.9.9"))
    elsewhere = HttpProbe("portal", 60.0, 5.0, "https://portal.example/")
    shared = {link.id: replace(link, site="s", probes=("router", "https", "dns", "portal")) for link in links}
    jobs = jobs_of(replace(inventory, links=shared, probes={**inventory.probes, "dns": resolver, "portal": elsewhere}))
    devices = Counter(" + ".join(job.devices) for job in jobs)
    assert devices == {
        **{f"site s + snmp {link.address} 161": 1 for link in links},
        **{f"tcp {link.address}": 1 for link in links},
        "": 4,
    }


def test_one_device_of_several_sites_is_known() -> None:
    """A server that an inventory names for many links is one device."""
    inventory = province(3)
    concentrator = SnmpProbe("router", 60.0, 5.0, "v3", server=ip_address("198.18.9.9"))
    polls = jobs_of(replace(inventory, probes={**inventory.probes, "router": concentrator}))
    assert {job.devices[-1] for job in polls if job.spec is concentrator} == {"snmp 198.18.9.9 161"}


def test_polls_of_some_links() -> None:
    """Only those of SNMP."""
    agenda = Agenda(jobs_of(province(5)), NOW)
    assert [job.key for job in agenda.polls_of({"link-1", "nobody"})] == [("link-1", "router")]


def test_nothing_to_do() -> None:
    """No jobs, nothing due."""
    agenda = Agenda([], NOW)
    assert agenda.take(NOW) == []
    assert agenda.next_ns() is None
