"""What the API says of a province that is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from exporter.api.problem import ProblemError
from exporter.beside import Beside, Cause, OutageRecord
from exporter.outcome import State
from exporter.pages.wall_outages import open_outages
from exporter.past import KEPT_MINUTES, Minutes, NoPast, Past, PastOutage, Watched
from exporter.scope import GroupName, GroupOutage, Scope
from exporter.snapshot import Snapshot
from tests.support.apis import MOMENTS, asked, said, standing_as, validator, with_outages
from tests.support.inventories import many_links, planned_works
from tests.support.pasts import FakePast, make_outage
from tests.support.snapshots import TAKEN_UNIX_NS, make_snapshot

#: Links 0, 3, 6 are penyedia-a's; even ones are of 32.01, odd ones of 32.73.
PROVIDER_A = ("link-0", "link-3", "link-6")
MINUTE_S = TAKEN_UNIX_NS // 60_000_000_000 * 60


def province(states: dict[str, State], links: int = 9) -> Snapshot:
    """A province of these states, with planned work on link-1 and link-2."""
    inventory = replace(many_links(links), maintenance=planned_works(["link-1", "link-2"]))
    return standing_as(make_snapshot(inventory), states)


def test_what_is_unknown_is_neither_up_nor_down() -> None:
    """It lowers the coverage, and stands in a count of its own."""
    answer = asked(province({"link-4": State.UNKNOWN, "link-5": State.DEGRADED, "link-1": State.DOWN}), "summary")
    assert answer["links"] == {
        "up": 6,
        "degraded": 1,
        "unknown": 1,
        "planned": 1,
        "down": 0,
        "all": 9,
        "coverage_ratio": 8 / 9,
    }
    assert answer["sites"] == answer["links"]


def test_an_empty_province_has_no_coverage() -> None:
    """Nothing of nothing is null: neither 0 nor 1."""
    answer = said("summary", "empty")
    assert (answer["links"]["all"], answer["links"]["coverage_ratio"]) == (0, None)
    assert answer["prober"]["last_probe_unix_s"] is None


def test_what_just_began_knows_nothing() -> None:
    """Before the first round: not ready, nothing measured, nobody knows of the uplink."""
    answer = said("summary", "begun")
    assert (answer["ready"], answer["links"]["coverage_ratio"], answer["links"]["unknown"]) == (False, 0.0, 4)
    assert (answer["prober"]["uplink_up"], answer["prober"]["socket_ipv4"]) == (None, "closed")


def test_every_link_that_is_down_stands_in_one_list() -> None:
    """Explained, not decided yet, or under planned work; unknown ones are counted."""
    down = dict.fromkeys(("link-0", "link-1", "link-3", "link-6", "link-7", "link-8"), State.DOWN)
    snapshot = province({**down, "link-5": State.UNKNOWN})
    everywhere = GroupOutage(GroupName(Scope.PROVIDER, "penyedia-a"), 3, 3, TAKEN_UNIX_NS - 10**10)
    scopes = {**dict.fromkeys(PROVIDER_A, Scope.PROVIDER), "link-7": Scope.LINK}
    answer = asked(with_outages(snapshot, scopes, everywhere), "outages")
    assert [each["link"] for each in answer["outages"][0]["affected"]] == list(PROVIDER_A)
    assert [each["link"] for each in answer["undecided"]] == ["link-8"]
    assert [each["link"] for each in answer["planned"]] == ["link-1"]
    assert answer["links_unknown"] == 1
    own = answer["outages"][1]
    assert (own["scope"], own["link"], own["links_down"], own["links_measured"]) == ("link", "link-7", 1, 1)


def test_the_widest_comes_first_and_then_the_oldest() -> None:
    """Core, area, provider, site, and links by their beginning, whatever the order in which they were found."""
    older, newer = TAKEN_UNIX_NS - 10**12, TAKEN_UNIX_NS - 10**10
    groups = [
        GroupOutage(GroupName(Scope.PROVIDER, "penyedia-a"), 3, 3, newer),
        GroupOutage(GroupName(Scope.PROVIDER, "penyedia-b"), 3, 3, older),
        GroupOutage(GroupName(Scope.CORE), 9, 9, newer),
        GroupOutage(GroupName(Scope.AREA, kabkota="32.73"), 4, 4, newer),
    ]
    snapshot = with_outages(province({}), {"link-8": Scope.LINK, "link-7": Scope.LINK}, *groups)
    begun = [
        OutageRecord(link, at, None, None, Cause.LINE, "", True) for link, at in (("link-7", newer), ("link-8", older))
    ]
    answer = asked(replace(snapshot, beside=Beside(outages=tuple(begun))), "outages")
    found = [
        (each["scope"], each["provider"] if each["scope"] == "provider" else each["link"]) for each in answer["outages"]
    ]
    assert found == [
        ("core", None),
        ("area", None),
        ("provider", "penyedia-b"),
        ("provider", "penyedia-a"),
        ("link", "link-8"),
        ("link", "link-7"),
    ]


def test_the_wall_and_the_api_tell_the_same_in_the_same_order() -> None:
    """Of a province in which much is down: outages, then what is not explained yet, then planned work."""
    down = {f"link-{n}": State.DOWN for n in range(0, 40, 2)} | {"link-1": State.DOWN}
    groups = [
        GroupOutage(GroupName(Scope.PROVIDER, "penyedia-a"), 7, 14, TAKEN_UNIX_NS - 10**10),
        GroupOutage(GroupName(Scope.AREA, kabkota="32.01"), 9, 20, TAKEN_UNIX_NS - 10**9),
    ]
    alone = {f"link-{n}": Scope.LINK for n in range(20, 40, 2)}
    snapshot = with_outages(province(down, 40), alone, *groups)
    answer = asked(snapshot, "outages")
    told = [
        (each["link"], each["since_unix_s"]) for kind in ("outages", "undecided", "planned") for each in answer[kind]
    ]
    assert told == [(each.link, each.since_unix_ns / 1e9) for each in open_outages(snapshot, NoPast())]
    assert min(len(answer[kind]) for kind in ("outages", "undecided", "planned")) >= 2


def test_the_narrower_of_two_outages_has_the_link() -> None:
    """A provider that failed within an area explains its links there, not the one that failed everywhere."""
    groups = [
        GroupOutage(GroupName(Scope.PROVIDER, "penyedia-a"), 3, 3, TAKEN_UNIX_NS - 1),
        GroupOutage(GroupName(Scope.PROVIDER, "penyedia-a", "32.73"), 1, 1, TAKEN_UNIX_NS),
    ]
    snapshot = with_outages(province({}), dict.fromkeys(PROVIDER_A, Scope.PROVIDER), *groups)
    found = {each["kabkota"]: [of["link"] for of in each["affected"]] for each in asked(snapshot, "outages")["outages"]}
    assert found == {None: ["link-0", "link-6"], "32.73": ["link-3"]}


def test_an_outage_that_is_not_measured_any_more_keeps_its_beginning() -> None:
    """Its state is unknown now; the outage is as old as its record says."""
    record = OutageRecord("link-7", TAKEN_UNIX_NS - 10**13, None, Scope.LINK, Cause.POWER, "router mati", True)
    snapshot = with_outages(province({"link-7": State.UNKNOWN}), {"link-7": Scope.LINK})
    (answer,) = asked(replace(snapshot, beside=Beside(outages=(record,))), "outages")["outages"]
    assert answer["since_unix_s"] == (TAKEN_UNIX_NS - 10**13) / 1e9
    assert (answer["affected"][0]["state"], answer["affected"][0]["evidence"]) == ("unknown", "router mati")
    assert (answer["links_down"], answer["links_measured"]) == (0, 0)


def test_an_outage_that_is_over_says_nothing_of_the_one_that_begins() -> None:
    """Its beginning is that of the present state, and nobody has looked for its cause yet."""
    over = OutageRecord("link-7", 10**18, 2 * 10**18, Scope.LINK, Cause.POWER, "router menyala kembali", False)
    snapshot = replace(province({"link-7": State.DOWN}), beside=Beside(outages=(over,)))
    (answer,) = asked(snapshot, "outages")["undecided"]
    assert answer["since_unix_s"] == int(snapshot.links.changed_unix_ns[7]) / 1e9
    assert (answer["cause"], answer["cause_pending"], answer["evidence"]) == (None, True, "")


def test_groups_add_up_to_the_province() -> None:
    """The links of all regencies, of all providers and of all agencies are the links of the province."""
    whole = said("summary", "mixed")["links"]
    for name, key in (("kabkota", "kabkota"), ("providers", "providers"), ("agencies", "opd")):
        rows = said(name, "mixed")[key]
        for standing in ("up", "degraded", "unknown", "planned", "down", "all"):
            assert sum(row["links"][standing] for row in rows) == whole[standing], (name, standing)


def test_a_site_without_links_stands_nowhere() -> None:
    """Nobody measures it: null, and in no count."""
    assert said("site", "mixed", ids={"site": "sendiri"})["site"]["standing"] is None
    assert said("summary", "calm")["sites"]["all"] == 9
    assert said("sites", "calm", query={"standing": "unknown"})["sites"] == []


def test_an_agency_has_its_sites_and_what_reaches_it() -> None:
    """By id; an outage that reaches one of its links is told whole."""
    snapshot = with_outages(province({"link-7": State.DOWN}), {"link-7": Scope.LINK})
    answer = asked(snapshot, "agency", ids={"opd": "dinkes"})
    assert [each["id"] for each in answer["sites"]] == sorted(f"site-{n}" for n in range(9))
    assert [each["link"] for each in answer["outages"]] == ["link-7"]
    assert asked(snapshot, "site", ids={"site": "site-1"})["open_outages"] == []


def test_a_site_is_told_of_the_wide_outage_that_reaches_it() -> None:
    """Whole, with the links of the others."""
    wide = GroupOutage(GroupName(Scope.PROVIDER, "penyedia-a"), 3, 3, TAKEN_UNIX_NS)
    snapshot = with_outages(province({}), dict.fromkeys(PROVIDER_A, Scope.PROVIDER), wide)
    (answer,) = asked(snapshot, "site", ids={"site": "site-3"})["open_outages"]
    assert [each["link"] for each in answer["affected"]] == list(PROVIDER_A)
    assert asked(snapshot, "site", ids={"site": "site-4"})["open_outages"] == []


def test_planned_work_runs_or_comes() -> None:
    """What is over is not told; what recurs is told as it runs, or comes next."""
    answer = asked(province({}), "maintenance")["maintenance"]
    assert {each["id"]: (each["running"], each["recurring"]) for each in answer} == {
        "mornings": (True, True),
        "running": (True, False),
        "coming": (False, False),
        "nights": (False, True),
    }
    assert answer == sorted(answer, key=lambda each: (each["starts_unix_s"], each["id"]))
    assert asked(province({}), "site", ids={"site": "site-3"})["maintenance"] == []
    assert asked(province({}), "site", ids={"site": "site-1"})["maintenance"][0]["links"] == ["link-1"]


def outage(start: int, end: int | None, *, start_seen: bool = True, end_seen: bool = True) -> PastOutage:
    """One outage of link-1, seconds before the moment."""
    ends = None if end is None else TAKEN_UNIX_NS - end * 10**9
    begins = TAKEN_UNIX_NS - start * 10**9
    return PastOutage("link-1", begins, ends, start_seen, end_seen, None, Cause.UNKNOWN, "", False)


def test_outages_are_told_with_what_nobody_saw() -> None:
    """The latest first; an end that nobody saw is null and said to be unseen; when the exporter ran is told beside."""
    past = FakePast(
        {},
        {"link-1": [outage(9000, None, end_seen=False), outage(500, 100, start_seen=False), outage(50, None)]},
        [Watched(TAKEN_UNIX_NS - 10**13, TAKEN_UNIX_NS)],
    )
    answer = asked(MOMENTS["mixed"](), "link_outages", past=past, ids={"link": "link-1"})
    assert validator("link_outages").is_valid(answer)
    found = [(each["end_unix_s"] is None, each["start_seen"], each["end_seen"]) for each in answer["outages"]]
    assert found == [(True, True, True), (False, False, True), (True, True, False)]
    assert answer["watched"][0]["end_unix_s"] == TAKEN_UNIX_NS / 1e9
    whole = asked(MOMENTS["mixed"](), "site", past=past, ids={"site": "site-1"})
    assert validator("site").is_valid(whole)
    assert [{**each, "link": "link-1"} for each in answer["outages"]] == whole["outages"]


def minutes_of(rows: list[tuple[tuple[int, int, int, int], int, int, int, int]]) -> Minutes:
    """Rows of state seconds, replies, lost, unmeasured and microseconds; the last one is the running minute."""
    columns = [np.array([row[place] for row in rows]) for place in range(5)]
    replies, lost, unmeasured = (column.astype(np.uint16) for column in columns[1:4])
    first = MINUTE_S - 60 * (len(rows) - 1)
    return Minutes(first, columns[0].astype(np.uint8), replies, lost, unmeasured, columns[4].astype(np.uint32))


def test_minutes_that_nobody_watched_are_null() -> None:
    """In every column; a minute without a reply has no round trip, one without a measured echo no loss."""
    past = FakePast(
        {
            "link-1": minutes_of(
                [
                    ((60, 0, 0, 0), 59, 1, 0, 590_000),
                    ((0, 0, 0, 0), 0, 0, 0, 0),
                    ((0, 0, 60, 0), 0, 60, 0, 0),
                    ((0, 0, 0, 60), 0, 0, 60, 0),
                    ((20, 10, 0, 0), 30, 0, 10, 600_000),
                ]
            )
        }
    )
    answer = asked(MOMENTS["mixed"](), "link_minutes", past=past, ids={"link": "link-1"})
    assert validator("link_minutes").is_valid(answer)
    assert answer["first_unix_s"] == MINUTE_S - 240
    assert answer["up_s"] == [60, None, 0, 0, 20]
    assert answer["lost"] == [1, None, 60, 0, 0]
    assert answer["rtt_mean_s"] == [0.01, None, None, None, 0.02]
    assert answer["loss_ratio"] == [1 / 60, None, 1.0, None, 0.0]
    assert answer["measured_ratio"] == [1.0, None, 1.0, 0.0, 0.75]


def test_a_day_carries_its_coverage() -> None:
    """What was not watched and what was not measured lower the coverage, and no share counts them."""
    past = FakePast(
        {
            "link-1": minutes_of(
                [((60, 0, 0, 0), 60, 0, 0, 1), ((0, 0, 60, 0), 0, 60, 0, 0), ((0, 0, 0, 60), 0, 0, 60, 0)]
            )
        }
    )
    day = asked(MOMENTS["mixed"](), "link_minutes", past=past, ids={"link": "link-1"})["day"]
    assert (day["up_ratio"], day["unknown_s"]) == (0.5, 60)
    assert day["of_s"] == pytest.approx((KEPT_MINUTES - 1) * 60 + TAKEN_UNIX_NS / 1e9 - MINUTE_S)
    assert day["coverage_ratio"] == pytest.approx(120 / day["of_s"])
    assert day["unwatched_s"] == pytest.approx(day["of_s"] - 180)


@pytest.mark.parametrize("past", [None, FakePast()], ids=["nobody remembers", "not yet remembered after a reload"])
def test_a_day_of_which_nobody_knows(past: Past | None) -> None:
    """No minute: no share, and a coverage of nothing."""
    answer = said("link_minutes", "mixed", past=past, ids={"link": "link-1"})
    assert (answer["first_unix_s"], answer["up_s"]) == (None, [])
    assert (answer["day"]["up_ratio"], answer["day"]["coverage_ratio"]) == (None, 0.0)


@pytest.mark.parametrize("name", ["agency", "site", "link", "link_minutes", "link_outages"])
def test_an_id_that_the_inventory_does_not_have(name: str) -> None:
    """404, and nothing of it comes back."""
    ids = {"agency": {"opd": "nobody"}, "site": {"site": "nobody"}}.get(name, {"link": "nobody"})
    with pytest.raises(ProblemError, match="the inventory has no such") as problem:
        said(name, "mixed", ids=ids)
    assert problem.value.status == 404
    assert "nobody" not in problem.value.detail


def test_an_outage_is_as_old_as_is_remembered() -> None:
    """It began before the exporter did, which says so, alone and in a group."""
    snapshot = with_outages(province({"link-7": State.DOWN}), {"link-7": Scope.LINK})
    start = TAKEN_UNIX_NS - 2 * 86_400 * 10**9
    past = FakePast(of_outages={"link-7": [make_outage("link-7", start, None, end_seen=True, start_seen=False)]})
    (answer,) = asked(snapshot, "outages", past=past)["outages"]
    assert (answer["since_unix_s"], answer["since_seen"]) == (start / 1e9, False)
    core = with_outages(snapshot, {"link-7": Scope.CORE}, GroupOutage(GroupName(Scope.CORE), 1, 9, TAKEN_UNIX_NS))
    (answer,) = asked(core, "outages", past=past)["outages"]
    assert (answer["since_unix_s"], answer["since_seen"]) == (start / 1e9, False)
    assert answer["affected"][0]["since_seen"] is False
