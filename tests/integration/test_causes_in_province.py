"""The real exporter asks the simulated province why a link was down, and whether it was down at all."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from exporter.model import Inventory, Role
from exporter.probe_model import (
    AuthProtocol,
    PrivProtocol,
    SecretReference,
    SecretSource,
    SnmpCredentials,
    SnmpProbe,
    TcpProbe,
)
from tests.support.exporters import Figures, RunningExporter, running_exporter
from tests.support.inventories import many_links
from tests.support.province import Province, simulated_province


def _secret(name: str) -> SecretReference:
    return SecretReference(SecretSource.ENVIRONMENT, name)


V3 = SnmpCredentials(
    "router",
    user="pantau",
    auth_protocol=AuthProtocol.SHA256,
    auth_password=_secret("PANTAU_TEST_AUTH"),
    priv_protocol=PrivProtocol.AES128,
    priv_password=_secret("PANTAU_TEST_PRIV"),
)
ROUTER = SnmpProbe("router", 10.0, 2.0, "router", interface="ether1")
HTTPS = TcpProbe("https", 10.0, 2.0, 443)

#: A site with a backup (link-1), three with one link, and two more that nothing happens to.
LINKS = 7


@pytest.fixture(scope="module")
def inventory() -> Inventory:
    """Every link polled; the first two are lines of one router."""
    bare = many_links(LINKS)
    links = {
        key: replace(link, probes=("router", "https"), second_opinion_port=443) for key, link in bare.links.items()
    }
    links["link-1"] = replace(
        links["link-1"], site=links["link-0"].site, role=Role.BACKUP, interface="ether2", probes=("router",)
    )
    return replace(bare, links=links, probes={"router": ROUTER, "https": HTTPS}, credentials={"router": V3})


@pytest.fixture(scope="module")
def province(inventory: Inventory) -> Iterator[Province]:
    """A province that answers for them."""
    with simulated_province(inventory) as running:
        yield running


@pytest.fixture(scope="module")
def exporter(inventory: Inventory, province: Province) -> Iterator[RunningExporter]:
    """The exporter, once every router has answered and every path is known."""
    with pytest.MonkeyPatch.context() as patch:  # for ``pantau probe``, too
        patch.setenv("PANTAU_TEST_AUTH", "pantau-sim-auth")
        patch.setenv("PANTAU_TEST_PRIV", "pantau-sim-priv")
        with running_exporter(inventory, province.netns) as running:
            running.until_states(all_="up")
            running.until(_is_known, "every router has answered, and every path is known")
            yield running


def _is_known(figures: Figures) -> bool:
    names = [name for name, _ in figures]
    return (
        names.count("opd_link_router_boot_timestamp_seconds") == LINKS
        and names.count("opd_link_path_usual_hops") == LINKS
    )


def document(exporter: RunningExporter, link: str) -> dict[str, Any]:
    """What the API says of a link."""
    with urllib.request.urlopen(f"http://127.0.0.1:{exporter.port}/api/v1/links/{link}", timeout=10) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


def decided(exporter: RunningExporter, **causes: str) -> None:
    """Wait until these links' latest outages have these causes for good."""
    wanted = {name.replace("_", "-"): cause for name, cause in causes.items()}

    def there(figures: Figures) -> bool:
        return all(
            figures.of("opd_link_outage_cause", link=link, cause=cause) == 1
            and figures.of("opd_link_outage_cause_pending", link=link) == 0
            for link, cause in wanted.items()
        )

    exporter.until(there, f"causes {wanted}")


def test_a_power_cut_and_line_cuts_are_told_apart(exporter: RunningExporter, province: Province) -> None:
    """The router that restarted had no power, the one that stayed up lost its line; a backup line says so at once."""
    booted = exporter.figures().of("opd_link_router_boot_timestamp_seconds", link="link-2")
    province.cut(link="link-2", manner="power")
    province.cut(link="link-3", manner="line")
    province.cut(link="link-0", manner="line")
    exporter.until_states(link_2="down", link_3="down", link_0="down", all_="up")
    exporter.until(
        lambda figures: figures.of("opd_link_outage_cause", link="link-0", cause="line") == 1,
        "the backup line tells that the router stayed up",
    )
    (lasting,) = document(exporter, "link-0")["outages"]
    assert lasting["end_unix_s"] is None
    assert lasting["cause_pending"] is True
    assert "lewat link-1, jalur lain lokasi ini" in lasting["evidence"]
    assert document(exporter, "link-1")["links_of_site"] == ["link-0", "link-1"]
    province.restore()
    decided(exporter, link_2="power", link_3="line", link_0="line")
    figures = exporter.figures()
    assert figures.of("opd_link_router_boot_timestamp_seconds", link="link-2") > booted + 60
    (power,), (line,) = document(exporter, "link-2")["outages"], document(exporter, "link-3")["outages"]
    assert "router menyala kembali" in power["evidence"]
    assert "router tetap menyala sejak" in line["evidence"]
    assert power["end_unix_s"] > power["start_unix_s"]


def test_counters_of_a_router_that_restarted_are_another_series(exporter: RunningExporter, province: Province) -> None:
    """The epoch is the new start, so that no query adds up traffic across it; never are there two at a time."""

    def epochs(figures: Figures) -> list[str]:
        return [
            dict(labels)["epoch"]
            for (name, labels) in figures
            if name == "opd_link_interface_received_bytes_total" and dict(labels)["link"] == "link-4"
        ]

    (before,) = epochs(exporter.figures())
    province.cut(link="link-4", manner="power")
    exporter.until_states(link_4="down", all_="up")
    province.restore()
    figures = exporter.until(lambda now: bool(epochs(now)) and epochs(now) != [before], "a new epoch")
    (after,) = epochs(figures)
    assert int(after) > int(before)


def test_a_link_that_filters_echoes_is_not_down(exporter: RunningExporter, province: Province) -> None:
    """It is degraded as long as it answers by other means, and not a second of it is booked as down."""
    before = exporter.figures().of("opd_link_state_seconds_total", link="link-5", state="down")
    province.cut(link="link-5", manner="icmp-only")
    figures = exporter.until_states(link_5="degraded", all_="up")
    assert figures.of("opd_link_icmp_only", link="link-5") == 1
    assert figures.of("opd_link_icmp_only") == 1
    exporter.until(lambda now: now.of("opd_exporter_second_opinions_total", answer="tcp") >= 1, "both questions ended")
    opinion = document(exporter, "link-5")["second_opinion"]
    assert (opinion["answer"], opinion["echo"]["end"]) == ("tcp", "silent")
    province.restore()
    figures = exporter.until_states(all_="up")
    assert figures.of("opd_link_icmp_only") == 0
    assert figures.of("opd_link_state_seconds_total", link="link-5", state="down") == before


def test_the_way_to_a_cut_link_ends_before_it(exporter: RunningExporter, province: Province) -> None:
    """The last router that answered is told by number, in the log and in the document."""
    usual = exporter.figures().of("opd_link_path_usual_hops", link="link-6")
    province.cut(link="link-6")
    figures = exporter.until(
        lambda now: any(name == "opd_link_path_last_hop_number" and dict(has)["link"] == "link-6" for name, has in now),
        "a trace that ends early",
    )
    last = figures.of("opd_link_path_last_hop_number", link="link-6")
    assert 1 <= last < usual
    path = document(exporter, "link-6")["path"]
    assert path["break"]["last_hop"]["number"] == last
    number = figures.of("opd_link_path_last_hop_address", link="link-6")
    assert path["break"]["last_hop"]["address"] == ".".join(str(int(number) >> shift & 255) for shift in (24, 16, 8, 0))
    assert "path of link link-6: last hop that answered: 198.19." in exporter.log.read_text(encoding="utf-8")
    province.restore()
    exporter.until_states(all_="up")


def test_one_round_by_hand_says_what_each_probe_found(exporter: RunningExporter, province: Province) -> None:
    """``pantau probe`` asks the router and the server once, and words both ends."""
    words = ["probe", "--inventory", str(exporter.folder), "--netns", province.netns, "link-0"]
    ran = subprocess.run(
        [sys.executable, "-m", "exporter", *words], capture_output=True, text=True, check=False, timeout=60
    )
    assert ran.returncode == 0, ran.stderr
    told = ran.stdout
    assert re.search(r"probe     router \(snmp\): success; .*device up since .* WIB; ether1 is up", told), told
    assert re.search(r"probe     https \(tcp\): success; connected to port 443", told), told


def test_no_secret_is_told_anywhere(exporter: RunningExporter) -> None:
    """Neither in the log, nor in metrics, nor in a document."""
    with urllib.request.urlopen(f"http://127.0.0.1:{exporter.port}/metrics", timeout=10) as answer:
        page = answer.read().decode()
    told = page + exporter.log.read_text(encoding="utf-8") + json.dumps(document(exporter, "link-0"))
    assert "link-0" in told
    assert "pantau-sim-auth" not in told
    assert "pantau-sim-priv" not in told
