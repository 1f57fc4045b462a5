"""The pages for offices: what they say in each situation, and what they never say."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from exporter.beside import Cause
from exporter.indonesian import rupiah
from exporter.loading import load_inventory
from exporter.model import Contact, Helpdesk, Inventory, MaintenanceWindow, Provider, Role
from exporter.outcome import State
from exporter.pages.office_page import MAX_SITES, not_found_page, opd_page, site_page
from exporter.pages.unknown import UnknownIdError
from exporter.past import Watched
from exporter.scope import GroupName, GroupOutage, Scope
from exporter.snapshot import Snapshot
from tests.support.inventories import many_links
from tests.support.office_page import CHANGED_UNIX_NS, past_of, province_with
from tests.support.pasts import FakePast, make_minutes, make_outage
from tests.support.snapshots import TAKEN_UNIX_NS

ROOT = Path(__file__).parents[2]
S = 10**9
THREE = many_links(3)
LINK = "link-0"
SITE = THREE.links[LINK].site


def text(html: str) -> str:
    """What a reader sees."""
    bare = re.sub(r"<style>.*?</style>", " ", html, flags=re.DOTALL)
    words = " ".join(unescape(re.sub(r"<[^>]+>", " ", bare)).split())
    return re.sub(r" ([,.)])", r"\1", words).replace("( ", "(")


def page(states: dict[str, State] | None = None, past: FakePast | None = None, **changes: object) -> str:
    """The text of the page of the first site."""
    inventory = changes.pop("inventory", THREE)
    assert isinstance(inventory, Inventory)
    snapshot = province_with(inventory, states, **changes)  # type: ignore[arg-type]
    return text(site_page(snapshot, past or past_of(inventory), SITE, public=True))


def lasting(**changes: object) -> FakePast:
    """The first link is down since an hour and a minute."""
    return past_of(THREE, {LINK: [make_outage(LINK, CHANGED_UNIX_NS, None, end_seen=True, **changes)]})


def explained(states: dict[str, State], scopes: dict[str, Scope], *groups: GroupName) -> Snapshot:
    """Three offices, and the wide outages that take them."""
    made = province_with(THREE, states, scopes=scopes)
    told = tuple(GroupOutage(group, 1, 3, CHANGED_UNIX_NS) for group in groups)
    return replace(made, outages=replace(made.outages, groups=told))


def test_an_office_that_is_well() -> None:
    """Nothing to do, and nothing recorded."""
    found = page()
    assert "● Normal Internet kantor ini berjalan normal." in found
    assert "Yang dapat dilakukan" not in found
    assert "Gangguan 30 hari terakhir Tidak ada yang tercatat." in found
    assert "Internet terhubung 100,00% dari waktu yang terukur (terukur 4,16% dari 24 jam)" in found


def test_an_office_that_is_down_alone() -> None:
    """Since when, that it is this office, why, and what to do."""
    found = page({LINK: State.DOWN}, lasting(cause=Cause.POWER, evidence="router menyala"), scopes={LINK: Scope.LINK})
    assert "✕ Putus Internet kantor ini terputus." in found
    assert "Sejak 23/11/2026 08.13 WIB (1 jam 1 menit)." in found
    assert "Menurut pemantauan, gangguan hanya pada kantor ini." in found
    assert "Kemungkinan sebab: listrik atau perangkat di kantor." in found
    assert "Periksa apakah listrik kantor menyala" in found
    assert "masih berlangsung 1 jam 1 menit listrik atau perangkat di kantor" in found


def test_an_office_that_is_down_with_others() -> None:
    """It is not the office: nothing to change there, and how many others."""
    down = dict.fromkeys(THREE.links, State.DOWN)
    snapshot = explained(down, dict.fromkeys(THREE.links, Scope.CORE), GroupName(Scope.CORE))
    found = text(site_page(snapshot, lasting(), SITE, public=True))
    assert "Bukan kantor ini saja: gangguan meluas pada seluruh provinsi. 2 kantor lain juga terdampak." in found
    assert "Perangkat di kantor tidak perlu diubah atau dimatikan." in found
    assert "Periksa apakah listrik" not in found


def test_an_office_of_which_nothing_is_decided() -> None:
    """Neither alone nor with others."""
    found = page({LINK: State.DOWN}, lasting())
    assert "Gangguan baru terdeteksi; luasnya sedang diperiksa otomatis." in found
    assert "hanya pada kantor ini" not in found


BLIND: dict[str, dict[str, Any]] = {
    "pemantau sendiri sedang tidak terhubung.": {"uplink_up": False},
    "pengukuran sedang terhenti.": {"uplink_up": None, "still_s": 11},
}


@pytest.mark.parametrize("reason", BLIND)
@pytest.mark.parametrize("states", [{LINK: State.UNKNOWN}, {LINK: State.DOWN}, {}])
def test_a_prober_that_sees_nothing_knows_nothing(states: dict[str, State], reason: str) -> None:
    """Neither normal nor down, whatever was last seen."""
    found = page(states, lasting(), **BLIND[reason])
    assert f"? Tanpa data Keadaan internet kantor ini belum dapat dipastikan: {reason}" in found
    for word in ("Putus", "Normal", "terputus.", "Sejak"):
        assert word not in found
    html = opd_page(province_with(THREE, states, **BLIND[reason]), lasting(), THREE.sites[SITE].opd, public=True)
    assert "? Tanpa data 3 kantor" in text(html)
    assert "Putus" not in text(html)


def test_an_office_that_is_not_known() -> None:
    """No data is neither normal nor down."""
    found = page({LINK: State.UNKNOWN})
    assert "? Tanpa data Keadaan internet kantor ini belum dapat dipastikan" in found
    assert "terputus" not in found


def test_an_outage_that_began_before_anybody_looked() -> None:
    """At least so long."""
    found = page({LINK: State.DOWN}, lasting(start_seen=False))
    assert "Sejak sebelum 23/11/2026 08.13 WIB (sedikitnya 1 jam 1 menit)." in found
    assert "sebelum 23/11/2026 08.13 masih berlangsung sedikitnya 1 jam 1 menit" in found


def test_an_outage_whose_end_nobody_saw() -> None:
    """No length, and the time that nobody watched."""
    start = TAKEN_UNIX_NS - 86_400 * S
    past = past_of(THREE, {LINK: [make_outage(LINK, start, None)]})
    past.spans = [Watched(start - S, start + S), Watched(start + 7_200 * S, TAKEN_UNIX_NS)]
    found = page({}, past)
    assert "22/11/2026 09.14 tidak terlihat tidak diketahui tidak diketahui" in found
    assert "Pemantau tidak berjalan: 22/11/2026 09.14 sampai 22/11/2026 11.14 WIB." in found


def two_lines() -> Inventory:
    """The first site has the second link as its backup."""
    links = dict(THREE.links)
    links["link-1"] = replace(links["link-1"], site=SITE, role=Role.BACKUP)
    return replace(THREE, links=links)


def test_an_office_on_its_backup() -> None:
    """It works, and one of its lines does not."""
    found = page({LINK: State.DOWN}, inventory=two_lines())
    assert "▲ Menurun Internet kantor ini berjalan, tetapi salah satu jalurnya terputus." in found
    assert "Jalur utama: ✕ Putus Jalur cadangan: ● Normal" in found


def test_only_what_took_both_lines_is_an_outage_of_the_office() -> None:
    """From the later beginning to the earlier end."""
    begin = TAKEN_UNIX_NS - 7_200 * S
    past = past_of(
        two_lines(),
        {
            LINK: [make_outage(LINK, begin, begin + 1_800 * S, cause=Cause.LINE)],
            "link-1": [make_outage("link-1", begin + 600 * S, begin + 3_600 * S)],
        },
    )
    found = page({}, past, inventory=two_lines())
    assert "23/11/2026 07.24 23/11/2026 07.44 20 menit saluran menuju kantor" in found
    assert "30 menit" not in found


def test_the_day_of_two_lines_is_that_of_the_better_one() -> None:
    """A minute in which one line answered is a minute with internet."""
    past = past_of(two_lines())
    past.of_minutes = {
        LINK: make_minutes([State.DOWN] * 30 + [State.UP] * 30),
        "link-1": make_minutes([State.UP] * 45 + [State.DOWN] * 15),
    }
    assert "Internet terhubung 100,00%" in page({}, past, inventory=two_lines())
    past.of_minutes = {**past.of_minutes, "link-1": make_minutes([State.UP] * 15 + [State.DOWN] * 45)}
    assert "Internet terhubung 75,00%" in page({}, past, inventory=two_lines())


def test_a_line_that_nobody_measured_leaves_the_office_unknown() -> None:
    """One line down says nothing of an office whose other line is unknown."""
    past = past_of(two_lines())
    past.of_minutes = {LINK: make_minutes([State.DOWN] * 60), "link-1": make_minutes([State.UNKNOWN] * 60)}
    assert "Internet terhubung - dari waktu yang terukur (terukur 0,00% dari 24 jam)" in page(
        {}, past, inventory=two_lines()
    )
    past.of_minutes = {LINK: make_minutes([State.DOWN] * 60)}  # the other line has just come
    assert "Internet terhubung - dari waktu yang terukur" in page({}, past, inventory=two_lines())


def test_only_offices_that_are_down_are_counted_with_it() -> None:
    """One that works on its backup has internet."""
    links = dict(THREE.links)
    links["link-2"] = replace(links["link-2"], site=links["link-1"].site, role=Role.BACKUP)
    inventory = replace(THREE, links=links)
    down = {LINK: State.DOWN, "link-1": State.DOWN}
    found = page(down, past_of(inventory), inventory=inventory, scopes=dict.fromkeys(down, Scope.CORE))
    assert "seluruh provinsi." in found
    assert "kantor lain" not in found


@pytest.mark.parametrize(("scope", "others"), [(Scope.AREA, 0), (Scope.PROVIDER, 1)])
def test_how_far_an_outage_reaches(scope: Scope, others: int) -> None:
    """The same area, or the same provider; the second office lies elsewhere, the third has another provider."""
    sites = dict(THREE.sites)
    other_site = THREE.links["link-1"].site
    sites[other_site] = replace(sites[other_site], kabkota="32.01")
    mine = THREE.contracts[THREE.links[LINK].contract]
    contracts = {**THREE.contracts, "lain": replace(mine, id="lain", provider="lain")}
    third = THREE.links["link-2"]
    sites[third.site] = replace(sites[third.site], kabkota="32.02")
    second = replace(THREE.links["link-1"], contract=mine.id)
    links = {**THREE.links, "link-1": second, "link-2": replace(third, contract="lain")}
    providers = {**THREE.providers, "lain": Provider("lain", "Lain")}
    inventory = replace(THREE, sites=sites, contracts=contracts, links=links, providers=providers)
    down = dict.fromkeys(links, State.DOWN)
    found = page(down, past_of(inventory), inventory=inventory, scopes=dict.fromkeys(links, scope))
    assert (f"{others} kantor lain juga terdampak" in found) is (others > 0)


def planned(*links: str, starts_in_days: float, reason: str) -> MaintenanceWindow:
    """Work of two hours."""
    starts = datetime.fromtimestamp(TAKEN_UNIX_NS // S, UTC) + timedelta(days=starts_in_days)
    return MaintenanceWindow(reason, frozenset(links), starts, starts + timedelta(hours=2), "Tim", reason, "nota 1")


def test_planned_work_that_concerns_the_office() -> None:
    """What runs, what begins within 14 days; nothing later, and nothing of others."""
    windows = [
        planned(LINK, starts_in_days=-0.02, reason="kini"),
        planned(LINK, starts_in_days=13.9, reason="segera"),
        planned(LINK, starts_in_days=14.1, reason="kelak"),
        planned("link-1", starts_in_days=1, reason="milik-lain"),
    ]
    inventory = replace(THREE, maintenance={each.id: each for each in windows})
    found = page({LINK: State.DOWN}, past_of(inventory), inventory=inventory)
    assert "◆ Pekerjaan terencana Internet kantor ini terhenti karena pekerjaan terencana." in found
    assert "Sedang berlangsung: 23/11/2026 08.45 sampai 10.45 WIB: kini" in found
    assert "segera" in found
    assert "kelak" not in found
    assert "milik-lain" not in found


def test_an_outage_that_began_in_planned_work_says_so() -> None:
    """Beside the cause that was found, or in place of one that was not; an outage before or after it says nothing."""
    work = planned(LINK, starts_in_days=-1.0, reason="Ganti sakelar")
    inventory = replace(THREE, maintenance={work.id: work})
    begun = TAKEN_UNIX_NS - 86_400 * S
    outages = [
        make_outage(LINK, begun - 60 * S, begun - 30 * S),
        make_outage(LINK, begun + 60 * S, begun + 120 * S),
        make_outage(LINK, begun + 600 * S, begun + 900 * S, cause=Cause.POWER),
        make_outage(LINK, begun + 7_200 * S, begun + 7_230 * S),
    ]
    found = page({}, past_of(inventory, {LINK: outages}), inventory=inventory)
    rows = found.split("Kemungkinan sebab ")[1]
    assert re.findall(r"(?:menit|detik) (.*?)(?= 22/11| Catatan)", rows) == [
        "tidak diketahui",
        "listrik atau perangkat di kantor; saat pekerjaan terencana (Ganti sakelar)",
        "pekerjaan terencana (Ganti sakelar)",
        "tidak diketahui",
    ]


def test_when_watching_began_is_said() -> None:
    """Nothing recorded is not nothing happened."""
    past = past_of(THREE)
    assert "Catatan pemantau belum dimulai." in page({}, past)
    past.spans = [Watched(TAKEN_UNIX_NS - 3_600 * S, TAKEN_UNIX_NS)]
    assert "Catatan pemantau dimulai 23/11/2026 08.14 WIB; gangguan sebelum itu tidak tercatat di sini." in page(
        {}, past
    )
    past.spans = [Watched(TAKEN_UNIX_NS - 30 * 86_400 * S, TAKEN_UNIX_NS)]
    assert "Catatan pemantau" not in page({}, past)


def test_a_large_agency_names_its_worst_offices() -> None:
    """Whatever their place in the inventory; all are counted."""
    many = many_links(MAX_SITES + 100)
    last = list(many.links)[-1]
    opd = many.sites[many.links[last].site].opd
    found = text(opd_page(province_with(many, {last: State.DOWN}), past_of(many), opd, public=True))
    assert f"✕ Putus 1 kantor · ● Normal {MAX_SITES + 99} kantor" in found
    assert many.sites[many.links[last].site].name in found
    assert "dan 100 kantor lain yang tidak ditampilkan." in found


def test_whom_to_call() -> None:
    """The help desk, and the contact of the office, or else of the agency."""
    opd = {key: replace(each, contact=Contact("Subbagian Umum", "+62 22 5550 0111")) for key, each in THREE.opd.items()}
    helpdesk = Helpdesk("Layanan Bantuan", "+62 22 5550 0100", "", "bantuan@prov.example", "setiap hari")
    inventory = replace(THREE, opd=opd, helpdesk=helpdesk)
    found = page({}, inventory=inventory)
    assert (
        "Layanan Bantuan, +62 22 5550 0100, bantuan@prov.example (setiap hari) Subbagian Umum, +62 22 5550 0111"
        in found
    )
    sites = {**inventory.sites, SITE: replace(inventory.sites[SITE], contact=Contact("Resepsionis"))}
    found = page({}, inventory=replace(inventory, sites=sites))
    assert "Resepsionis" in found
    assert "Subbagian Umum" not in found


def test_names_with_markup_stay_text() -> None:
    """On both pages, in any place."""
    evil = "<script>alert(1)</script>\"'&"
    sites = {SITE: replace(THREE.sites[SITE], name=evil)}
    opd = {key: replace(each, name=evil) for key, each in THREE.opd.items()}
    inventory = replace(THREE, sites={**THREE.sites, **sites}, opd=opd, helpdesk=Helpdesk(evil))
    snapshot, past = province_with(inventory), past_of(inventory)
    for html in (
        site_page(snapshot, past, SITE, public=False),
        opd_page(snapshot, past, inventory.sites[SITE].opd, public=False),
    ):
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert(1)&lt;/script&gt;&#34;&#39;&amp;" in html


@pytest.mark.parametrize("make", [site_page, opd_page])
def test_an_id_that_there_is_none_of(make: object) -> None:
    """It is an error, which the route makes a page of."""
    with pytest.raises(UnknownIdError):
        make(province_with(THREE), past_of(THREE), "tidak-ada", public=True)  # type: ignore[operator]


def test_a_public_page_loads_nothing() -> None:
    """Its styles stand within it, and it has no script."""
    snapshot, past = province_with(THREE), past_of(THREE)
    for html in (site_page(snapshot, past, SITE, public=True), not_found_page(public=True)):
        assert "<style>" in html
        assert re.findall(r"<script|<link rel=\"stylesheet\"|src=", html) == []


def test_a_public_page_tells_nothing_internal() -> None:
    """No address, contract, fee, provider, capacity or place of the example province, on any of its pages."""
    inventory = load_inventory(ROOT / "inventory" / "jabar").inventory
    down = dict.fromkeys(list(inventory.links)[::3], State.DOWN)
    snapshot, past = province_with(inventory, down, scopes=dict.fromkeys(down, Scope.PROVIDER)), past_of(inventory)
    secrets = {str(each.address) for each in inventory.links.values()} | set(inventory.contracts)
    secrets |= set(inventory.providers) | {str(each.fee_rupiah_per_month) for each in inventory.contracts.values()}
    secrets |= {each.id for each in inventory.links.values() if each.id not in inventory.sites}
    secrets |= {rupiah(each.fee_rupiah_per_month)[2:] for each in inventory.contracts.values()}
    secrets |= {str(place) for each in inventory.sites.values() for place in (each.lat, each.lon)}
    for opd in inventory.opd:
        html = opd_page(snapshot, past, opd, public=True)
        assert not secrets & set(re.findall(r"[\w.-]+", html))
    for site in inventory.sites:
        html = site_page(snapshot, past, site, public=True)
        assert not secrets & set(re.findall(r"[\w.-]+", html))


def test_an_agency_names_the_worst_first() -> None:
    """Counts, offices by standing, and what there was."""
    opd = THREE.sites[SITE].opd
    past = past_of(THREE, {LINK: [make_outage(LINK, TAKEN_UNIX_NS - 7_200 * S, TAKEN_UNIX_NS - 3_600 * S)]})
    html = opd_page(province_with(THREE, {"link-1": State.DOWN}), past, opd, public=True)
    found = text(html)
    names = [THREE.sites[THREE.links[link].site].name for link in ("link-1", "link-0", "link-2")]
    same = [each for each in names if THREE.sites[THREE.links["link-1"].site].opd == opd]
    assert same == names
    places = [html.index(f"/lokasi/{THREE.links[link].site}") for link in ("link-1", "link-0", "link-2")]
    assert places == sorted(places)
    assert "✕ Putus 1 kantor · ● Normal 2 kantor" in found
    assert "1 gangguan yang sudah berakhir, seluruhnya 1 jam." in found
