"""A link that changed within the month, held to the promise of its contract once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from exporter.evidence.accounting import account_for
from exporter.evidence.ledger_model import Ledger
from exporter.evidence.matrix import identity_of
from exporter.evidence.selection import Selection
from tests.support.evidence_report import SAMPLE_MONTH
from tests.support.measured import Fall, at_ms, measured_link, measured_of, sample_inventory


@pytest.mark.parametrize(("hours", "kept", "rupiah"), [(3, True, 0), (4, False, 5_136)])
def test_a_link_that_changed_under_its_contract_is_held_to_it_once(hours: int, kept: bool, rupiah: int) -> None:
    """Three hours of a month keep 99,5 %; that ten days of it were another phase makes them no month of their own."""
    inventory = sample_inventory()
    now = identity_of(inventory.links["rsud-1"], inventory)
    change = at_ms(SAMPLE_MONTH, 11)
    links = [
        measured_link(
            replace(now, phase="transition", opd="dinkes"),
            (SAMPLE_MONTH.start_ms, change),
            [Fall(at_ms(SAMPLE_MONTH, 3, 9), at_ms(SAMPLE_MONTH, 3, 9 + hours))],
        ),
        measured_link(now, (change, SAMPLE_MONTH.end_ms), ()),
    ]
    for selection in (Selection(), Selection(opd=("rsud",))):
        report = account_for(
            measured_of(SAMPLE_MONTH, links),
            SAMPLE_MONTH,
            inventory,
            Ledger(),
            before=None,
            before_reason="",
            selection=selection,
            number="",
            dated=date(2026, 11, 2),
            allowed_gaps=False,
        )
        assert {link.availability for link in report.links} == {1 - Fraction(hours, 744)}
        assert {link.kept for link in report.links} == {kept}
        assert [link.credit.rupiah for link in report.links if link.credit] == [0, rupiah][-len(report.links) :]
        assert (report.totals.below, report.totals.credit_rupiah) == (int(not kept), rupiah)
