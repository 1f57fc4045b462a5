"""What the wall says: counts, what is out, the map, and when it says it anew."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape

import numpy as np
import pytest

from exporter.beside import Cause, OutageRecord
from exporter.live import Live
from exporter.model import Inventory, MaintenanceWindow, Role
from exporter.outcome import State
from exporter.pages.standing import Standing
from exporter.pages.wall import MAX_LINES, PIECES, fingerprint, render_wall
from exporter.pages.wall_map import HEIGHT, WIDTH, draw
from exporter.pages.wall_outages import open_outages
from exporter.pages.wall_values import province
from exporter.past import NoPast, Watched
from exporter.scope import GroupName, GroupOutage, Outages, Scope
from exporter.snapshot import Snapshot
from tests.support.inventories import many_links
from tests.support.office_page import CHANGED_UNIX_NS, past_of, province_with
from tests.support.pasts import FakePast, make_outage
from tests.support.snapshots import TAKEN_UNIX_NS

FIVE = many_links(5)
S = 10**9


def planned(*links: str) -> MaintenanceWindow:
    """Work on these that runs now."""
    now = datetime.fromtimestamp(TAKEN_UNIX_NS // S, UTC)
    hour = timedelta(hours=1)
    return MaintenanceWindow("p", frozenset(links), now - hour, now + hour, "Tim", "Perbaikan", "nota 1")


def text(html: str) -> str:
    """What a reader sees."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def piece(snapshot: Snapshot, name: str) -> str:
    """The text of one piece."""
    return text(render_wall(snapshot, NoPast()).pieces[name])


def with_outages(snapshot: Snapshot, *groups: GroupOutage, scopes: dict[int, Scope]) -> Snapshot:
    """The snapshot with what explains it."""
    scope = np.full(len(snapshot.links.keys), -1, np.int8)
    for row, each in scopes.items():
        scope[row] = list(Scope).index(each)
    return replace(snapshot, outages=Outages(scope, groups, ()))


@pytest.mark.parametrize(
    ("states", "sentence"),
    [
        ({}, "● Semua 5 lokasi normal"),
        ({"link-1": State.DOWN, "link-2": State.UNKNOWN}, "✕ 1 dari 5 lokasi terputus"),
        ({"link-2": State.UNKNOWN}, "? 1 dari 5 lokasi tanpa data, tidak ada yang diketahui terputus"),
        ({"link-2": State.DEGRADED}, "▲ Semua 5 lokasi terhubung, 1 menurun"),
    ],
)
def test_the_first_sentence(states: dict[str, State], sentence: str) -> None:
    """The worst that is known, in words."""
    assert piece(province_with(FIVE, states), "ringkas").startswith(f"Keadaan provinsi {sentence} ")


def test_a_prober_that_is_cut_off_says_nothing_good() -> None:
    """Neither normal nor down, whatever the links were last seen to be."""
    found = piece(province_with(FIVE, uplink_up=False), "ringkas")
    assert "Pengukur tidak terhubung: keadaan kantor tidak diketahui" in found
    assert "Semua 5 lokasi normal" not in found
    assert piece(province_with(FIVE, uplink_up=False), "gangguan") == "Gangguan sekarang Belum dapat dipastikan."


def test_while_the_prober_is_cut_off_no_count_is_good_or_bad() -> None:
    """Not in the tiles, the map, the groups, nor among the providers."""
    wall = render_wall(province_with(FIVE, {"link-0": State.DOWN}, uplink_up=False), FakePast())
    found = province(province_with(FIVE, {"link-0": State.DOWN}, uplink_up=False))
    assert found.sites.counts[Standing.UNKNOWN] == found.links.counts[Standing.UNKNOWN] == 5
    for name in ("peta", "wilayah", "opd", "penyedia"):
        assert "s-up" not in wall.pieces[name]
        assert "s-down" not in wall.pieces[name]
        assert '<circle class="t-up"' not in wall.pieces[name]


def test_before_the_first_round_nothing_is_said() -> None:
    """It is not complete."""
    snapshot = replace(province_with(FIVE), ready=False)
    assert "Putaran ukur pertama belum selesai" in piece(snapshot, "ringkas")
    assert "Tidak ada gangguan" not in piece(snapshot, "gangguan")


def test_no_outage_is_only_said_of_what_is_known() -> None:
    """Links without data are named beside it."""
    assert piece(province_with(FIVE), "gangguan") == "Gangguan sekarang Tidak ada gangguan."
    found = piece(province_with(FIVE, {"link-0": State.UNKNOWN}), "gangguan")
    assert found == "Gangguan sekarang Tidak ada gangguan yang diketahui. 1 tautan tanpa data."


def test_planned_work_is_no_outage() -> None:
    """It is told apart, and not as down."""
    inventory = replace(FIVE, maintenance={"p": planned("link-3")})
    snapshot = province_with(inventory, {"link-3": State.DOWN})
    assert "◆ 1 dari 5 lokasi terhenti oleh pekerjaan terencana" in piece(snapshot, "ringkas")
    found = piece(snapshot, "gangguan")
    assert "Tidak ada gangguan." in found
    assert "Terhenti oleh pekerjaan terencana: 1 tautan" in found


def test_outages_are_told_widest_first_and_once() -> None:
    """A provider before single lines, the longest first; what a group explains is not repeated."""
    down = {f"link-{number}": State.DOWN for number in range(5)}
    snapshot = province_with(FIVE, down)
    changed = snapshot.links.changed_unix_ns.copy()
    changed[4] -= S
    provider = GroupOutage(GroupName(Scope.PROVIDER, "penyedia-a"), 2, 5, CHANGED_UNIX_NS)
    snapshot = replace(snapshot, links=replace(snapshot.links, changed_unix_ns=changed))
    scopes = {0: Scope.PROVIDER, 1: Scope.PROVIDER, 2: Scope.LINK, 4: Scope.LINK}
    found = open_outages(with_outages(snapshot, provider, scopes=scopes), NoPast())
    assert [(each.scope, each.link) for each in found] == [
        (Scope.PROVIDER, None),
        (Scope.LINK, "link-4"),
        (Scope.LINK, "link-2"),
        (None, "link-3"),
    ]
    assert (found[0].links, found[0].of) == (2, 5)


def test_an_outage_names_whose_where_and_why() -> None:
    """The office, its agency, its place, since when, and the cause that is known."""
    cause = OutageRecord("link-2", CHANGED_UNIX_NS, None, Scope.LINK, Cause.POWER, "", pending=True)
    snapshot = province_with(FIVE, {"link-2": State.DOWN}, scopes={"link-2": Scope.LINK}, outages=[cause])
    found = piece(snapshot, "gangguan")
    site = FIVE.sites[FIVE.links["link-2"].site]
    assert f"✕ Tautan {site.name} 1 jam 1 menit {FIVE.opd[site.opd].name}, " in found
    assert "link-2 · sejak 23/11/2026 08.13 WIB · sebab: listrik atau perangkat di kantor" in found


def test_a_long_list_is_counted() -> None:
    """What has no line is counted."""
    many = many_links(MAX_LINES + 7)
    found = piece(province_with(many, dict.fromkeys(many.links, State.DOWN)), "gangguan")
    assert found.count("Baru putus") == MAX_LINES
    assert found.endswith("dan 7 lainnya ( semuanya, sebagai JSON ).")


def test_a_site_with_two_lines_is_counted_once() -> None:
    """Down with one of them, it is degraded."""
    links = dict(FIVE.links)
    links["link-1"] = replace(links["link-1"], site=links["link-0"].site, role=Role.BACKUP)
    found = province(province_with(replace(FIVE, links=links), {"link-0": State.DOWN}))
    assert (found.sites.total, found.links.total) == (4, 5)
    assert (found.sites.counts[Standing.DEGRADED], found.links.counts[Standing.DOWN]) == (1, 1)
    assert sum(each.total for each in found.kabkota) == sum(each.total for each in found.opd) == 4
    assert sum(each.total for each in found.providers) == 5


def test_links_that_are_unknown_lower_what_is_measured() -> None:
    """And are not counted as anything else."""
    health = province(province_with(FIVE, {"link-0": State.UNKNOWN})).health
    assert (health.measured, health.links) == (4, 5)
    assert "? Terukur 4 dari 5 tautan" in piece(province_with(FIVE, {"link-0": State.UNKNOWN}), "pengukur")


def moved(inventory: Inventory, places: dict[str, tuple[float, float]]) -> Inventory:
    """The inventory with some sites at these places (lat, lon)."""
    sites = dict(inventory.sites)
    for site, (lat, lon) in places.items():
        sites[site] = replace(sites[site], lat=lat, lon=lon)
    return replace(inventory, sites=sites)


def test_the_map_is_true_to_directions() -> None:
    """East is right, north is up, all within the drawing, and what is down lies on top."""
    first, second, third = list(FIVE.sites)[:3]
    inventory = moved(FIVE, {first: (-6.0, 106.5), second: (-7.5, 108.5), third: (-6.0, 108.5)})
    by_site = {first: Standing.DOWN, second: Standing.UP, third: Standing.UP}
    found = {mark.site: mark for mark in draw(inventory, by_site).marks}
    assert found[first].x < found[second].x
    assert found[first].y < found[second].y
    assert found[first].y == found[third].y
    assert all(0 <= mark.x <= WIDTH and 0 <= mark.y <= HEIGHT for mark in found.values())
    assert draw(inventory, by_site).marks[-1].site == first
    # A degree of longitude is shorter than one of latitude by the cosine of the latitude.
    ratio = (found[third].x - found[first].x) / 2 / ((found[second].y - found[first].y) / 1.5)
    assert ratio == pytest.approx(np.cos(np.radians(6.75)), abs=0.002)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_map_of_few_sites_at_one_place(count: int) -> None:
    """No division by nought, and nothing outside."""
    sites = list(FIVE.sites)[:count]
    inventory = moved(FIVE, dict.fromkeys(sites, (-6.9, 107.6)))
    marks = draw(inventory, dict.fromkeys(sites, Standing.UP)).marks
    assert [(mark.x, mark.y) for mark in marks] == [(WIDTH / 2, HEIGHT / 2)] * count


def test_names_with_markup_stay_text() -> None:
    """In every piece and on the page."""
    evil = "<img src=x onerror=alert(1)>\"'&"
    inventory = replace(
        FIVE,
        sites={key: replace(each, name=evil) for key, each in FIVE.sites.items()},
        opd={key: replace(each, name=evil) for key, each in FIVE.opd.items()},
        providers={key: replace(each, name=evil) for key, each in FIVE.providers.items()},
        kabkota={key: replace(each, name=evil) for key, each in FIVE.kabkota.items()},
    )
    wall = render_wall(province_with(inventory, {"link-0": State.DOWN}), NoPast())
    for html in (*wall.pieces.values(), wall.page()):
        assert "<img" not in html
    assert sum("&lt;img src=x" in html for html in wall.pieces.values()) >= 5


def test_an_empty_inventory_is_said() -> None:
    """No office is neither good nor bad."""
    empty = replace(FIVE, links={}, sites={})
    snapshot = province_with(empty)
    assert "Inventaris belum memuat lokasi" in piece(snapshot, "ringkas")
    assert piece(snapshot, "gangguan") == "Gangguan sekarang Belum dapat dipastikan."


def later(snapshot: Snapshot, seconds: int = 1) -> Snapshot:
    """The same, somewhat later, with more echoes counted."""
    columns = snapshot.links
    links = replace(columns, replies=columns.replies + seconds, attempts=columns.attempts + seconds)
    return replace(snapshot, taken_unix_ns=snapshot.taken_unix_ns + seconds * S, links=links)


def test_what_looks_the_same_is_not_drawn_anew() -> None:
    """Only time has gone: nothing is sent but that somebody is there."""
    now = [province_with(FIVE)]
    live = Live(lambda: now[0], NoPast())
    first, moved = live.look()
    now[0] = later(now[0])
    second, moved_later = live.look()
    assert second is first
    assert moved_later.taken_unix_ns - moved.taken_unix_ns == S
    assert second.since(first.looked) == b""
    assert first.since(0).count(b"event: potongan") == len(PIECES)
    beat = second.heartbeat(moved_later).decode()
    assert json.loads(beat.split("data: ")[1]) == {
        "kini": moved_later.taken_unix_ns // 1_000_000,
        "diam": 0,
        "batas": 10_000,
    }


def test_an_engine_that_stands_still_bears_no_present_time() -> None:
    """Its snapshots are taken now, and say what was: it is told for how long, and no link is held for well or down."""
    now = [province_with(FIVE, {"link-0": State.DOWN})]
    live = Live(lambda: now[0], NoPast())
    live.look()
    now[0] = replace(now[0], taken_unix_ns=TAKEN_UNIX_NS + 60 * S, still_ns=60 * S)
    shown, moved = live.look()
    beat = json.loads(shown.heartbeat(moved).decode().split("data: ")[1])
    assert (beat["diam"], beat["diam"] > beat["batas"]) == (60_000, True)
    assert "Pengukuran terhenti: keadaan kantor tidak diketahui" in piece(now[0], "ringkas")
    assert "Pengukuran terhenti" in piece(now[0], "pengukur")
    assert "0 dari 5 tautan" in piece(now[0], "pengukur")


@pytest.mark.parametrize(
    ("change", "pieces"),
    [
        ({"states": {"link-0": State.DOWN}}, {"ringkas", "gangguan", "peta", "wilayah", "opd", "penyedia"}),
        ({"uplink_up": False}, set(PIECES)),
    ],
)
def test_only_what_changed_is_sent(change: dict[str, object], pieces: set[str]) -> None:
    """Each piece for itself."""
    now = [province_with(FIVE)]
    live = Live(lambda: now[0], NoPast())
    first, _ = live.look()
    now[0] = province_with(FIVE, **change)  # type: ignore[arg-type]
    second, _ = live.look()
    sent = second.since(first.looked).decode()
    found = {json.loads(line[6:])["id"] for line in sent.splitlines() if line.startswith("data: ")}
    assert found == pieces
    assert second.since(second.looked) == b""


def test_every_change_of_what_is_shown_changes_the_mark() -> None:
    """States, beginnings, scopes, causes, the inventory, the prober's confession."""
    base = province_with(FIVE, {"link-0": State.DOWN})
    cause = OutageRecord("link-0", CHANGED_UNIX_NS, None, Scope.LINK, Cause.POWER, "", pending=False)
    others = [
        province_with(FIVE),
        province_with(FIVE, {"link-0": State.DOWN}, scopes={"link-0": Scope.LINK}),
        province_with(FIVE, {"link-0": State.DOWN}, outages=[cause]),
        replace(base, inventory=replace(base.inventory, digest="another")),
        replace(base, prober=replace(base.prober, stalls=base.prober.stalls + 1)),
        replace(base, links=replace(base.links, changed_unix_ns=base.links.changed_unix_ns + S)),
        replace(base, ready=False),
    ]
    marks = [fingerprint(each, NoPast()) for each in (base, *others)]
    assert len(set(marks)) == len(marks)
    assert fingerprint(later(base), NoPast()) == marks[0]


def remembered(link: str, *, start_seen: bool) -> FakePast:
    """An outage that began two days before the exporter did."""
    start = CHANGED_UNIX_NS - 2 * 86_400 * S
    return past_of(FIVE, {link: [make_outage(link, start, None, end_seen=True, start_seen=start_seen)]})


@pytest.mark.parametrize(
    ("start_seen", "words"),
    [
        (True, "2 hari 1 jam"),
        (False, "sedikitnya 2 hari 1 jam"),
    ],
)
def test_an_outage_goes_on_over_a_restart(start_seen: bool, words: str) -> None:
    """The wall says since when a line is out, and not since when the exporter runs."""
    past = remembered("link-2", start_seen=start_seen)
    snapshot = province_with(FIVE, {"link-2": State.DOWN, "link-3": State.DOWN})
    alone = with_outages(snapshot, scopes={2: Scope.LINK})
    found = text(render_wall(alone, past).pieces["gangguan"])
    assert f"{words} " in found
    assert f"{'sejak' if start_seen else 'sejak sebelum'} 21/11/2026 08.13 WIB" in found
    assert [each.link for each in open_outages(alone, past)] == ["link-2", "link-3"]
    assert fingerprint(alone, past) != fingerprint(alone, NoPast())


def test_a_group_began_with_the_first_of_the_links_that_it_explains() -> None:
    """Not with another line that is out for itself."""
    snapshot = province_with(FIVE, dict.fromkeys(FIVE.links, State.DOWN))
    core = GroupOutage(GroupName(Scope.CORE), 2, 5, CHANGED_UNIX_NS)
    told = with_outages(snapshot, core, scopes={0: Scope.CORE, 1: Scope.CORE, 2: Scope.LINK})
    (first, *_) = open_outages(told, remembered("link-1", start_seen=False))
    assert (first.since_unix_ns, first.since_seen) == (CHANGED_UNIX_NS - 2 * 86_400 * S, False)
    (first, *_) = open_outages(told, remembered("link-2", start_seen=False))
    assert (first.since_unix_ns, first.since_seen) == (CHANGED_UNIX_NS, True)


def test_each_link_is_told_once_and_until_it_answers() -> None:
    """Planned work on a line of a wide outage tells it no second time; what is not measured has not recovered."""
    snapshot = province_with(FIVE, {"link-0": State.DOWN, "link-1": State.DOWN, "link-2": State.UNKNOWN})
    snapshot = replace(snapshot, inventory=replace(snapshot.inventory, maintenance={"p": planned("link-1")}))
    core = GroupOutage(GroupName(Scope.CORE), 2, 4, CHANGED_UNIX_NS)
    told = with_outages(snapshot, core, scopes={0: Scope.CORE, 1: Scope.CORE, 2: Scope.LINK})
    found = open_outages(told, NoPast())
    assert [(each.scope, each.link, each.of) for each in found] == [(Scope.CORE, None, 4), (Scope.LINK, "link-2", 0)]
    assert "link-2 · kini tanpa data · sejak" in piece(told, "gangguan")


def test_what_was_down_when_the_exporter_began_is_not_said_to_begin_then() -> None:
    """Also in its first second, in which no outage is remembered yet."""
    past = FakePast(spans=[Watched(CHANGED_UNIX_NS - 2 * S, TAKEN_UNIX_NS)])
    seen = render_wall(province_with(FIVE, {"link-0": State.DOWN}), past)
    assert "sejak sebelum" in text(seen.pieces["gangguan"])
    past.spans = [Watched(CHANGED_UNIX_NS - 3_600 * S, TAKEN_UNIX_NS)]
    seen = render_wall(province_with(FIVE, {"link-0": State.DOWN}), past)
    assert "sejak sebelum" not in text(seen.pieces["gangguan"])
