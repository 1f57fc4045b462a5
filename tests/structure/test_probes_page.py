"""The page about probes knows every reason, and whose fault it is."""

from __future__ import annotations

import re
from pathlib import Path

from exporter.probe_outcome import OURS, ProbeReason
from exporter.protocols.http import MAX_REDIRECTS
from exporter.transport.http import MOST_HEADERS, MOST_LINE_BYTES

PAGE = (Path(__file__).parents[2] / "docs/probes.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `(\w+)` \|.*\| ([^|]+) \|$", PAGE, re.MULTILINE)


def test_every_reason_has_its_row() -> None:
    """In the order of the enumeration, once, and no other; `malformed` and later stand for all kinds."""
    assert [reason for reason, _ in ROWS] == [reason.value for reason in ProbeReason]


def test_faults_of_ours_are_said_to_be_ours() -> None:
    """And no others."""
    assert {reason for reason, whose in ROWS if whose == "ours"} == {reason.value for reason in OURS}


def test_the_bounds_are_those_of_the_program() -> None:
    """As the page names them."""
    assert (MOST_HEADERS, MOST_LINE_BYTES, MAX_REDIRECTS) == (100, 8 * 1024, 5)
    assert "8 KiB for the status line and each header, 100 headers" in PAGE
    assert "five at most" in PAGE
