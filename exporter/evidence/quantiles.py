"""Round-trip times and loss of a month as offices read them.

Lives here: quantiles of counted buckets, loss, and the TIPHON words. Must not live here: alert limits: these words are
far too mild for that (domain notes 2.6). A bucket knows only its bounds, so a quantile is told as "not more than".
"""

from __future__ import annotations

from fractions import Fraction

from exporter.evidence.measured import Echoes
from exporter.thresholds import RTT_BUCKETS_S

__all__ = ["loss_of", "loss_word", "rtt_at_most"]

#: Loss up to so much, and its word: the table with the strictest bands of those in use.
_LOSS_WORDS = (
    (Fraction(0), "sangat bagus"),
    (Fraction(3, 100), "bagus"),
    (Fraction(15, 100), "sedang"),
)
_WORST = "buruk"


def loss_of(echoes: Echoes) -> Fraction | None:
    """Lost out of lost and answered; None where neither was."""
    measured = echoes.replies + echoes.lost
    return Fraction(echoes.lost, measured) if measured else None


def loss_word(loss: Fraction | None) -> str:
    """TIPHON's class of a loss."""
    if loss is None:
        return "-"
    return next((word for most, word in _LOSS_WORDS if loss <= most), _WORST)


def rtt_at_most(echoes: Echoes, share: Fraction) -> str:
    """The upper bound of the bucket that holds the quantile, e.g. ``≤ 20 ms``."""
    total = sum(echoes.rtt_buckets)
    if not total:
        return "-"
    seen = 0
    for bound_s, many in zip(RTT_BUCKETS_S, echoes.rtt_buckets, strict=False):
        seen += many
        if seen >= share * total:
            return f"≤ {round(bound_s * 1000)} ms"
    return f"> {round(RTT_BUCKETS_S[-1] * 1000)} ms"
