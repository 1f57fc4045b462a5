"""Planned work of a month: when it ran, whom it covered, and whether it was announced."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

from exporter.evidence.accounting import account_for
from exporter.evidence.accounts import Report
from exporter.evidence.ledger_model import Ledger
from exporter.evidence.matrix import identity_of
from exporter.evidence.measured import ANNOUNCED_STEP_MS, Announced
from exporter.evidence.period import HOUR_MS, wib
from exporter.evidence.planned import planned_rows, planned_spans, times_of
from exporter.evidence.selection import Selection
from exporter.model import MaintenanceWindow
from tests.support.evidence_report import SAMPLE_MONTH
from tests.support.measured import at_ms, measured_link, measured_month, sample_inventory

_MONTH = SAMPLE_MONTH
_START, _END = at_ms(_MONTH, 11, 1), at_ms(_MONTH, 11, 4)


def _window(start: int, end: int, *links: str, **more: object) -> MaintenanceWindow:
    found = MaintenanceWindow("pm", frozenset(links), wib(start), wib(end), "Tim", "Uji", "ND-1")
    return replace(found, **more)  # type: ignore[arg-type]


def _report(announced: tuple[Announced, ...], selection: Selection = Selection()) -> Report:  # noqa: B008 (frozen)
    inventory = sample_inventory()
    return account_for(
        replace(measured_month(inventory, _MONTH), announced=announced),
        _MONTH,
        inventory,
        Ledger(),
        before=None,
        before_reason="uji",
        selection=selection,
        number="",
        dated=date(2026, 11, 1),
        allowed_gaps=False,
    )


def _told(link: str, early_ms: int = 0, late_ms: int = 0) -> Announced:
    return Announced(link, _START + early_ms, _END - late_ms)


def test_work_over_midnight_of_the_month_is_whole_in_its_row_and_cut_in_accounts() -> None:
    """The row says when the work ran; a month accounts for what is its own."""
    window = _window(_MONTH.start_ms - HOUR_MS, _MONTH.start_ms + HOUR_MS, "dinkes-1")
    assert times_of(window, _MONTH.start_ms, _MONTH.end_ms) == ((_MONTH.start_ms - HOUR_MS, _MONTH.start_ms + HOUR_MS),)
    assert planned_spans([window], _MONTH.start_ms, _MONTH.end_ms) == {
        "dinkes-1": ((_MONTH.start_ms, _MONTH.start_ms + HOUR_MS),)
    }


def test_work_of_other_months_is_none_of_this() -> None:
    """Over at its first instant, or begun at the one after its last."""
    before = _window(_MONTH.start_ms - HOUR_MS, _MONTH.start_ms, "dinkes-1")
    after = _window(_MONTH.end_ms, _MONTH.end_ms + HOUR_MS, "dinkes-1")
    assert planned_spans([before, after], _MONTH.start_ms, _MONTH.end_ms) == {}


def test_works_that_overlap_are_one_time() -> None:
    """Nothing is excluded twice; each link has what covers it."""
    one = _window(_START, _END, "dinkes-1", "rsud-1")
    other = _window(_START + HOUR_MS, _END + HOUR_MS, "dinkes-1")
    assert planned_spans([one, other], _MONTH.start_ms, _MONTH.end_ms) == {
        "dinkes-1": ((_START, _END + HOUR_MS),),
        "rsud-1": ((_START, _END),),
    }


def test_nights_that_recur_are_whole() -> None:
    """Every Saturday from 22.00 until 02.00: in October 2026 five times, each a night."""
    window = _window(
        _MONTH.start_ms,
        _MONTH.next.end_ms,
        "dinkes-1",
        weekly={5: ((time(22), time(0)),), 6: ((time(0), time(2)),)},
    )
    times = times_of(window, _MONTH.start_ms, _MONTH.end_ms)
    assert [end - start for start, end in times] == [4 * HOUR_MS] * 5
    assert planned_spans([window], _MONTH.start_ms, _MONTH.end_ms)["dinkes-1"][-1][1] == _MONTH.end_ms


def test_a_row_names_the_links_that_were_measured() -> None:
    """With who asked for it, why, and the paper; those of the selection only."""
    row = _report((_told("dinkes-1"), _told("rsud-1"))).planned[0]
    assert (row.start_ms, row.end_ms, row.links, row.announced) == (_START, _END, ("dinkes-1", "rsud-1"), True)
    assert (row.author, row.reason, row.approval) == ("Tim Jaringan", "Pembaruan perangkat", "ND-12/2026")
    assert _report((), Selection(opd=("rsud",))).planned[0].links == ("rsud-1",)
    assert _report((), Selection(opd=("disdik",))).planned == ()


def test_work_that_was_not_announced_is_told() -> None:
    """For one of the links is not for all; a step late or early is as exact as it can be known."""
    step = ANNOUNCED_STEP_MS
    for announced, expected in (
        ((), False),
        ((_told("dinkes-1"),), False),
        ((_told("dinkes-1", step, step), _told("rsud-1", step, step)), True),
        ((_told("dinkes-1", step + 1), _told("rsud-1")), False),
        ((_told("dinkes-1", 0, step + 1), _told("rsud-1")), False),
    ):
        report = _report(announced)
        assert report.planned[0].announced is expected
        told = [
            each for each in report.shortcomings if each.startswith("Pemeliharaan pm-minggu mulai 11/10/2026 01.00")
        ]
        assert len(told) == (not expected)


def test_an_outage_says_whether_what_excludes_it_was_announced() -> None:
    """The work of the eleventh excludes some of one outage; nothing was announced, or all of it."""
    for announced in ((), (_told("dinkes-1"),)):
        outages = _report(announced).outages
        assert [each.announced for each in outages if each.start_ms == _START - HOUR_MS // 2] == [bool(announced)]
        assert all(each.announced for each in outages if each.start_ms != _START - HOUR_MS // 2)


def test_work_of_which_nothing_was_measured_is_not_proved_to_be_announced() -> None:
    """Nobody was there to say it."""
    known = identity_of(sample_inventory().links["dinkes-1"], sample_inventory())
    link = measured_link(known, (_MONTH.start_ms, _MONTH.end_ms), (), ((_START, _END),))
    window = _window(_START, _END, "dinkes-1")
    (row,) = planned_rows([window], [link], {}, _MONTH.start_ms, _MONTH.end_ms)
    assert not row.announced
