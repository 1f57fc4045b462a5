"""Whether what a contract promises can be meant as it is written.

Lives here: the bands of restitution by availability (problems), and bands that leave a breach without restitution or
never count (warnings). Must not live here: anything else of ``consistency``, of which this is a part; what a credit
amounts to (``exporter.evidence``).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from exporter.entries import Entries, Entry
from exporter.errors import Problem
from exporter.model import CreditMode

__all__ = ["sla_problems", "warnings_of_sla"]

Found = Iterator[Problem]

_EXAMPLE = "[{below: 95%, share: 50%}, {below: 99.5%, share: 5%}]"


def sla_problems(entry: Entry) -> Found:
    """Why the promise of a contract cannot be meant."""
    sla = entry.record.sla
    if sla is None:
        return
    if sla.credit is not CreditMode.TIER:
        if "tiers" in sla.model_fields_set:
            said = f"credit is {sla.credit}, which knows no bands"
            yield entry.claim.problem("sla.tiers", said, "remove tiers, or write credit: tier")
        return
    if not sla.tiers:
        said = "credit tier needs the bands of availability, and there are none"
        yield entry.claim.problem("sla.credit", said, f"add tiers: {_EXAMPLE}")
    for number, (lower, upper) in enumerate(pairwise(sla.tiers), 2):
        if upper.below <= lower.below:
            said = f"{_percent(upper.below)} is not above {_percent(lower.below)}, that of the band before"
            yield entry.claim.problem(f"sla.tiers.{number}.below", said, "write the lowest band first, each once")
        if upper.share >= lower.share:
            said = f"{_percent(upper.share)} is not less than {_percent(lower.share)}, that of the band before"
            yield entry.claim.problem(f"sla.tiers.{number}.share", said, "a higher availability costs a smaller share")


def warnings_of_sla(entries: Entries) -> Found:
    """What of the bands a person should look at."""
    for entry in entries.records["contracts"]:
        sla = entry.record.sla
        if sla is None or not sla.tiers:
            continue
        promised = _percent(sla.availability)
        for number, floor in enumerate((each.below for each in sla.tiers[:-1]), 2):
            if floor >= sla.availability:
                said = f"the promise of {promised} is kept in all of this band, so that it never counts"
                yield entry.claim.problem(f"sla.tiers.{number}.below", said, "remove the band, or correct availability")
        highest = sla.tiers[-1].below
        if highest < sla.availability:
            said = f"from {_percent(highest)} to below the promise of {promised} a breach costs nothing"
            yield entry.claim.problem("sla.tiers", said, "let the last band end at the promised availability")


def _percent(ratio: float) -> str:
    return f"{round(ratio * 100, 6):g}%"
