"""One link in one month: its time as it was measured, and by its contract.

Lives here: the account of one measured link, with its outages. Must not live here: sites, groups, the sums of a
contract. Time by contract is measured time, moved between four heaps; nothing is made or lost on the way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from operator import attrgetter

from exporter.evidence.accounts import Account, Credit, LinkAccount, OutageAccount
from exporter.evidence.credit import Share, credit_of
from exporter.evidence.ground import Ground
from exporter.evidence.hours import term_spans
from exporter.evidence.measured import MeasuredLink, Standing
from exporter.evidence.outages import Judged, Terms, exact, judge
from exporter.evidence.spans import Spans, clip, intersection, length
from exporter.model import Contract, Exclusion, Sla, SlaWindow
from exporter.thresholds import EVIDENCE_COVERAGE

__all__ = ["LinkTime", "account_within", "held_to_promises", "kept_of", "link_account", "terms_of", "time_of"]


#: Restitution of a link is said once, where its last part under the contract is.
_ELSEWHERE = "dihitung bersama rentang terakhir tautan ini dalam kontrak yang sama"


#: Where too little was measured, and the promise is broken all the same.
_ASSUMED = "waktu tidak terukur dianggap aktif"


@dataclass(frozen=True, slots=True)
class LinkTime:
    """What a link's segments are, as spans; the three partition the link's span."""

    up: Spans
    down: Spans
    unmeasured: Spans


def time_of(link: MeasuredLink) -> LinkTime:
    """Its segments, by how it stood; neighbours stand differently, so that they are spans already."""
    found: dict[Standing, list[tuple[int, int]]] = {standing: [] for standing in Standing}
    for each in link.segments:
        found[each.standing].append((each.start_ms, each.end_ms))
    up, down, unmeasured = (tuple(found[each]) for each in (Standing.UP, Standing.DOWN, Standing.UNMEASURED))
    return LinkTime(up, down, unmeasured)


def account_within(time: LinkTime, hours: Spans) -> Account:
    """The time within ``hours``, as it was measured."""
    up, down, unmeasured = (length(intersection(each, hours)) for each in (time.up, time.down, time.unmeasured))
    return Account(up_ms=up, down_ms=down, unmeasured_ms=unmeasured)


def terms_of(link: MeasuredLink, contract: Contract | None, ground: Ground) -> Terms | None:
    """What the link's contract promises, and when; None: it promises nothing, or is not known."""
    if contract is None or contract.sla is None:
        return None
    counts = clip(term_spans(contract, ground.month.start_ms, ground.month.end_ms), link.from_ms, link.until_ms)
    if contract.sla.window is SlaWindow.SERVICE_HOURS:
        counts = intersection(counts, ground.hours_of(link.identity.site))
    return Terms(contract.sla, counts)


def link_account(link: MeasuredLink, ground: Ground) -> tuple[LinkAccount, tuple[OutageAccount, ...]]:
    """The account of ``link``, and of its outages that touch its span, in order.

    Whether its promise was kept is said by ``held_to_promises``, which sees all of its identities.
    """
    contract = ground.inventory.contracts.get(link.identity.contract)
    terms = terms_of(link, contract, ground)
    time = time_of(link)
    judged = [judge(link, each, time.down, terms, ground) for each in link.outages]
    contractual, excluded = _contractual(time, judged, terms)
    begun = [each for each in link.outages if link.from_ms <= each.start_ms < link.until_ms]
    # One that ends with the span was down within it, and not in what follows.
    restored = [
        each.down_ms
        for each in link.outages
        if each.end_ms is not None and each.end_seen and link.from_ms < each.end_ms <= link.until_ms
    ]
    account = LinkAccount(
        identity=link.identity,
        from_ms=link.from_ms,
        until_ms=link.until_ms,
        around=account_within(time, ((link.from_ms, link.until_ms),)),
        service=account_within(time, ground.hours_of(link.identity.site)),
        contractual=contractual,
        excluded_ms=excluded,
        promised=None,
        availability=None,
        kept=None,
        credit=None,
        degraded_ms=link.degraded_ms,
        echoes=link.echoes,
        outages=len(begun),
        restored=len(restored),
        restore_ms=sum(restored),
    )
    return account, tuple(each.account for each in judged)


def _contractual(
    time: LinkTime, judged: Sequence[Judged], terms: Terms | None
) -> tuple[Account | None, Mapping[Exclusion, int]]:
    if terms is None:
        return None, {}
    measured = account_within(time, terms.counts)
    excluded = {why: sum(each.account.excluded_ms.get(why, 0) for each in judged) for why in Exclusion}
    tolerated = sum(each.tolerated_ms for each in judged)
    all_excluded = sum(excluded.values())
    account = Account(
        up_ms=measured.up_ms + tolerated,
        down_ms=measured.down_ms - tolerated - all_excluded,
        excluded_ms=all_excluded,
        unmeasured_ms=measured.unmeasured_ms,
        tolerated_ms=tolerated,
    )
    return account, {why: many for why, many in excluded.items() if many}


def held_to_promises(links: Sequence[LinkAccount], ground: Ground) -> tuple[LinkAccount, ...]:
    """The same accounts, each with what its contract makes of it.

    A contract promises a month of a link: a link whose site, name or phase changed meanwhile is held to it once, by all
    of its time under the contract, and not by each part as if it were a month of its own.
    """
    parts: dict[tuple[str, str], list[LinkAccount]] = {}
    for each in links:
        parts.setdefault((each.identity.link, each.identity.contract), []).append(each)
    return tuple(_held(each, parts[each.identity.link, each.identity.contract], ground) for each in links)


def _held(link: LinkAccount, parts: Sequence[LinkAccount], ground: Ground) -> LinkAccount:
    contract = ground.inventory.contracts.get(link.identity.contract)
    if link.contractual is None or contract is None or contract.sla is None:
        return link
    account = sum((each.contractual for each in parts if each.contractual is not None), Account())
    availability, kept = account.availability_by(contract.sla.base), kept_of(account, contract.sla)
    credit = _credit(parts, contract, account, ground, kept=kept)
    if credit is not None and link is not max(parts, key=attrgetter("from_ms")):
        credit = replace(credit, rupiah=0, formula=_ELSEWHERE)
    return replace(link, promised=account, availability=availability, kept=kept, credit=credit)


def kept_of(account: Account, sla: Sla) -> bool | None:
    """Whether time by contract keeps the promise; None: it cannot be said.

    With enough coverage what was measured decides. With less, only what is proved whatever the rest was: a promise
    that would be broken had the link been up in all of it.
    """
    promise, reached = exact(sla.availability_ratio), account.availability_by(sla.base)
    if reached is None:
        return None
    if _is_covered(account):
        return reached >= promise
    at_best = _at_best(account).availability_by(sla.base)
    return False if at_best is not None and at_best < promise else None


def _is_covered(account: Account) -> bool:
    return account.coverage is not None and account.coverage >= Fraction(repr(EVIDENCE_COVERAGE))


def _at_best(account: Account) -> Account:
    """The same, had the link been up whenever it was not measured."""
    return replace(account, up_ms=account.up_ms + account.unmeasured_ms, unmeasured_ms=0)


def _credit(
    parts: Sequence[LinkAccount], contract: Contract, account: Account, ground: Ground, *, kept: bool | None
) -> Credit | None:
    month = ground.month.end_ms - ground.month.start_ms
    term = term_spans(contract, ground.month.start_ms, ground.month.end_ms)
    span = sum(length(clip(term, each.from_ms, each.until_ms)) for each in parts)
    if _is_covered(account) or kept is None:
        return credit_of(contract, account, Share(span, month), kept=kept)
    credit = credit_of(contract, _at_best(account), Share(span, month), kept=kept)
    return None if credit is None else replace(credit, formula=f"{credit.formula} ({_ASSUMED})")
