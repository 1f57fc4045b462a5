"""How people write settings, and what is refused."""

from __future__ import annotations

import pytest

from exporter.errors import UsageError
from exporter.sim.settings import SETTINGS, SimulationError, base_delay_s, checked_settings, parse_setting


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("delay_s", "20ms", 0.02),
        ("delay_s", "1.5s", 1.5),
        ("jitter_s", "0.3ms", 0.0003),
        ("delay_s", "60s", 60.0),
        ("loss_ratio", "10%", 0.1),
        ("loss_ratio", "0%", 0.0),
        ("loss_ratio", "100%", 1.0),
        ("duplicate_ratio", "0.5%", 0.005),
    ],
)
def test_settings_are_read_with_their_unit(name: str, text: str, value: float) -> None:
    """Durations are read as seconds and shares as a number from 0 to 1."""
    assert parse_setting(SETTINGS[name], text) == pytest.approx(value)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("delay_s", "20", "--delay: '20' is not a duration; write a number and ms, s, m or h"),
        ("delay_s", "-20ms", "--delay: '-20ms' is not a duration"),
        ("delay_s", "61s", "--delay: 61.0 is not between 0s and 60s"),
        ("loss_ratio", "0.1", "--loss: '0.1' is not a percentage; write 0% to 100%: 10%"),
        ("loss_ratio", "101%", "--loss: 1.01 is not between 0% and 100%"),
        ("corrupt_ratio", "nan%", "--corrupt: 'nan%' is not a percentage"),
    ],
)
def test_what_is_no_setting_is_refused_by_its_flag(name: str, text: str, says: str) -> None:
    """A wrong value is refused with the flag and what it wants."""
    with pytest.raises(UsageError) as refused:
        parse_setting(SETTINGS[name], text)
    assert says in str(refused.value)


@pytest.mark.parametrize("values", [{"delay_s": True}, {"delay_s": "1"}, {"loss_ratio": float("nan")}, {"manner": 0}])
def test_orders_cannot_smuggle_in_other_values(values: dict[str, float]) -> None:
    """Values that come over the control socket are held to the same bounds, and unknown names are refused."""
    with pytest.raises(SimulationError):
        checked_settings(values)


def test_base_delay_is_plausible_fixed_and_spread() -> None:
    """Each id has one delay for ever, between 2 and 25 ms, and ids differ."""
    delays = [base_delay_s(f"link-{n}") for n in range(500)]
    assert delays == [base_delay_s(f"link-{n}") for n in range(500)]
    assert 0.002 <= min(delays) < 0.003
    assert 0.024 < max(delays) <= 0.025
    assert len(set(delays)) == 500
