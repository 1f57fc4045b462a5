"""The report of an invented month: sums that close, what is named, and what is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from exporter.beside import Cause
from exporter.evidence.accounting import account_for
from exporter.evidence.accounts import Account, Decided, Report, Verdict
from exporter.evidence.groups import sum_of
from exporter.evidence.ledger_model import Ledger
from exporter.evidence.matrix import identity_of
from exporter.evidence.measured import MeasuredMonth, MeasuredOutage
from exporter.evidence.period import DAY_MS, HOUR_MS, Month
from exporter.evidence.selection import Selection
from exporter.model import Exclusion, Inventory, Sla, SlaWindow
from tests.support.evidence_report import SAMPLE_MONTH, correction, sample_report
from tests.support.measured import Fall, at_ms, measured_link, measured_month, measured_of, sample_inventory

_REPORT = sample_report()
_MINUTE_MS = 60_000


def _account(
    measured: MeasuredMonth,
    inventory: Inventory | None = None,
    ledger: Ledger = Ledger(),  # noqa: B008 (frozen)
    selection: Selection = Selection(),  # noqa: B008 (frozen)
) -> Report:
    return account_for(
        measured,
        SAMPLE_MONTH,
        sample_inventory() if inventory is None else inventory,
        ledger,
        before=None,
        before_reason="uji",
        selection=selection,
        number="",
        dated=date(2026, 11, 1),
        allowed_gaps=False,
    )


def test_the_same_inputs_make_an_equal_report() -> None:
    """Truth six: the same inputs give the same bytes."""
    assert sample_report() == _REPORT


def test_another_month_is_refused() -> None:
    """A report must not bear the name of a month that was not measured."""
    with pytest.raises(ValueError, match="is not 2026-11"):
        account_for(
            measured_month(sample_inventory(), SAMPLE_MONTH),
            Month(2026, 11),
            sample_inventory(),
            Ledger(),
            before=None,
            before_reason="uji",
            selection=Selection(),
            number="",
            dated=date(2026, 11, 1),
            allowed_gaps=False,
        )


def test_groups_contracts_and_days_add_up_to_the_whole() -> None:
    """Each link is in one agency, area, provider, phase and contract, and each of its days in the month."""
    whole = _REPORT.totals.around
    for groups in (_REPORT.by_opd, _REPORT.by_kabkota, _REPORT.by_provider, _REPORT.by_phase):
        assert sum_of(each.around for each in groups) == whole
        assert sum(each.outages for each in groups) == _REPORT.totals.outages
        assert sum(each.restore_ms for each in groups) == _REPORT.totals.restore_ms
    assert sum_of(link.around for each in _REPORT.contracts for link in each.links) == whole
    assert sum_of(_REPORT.daily[""]) == whole
    for group in _REPORT.by_kabkota:
        assert sum_of(_REPORT.daily[group.id]) == group.around
        assert len(_REPORT.daily[group.id]) == 31


def test_a_day_has_what_happened_on_it() -> None:
    """The provider was out on the sixth, and the gap was on the twentieth; not on the day before or after."""
    days = _REPORT.daily[""]
    assert days[5].down_ms == (16_206_756 + 16_206_156) + HOUR_MS // 2
    assert [number for number, day in enumerate(days, 1) if day.unmeasured_ms] == [20]
    assert days[19].unmeasured_ms == 7 * 5 * _MINUTE_MS


def test_a_link_with_another_contract_since_the_eleventh_has_two_accounts() -> None:
    """Each contract has its part of the outage over that midnight, and both hold its whole length."""
    old, new = (link for link in _REPORT.links if link.identity.link == "rsud-2")
    assert (old.identity.contract, new.identity.contract) == ("k-b", "k-d")
    assert (old.around.down_ms, new.around.down_ms) == (HOUR_MS, 2 * HOUR_MS)
    assert (old.until_ms, new.from_ms) == (at_ms(SAMPLE_MONTH, 11), at_ms(SAMPLE_MONTH, 11))
    parts = [each for each in _REPORT.outages if each.identity.link == "rsud-2"]
    assert [each.length_ms for each in parts] == [3 * HOUR_MS] * 2
    assert (old.outages, new.outages) == (1, 0)
    assert (old.restored, new.restored, new.restore_ms) == (0, 1, 3 * HOUR_MS)
    assert _REPORT.totals.links == 7


def test_time_to_restore_is_of_outages_that_were_seen_to_end_in_the_month() -> None:
    """The one from last month is among them with its whole length; the one into next month is not."""
    link = next(each for each in _REPORT.links if each.identity.link == "dinkes-1")
    assert (link.outages, link.restored) == (6, 6)
    lengths = (30 * _MINUTE_MS, 300_000, 300_001, 16_206_756, 3 * HOUR_MS, 35 * _MINUTE_MS)
    assert link.restore_ms == sum(lengths)


def test_an_end_that_was_not_seen_restores_nothing() -> None:
    """The link was removed while it was down."""
    link = next(each for each in _REPORT.links if each.identity.link == "gudang-lama")
    assert (link.outages, link.restored, link.restore_ms) == (1, 0, 0)


def test_corrections_say_what_was_before_them() -> None:
    """One excludes, one changes nothing for the outage is tolerated, one means no outage; all are listed."""
    excluded = next(each for each in _REPORT.outages if Exclusion.FORCE_MAJEURE in each.excluded_ms)
    assert (excluded.counted_ms, excluded.counted_before_ms) == (0, 16_206_756)
    assert (excluded.cause, excluded.cause_before, excluded.decided) == (
        Cause.PROVIDER,
        Cause.PROVIDER,
        Decided.MEASUREMENT,
    )
    tolerated = next(each for each in _REPORT.outages if each.decided is Decided.CORRECTION)
    assert tolerated.verdict is Verdict.TOLERATED
    assert (tolerated.cause, tolerated.cause_before) == (Cause.POWER, Cause.LINE)
    assert [each.id for each in _REPORT.corrections] == ["c-1", "c-2", "c-3"]
    assert [each.id for each in _REPORT.unused_corrections] == ["c-3"]


@pytest.mark.parametrize(("off_ms", "used"), [(-1001, False), (-1000, True), (0, True), (1000, True), (1001, False)])
def test_a_correction_means_an_outage_that_began_within_a_second(off_ms: int, used: bool) -> None:
    """And of that link only."""
    begun = at_ms(SAMPLE_MONTH, 9, 6)
    entries = (correction("c-1", "disdik-1", begun + off_ms), correction("c-2", "rsud-1", begun))
    report = _account(measured_month(sample_inventory(), SAMPLE_MONTH), ledger=Ledger(entries))
    assert [each.id for each in report.unused_corrections] == (["c-2"] if used else ["c-1", "c-2"])


def test_corrections_of_other_months_are_not_of_this_one() -> None:
    """But for that of an outage that began before midnight."""
    month = SAMPLE_MONTH
    entries = (
        correction("c-1", "dinkes-1", at_ms(month, 0, 23, 50), exclusion=Exclusion.CUSTOMER),
        correction("c-2", "dinkes-1", at_ms(month, 0, 12)),
        correction("c-3", "dinkes-1", month.end_ms),
    )
    report = _account(measured_month(sample_inventory(), month), ledger=Ledger(entries))
    assert [each.id for each in report.corrections] == ["c-1"]
    assert report.unused_corrections == ()


def test_the_ledger_cannot_exclude_what_the_contract_does_not() -> None:
    """Contract k-b excludes maintenance only: force majeure changes nothing there, maintenance does."""
    begun = at_ms(SAMPLE_MONTH, 9, 6)
    for exclusion, verdict in ((Exclusion.FORCE_MAJEURE, Verdict.PARTLY), (Exclusion.MAINTENANCE, Verdict.EXCLUDED)):
        entry = correction("c-1", "disdik-1", begun, exclusion=exclusion)
        report = _account(measured_month(sample_inventory(), SAMPLE_MONTH), ledger=Ledger((entry,)))
        outage = next(each for each in report.outages if each.start_ms == begun and each.corrections)
        assert outage.verdict is verdict


def test_a_contract_that_the_inventory_does_not_know_promises_nothing() -> None:
    """Its link has no account by contract, its outages no verdict, and the report says so."""
    contract = next(each for each in _REPORT.contracts if each.id == "k-lama")
    assert (contract.contract, contract.links[0].contractual, contract.links[0].kept) == (None, None, None)
    assert [each.verdict for each in contract.outages] == [Verdict.NO_PROMISE]
    assert contract.total == contract.links[0].around
    assert "Kontrak yang tidak ada di inventaris, tanpa perhitungan SLA: k-lama." in _REPORT.shortcomings


def test_a_contract_is_what_its_links_are() -> None:
    """Sums of its links by contract, and what is owed for them."""
    contract = next(each for each in _REPORT.contracts if each.id == "k-a")
    one, other = contract.links
    assert one.contractual is not None
    assert other.contractual is not None
    assert contract.total == one.contractual + other.contractual
    assert contract.excluded_ms == {
        Exclusion.FORCE_MAJEURE: 16_206_756,
        Exclusion.MAINTENANCE: 5 * HOUR_MS // 2,
        Exclusion.POWER: 2 * HOUR_MS,
    }
    assert contract.excluded_ms.keys() == one.excluded_ms.keys() | other.excluded_ms.keys()
    assert (contract.below, contract.credit_rupiah) == (1, 5_780)
    assert contract.provider_name == "Penyedia A"


def test_what_is_down_outside_of_the_hours_is_not_of_the_period() -> None:
    """Contract k-b counts service hours: of twelve hours down, nine; the account of all hours has them all."""
    link = next(each for each in _REPORT.links if each.identity.link == "disdik-1")
    assert link.contractual is not None
    assert link.contractual.period_ms == link.service.period_ms == 189.5 * HOUR_MS
    assert (link.around.down_ms, link.service.down_ms) == (16 * HOUR_MS, 13 * HOUR_MS)


def test_a_link_of_which_nothing_is_known_has_no_availability() -> None:
    """Not 100 %, whatever the base of its contract; nothing can be said of its promise."""
    identity = next(each for each in _REPORT.links if each.identity.link == "disdik-1").identity
    whole = (SAMPLE_MONTH.start_ms, SAMPLE_MONTH.end_ms)
    report = _account(measured_of(SAMPLE_MONTH, [measured_link(identity, whole, (), (whole,))]))
    link = report.links[0]
    assert (link.around.availability, link.availability, link.kept) == (None, None, None)
    assert (report.totals.promised, report.totals.below) == (0, 0)
    assert report.totals.around.coverage == 0
    assert "Tautan tanpa waktu terukur: disdik-1." in report.shortcomings
    assert "Kelengkapan data 0,00%, kurang dari 95% yang disyaratkan." in report.shortcomings


def test_a_month_without_a_link_says_so() -> None:
    """Every sum is empty, and no ratio is made of nothing."""
    report = _account(measured_of(SAMPLE_MONTH, []))
    assert report.totals.around == Account()
    assert report.totals.around.availability is None
    assert report.shortcomings == ("Tidak ada satu tautan pun dalam data bulan ini.",)
    assert [row.links_measured for row in report.coverage] == [0] * 5


def test_time_down_without_an_outage_counts_and_is_told() -> None:
    """Reading leaves none; if it did, it would not be forgotten."""
    identity = next(each for each in _REPORT.links if each.identity.link == "dinkes-1").identity
    whole = (SAMPLE_MONTH.start_ms, SAMPLE_MONTH.end_ms)
    fall = Fall(at_ms(SAMPLE_MONTH, 2), at_ms(SAMPLE_MONTH, 2, 1))
    link = replace(measured_link(identity, whole, [fall]), outages=())
    report = _account(measured_of(SAMPLE_MONTH, [link]))
    assert report.links[0].contractual is not None
    assert report.links[0].contractual.down_ms == HOUR_MS
    assert "Waktu putus tanpa catatan gangguan, dihitung penuh: 1 jam." in report.shortcomings


def test_an_outage_that_lasts_is_told() -> None:
    """Its length is what it was when reading ended, which decides; it has restored nothing."""
    identity = next(each for each in _REPORT.links if each.identity.link == "dinkes-1").identity
    whole = (SAMPLE_MONTH.start_ms, SAMPLE_MONTH.end_ms)
    fall = Fall(SAMPLE_MONTH.end_ms - HOUR_MS, None)
    report = _account(
        measured_of(
            SAMPLE_MONTH, [measured_link(identity, whole, [fall], read_until_ms=SAMPLE_MONTH.end_ms + DAY_MS // 2)]
        )
    )
    assert report.links[0].outages == 1
    assert report.links[0].restored == 0
    assert report.outages[0].counted_ms == HOUR_MS
    assert any("1 gangguan belum berakhir" in each for each in report.shortcomings)


def test_shortcomings_of_reading_come_first() -> None:
    """Nothing that could not be had is lost on the way."""
    measured = replace(measured_month(sample_inventory(), SAMPLE_MONTH), shortcomings=("Uji.",))
    report = _account(measured)
    assert report.shortcomings[0] == "Uji."
    assert _REPORT.shortcomings == (
        "Tautan yang terukur tetapi tidak ada di inventaris: gudang-lama.",
        "Kontrak yang tidak ada di inventaris, tanpa perhitungan SLA: k-lama.",
        "1 gangguan tidak terlihat awal atau akhirnya; lamanya sekurang-kurangnya.",
        (
            "Koreksi c-3 (koreksi.yml:28) tidak cocok dengan gangguan mana pun: tautan rsud-1, "
            "mulai 28/10/2026 07.00.00 WIB."
        ),
    )


def test_a_site_that_is_not_in_the_inventory_has_no_service_hours_and_is_told() -> None:
    """Nor does a contract of service hours count anything there."""
    identity = replace(next(each for each in _REPORT.links if each.identity.link == "disdik-1").identity, site="baru")
    whole = (SAMPLE_MONTH.start_ms, SAMPLE_MONTH.end_ms)
    report = _account(measured_of(SAMPLE_MONTH, [measured_link(identity, whole)]))
    assert (report.links[0].service, report.links[0].contractual) == (Account(), Account())
    assert "Lokasi yang tidak ada di inventaris, jam layanannya tidak diketahui: baru." in report.shortcomings


def test_notes_and_comparison_are_those_of_the_month() -> None:
    """Passed on as they are."""
    assert [note.id for note in _REPORT.notes] == ["k-1", "r-1", "t-1"]
    assert _REPORT.before is not None
    assert _REPORT.before.month == Month(2026, 9)
    assert sample_report(Month(2026, 11)).notes == ()


@pytest.mark.parametrize("number", [28, 29, 30, 31])
def test_months_of_every_length_close(number: int) -> None:
    """February, February of a leap year, and the others: the heaps are the period."""
    month = {28: Month(2027, 2), 29: Month(2028, 2), 30: Month(2026, 11), 31: Month(2026, 12)}[number]
    report = sample_report(month)
    whole = next(link for link in report.links if link.identity.link == "dinkes-1")
    assert whole.around.period_ms == number * DAY_MS
    assert len(report.daily[""]) == number
    assert sum_of(report.daily[""]) == report.totals.around


def test_a_selection_has_its_links_and_whole_sites() -> None:
    """Provider B's pack has the backup of an office; the office was down only while both its lines were."""
    report = sample_report(selection=Selection(provider=("penyedia-b",)))
    assert {(link.identity.link, link.identity.contract) for link in report.links} == {
        ("dinkes-2", "k-b"),
        ("disdik-1", "k-b"),
        ("rsud-2", "k-b"),
    }
    office = next(site for site in report.sites if site.site == "dinkes-kantor")
    assert (office.links, office.around.down_ms) == (2, HOUR_MS // 2)
    assert report.selection == "provider penyedia-b"
    assert [each.id for each in report.contracts] == ["k-b"]
    assert {each.identity.contract for each in report.outages} == {"k-b"}
    assert report.corrections == ()
    assert [row.site for row in report.coverage] == ["dinkes-kantor", "disdik-kantor", "rsud-satu"]


def test_an_outage_of_nothing_but_unmeasured_time_adds_nothing() -> None:
    """It touches the month, and no time down of it was measured there."""
    identity = next(each for each in _REPORT.links if each.identity.link == "dinkes-1").identity
    whole = (SAMPLE_MONTH.start_ms, SAMPLE_MONTH.end_ms)
    link = measured_link(identity, whole, (), ((SAMPLE_MONTH.start_ms, SAMPLE_MONTH.start_ms + HOUR_MS),))
    before = MeasuredOutage(SAMPLE_MONTH.start_ms - HOUR_MS, SAMPLE_MONTH.start_ms + HOUR_MS, HOUR_MS, Cause.LINE)
    report = _account(measured_of(SAMPLE_MONTH, [replace(link, outages=(before,))]))
    assert (report.outages[0].down_ms, report.outages[0].counted_ms) == (0, 0)
    assert report.links[0].around.down_ms == 0


def _first(inventory: Inventory, fall: Fall, ledger: Ledger = Ledger()) -> Report:  # noqa: B008 (frozen)
    """A month in which one link fell once."""
    identity = identity_of(inventory.links["dinkes-1"], inventory)
    link = measured_link(identity, (SAMPLE_MONTH.start_ms, SAMPLE_MONTH.end_ms), [fall])
    return _account(measured_of(SAMPLE_MONTH, [link]), inventory, ledger)


def _promising(**terms: object) -> Inventory:
    """The sample, with other terms in the first contract."""
    inventory = sample_inventory()
    contract = inventory.contracts["k-a"]
    assert contract.sla is not None
    sla: Sla = replace(contract.sla, **terms)  # type: ignore[arg-type]
    return replace(inventory, contracts={**inventory.contracts, "k-a": replace(contract, sla=sla)})


def test_a_promise_is_the_number_that_is_written() -> None:
    """0.9 as a float lies above nine tenths; a link that was up for exactly nine tenths has kept the promise."""
    tenth = (SAMPLE_MONTH.end_ms - SAMPLE_MONTH.start_ms) // 10
    begun = at_ms(SAMPLE_MONTH, 20)
    report = _first(_promising(availability_ratio=0.9), Fall(begun, begun + tenth))
    assert report.links[0].kept is True
    assert _first(_promising(availability_ratio=0.9), Fall(begun, begun + tenth + 1)).links[0].kept is False


def test_planned_work_counts_under_a_contract_that_does_not_exclude_it() -> None:
    """The work of the eleventh, and a contract that excludes power alone."""
    fall = Fall(at_ms(SAMPLE_MONTH, 11, 2), at_ms(SAMPLE_MONTH, 11, 3))
    counted = _first(_promising(exclusions=frozenset({Exclusion.POWER})), fall).outages[0]
    excluded = _first(_promising(exclusions=frozenset({Exclusion.MAINTENANCE})), fall).outages[0]
    assert (counted.verdict, counted.counted_ms) == (Verdict.COUNTED, HOUR_MS)
    assert (excluded.verdict, excluded.counted_ms, excluded.announced) == (Verdict.EXCLUDED, 0, False)


def test_work_that_a_person_vouches_for_needs_no_announcement() -> None:
    """The ledger says maintenance; that is its author's word, and not the inventory's."""
    begun = at_ms(SAMPLE_MONTH, 9, 6)
    entry = correction("c-1", "dinkes-1", begun, exclusion=Exclusion.MAINTENANCE)
    outage = _first(sample_inventory(), Fall(begun, begun + HOUR_MS), Ledger((entry,))).outages[0]
    assert (outage.excluded_ms, outage.announced) == ({Exclusion.MAINTENANCE: HOUR_MS}, True)


def test_an_outage_outside_of_the_hours_is_not_called_excluded() -> None:
    """Nothing was excluded: the contract does not count nights."""
    begun = at_ms(SAMPLE_MONTH, 9, 1)
    outage = _first(_promising(window=SlaWindow.SERVICE_HOURS), Fall(begun, begun + HOUR_MS)).outages[0]
    assert (outage.verdict, outage.counted_ms, outage.excluded_ms) == (Verdict.PARTLY, 0, {})


def test_an_outage_that_ends_with_the_month_is_restored_in_it() -> None:
    """Its last millisecond is of this month, and the next month does not have it."""
    report = _first(sample_inventory(), Fall(SAMPLE_MONTH.end_ms - HOUR_MS, SAMPLE_MONTH.end_ms))
    assert (report.totals.restored, report.totals.restore_ms) == (1, HOUR_MS)


def test_groups_and_sites_have_the_names_of_the_inventory() -> None:
    """And as many sites as have a link in them; what the inventory does not know has its id."""
    assert [(each.id, each.name, each.links, each.sites) for each in _REPORT.by_opd] == [
        ("dinkes", "Dinas Kesehatan", 4, 2),
        ("disdik", "Dinas Pendidikan", 1, 1),
        ("rsud", "Rumah Sakit Umum Daerah", 2, 1),
    ]
    assert [(each.id, each.name, each.sites) for each in _REPORT.by_provider] == [
        ("penyedia-a", "Penyedia A", 2),
        ("penyedia-b", "Penyedia B", 3),
        ("penyedia-c", "Penyedia C", 1),
    ]
    assert [each.name for each in _REPORT.by_kabkota] == ["Kabupaten Bogor", "Kota Bandung"]
    assert [each.name for each in _REPORT.by_phase] == ["Terpusat", "Sewa sendiri", "Peralihan"]
    assert [each.name for each in _REPORT.sites][:2] == ["Gudang Farmasi", "Kantor Dinas Kesehatan"]
    bare = replace(sample_inventory(), opd={})
    assert _account(measured_month(bare, SAMPLE_MONTH), bare).by_opd[0].name == "dinkes"
