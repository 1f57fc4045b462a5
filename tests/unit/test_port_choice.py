"""Which ports are tried, and in which order: what the kernel gives to others comes last."""

from __future__ import annotations

from pathlib import Path

import pytest

from exporter.stack import ports


@pytest.mark.parametrize(
    ("ephemeral", "parts"),
    [
        ("32768\t60999", [range(10_000, 32_768), range(61_000, 65_536), range(32_768, 61_000)]),
        ("10000\t60999", [range(61_000, 65_536), range(10_000, 61_000)]),
        ("1024\t65535", [range(10_000, 65_536)]),
        ("1024\t4999", [range(10_000, 65_536)]),
    ],
)
def test_ephemeral_ports_are_tried_last(
    ephemeral: str, parts: list[range], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Below the range first, then above it, then within; each port once."""
    settings = tmp_path / "ip_local_port_range"
    settings.write_text(ephemeral + "\n", encoding="ascii")
    monkeypatch.setattr(ports, "_EPHEMERAL", settings)
    tried = list(ports._candidates())
    for part in parts:
        assert sorted(tried[: len(part)]) == list(part)
        del tried[: len(part)]
    assert not tried


def test_the_order_is_chance() -> None:
    """Programs that start together do not try the same ports one after the other."""
    assert list(ports._candidates()) != list(ports._candidates())
