"""When all lines of an office were down at once, against a slow second-by-second twin."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from exporter.pages.office_outages import site_outages
from exporter.past import PastOutage
from tests.support.pasts import make_outage

_END = 60


@st.composite
def line(draw: st.DrawFn) -> list[PastOutage]:
    """Outages of one line, in order, that do not touch."""
    bounds = sorted(draw(st.sets(st.integers(0, _END - 1), max_size=10)))
    pairs = list(zip(bounds[::2], bounds[1::2], strict=False))
    found = [make_outage("a", start, end) for start, end in pairs]
    if len(bounds) % 2:
        found.append(make_outage("a", bounds[-1], None, end_seen=True))
    return found


def down_at(outages: list[PastOutage], at: int) -> bool:
    """Whether the line is down then."""
    return any(each.start_unix_ns <= at < (_END if each.end_unix_ns is None else each.end_unix_ns) for each in outages)


@given(st.lists(line(), min_size=1, max_size=3))
def test_an_office_is_down_exactly_while_all_its_lines_are(lines: list[list[PastOutage]]) -> None:
    """At each moment, and as few spans as possible per pair of outages."""
    found = site_outages(lines)
    for at in range(_END):
        covered = any(each.start_unix_ns <= at < (_END if each.lasts else each.end_unix_ns or 0) for each in found)
        assert covered == all(down_at(each, at) for each in lines)
    assert [each.start_unix_ns for each in found] == sorted(each.start_unix_ns for each in found)
