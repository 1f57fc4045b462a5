"""Restitution: three formulas, rounded once."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from exporter.evidence.accounts import Account, Credit
from exporter.evidence.credit import Share, band_of, credit_of, whole_rupiah
from exporter.evidence.period import HOUR_MS
from exporter.model import CreditMode, CreditTier, Sla, SlaBase
from tests.support.measured import sample_inventory

_MONTH = 720 * HOUR_MS
_WHOLE = Share(_MONTH, _MONTH)
_TIERS = (CreditTier(0.95, 0.5), CreditTier(0.98, 0.2), CreditTier(0.99, 0.1), CreditTier(0.995, 0.05))


def _credit(account: Account, share: Share = _WHOLE, kept: bool | None = False, **terms: object) -> Credit | None:
    contract = sample_inventory().contracts["k-a"]
    assert contract.sla is not None
    sla: Sla = replace(contract.sla, **terms)  # type: ignore[arg-type]
    return credit_of(replace(contract, sla=sla), account, share, kept=kept)


def _down(hours: float) -> Account:
    down = round(hours * HOUR_MS)
    return Account(up_ms=_MONTH - down, down_ms=down)


def test_the_check_value_of_the_domain_notes() -> None:
    """Rp950.500, ten hours of 720, 99,5 %."""
    credit = _credit(_down(10))
    assert credit == Credit(
        CreditMode.PRORATA,
        950_500,
        13_268,
        "Rp950.500 × 10 jam / (720 jam × 99,5%) = Rp13.268",  # noqa: RUF001
    )


def test_prorata_counts_hours_of_the_whole_month() -> None:
    """A link that was there for half of it owes the same for the same hours."""
    half = _credit(Account(up_ms=350 * HOUR_MS, down_ms=10 * HOUR_MS), Share(_MONTH // 2, _MONTH))
    assert half is not None
    assert half.rupiah == 13_268


@pytest.mark.parametrize(
    ("amount", "expected"), [("0", 0), ("0.4999", 0), ("0.5", 1), ("1.5", 2), ("2.5", 3), ("13267.9", 13_268)]
)
def test_a_half_rupiah_goes_up(amount: str, expected: int) -> None:
    """Not to the even one."""
    assert whole_rupiah(Fraction(amount)) == expected


@pytest.mark.parametrize(
    ("availability", "share"),
    [("0.9499", 0.5), ("0.95", 0.2), ("0.9799", 0.2), ("0.98", 0.1), ("0.9899", 0.1), ("0.99", 0.05), ("0.9949", 0.05)],
)
def test_bands_of_the_constructed_example(availability: str, share: float) -> None:
    """An availability at a bound is in the band above it (domain notes 2.5)."""
    band = band_of(Fraction(availability), _TIERS)
    assert band is not None
    assert band.share_ratio == share


def test_no_band_no_credit() -> None:
    """Not kept, and yet under none of the bands."""
    assert band_of(Fraction("0.995"), _TIERS) is None
    credit = _credit(_down(5), credit=CreditMode.TIER, tiers=_TIERS[:2])
    assert credit is not None
    assert credit.rupiah == 0
    assert "di luar semua jenjang" in credit.formula


def test_kept_promises_and_unknown_months_owe_nothing() -> None:
    """Both say why; a contract without a credit has none."""
    kept = _credit(_down(1), kept=True)
    unknown = _credit(Account(unmeasured_ms=_MONTH), kept=None)
    assert kept is not None
    assert (kept.rupiah, kept.formula) == (0, "99,86% memenuhi 99,5%: tidak ada restitusi")
    assert unknown is not None
    assert (unknown.rupiah, unknown.formula) == (0, "terlalu sedikit waktu terukur: tidak dapat dihitung")
    assert _credit(_down(10), credit=CreditMode.NONE) is None
    assert credit_of(replace(sample_inventory().contracts["k-a"], sla=None), _down(1), _WHOLE, kept=None) is None


def test_the_difference_is_by_the_base_of_the_contract() -> None:
    """Ten hours excluded are part of the hours of a period, and of nothing that was measured."""
    account = Account(up_ms=700 * HOUR_MS, down_ms=10 * HOUR_MS, excluded_ms=10 * HOUR_MS)
    measured = _credit(account, credit=CreditMode.SELISIH)
    period = _credit(account, credit=CreditMode.SELISIH, base=SlaBase.PERIOD)
    assert measured is not None
    assert period is not None
    assert measured.formula == "(99,5% − 700 jam / 710 jam) × Rp950.500 = Rp8.635"  # noqa: RUF001
    assert period.formula == "(99,5% − 710 jam / 720 jam) × Rp950.500 = Rp8.449"  # noqa: RUF001


def test_a_share_of_the_month_is_in_the_formula() -> None:
    """With hours that are not whole, as many decimals as there are."""
    credit = _credit(_down(10), Share(_MONTH // 2 + HOUR_MS // 4, _MONTH), credit=CreditMode.TIER, tiers=_TIERS)
    assert credit is not None
    assert credit.formula == "98,61% di bawah 99%: 10% × Rp950.500 × 360,25 jam / 720 jam = Rp47.558"  # noqa: RUF001
