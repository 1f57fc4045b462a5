"""What targets cost, and when it is too much (failures.md 4, cases 9 and 16)."""

from __future__ import annotations

import pytest

from exporter.budget import load_of, over_budget, over_probe_budget
from exporter.thresholds import MAX_OUTSTANDING, MAX_PACKETS_PER_SECOND, MAX_PROBES_OPEN, MAX_PROBES_PER_SECOND


def test_the_load_is_the_sum_over_targets() -> None:
    """Each target adds one echo per interval, and as many open echoes as intervals fit into its timeout."""
    load = load_of([(1.0, 2.0)] * 500 + [(5.0, 10.0)] * 20)
    assert load.per_second == pytest.approx(504)
    assert load.outstanding == pytest.approx(1040)
    assert over_budget(load) == []


def test_too_many_echoes_are_refused_with_the_arithmetic() -> None:
    """The message shows each term, the sum and the bound, so that the reader can see what to change."""
    [(message, remedy)] = over_budget(load_of([(1.0, 1.0)] * 10_000 + [(2.0, 2.0)] * 3))
    assert message == "10000 at 1s + 3 at 2s = 10,001.5 echoes a second, and one prober may send 10000"
    assert remedy == "lengthen intervals, or give some links to another prober"


def test_too_many_open_echoes_are_refused_with_the_arithmetic() -> None:
    """Long timeouts are counted as well as short intervals."""
    [(message, remedy)] = over_budget(load_of([(1.0, 10.0)] * 3_277))
    assert message == ("3277 x 10s/1s = 32,770.0 echoes open at once if nobody answers, and one prober may have 32768")
    assert remedy == "shorten timeouts, or lengthen intervals"


def test_the_budget_itself_is_allowed() -> None:
    """Exactly the bound is not beyond it, for either budget."""
    assert over_budget(load_of([(1.0, 1.0)] * MAX_PACKETS_PER_SECOND)) == []
    assert over_budget(load_of([(1.0, 8.0)] * (MAX_OUTSTANDING // 8))) == []
    assert len(over_budget(load_of([(1.0, 4.0)] * (MAX_PACKETS_PER_SECOND + 1)))) == 2


def test_probes_have_a_budget_of_their_own() -> None:
    """Exactly the bounds are allowed, beyond them both are told; 500 links with four probes a minute are far below."""
    assert over_probe_budget(load_of([(60.0, 5.0)] * 2_000)) == []
    assert over_probe_budget(load_of([(10.0, 5.0)] * (2 * MAX_PROBES_OPEN))) == []
    assert over_probe_budget(load_of([(10.0, 1.0)] * (10 * MAX_PROBES_PER_SECOND))) == []
    [(often, _), (many, _)] = over_probe_budget(load_of([(10.0, 5.0)] * (10 * MAX_PROBES_PER_SECOND + 1)))
    assert often == "1001 at 10s = 100.1 probes a second, and one prober may begin 100"
    assert many == "1001 x 5s/10s = 500.5 probes open at once if nobody answers, and one prober may have 200"
