"""How fast echoes came back, and how many were lost: percentiles of buckets, loss, and the classes of TIPHON.

Lives here: what a histogram allows to be said, and no more. Must not live here: thresholds of alerts, tables. The table
of classes is the one that Indonesian reports use most (domain notes 2.6); it differs between sources, so it is printed
where it is used (``TIPHON_ROWS``). A figure between two bounds is said by the upper one, and loss is rounded up.
"""

from __future__ import annotations

from fractions import Fraction

from exporter.evidence.measured import Echoes
from exporter.indonesian import decimal, percent
from exporter.thresholds import RTT_BUCKETS_S

__all__ = ["BOUNDS_TEXT", "TIPHON_ROWS", "at_most", "loss_text", "tiphon"]

_WORDS = ("sangat bagus", "bagus", "sedang", "jelek")

#: From where on the second, third and fourth class begin.
_RTT_FROM_S = (Fraction(15, 100), Fraction(3, 10), Fraction(45, 100))
_LOSS_FROM = (Fraction(3, 100), Fraction(15, 100), Fraction(25, 100))

#: The classes as printed: name, round-trip time, loss.
TIPHON_ROWS = (
    ("sangat bagus", "kurang dari 150 ms", "0% s.d. kurang dari 3%"),
    ("bagus", "150 ms s.d. kurang dari 300 ms", "3% s.d. kurang dari 15%"),
    ("sedang", "300 ms s.d. kurang dari 450 ms", "15% s.d. kurang dari 25%"),
    ("jelek", "450 ms atau lebih", "25% atau lebih"),
)

_BOUNDS = tuple(Fraction(repr(bound)) for bound in RTT_BUCKETS_S)


def _ms(bound: Fraction) -> str:
    return decimal(bound * 1000, 0)


#: The bounds between which a reply is known to lie.
BOUNDS_TEXT = ", ".join(_ms(bound) for bound in _BOUNDS) + " ms"


def _bound(echoes: Echoes, share: Fraction) -> Fraction | None:
    """The lowest bound under which ``share`` of the replies lie; None: above all of them, or no reply."""
    counted, total = 0, sum(echoes.rtt_buckets)
    for bound, many in zip(_BOUNDS, echoes.rtt_buckets, strict=False):
        counted += many
        if total and counted >= share * total:
            return bound
    return None


def at_most(echoes: Echoes, share: Fraction) -> str:
    """``≤ 20 ms``: the percentile lies between the bound before and this one; ``> 1.000 ms`` above the last."""
    if not sum(echoes.rtt_buckets):
        return "-"
    bound = _bound(echoes, share)
    return f"> {_ms(_BOUNDS[-1])} ms" if bound is None else f"≤ {_ms(bound)} ms"


def _loss(echoes: Echoes) -> Fraction | None:
    measured = echoes.replies + echoes.lost
    return Fraction(echoes.lost, measured) if measured else None


def loss_text(echoes: Echoes) -> str:
    """``0,13%`` of measured echoes, rounded up; a dash where none was measured."""
    loss = _loss(echoes)
    if loss is None:
        return "-"
    hundredths = -((-loss.numerator * 10_000) // loss.denominator)
    return percent(Fraction(hundredths, 10_000))


def tiphon(echoes: Echoes) -> str:
    """The worse of the two classes, by the upper bound of p95 and by loss; a dash where nothing was measured."""
    loss = _loss(echoes)
    if loss is None or not sum(echoes.rtt_buckets):
        return "-"
    bound = _bound(echoes, Fraction(95, 100))
    slow = len(_RTT_FROM_S) if bound is None else sum(bound > each for each in _RTT_FROM_S)
    return _WORDS[max(slow, sum(loss >= each for each in _LOSS_FROM))]
