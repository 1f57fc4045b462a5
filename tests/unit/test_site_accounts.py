"""Sites, the worst of a month, and the coverage matrix."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from exporter.evidence.accounts import SiteAccount
from exporter.evidence.ground import Ground, ground_of
from exporter.evidence.groups import echoes_of, totals_of, worst_links, worst_sites
from exporter.evidence.links import link_account
from exporter.evidence.matrix import coverage_rows, identity_of
from exporter.evidence.measured import Echoes, Identity
from exporter.evidence.period import HOUR_MS
from exporter.evidence.selection import Selection
from exporter.evidence.shortcomings import Found, shortcomings_of
from exporter.evidence.sites import site_account
from exporter.evidence.spans import Spans
from tests.support.evidence_report import SAMPLE_MONTH, sample_report
from tests.support.measured import Fall, at_ms, measured_link, measured_of, sample_inventory

_REPORT = sample_report()
_MONTH = SAMPLE_MONTH
_WHOLE = (_MONTH.start_ms, _MONTH.end_ms)


def _ground() -> Ground:
    return ground_of(_MONTH, sample_inventory(), measured_of(_MONTH, []), ())


def _identity(link: str) -> Identity:
    inventory = sample_inventory()
    return identity_of(inventory.links[link], inventory)


def _site(
    one: list[tuple[int, int]],
    other: list[tuple[int, int]],
    *,
    since: int = 1,
    unmeasured: tuple[Spans, Spans] = ((), ()),
) -> SiteAccount:
    """An office with two lines, down from hour to hour of the second day; the other one is there since a day."""
    falls = [[Fall(at_ms(_MONTH, 2, low), at_ms(_MONTH, 2, high)) for low, high in many] for many in (one, other)]
    unknown = [tuple((at_ms(_MONTH, 2, low), at_ms(_MONTH, 2, high)) for low, high in many) for many in unmeasured]
    links = [
        measured_link(_identity("dinkes-1"), _WHOLE, falls[0], unknown[0]),
        measured_link(_identity("dinkes-2"), (at_ms(_MONTH, since), _MONTH.end_ms), falls[1], unknown[1]),
    ]
    return site_account("dinkes-kantor", links, _ground())


def test_a_site_is_down_only_while_all_its_links_are() -> None:
    """From eleven to twelve; up before and after, thanks to the other line."""
    site = _site([(8, 12)], [(11, 13)])
    assert (site.around.down_ms, site.outages, site.longest_ms) == (HOUR_MS, 1, HOUR_MS)
    assert site.around.up_ms == _MONTH.end_ms - _MONTH.start_ms - HOUR_MS
    assert site.service.down_ms == HOUR_MS


def test_a_site_is_not_known_while_none_is_up_and_one_is_not_known() -> None:
    """Down and unknown is unknown; up and unknown is up."""
    site = _site([(8, 12)], [], unmeasured=((), ((10, 14),)))
    assert (site.around.down_ms, site.around.unmeasured_ms) == (0, 2 * HOUR_MS)


def test_a_link_that_is_not_there_yet_has_no_say() -> None:
    """Until the backup came, the office was down when its one line was."""
    assert _site([(8, 12)], [], since=20).around.down_ms == 4 * HOUR_MS
    assert _site([(8, 12)], [], since=1).around.down_ms == 0


def test_what_was_not_measured_does_not_end_an_outage_of_a_site() -> None:
    """One outage of three hours around an hour of which nothing is known; up in between makes it two."""
    site = _site([(8, 12)], [(8, 12)], unmeasured=(((9, 10),), ((9, 10),)))
    assert (site.outages, site.longest_ms, site.around.unmeasured_ms) == (1, 3 * HOUR_MS, HOUR_MS)
    assert _site([(8, 9), (10, 12)], [(8, 12)]).outages == 2


def test_an_outage_of_a_site_from_last_month_did_not_begin_in_this_one() -> None:
    """Both lines were down at midnight; if one fell after it, the office did too."""
    begun = at_ms(_MONTH, 0, 23)
    for other, outages in ((begun, 0), (at_ms(_MONTH, 1, 1), 1)):
        links = [
            measured_link(_identity("dinkes-1"), _WHOLE, [Fall(begun, at_ms(_MONTH, 1, 3))]),
            measured_link(_identity("dinkes-2"), _WHOLE, [Fall(other, at_ms(_MONTH, 1, 3))]),
        ]
        assert site_account("dinkes-kantor", links, _ground()).outages == outages


def test_the_worst_are_at_most_five_and_were_down() -> None:
    """By time down; a tie is decided by the id, and who was never down is not among them."""
    many = [
        replace(_REPORT.sites[0], site=f"s-{n}", around=replace(_REPORT.sites[0].around, down_ms=down))
        for n, down in enumerate((5, 9, 0, 5, 7, 1, 2))
    ]
    assert [site.site for site in worst_sites(many)] == ["s-1", "s-4", "s-0", "s-3", "s-6"]
    assert [site.site for site in worst_sites(many[2:4])] == ["s-3"]
    links = [
        replace(_REPORT.links[0], identity=replace(_REPORT.links[0].identity, link=f"l-{n}"), around=site.around)
        for n, site in enumerate(many)
    ]
    assert [link.identity.link for link in worst_links(links)] == ["l-1", "l-4", "l-0", "l-3", "l-6"]


def test_echoes_add_up_by_bound() -> None:
    """A link without buckets, which answered nothing, does not shorten those of the others."""
    one = replace(_REPORT.links[0], echoes=Echoes(3, 1, 0, (1, 2)))
    other = replace(_REPORT.links[0], echoes=Echoes(0, 5, 2))
    assert echoes_of([one, other, one]) == Echoes(6, 7, 2, (2, 4))


def test_every_site_in_scope_has_a_row_and_a_reason() -> None:
    """Watched or not; why it was not watched the whole month is said in Indonesian."""
    rows = {row.site: row for row in _REPORT.coverage}
    assert list(rows) == ["dinkes-gudang", "dinkes-kantor", "disdik-kantor", "rsud-dua", "rsud-satu"]
    assert rows["rsud-dua"].reason == "belum ada tautan di inventaris"
    assert (rows["rsud-dua"].links_in_inventory, rows["rsud-dua"].coverage) == (0, None)
    assert rows["dinkes-gudang"].reason == (
        "tautan gudang-1 dipantau sejak 12/10/2026 09.14 WIB; tautan gudang-lama dipantau sampai 25/10/2026 16.00 WIB; "
        "tidak terukur 10 menit"
    )
    assert rows["disdik-kantor"].reason == "tidak terukur 5 menit"
    assert (rows["dinkes-kantor"].links_in_inventory, rows["dinkes-kantor"].links_measured) == (2, 2)


def test_a_link_that_was_never_measured_is_named() -> None:
    """It is in the inventory, and the month knows nothing of it."""
    report = sample_report()
    assert not [row for row in report.coverage if "tidak ada dalam data" in row.reason]
    without = [link for link in report.links if link.identity.link != "dinkes-2"]
    rows = coverage_rows(without, sample_inventory(), _MONTH, Selection())
    office = next(row for row in rows if row.site == "dinkes-kantor")
    assert office.reason.startswith("tautan dinkes-2 tidak ada dalam data bulan ini")
    assert (office.links_in_inventory, office.links_measured) == (2, 1)


def test_a_link_of_which_no_moment_is_known_was_not_watched() -> None:
    """It is in the month's data, and that says nothing of it; its site is not among those that were watched."""
    dark = link_account(measured_link(_identity("gudang-1"), _WHOLE, (), (_WHOLE,)), _ground())[0]
    rows = coverage_rows([dark], sample_inventory(), _MONTH, Selection(opd=("dinkes",)))
    office = next(row for row in rows if row.site == "dinkes-gudang")
    assert (office.links_in_inventory, office.links_measured) == (1, 0)
    assert office.coverage == Fraction(0)
    assert office.reason == "tautan gudang-1 tanpa waktu terukur; tidak terukur 31 hari"


def test_a_selection_by_agency_has_its_offices_without_a_link() -> None:
    """One by provider or contract has not: nobody sells them anything."""

    by_opd = sample_report(selection=Selection(opd=("rsud",)))
    by_contract = sample_report(selection=Selection(contract=("k-a",)))
    assert [row.site for row in by_opd.coverage] == ["rsud-dua", "rsud-satu"]
    assert [row.site for row in by_contract.coverage] == ["dinkes-kantor", "rsud-satu"]


def test_a_site_that_the_inventory_does_not_know_stands_in_the_matrix() -> None:
    """It was measured; where it is, its links said."""
    link = _REPORT.links[0]
    stray = replace(link, identity=replace(link.identity, site="baru"))
    row = next(row for row in coverage_rows([stray], sample_inventory(), _MONTH, Selection()) if row.site == "baru")
    assert row.reason == "tidak ada di inventaris akhir bulan; tidak terukur 5 menit"
    assert (row.name, row.opd, row.kabkota) == ("baru", "dinkes", "32.73")


def test_a_month_is_proved_from_the_threshold_on() -> None:
    """95 % of the time was measured: nothing to tell; a millisecond less: it is told, and cut, not rounded up."""
    twentieth = (_MONTH.end_ms - _MONTH.start_ms) // 20
    for more, expected in ((0, ()), (1, ("Kelengkapan data 94,99%, kurang dari 95% yang disyaratkan.",))):
        gap = ((_MONTH.start_ms, _MONTH.start_ms + twentieth + more),)
        totals = totals_of([link_account(measured_link(_identity("dinkes-1"), _WHOLE, (), gap), _ground())[0]], [])
        assert shortcomings_of(Found(totals, (), (), (), (), (), 0), sample_inventory()) == expected
