"""A link that changed within the month, held to the promise of its contract once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from exporter.evidence.accounting import account_for
from exporter.evidence.accounts import Account
from exporter.evidence.ground import ground_of
from exporter.evidence.ledger_model import Ledger
from exporter.evidence.links import held_to_promises, kept_of, link_account
from exporter.evidence.matrix import identity_of
from exporter.evidence.selection import Selection
from exporter.model import CreditMode, Sla, SlaBase, SlaWindow
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


def _account(up_ms: int, down_ms: int, unmeasured_ms: int) -> Account:
    return Account(up_ms=up_ms, down_ms=down_ms, unmeasured_ms=unmeasured_ms)


@pytest.mark.parametrize("base", SlaBase)
@pytest.mark.parametrize(
    ("account", "kept"),
    [
        (_account(0, 0, 100_000), None),  # nothing is known
        (_account(1, 0, 99_999), None),  # a moment is no month
        (_account(94_999, 0, 5_001), None),  # a little less than enough
        (_account(95_000, 0, 5_000), True),  # enough: what was measured decides
        (_account(94_000, 1_000, 5_000), False),
        (_account(49_500, 500, 50_000), None),  # 99 % of what is known; 99,5 % if the rest was up
        (_account(49_499, 501, 50_000), False),  # broken whatever the rest was
    ],
)
def test_a_verdict_takes_enough_coverage_or_proof(base: SlaBase, account: Account, kept: bool | None) -> None:
    """Both bases agree: what was not measured neither keeps a promise nor breaks it."""
    sla = Sla(0.995, 300.0, SlaWindow.ALWAYS, CreditMode.SELISIH, base=base)
    assert kept_of(account, sla) is kept


@pytest.mark.parametrize(("down_hours", "kept", "rupiah"), [(0, None, 0), (3, None, 0), (10, False, 18_435)])
def test_what_was_not_measured_costs_a_provider_nothing(down_hours: int, kept: bool | None, rupiah: int) -> None:
    """Half of the month is unknown: 3 h may still be 99,5 %, 10 h are not, and the rest is taken for up."""
    inventory = sample_inventory()
    contract = inventory.contracts["k-a"]
    assert contract.sla is not None
    selisih = replace(contract, sla=replace(contract.sla, credit=CreditMode.SELISIH))
    dear = replace(selisih, fee_rupiah_per_month=2_184_000)
    inventory = replace(inventory, contracts={**inventory.contracts, "k-a": dear})
    middle = at_ms(SAMPLE_MONTH, 16)
    link = measured_link(
        identity_of(inventory.links["rsud-1"], inventory),
        (SAMPLE_MONTH.start_ms, SAMPLE_MONTH.end_ms),
        [Fall(at_ms(SAMPLE_MONTH, 20), at_ms(SAMPLE_MONTH, 20, down_hours))] if down_hours else [],
        ((SAMPLE_MONTH.start_ms, middle),),
    )
    ground = ground_of(SAMPLE_MONTH, inventory, measured_of(SAMPLE_MONTH, []), ())
    account = held_to_promises([link_account(link, ground)[0]], ground)[0]
    assert account.kept is kept
    assert account.credit is not None
    assert account.credit.rupiah == rupiah
    assert ("dianggap aktif" in account.credit.formula) == (kept is False)
