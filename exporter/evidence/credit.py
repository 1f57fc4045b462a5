"""Restitution that a contract agrees on for a month in which its promise was not kept.

Lives here: the three formulas (domain notes 2.5), exact until the last step, and their text with the numbers put in.
Must not live here: whether the promise was kept, delay fines (denda keterlambatan), which are another matter. Rupiah
are rounded half up, once, at the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from exporter.evidence.accounts import Account, Credit
from exporter.evidence.period import HOUR_MS
from exporter.indonesian import decimal, number, percent, rupiah
from exporter.model import Contract, CreditMode, CreditTier, Sla, SlaBase

__all__ = ["Share", "band_of", "credit_of", "whole_rupiah"]

_TIMES, _MINUS = "\N{MULTIPLICATION SIGN}", "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True)
class Share:
    """How much of a month a link was under its contract; every hour, whichever of them count."""

    span_ms: int
    month_ms: int

    @property
    def ratio(self) -> Fraction:
        """Of the month."""
        return Fraction(self.span_ms, self.month_ms)


def whole_rupiah(amount: Fraction) -> int:
    """The nearest rupiah; a half goes up."""
    return (2 * amount.numerator + amount.denominator) // (2 * amount.denominator)


def band_of(availability: Fraction, tiers: tuple[CreditTier, ...]) -> CreditTier | None:
    """The lowest band that an availability lies under; None: it lies under none."""
    return next((tier for tier in tiers if availability < Fraction(repr(tier.below_ratio))), None)


def credit_of(contract: Contract, account: Account, share: Share, *, kept: bool | None) -> Credit | None:
    """What the provider owes for one link; nothing where the promise was kept or nothing can be said of it.

    None: the contract promises nothing, or agrees on no credit.
    """
    sla = contract.sla
    if sla is None or sla.credit is CreditMode.NONE:
        return None
    availability = account.availability_by(sla.base)
    if kept is None or availability is None:
        why = "terlalu sedikit waktu terukur: tidak dapat dihitung"
        return Credit(sla.credit, contract.fee_rupiah_per_month, 0, why)
    promise = Fraction(repr(sla.availability_ratio))
    if kept:
        formula = f"{percent(availability)} memenuhi {_ratio(promise)}: tidak ada restitusi"
        return Credit(sla.credit, contract.fee_rupiah_per_month, 0, formula)
    amount, formula = _amount(contract.fee_rupiah_per_month, sla, account, availability, share)
    rounded = whole_rupiah(amount)
    return Credit(sla.credit, contract.fee_rupiah_per_month, rounded, f"{formula} = {rupiah(rounded)}")


def _amount(fee: int, sla: Sla, account: Account, availability: Fraction, share: Share) -> tuple[Fraction, str]:
    promise = Fraction(repr(sla.availability_ratio))
    if sla.credit is CreditMode.PRORATA:
        amount = Fraction(fee * account.down_ms, share.month_ms) / promise
        formula = (
            f"{rupiah(fee)} {_TIMES} {_hours(account.down_ms)} / ({_hours(share.month_ms)} {_TIMES} {_ratio(promise)})"
        )
        return amount, formula
    if sla.credit is CreditMode.SELISIH:
        formula = f"({_ratio(promise)} {_MINUS} {_reached(account, sla)}) {_TIMES} {rupiah(fee)}{_part(share)}"
        return (promise - availability) * fee * share.ratio, formula
    band = band_of(availability, sla.tiers)
    if band is None:
        return Fraction(0), f"{percent(availability)} di luar semua jenjang: 0% {_TIMES} {rupiah(fee)}"
    part, below = (Fraction(repr(each)) for each in (band.share_ratio, band.below_ratio))
    formula = f"{percent(availability)} di bawah {_ratio(below)}: {_ratio(part)} {_TIMES} {rupiah(fee)}{_part(share)}"
    return part * fee * share.ratio, formula


def _reached(account: Account, sla: Sla) -> str:
    """An availability as the division that it is: cut to decimals, it would not lead to the same rupiah."""
    counted = account.up_ms + account.down_ms if sla.base is SlaBase.MEASURED else account.period_ms
    return f"{_hours(counted - account.down_ms)} / {_hours(counted)}"


def _part(share: Share) -> str:
    """What a link that was not there for the whole month is multiplied with besides."""
    return "" if share.span_ms == share.month_ms else f" {_TIMES} {_hours(share.span_ms)} / {_hours(share.month_ms)}"


def _hours(length_ms: int) -> str:
    """``10 jam``; where it is not whole, with as many decimals as a millisecond needs and no more."""
    whole, rest = divmod(length_ms, HOUR_MS)
    return f"{decimal(Fraction(length_ms, HOUR_MS), 7)} jam" if rest else f"{number(whole)} jam"


def _ratio(ratio: Fraction) -> str:
    """A ratio as the inventory writes it: ``99,5%``."""
    return f"{decimal(ratio * 100, 7)}%"
