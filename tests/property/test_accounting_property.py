"""Whatever happened in a month, its accounts close, and no rule makes it worse than it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from exporter.beside import Cause
from exporter.evidence.accounting import account_for
from exporter.evidence.accounts import Account, LinkAccount, Report
from exporter.evidence.credit import whole_rupiah
from exporter.evidence.ground import ground_of
from exporter.evidence.groups import sum_of
from exporter.evidence.ledger_model import Ledger
from exporter.evidence.links import account_within, terms_of, time_of
from exporter.evidence.matrix import identity_of
from exporter.evidence.measured import MeasuredLink
from exporter.evidence.period import DAY_MS, Month, wib
from exporter.evidence.selection import Selection
from exporter.evidence.spans import Spans, clip, difference, intersection, length, spans_of, union
from exporter.indonesian import percent
from exporter.model import Calendar, Exclusion, Inventory, MaintenanceWindow, Sla, SlaBase, SlaWindow
from tests.support.evidence_report import correction
from tests.support.measured import Fall, measured_link, measured_of, sample_inventory

_MONTH = Month(2026, 11)
_NEXT = _MONTH.next
_LINKS = ("dinkes-1", "dinkes-2")

#: From some days before the month until some days after the next; often near the seam between the two.
INSTANTS = st.one_of(
    st.integers(_MONTH.start_ms - 2 * DAY_MS, _NEXT.end_ms + 2 * DAY_MS),
    st.integers(-400_000, 400_000).map(lambda off: _MONTH.end_ms + off),
    st.sampled_from([_MONTH.start_ms, _MONTH.end_ms, _NEXT.end_ms, _MONTH.end_ms - 300_000]),
)
LENGTHS = st.one_of(st.integers(1, 600_000), st.integers(1, 3 * DAY_MS), st.sampled_from([299_999, 300_000, 300_001]))


@st.composite
def intervals(draw: st.DrawFn, most: int) -> list[tuple[int, int]]:
    """Some, each apart from the next."""
    found: list[tuple[int, int]] = []
    for start in sorted(draw(st.lists(INSTANTS, max_size=most, unique=True))):
        if not found or start > found[-1][1]:
            found.append((start, start + draw(LENGTHS)))
    return found


@st.composite
def falls(draw: st.DrawFn) -> list[Fall]:
    """Outages of one link, apart, of any cause."""
    return [Fall(start, end, draw(st.sampled_from(Cause))) for start, end in draw(intervals(6))]


@st.composite
def slas(draw: st.DrawFn) -> Sla:
    """Any promise."""
    return Sla(
        availability_ratio=draw(st.sampled_from([0.95, 0.99, 0.995, 0.999])),
        tolerance_s=draw(st.sampled_from([0.0, 60.0, 300.0, 0.001])),
        window=draw(st.sampled_from(SlaWindow)),
        credit=sample_inventory().contracts["k-a"].sla.credit,  # type: ignore[union-attr]
        exclusions=draw(st.frozensets(st.sampled_from(Exclusion))),
        base=draw(st.sampled_from(SlaBase)),
    )


@st.composite
def inventories(draw: st.DrawFn) -> Inventory:
    """The sample, with any promise, any hours of the office, a term that may end within, and any planned work."""
    inventory = sample_inventory()
    hours = draw(st.sampled_from([((time(7, 30), time(16)),), ((time(0), time(0)),), ((time(22), time(0)),), ()]))
    works = {
        f"pm-{n}": MaintenanceWindow(f"pm-{n}", frozenset(_LINKS[:1]), wib(start), wib(end), "Tim", "Uji", "ND-1")
        for n, (start, end) in enumerate(draw(intervals(3)))
    }
    ends = draw(st.dates(date(2026, 10, 20), date(2027, 2, 1)))
    contract = replace(inventory.contracts["k-a"], sla=draw(slas()), ends=ends)
    return replace(
        inventory,
        contracts={**inventory.contracts, "k-a": contract},
        calendars={**inventory.calendars, "kantor": Calendar("kantor", dict.fromkeys(range(5), hours))},
        maintenance=works,
    )


FALLS = st.tuples(falls(), falls())
GAPS = intervals(3).map(spans_of)
SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=8).map(spans_of)


def _links(inventory: Inventory, many: tuple[list[Fall], list[Fall]], gaps: Spans, month: Month) -> list[MeasuredLink]:
    span = (month.start_ms, month.end_ms)
    return [
        measured_link(identity_of(inventory.links[link], inventory), span, each, gaps)
        for link, each in zip(_LINKS, many, strict=True)
    ]


def _report(
    inventory: Inventory,
    many: tuple[list[Fall], list[Fall]],
    gaps: Spans,
    month: Month = _MONTH,
    ledger: Ledger = Ledger(),  # noqa: B008 (frozen)
) -> Report:
    return account_for(
        measured_of(month, _links(inventory, many, gaps, month)),
        month,
        inventory,
        ledger,
        before=None,
        before_reason="uji",
        selection=Selection(),
        number="",
        dated=date(2027, 1, 1),
        allowed_gaps=False,
    )


def _under(inventory: Inventory, **terms: object) -> Inventory:
    """With other terms in the contract of the first link."""
    contract = inventory.contracts["k-a"]
    assert contract.sla is not None
    sla: Sla = replace(contract.sla, **terms)  # type: ignore[arg-type]
    return replace(inventory, contracts={**inventory.contracts, "k-a": replace(contract, sla=sla)})


def _contractual(link: LinkAccount) -> Account:
    assert link.contractual is not None
    return link.contractual


def _accounts(report: Report) -> list[Account]:
    """Every account of a report."""
    return [
        *(each for link in report.links for each in (link.around, link.service, _contractual(link))),
        *(each for site in report.sites for each in (site.around, site.service)),
        *(each.total for each in report.contracts),
        *(day for days in report.daily.values() for day in days),
    ]


@given(SPANS, SPANS)
def test_spans_are_sets_of_instants(one: Spans, other: Spans) -> None:
    """Union, intersection and difference are what they are of the instants within."""

    def instants(spans: Spans) -> set[int]:
        return {at for start, end in spans for at in range(start, end)}

    for found, expected in (
        (union(one, other), instants(one) | instants(other)),
        (intersection(one, other), instants(one) & instants(other)),
        (difference(one, other), instants(one) - instants(other)),
    ):
        assert instants(found) == expected
        assert length(found) == len(expected)
        assert list(found) == sorted(found)
        assert all(end < start for (_, end), (start, _) in pairwise(found))


@given(inventories(), FALLS, GAPS)
def test_every_account_closes(inventory: Inventory, many: tuple[list[Fall], list[Fall]], gaps: Spans) -> None:
    """Four heaps are the period; of the contract, the hours that it counts; no heap is negative."""
    report = _report(inventory, many, gaps)
    whole = _MONTH.end_ms - _MONTH.start_ms
    assert all(link.around.period_ms == whole for link in report.links)
    assert all(site.around.period_ms == whole for site in report.sites)
    ground = ground_of(_MONTH, inventory, measured_of(_MONTH, []), ())
    for measured, link in zip(_links(inventory, many, gaps, _MONTH), report.links, strict=True):
        terms = terms_of(measured, inventory.contracts[link.identity.contract], ground)
        assert terms is not None
        account = _contractual(link)
        assert account.period_ms == length(terms.counts)
        assert account.unmeasured_ms == length(intersection(gaps, terms.counts))
        assert account.excluded_ms == sum(link.excluded_ms.values())
        own = [each for each in report.outages if each.identity == link.identity]
        assert account.down_ms == sum(each.counted_ms for each in own)
        assert link.around.down_ms == sum(each.down_ms for each in own)
    for account in _accounts(report):
        assert min(account.up_ms, account.down_ms, account.excluded_ms, account.unmeasured_ms) >= 0
        assert 0 <= account.tolerated_ms <= account.up_ms


@given(inventories(), FALLS, GAPS, st.integers(_MONTH.start_ms, _MONTH.end_ms))
def test_the_days_and_any_two_parts_are_the_month(
    inventory: Inventory, many: tuple[list[Fall], list[Fall]], gaps: Spans, at: int
) -> None:
    """Wherever a month is cut, nothing is lost or counted twice."""
    report = _report(inventory, many, gaps)
    assert sum_of(report.daily[""]) == report.totals.around
    for days in report.daily.values():
        assert [day.period_ms for day in days] == [len(_LINKS) * DAY_MS] * 30
    for measured, link in zip(_links(inventory, many, gaps, _MONTH), report.links, strict=True):
        time_ = time_of(measured)
        parts = ((_MONTH.start_ms, at), (at, _MONTH.end_ms))
        assert sum_of(account_within(time_, spans_of([part])) for part in parts) == link.around


@given(inventories(), FALLS, GAPS)
def test_adjacent_months_partition_time_and_outages(
    inventory: Inventory, many: tuple[list[Fall], list[Fall]], gaps: Spans
) -> None:
    """Two months together have each outage's time once, and judge it alike in both."""
    first, second = (_report(inventory, many, gaps, month) for month in (_MONTH, _NEXT))
    for number, each in enumerate(many):
        down = [difference(((fall.start_ms, fall.end_ms or 0),), gaps) for fall in each]
        within = sum(length(clip(spans, _MONTH.start_ms, _NEXT.end_ms)) for spans in down)
        assert first.links[number].around.down_ms + second.links[number].around.down_ms == within
        begun = [fall for fall in each if _MONTH.start_ms <= fall.start_ms < _NEXT.end_ms]
        assert first.links[number].outages + second.links[number].outages == len(begun)
        ended = [spans for fall, spans in zip(each, down, strict=True) if _ends_within(fall)]
        assert first.links[number].restored + second.links[number].restored == len(ended)
        assert first.links[number].restore_ms + second.links[number].restore_ms == sum(map(length, ended))
    lengths = {(each.identity.link, each.start_ms): each.length_ms for each in first.outages}
    for each_account in second.outages:
        key = each_account.identity.link, each_account.start_ms
        assert lengths.get(key, each_account.length_ms) == each_account.length_ms


def _ends_within(fall: Fall) -> bool:
    return fall.end_ms is not None and _MONTH.start_ms < fall.end_ms <= _NEXT.end_ms


@given(inventories(), FALLS, GAPS, st.sampled_from(Exclusion))
def test_an_exclusion_more_never_makes_it_worse(
    inventory: Inventory, many: tuple[list[Fall], list[Fall]], gaps: Spans, more: Exclusion
) -> None:
    """No more time down, and no lower availability."""
    sla = inventory.contracts["k-a"].sla
    assert sla is not None
    before = _report(inventory, many, gaps).links[0]
    after = _report(_under(inventory, exclusions=sla.exclusions | {more}), many, gaps).links[0]
    assert _contractual(after).down_ms <= _contractual(before).down_ms
    assert _contractual(after).period_ms == _contractual(before).period_ms
    if before.availability is not None and after.availability is not None:
        assert after.availability >= before.availability


@given(inventories(), FALLS, GAPS, st.integers(0, 3 * 86_400))
def test_a_longer_tolerance_never_makes_more_time_down(
    inventory: Inventory, many: tuple[list[Fall], list[Fall]], gaps: Spans, more: int
) -> None:
    """What was tolerated stays so."""
    sla = inventory.contracts["k-a"].sla
    assert sla is not None
    before = _report(inventory, many, gaps).links[0]
    after = _report(_under(inventory, tolerance_s=sla.tolerance_s + more), many, gaps).links[0]
    assert _contractual(after).down_ms <= _contractual(before).down_ms
    assert _contractual(after).tolerated_ms >= _contractual(before).tolerated_ms


@given(inventories(), FALLS, GAPS, st.data())
def test_corrections_change_nothing_that_was_measured(
    inventory: Inventory, many: tuple[list[Fall], list[Fall]], gaps: Spans, data: st.DataObject
) -> None:
    """Only accounts by contract, and what counted before is what counts without them."""
    causes, exclusions = (st.none() | st.sampled_from(each) for each in (Cause, Exclusion))
    entries = tuple(
        correction(f"c-{n}", "dinkes-1", fall.start_ms, data.draw(causes), data.draw(exclusions))
        for n, fall in enumerate(many[0])
        if data.draw(st.booleans())
    )
    without, corrected = _report(inventory, many, gaps), _report(inventory, many, gaps, ledger=Ledger(entries))
    for one, other in zip(without.links, corrected.links, strict=True):
        assert (one.around, one.service, one.outages, one.restored) == (
            other.around,
            other.service,
            other.outages,
            other.restored,
        )
    assert without.sites == corrected.sites
    assert without.daily == corrected.daily
    before = [(each.counted_ms, each.cause) for each in without.outages]
    assert [(each.counted_before_ms, each.cause_before) for each in corrected.outages] == before


@given(inventories(), FALLS, GAPS)
def test_what_people_read_never_reaches_a_promise_that_was_not_kept(
    inventory: Inventory, many: tuple[list[Fall], list[Fall]], gaps: Spans
) -> None:
    """Cut after the decimals, a figure is under the promise where the availability is; a kept one owes nothing."""
    for link in _report(inventory, many, gaps).links:
        sla = inventory.contracts[link.identity.contract].sla
        assert sla is not None
        if link.availability is not None:
            written = Fraction(percent(link.availability).rstrip("%").replace(",", ".")) / 100
            assert written <= link.availability
            assert link.kept is (link.availability >= Fraction(str(sla.availability_ratio)))
        assert link.credit is not None
        assert link.credit.rupiah >= 0
        assert link.kept is False or link.credit.rupiah == 0


@given(inventories(), FALLS)
def test_a_link_of_which_nothing_is_known_has_no_figure(
    inventory: Inventory, many: tuple[list[Fall], list[Fall]]
) -> None:
    """Neither 100 % nor 0 %, whatever the contract divides by."""
    report = _report(inventory, many, ((_MONTH.start_ms - 9 * DAY_MS, _MONTH.end_ms + 99 * DAY_MS),))
    assert [(link.around.availability, link.availability, link.kept) for link in report.links] == [(None,) * 3] * 2
    assert report.totals.around.coverage == 0
    assert report.sites[0].around.availability is None


@given(st.fractions(0, 10**12))
def test_rupiah_are_the_nearest(amount: Fraction) -> None:
    """Never half a rupiah or more away, but for the half that goes up."""
    assert Fraction(-1, 2) < whole_rupiah(amount) - amount <= Fraction(1, 2)
