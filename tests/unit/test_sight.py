"""When the prober sees nothing at all, and that everybody who tells of links says so."""

from __future__ import annotations

from exporter.api.view import View
from exporter.outcome import State
from exporter.pages.standing import Standing, of_links
from exporter.pages.wall import render_wall
from exporter.past import NoPast
from exporter.sight import STILL_AFTER_NS, Blindness, blindness
from tests.support.apis import asked
from tests.support.engines import SECOND, Bench, inventory
from tests.support.inventories import many_links
from tests.support.office_page import CHANGED_UNIX_NS, past_of, province_with
from tests.support.pasts import make_outage

THREE = many_links(3)


def test_an_engine_that_goes_round_is_not_still() -> None:
    """While it works the moment of the last round is a frame ago at most, and the prober sees."""
    seen = Bench(inventory(2)).run(3)
    assert seen.still_ns <= SECOND
    assert blindness(seen) is None


def test_an_engine_that_does_not_go_round_any_more_is_told_by_its_snapshots() -> None:
    """Time passes without a frame: nothing is known, whatever the links answered last."""
    bench = Bench(inventory(2))
    bench.run(3)
    last_ns = bench.engine.snapshot().still_ns
    bench.clock.sleep_until_ns(bench.clock.monotonic_ns() + STILL_AFTER_NS + SECOND)
    seen = bench.engine.snapshot()
    assert seen.still_ns == last_ns + STILL_AFTER_NS + SECOND
    assert blindness(seen) is Blindness.STANDSTILL
    assert bench.states() == [State.UP] * 2
    assert of_links(seen).tolist() == [Standing.UNKNOWN] * 2


def test_what_is_still_is_so_before_it_is_cut_off() -> None:
    """A dead engine hears no witness either: the cause is told, and not what follows from it."""
    assert blindness(province_with(THREE, uplink_up=False, still_s=11)) is Blindness.STANDSTILL
    assert blindness(province_with(THREE, uplink_up=False)) is Blindness.CUT_OFF
    assert blindness(province_with(THREE, uplink_up=None)) is None


def test_the_api_says_why_nothing_is_known() -> None:
    """And counts no link as well or down."""
    answer = asked(province_with(THREE, {"link-0": State.DOWN}, uplink_up=False, still_s=11), "summary")
    assert answer["prober"]["uplink_up"] is None, "an engine that stands still hears no witness, whatever the line is"
    assert answer["prober"]["blindness"] == "standstill"
    assert (answer["links"]["up"], answer["links"]["down"], answer["links"]["unknown"]) == (0, 0, 3)
    assert asked(province_with(THREE), "summary")["prober"]["blindness"] is None


def test_the_wall_says_nothing_of_the_uplink_of_an_engine_that_stands_still() -> None:
    """It hears no witness, and that is no line that is down."""
    assert "Jalur pengukur" in render_wall(province_with(THREE, uplink_up=False), NoPast()).pieces["pengukur"]
    still = render_wall(province_with(THREE, uplink_up=False, still_s=11), NoPast()).pieces["pengukur"]
    assert ("Jalur pengukur" in still, "terhenti" in still) == (False, True)


def test_the_beginning_of_a_link_that_is_down_is_its_outages() -> None:
    """Also where its state began anew with the exporter; nothing is said while the prober sees nothing."""
    past = past_of(THREE, {"link-0": [make_outage("link-0", CHANGED_UNIX_NS - 9 * SECOND, None, end_seen=True)]})
    seen = province_with(THREE, {"link-0": State.DOWN})
    assert View(seen, past).since_unix_ns("link-0") == CHANGED_UNIX_NS - 9 * SECOND
    assert View(seen, past).since_unix_ns("link-1") == CHANGED_UNIX_NS
    assert View(province_with(THREE, {"link-0": State.DOWN}, still_s=11), past).since_unix_ns("link-0") == 0
