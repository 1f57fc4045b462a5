"""What an outage is to its contract: counted, tolerated, excluded, and by whose word.

Lives here: the judgement of one outage under one contract, with and without corrections. Must not live here: sums over
links, credit. The rules, in this order (``docs/accounting.md``): the whole length decides whether it is tolerated; a
cause that the contract excludes takes the whole outage; planned work takes what lies within it; the rest counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from exporter.beside import Cause
from exporter.evidence.accounts import Correction, Decided, OutageAccount, Verdict
from exporter.evidence.ground import Ground
from exporter.evidence.measured import Identity, MeasuredLink, MeasuredOutage
from exporter.evidence.spans import Spans, clip, difference, intersection, length
from exporter.model import Exclusion, Sla

__all__ = ["Judged", "Terms", "exact", "is_tolerated", "judge"]

_NOTHING: Mapping[Exclusion, int] = {}


@dataclass(frozen=True, slots=True)
class Terms:
    """What a contract says of one link in one month."""

    sla: Sla
    counts: Spans  #: when it counts: within the month, the link's span, its term and its hours


@dataclass(frozen=True, slots=True)
class Judged:
    """An outage, and what accounts are made of."""

    account: OutageAccount
    tolerated_ms: int  #: by contract, of what it counts


@dataclass(frozen=True, slots=True)
class _Weighed:
    """Time down within the contract's hours, sorted into what becomes of it."""

    counted_ms: int
    tolerated_ms: int
    excluded: Mapping[Exclusion, Spans]
    cause: Cause
    decided: Decided


def exact(ratio: float) -> Fraction:
    """A number of the inventory as it is written there: 0.995 is 995/1000, and not the float beside it."""
    return Fraction(repr(ratio))


def is_tolerated(outage: MeasuredOutage, sla: Sla) -> bool:
    """Whether its whole length, whatever the month, is no longer than the contract tolerates."""
    return outage.down_ms <= exact(sla.tolerance_s) * 1000


def judge(link: MeasuredLink, outage: MeasuredOutage, down: Spans, terms: Terms | None, ground: Ground) -> Judged:
    """One outage of ``link``, of whose time down ``down`` is what lies in the link's span."""
    identity = link.identity
    own = clip(down, outage.start_ms, ground.month.end_ms if outage.end_ms is None else outage.end_ms)
    corrections = ground.corrections_of(identity.link, outage.start_ms)
    after = _weigh(outage, own, terms, corrections, ground.planned.get(identity.link, ()))
    before = _weigh(outage, own, terms, (), ground.planned.get(identity.link, ())) if corrections else after
    account = _account(identity, outage, own, before, after, corrections, terms, ground)
    return Judged(account, after.tolerated_ms)


def _weigh(
    outage: MeasuredOutage, down: Spans, terms: Terms | None, corrections: Sequence[Correction], planned: Spans
) -> _Weighed:
    said = [each.cause for each in corrections if each.cause is not None]
    cause = said[-1] if said else outage.cause
    decided = Decided.CORRECTION if said else Decided.MEASUREMENT
    if terms is None:
        return _Weighed(0, 0, {}, cause, decided)
    within = intersection(down, terms.counts)
    if is_tolerated(outage, terms.sla):
        return _Weighed(0, length(within), {}, cause, decided)
    whole = _whole(terms.sla, cause, corrections)
    if whole is not None:
        return _Weighed(0, 0, {whole: within}, cause, decided)
    if Exclusion.MAINTENANCE not in terms.sla.exclusions:
        return _Weighed(length(within), 0, {}, cause, decided)
    worked_on = intersection(within, planned)
    excluded = {Exclusion.MAINTENANCE: worked_on} if worked_on else {}
    return _Weighed(length(difference(within, planned)), 0, excluded, cause, decided)


def _whole(sla: Sla, cause: Cause, corrections: Sequence[Correction]) -> Exclusion | None:
    """What excludes the whole outage: the ledger's latest word that the contract knows, or else power."""
    said = [each.exclusion for each in corrections if each.exclusion in sla.exclusions]
    if said:
        return said[-1]
    return Exclusion.POWER if cause is Cause.POWER and Exclusion.POWER in sla.exclusions else None


def _account(
    identity: Identity,
    outage: MeasuredOutage,
    down: Spans,
    before: _Weighed,
    after: _Weighed,
    corrections: tuple[Correction, ...],
    terms: Terms | None,
    ground: Ground,
) -> OutageAccount:
    untold = difference(after.excluded.get(Exclusion.MAINTENANCE, ()), ground.announced.get(identity.link, ()))
    by_a_person = any(each.exclusion is Exclusion.MAINTENANCE for each in corrections)
    return OutageAccount(
        identity=identity,
        start_ms=outage.start_ms,
        end_ms=outage.end_ms,
        length_ms=outage.down_ms,
        down_ms=length(down),
        counted_ms=after.counted_ms,
        excluded_ms={why: length(spans) for why, spans in after.excluded.items() if spans} or _NOTHING,
        cause=after.cause,
        decided=after.decided,
        verdict=_verdict(outage, length(down), after, terms),
        start_seen=outage.start_seen,
        end_seen=outage.end_seen,
        corrections=corrections,
        counted_before_ms=before.counted_ms,
        cause_before=before.cause,
        announced=by_a_person or not untold,
    )


def _verdict(outage: MeasuredOutage, down_ms: int, weighed: _Weighed, terms: Terms | None) -> Verdict:
    if terms is None:
        return Verdict.NO_PROMISE
    if is_tolerated(outage, terms.sla):
        return Verdict.TOLERATED
    if weighed.counted_ms == down_ms:
        return Verdict.COUNTED
    return Verdict.EXCLUDED if not weighed.counted_ms and any(weighed.excluded.values()) else Verdict.PARTLY
