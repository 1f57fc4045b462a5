"""Files as inventories: what good ones mean, and what is said about bad ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from ipaddress import ip_address
from pathlib import Path

import pytest

from exporter.errors import InventoryError, Problem
from exporter.loading import built_in_kabkota, load_inventory
from exporter.model import (
    LAST_WEEK,
    Calendar,
    Contract,
    ContractKind,
    CreditMode,
    CreditTier,
    DecreedDay,
    Exclusion,
    Inventory,
    Kabkota,
    Limit,
    Link,
    Period,
    Phase,
    ReferenceMeaning,
    ReferenceTarget,
    Role,
    Site,
    Sla,
    SlaBase,
    SlaWindow,
)

EXAMPLES = Path(__file__).parent.parent / "data" / "inventories"
BAD = sorted((EXAMPLES / "bad").glob("*.yml"))
WARNINGS = sorted((EXAMPLES / "warnings").glob("*.yml"))
MINIMAL = (EXAMPLES / "good" / "minimal.yml").read_text(encoding="utf-8")


def good(name: str) -> Inventory:
    """A good example, which must be one without warnings."""
    loaded = load_inventory(EXAMPLES / "good" / name)
    assert loaded.warnings == ()
    return loaded.inventory


def problems(path: Path) -> list[Problem]:
    """Everything that is said about a bad example."""
    with pytest.raises(InventoryError) as refused:
        load_inventory(path)
    return refused.value.problems


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_mistake_is_told_with_file_line_and_remedy(path: Path) -> None:
    """What is said about each bad example, all of it at once, is exactly the text beside it."""
    said = "".join(f"{problem}\n" for problem in problems(path)).replace(str(path), path.name)
    assert said == path.with_suffix(".txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", WARNINGS, ids=lambda path: path.stem)
def test_what_is_hardly_meant_is_warned_of(path: Path) -> None:
    """Each doubtful example is accepted, and warned of with exactly the text beside it."""
    said = "".join(f"{warning}\n" for warning in load_inventory(path).warnings).replace(str(path), path.name)
    assert said == path.with_suffix(".txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", ["bad", "warnings"])
def test_every_expected_text_belongs_to_an_example(folder: str) -> None:
    """No text is left over from an example that is gone."""
    texts = {path.stem for path in (EXAMPLES / folder).glob("*.txt")}
    assert texts == {path.stem for path in (EXAMPLES / folder).glob("*.yml")}


def test_every_key_has_its_meaning() -> None:
    """Each key of contracts, sites, links and targets arrives in the unit and type of the domain."""
    inventory = good("every_key.yml")
    assert inventory.opd["dinkes"].name == "Dinas Kesehatan <b>&\"'"
    assert inventory.contracts["k-1"] == Contract(
        id="k-1",
        provider="penyedia-a",
        kind=ContractKind.DEDICATED,
        bandwidth_bits_per_second=1_500_000_000,
        fee_rupiah_per_month=0,
        starts=date(2026, 2, 28),
        ends=date(2026, 2, 28),
        sla=Sla(
            0.9995,
            300.0,
            SlaWindow.SERVICE_HOURS,
            CreditMode.TIER,
            frozenset({Exclusion.CUSTOMER, Exclusion.MAINTENANCE}),
            SlaBase.PERIOD,
            (CreditTier(0.95, 0.5), CreditTier(0.9995, 0.025)),
        ),
    )
    assert inventory.contracts["k-2"].sla is None
    assert inventory.contracts["k-2"].bandwidth_bits_per_second == 512_000
    assert inventory.sites["kantor-1"] == Site(
        "kantor-1", "Kantor Satu", "dinkes", "73.71", -5.1, 119.4, "loket", "kantor"
    )
    assert inventory.sites["kantor-2"].hours == "24x7"
    assert inventory.reference_targets["gerbang"] == ReferenceTarget(
        "gerbang", ip_address("127.0.0.2"), ReferenceMeaning.UPLINK, 1.0, 0.5
    )
    assert inventory.reference_targets["inti"].interval_s == 2.0


def test_links_take_what_they_do_not_say_from_defaults_and_site() -> None:
    """Interval and timeout come from the defaults, the name from the site, marked where it is a second line."""
    links = good("every_key.yml").links
    assert links["satu-1"] == Link(
        id="satu-1",
        name="Jalur Khusus",
        site="kantor-1",
        contract="k-1",
        role=Role.PRIMARY,
        phase=Phase.LEGACY,
        address=ip_address("127.0.0.1"),
        interval_s=1.0,
        timeout_s=10.0,
        limits={Limit.LOSS: 0.001, Limit.RTT: 9.999, Limit.JITTER: 0.03, Limit.FLAPS: 6},
        probes=("web", "kunci", "resolver", "router-2"),
        interface="ether2",
        second_opinion_port=22,
    )
    assert (links["satu-2"].name, links["satu-2"].interval_s, links["satu-2"].timeout_s) == (
        "Kantor Satu (cadangan)",
        2.0,
        1.5,
    )
    assert (links["dua-1"].name, links["dua-1"].interval_s) == ("Kantor Dua", 300.0)
    assert links["dua-1"].address == ip_address("fe80::1%eth0")


def test_limits_of_a_link_go_before_those_of_its_contract() -> None:
    """Each key by itself, in base units; a link whose contract sets nothing has no limit of its own."""
    links = good("every_key.yml").links
    assert list(links["satu-1"].limits.items()) == [
        (Limit.LOSS, 0.001),
        (Limit.RTT, 9.999),
        (Limit.JITTER, 0.03),
        (Limit.FLAPS, 6),
    ]
    assert not links["satu-2"].limits
    assert not links["dua-1"].limits


def test_a_limit_of_a_contract_may_reach_the_longest_timeout_of_its_links(tmp_path: Path) -> None:
    """What one of its links can exceed is a limit, even though another link's timeout is shorter."""
    text = MINIMAL.replace("credit: prorata}", "credit: prorata}, thresholds: {latency: 3s}").replace(
        "address: 198.18.0.10}",
        "address: 198.18.0.10}\n  - {id: dua, site: kantor, contract: k-1, role: backup, phase: central,"
        " address: 198.18.0.11, timeout: 4s}",
    )
    path = tmp_path / "i.yml"
    path.write_text(text, encoding="utf-8")
    assert load_inventory(path).inventory.links["dua"].limits == {Limit.RTT: 3.0}


def test_without_defaults_a_link_is_probed_each_second() -> None:
    """One echo a second and two seconds to answer hold where nobody says anything."""
    link = good("nothing_is_coerced.yml").links["on"]
    assert (link.interval_s, link.timeout_s) == (1.0, 2.0)


def test_maintenance_names_links_in_three_ways() -> None:
    """Links, all links of a site and all links of a provider are resolved to link ids."""
    windows = good("every_key.yml").maintenance
    assert windows["pm-1"].links == {"satu-2"}
    assert windows["pm-2"].links == {"satu-1", "satu-2"}
    assert windows["pm-3"].links == {"satu-1", "satu-2", "dua-1"}
    assert windows["pm-1"].starts == datetime(2026, 11, 23, 15, tzinfo=UTC)
    assert windows["pm-1"].ends == datetime(2026, 11, 23, 17, tzinfo=UTC)
    assert (windows["pm-1"].author, windows["pm-1"].reason) == ("Tim Jaringan", "Uji")
    assert windows["pm-1"].approval == "ND-1"


def test_maintenance_recurs_at_hours_of_some_weeks() -> None:
    """Hours are by weekday without those that have none, weeks are numbers; without the keys both are empty."""
    windows = good("every_key.yml").maintenance
    assert windows["pm-3"].weekly == {5: ((time(22), time(0)),), 6: ((time(0), time(2)),)}
    assert windows["pm-3"].weeks == {1, 3, LAST_WEEK}
    assert (windows["pm-1"].weekly, windows["pm-1"].weeks) == ({}, frozenset())


def test_calendars_are_by_weekday_and_in_order() -> None:
    """Monday is 0, intervals are in order, days without an interval are absent, built-in calendars stay."""
    calendars = good("every_key.yml").calendars
    assert set(calendars) == {"24x7", "kantor", "loket"}
    working = ((time(7, 30), time(16)),)
    assert calendars["loket"] == Calendar(
        "loket",
        {
            0: ((time(0), time(12)), (time(13), time(0))),
            2: working,
            3: working,
            4: ((time(7, 30), time(11, 30)),),
            5: ((time(8), time(12)),),
            6: ((time(23), time(0)),),
        },
        "Asia/Makassar",
        observes_holidays=True,
        periods=(
            Period(
                date(2026, 2, 19),
                date(2026, 3, 20),
                {3: ((time(8), time(12)),), 4: ((time(8), time(11)),)},
                "Ramadan",
            ),
            Period(date(2026, 1, 1), date(2026, 12, 31), {3: ()}, "Kerja dari rumah"),
        ),
    )


def test_decrees_are_by_day() -> None:
    """A day that a decree closes, and one that it opens; the calendar of a file heeds none unless it says so."""
    inventory = good("every_key.yml")
    added, revoked = date(2026, 12, 23), date(2026, 12, 24)
    assert inventory.holidays == {
        added: DecreedDay(added, "Cuti bersama tambahan", is_open=False),
        revoked: DecreedDay(revoked, "Cuti bersama dicabut", is_open=True),
    }
    assert not good("minimal.yml").calendars["24x7"].observes_holidays
    assert good("minimal.yml").calendars["kantor"].observes_holidays


def test_a_calendar_of_a_built_in_id_takes_its_place(tmp_path: Path) -> None:
    """The hours of "kantor" can be written anew."""
    path = tmp_path / "i.yml"
    path.write_text(MINIMAL + "calendars: [{id: kantor, weekly: {sat: [08.00-09.00]}}]\n", encoding="utf-8")
    assert load_inventory(path).inventory.calendars["kantor"].weekly == {5: ((time(8), time(9)),)}


def test_a_kabkota_list_takes_the_place_of_the_built_in_one() -> None:
    """Another province brings its own list; without one, West Java's 27 hold, by code as text."""
    assert good("every_key.yml").kabkota == {"73.71": Kabkota("73.71", "Kota Makassar", -5.135, 119.423)}
    assert good("minimal.yml").kabkota == built_in_kabkota()
    assert len(built_in_kabkota()) == 27
    assert built_in_kabkota()["32.10"] == Kabkota("32.10", "Kabupaten Majalengka", -6.836, 108.227)


def test_nothing_is_coerced() -> None:
    """Texts that YAML 1.1 knows as false, numbers, dates or nothing stay what was written."""
    inventory = good("nothing_is_coerced.yml")
    assert {each.id: each.name for each in inventory.opd.values()} == {
        "no": "NO",
        "012": "012",
        "null": "~",
        "1e3": "1:30",
        "2026-01-01": "2026-01-01",
    }
    assert inventory.providers["1"].name == ".inf"
    assert inventory.contracts["010"].fee_rupiah_per_month == 12
    assert (inventory.sites["yes"].name, inventory.sites["yes"].kabkota) == ("0x1F", "32.10")
    assert list(inventory.links) == ["on"]


def test_a_folder_is_one_inventory() -> None:
    """Lists of all files are joined in the order of file names; one file has the defaults."""
    inventory = good("folder")
    assert list(inventory.links) == ["satu", "dua"]
    assert {link.interval_s for link in inventory.links.values()} == {3.0}
    assert len(inventory.reference_targets) == 3


def test_problems_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    """One reading tells what is wrong in each file, in order, and unknown names only where nothing is missing."""
    (tmp_path / "a.yml").write_text("version: 1\nopd: [{id: A, name: x}]\nsites: [{id: s, opd: b}]\n", encoding="utf-8")
    (tmp_path / "b.yml").write_text("version: 1\nopd: [\n", encoding="utf-8")
    (tmp_path / "c.yml").write_text("version: 1\nlinks: [{id: l, site: nowhere}]\n", encoding="utf-8")
    said = problems(tmp_path)
    assert {Path(problem.file).name for problem in said} == {"a.yml", "b.yml", "c.yml"}
    assert said == sorted(said)
    assert not any("is not in" in problem.message for problem in said)


@pytest.mark.parametrize("text", ["- opd\n", "agencies: []\n", "version: 1\nopd: {}\n", "version: 1\nopds: []\n"])
def test_names_are_not_called_unknown_while_a_file_is_not_understood(tmp_path: Path, text: str) -> None:
    """What was meant to hold the agencies is told, and not each office whose agency is now unknown."""
    opd = "opd:\n  - {id: dinkes, name: Dinas Kesehatan}\n"
    (tmp_path / "a.yml").write_text(MINIMAL.replace(opd, ""), encoding="utf-8")
    (tmp_path / "b.yml").write_text(text, encoding="utf-8")
    [problem] = problems(tmp_path)
    assert problem.file == f"{tmp_path}/b.yml"


def test_unknown_names_of_refused_entries_are_told_too(tmp_path: Path) -> None:
    """An entry with two mistakes gets both told, also when one is a name that nobody has."""
    path = tmp_path / "i.yml"
    path.write_text(MINIMAL.replace("opd: dinkes, ", "opd: x, ").replace("-6.905", "south"), encoding="utf-8")
    assert [problem.message for problem in problems(path)] == [
        "site kantor, lat: 'south' is not a coordinate",
        "site kantor, opd: x is not in opd",
    ]


def test_defaults_may_stand_once(tmp_path: Path) -> None:
    """Two files with defaults are refused, and the second names the first."""
    (tmp_path / "a.yml").write_text(MINIMAL, encoding="utf-8")
    (tmp_path / "b.yml").write_text("version: 1\ndefaults: {interval: 1s}\n", encoding="utf-8")
    [problem] = problems(tmp_path)
    assert (problem.line, problem.message) == (2, f"the key defaults stands in {tmp_path}/a.yml:2 too")


def test_an_id_may_stand_once_over_all_files(tmp_path: Path) -> None:
    """The same id in two files is refused where it stands the second time."""
    (tmp_path / "a.yml").write_text(MINIMAL, encoding="utf-8")
    (tmp_path / "b.yml").write_text("version: 1\nopd:\n  - {id: dinkes, name: Lain}\n", encoding="utf-8")
    [problem] = problems(tmp_path)
    assert str(problem).startswith(f"{tmp_path}/b.yml:3: opd dinkes, id: stands in {tmp_path}/a.yml:4 already")


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "169.254.1.1", "240.0.0.1", "'::1'"], ids=["loopback", "link-local", "reserved", "v6"]
)
def test_special_addresses_need_to_be_allowed(tmp_path: Path, address: str) -> None:
    """What is refused without a word is accepted with allow_special_addresses: true."""
    path = tmp_path / "i.yml"
    text = MINIMAL.replace("198.18.0.10", address)
    path.write_text(text, encoding="utf-8")
    assert "set allow_special_addresses: true" in problems(path)[0].remedy
    path.write_text(text.replace("timeout: 2s", "timeout: 2s, allow_special_addresses: true"), encoding="utf-8")
    assert load_inventory(path).inventory.links["satu"].address == ip_address(address.strip("'"))


def many_links(count: int, timing: str) -> str:
    """The minimal inventory with ``count`` links more."""
    common = f"site: kantor, contract: k-1, role: primary, phase: central, {timing}"
    links = (f"  - {{id: l{n}, address: {ip_address('198.18.16.0') + n}, {common}}}\n" for n in range(count))
    return MINIMAL.replace("links:\n", f"links:\n{''.join(links)}")


def test_more_than_the_budget_is_refused_with_the_arithmetic(tmp_path: Path) -> None:
    """Before anything is sent, the sum is shown; 5,000 links of ten seconds' timeout are too much at once."""
    for part in range(5):
        text = many_links(1_000, "timeout: 10s").replace("id: l", f"id: l{part}-")
        own = text if part == 0 else "version: 1\n" + text[text.index("links:") : text.index("  - {id: satu")]
        (tmp_path / f"{part}.yml").write_text(own, encoding="utf-8")
    [problem] = problems(tmp_path)
    assert problem.message == (
        "4 x 2s/1s + 5000 x 10s/1s = 50,008.0 echoes open at once if nobody answers, and one prober may have 32768"
    )
    assert problem.line == 11


def test_five_hundred_and_one_links_are_loaded(tmp_path: Path) -> None:
    """An inventory of the province's size loads with all its links."""
    path = tmp_path / "i.yml"
    path.write_text(many_links(500, "interval: 1s"), encoding="utf-8")
    assert len(load_inventory(path).inventory.links) == 501


@pytest.mark.parametrize(
    ("make", "most"),
    [
        (lambda: "version: 1\nlinks: [" + "a," * 100_000 + "]", 1_001),
        (lambda: "version: 1\nlinks: [{" + "".join(f"k{n}: a," for n in range(50_000)) + "}]", 30),
        (lambda: "version: 1\n" + "".join(f"k{n}: a\n" for n in range(50_000)), 1_001),
        (lambda: "version: 1\nopd: [" + "{id: a, name: x},\n" * 20_000 + "]", 1_000),
        (lambda: "version: 1\nmaintenance: [{id: a, links: [" + "a," * 100_000 + "]}]", 30),
        (lambda: "version: 1\ncalendars: [{id: a, weekly: {mon: [" + "00.00-01.00," * 60_000 + "]}}]", 30),
    ],
    ids=["entries", "keys", "top keys", "same id", "names", "hours"],
)
def test_what_is_made_to_say_much_is_cut_short(tmp_path: Path, make: Callable[[], str], most: int) -> None:
    """However many mistakes a file has, a bounded number is told."""
    path = tmp_path / "bomb.yml"
    path.write_text(make(), encoding="utf-8")
    assert 0 < len(problems(path)) <= most


def test_only_a_few_unknown_names_are_compared_with_known_ones(tmp_path: Path) -> None:
    """The search for what was meant, which is slow, is made for the first ten unknown names only."""
    path = tmp_path / "i.yml"
    links = "".join(
        f"  - {{id: l{n}, site: kanto{n}, contract: k-1, role: primary, phase: central, address: 198.18.1.{n}}}\n"
        for n in range(20)
    )
    path.write_text(MINIMAL.replace("links:\n", f"links:\n{links}"), encoding="utf-8")
    said = problems(path)
    assert len(said) == 20
    assert sum("did you mean kantor?" in problem.remedy for problem in said) == 10
