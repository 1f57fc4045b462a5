"""What the recording rules of windows are made of: quantities, levels and windows, as PromQL.

Lives here: the queries, each once, and the names of what they record. Must not live here: how the file looks
(``generate``), thresholds, alerts. Valid for Prometheus 2.42 and 3.x alike.

Two kinds of series:

*Tiles* are increases over five minutes, recorded every five minutes, so that they lie side by side: the sum of tiles
over a window is what was counted in it. ``increase`` knows an exporter that starts anew. What nobody scraped is in no
tile: it lowers the coverage and moves no ratio. (A gap that lies within one tile is bridged by counters that went on
counting: nothing of it is lost.) The tiles of a level are joined when they are made, so that history stays with the
provider and the contract that the link had then, and so does the number of links that it is measured against.

*Figures* divide sums, last, and are absent where nothing was measured; only coverage is 0 then.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

__all__ = [
    "AVAILABILITY",
    "COVERAGE",
    "DESCRIBED",
    "FIGURES",
    "INFO",
    "JITTER",
    "LEVELS",
    "LINK",
    "LOSS",
    "RTT_MEAN",
    "RTT_P50",
    "RTT_P95",
    "TILE_RANGE",
    "TILE_S",
    "WINDOWS",
    "Figure",
    "Group",
    "Level",
    "Rule",
    "Window",
    "groups",
    "record",
]


@dataclass(frozen=True, slots=True)
class Rule:
    """One recording rule."""

    record: str
    expr: str


@dataclass(frozen=True, slots=True)
class Group:
    """Rules that are evaluated in their order, every ``interval``."""

    name: str
    interval: str
    why: str  #: what the interval rests on, for the reader of the file
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Level:
    """What figures are summed up to."""

    name: str  #: the first part of a record's name
    labels: tuple[str, ...]  #: what tells its members apart, beside job and instance; none: there is only one
    meaning: str


@dataclass(frozen=True, slots=True)
class Window:
    """The time that a figure looks back on."""

    name: str  #: as in a record's name
    seconds: int
    tile: str  #: the tiles that it is summed from; empty: straight from the counters
    range: str  #: of tiles: a millisecond less than the window, so that tiles on both edges are not both counted


@dataclass(frozen=True, slots=True)
class Figure:
    """One quantity of a window."""

    metric: str  #: the middle part of a record's name
    operation: str  #: the last part of it, before the window
    unit: str
    meaning: str


#: A link's own figures carry what describes it.
DESCRIBED = ("name", "site", "opd", "kabkota", "provider", "contract", "role", "phase")

LINK = Level("link", ("link",), "one link")

LEVELS = (
    Level("site", ("site",), "the links of a site, primary and backup alike"),
    Level("opd", ("opd",), "the links of an office's sites"),
    Level("kabkota", ("kabkota",), "the links in a regency or city"),
    Level("provider", ("provider",), "the links that a provider sells"),
    Level("contract", ("contract",), "the links under a contract"),
    Level("province", (), "all links of an exporter"),
)

#: What a tile looks back on: one scrape more than its length, so that it shares the scrape at its edge with its
#: neighbour. ``increase`` only knows what lies between the scrapes in its range and guesses the rest from that; of two
#: ranges that touch, neither has what happened between the last scrape of one and the first of the other. So there are
#: 61 scrapes, 5 s apart, that tell the whole of 300 s. A millisecond less, for else they are 62 where both ends of a
#: range are closed.
TILE_S, TILE_RANGE, _TILE_RANGE_S = 300, "5m4s999ms", 304.999

WINDOWS = (
    Window("5m", 300, "", ""),
    Window("1h", 3_600, "5m", "59m59s999ms"),
    Window("1d", 86_400, "5m", "23h59m59s999ms"),
    # From hourly tiles: a twelfth of the samples, and at most one hour of 720 late.
    Window("30d", 2_592_000, "1h", "29d23h59m59s999ms"),
)

LOSS = Figure("opd_link_loss", "ratio", "0 to 1", "echoes lost / echoes with a verdict")
RTT_P50 = Figure(
    "opd_link_rtt_seconds", "p50_", "seconds", "median round-trip time, interpolated in its bucket, at most 1"
)
RTT_P95 = Figure("opd_link_rtt_seconds", "p95_", "seconds", "95th percentile of the round-trip time, likewise")
RTT_MEAN = Figure("opd_link_rtt_seconds", "mean", "seconds", "mean round-trip time of the replies")
JITTER = Figure(
    "opd_link_rtt_variation_seconds", "mean", "seconds", "mean difference of consecutive round-trip times (jitter)"
)
AVAILABILITY = Figure(
    "opd_link_availability", "ratio", "0 to 1", "seconds up or degraded / seconds up, degraded or down"
)
COVERAGE = Figure(
    "opd_link_coverage",
    "ratio",
    "0 to 1",
    "seconds up, degraded or down / seconds of the window, for each link there was",
)

FIGURES = (LOSS, RTT_P50, RTT_P95, RTT_MEAN, JITTER, AVAILABILITY, COVERAGE)

#: What is counted, to the counter it is counted by and the labels that this has beside the link's.
_COUNTERS = {
    "opd_link_echo_replies": ("opd_link_echo_replies_total", ()),
    "opd_link_echo_lost": ("opd_link_echo_lost_total", ()),
    "opd_link_rtt_seconds_sum": ("opd_link_rtt_seconds_sum", ()),
    "opd_link_rtt_variation_seconds": ("opd_link_rtt_variation_seconds_total", ()),
    "opd_link_state_seconds": ("opd_link_state_seconds_total", ("state",)),
    "opd_link_rtt_seconds_bucket": ("opd_link_rtt_seconds_bucket", ("le",)),
}

#: How many links a level has, but for the tile's name.
_LINKS = "opd_link_info:count"

_ANSWERING = '{state=~"up|degraded"}'
_MEASURED = '{state=~"up|degraded|down"}'

#: The description of each link, also while its exporter cannot be read: what was counted until then is still its.
INFO = Rule(
    "link:opd_link_info:held",
    'opd_link_info or (link:opd_link_info:held and on (job, instance) (up{job="pantau"} == 0))',
)


def record(level: Level, figure: Figure, window: Window) -> str:
    """The name that a figure is recorded under: ``level:metric:operations``."""
    return f"{level.name}:{figure.metric}:{figure.operation}{window.name}"


def groups() -> Iterator[Group]:
    """Every group, each after those that it reads; promtool needs ``group_eval_order`` to keep this order."""
    recent, *long = WINDOWS
    yield Group(
        "windows_1_5m",
        "1m",
        "alerts ask for these; 1 min is a fifth of the window",
        (INFO, *_figures(recent)),
    )
    yield Group(
        "windows_2_tiles_5m",
        "5m",
        "the length of a tile, so that tiles neither overlap nor leave a gap",
        tuple(_tiles()),
    )
    yield Group("windows_3_tiles_1h", "1h", "the length of a tile", tuple(_hourly_tiles()))
    for window in long:
        yield Group(
            f"windows_4_{window.name}", "4m", "below the 5 min for which a sample is seen", tuple(_figures(window))
        )


def _tiles() -> Iterator[Rule]:
    for name, (counter, _) in _COUNTERS.items():
        yield Rule(f"link:{name}:increase5m", f"increase({counter}[{TILE_RANGE}]) * {TILE_S} / {_TILE_RANGE_S}")
    for level in LEVELS:
        for name in _COUNTERS:
            yield Rule(f"{level.name}:{name}:increase5m", _summed(level, name, f"link:{name}:increase5m"))
        yield Rule(f"{level.name}:{_LINKS}5m", _there(level))


def _hourly_tiles() -> Iterator[Rule]:
    (hour,) = (window for window in WINDOWS if window.name == "1h")
    for level in (LINK, *LEVELS):
        for name in _COUNTERS:
            tile = f"{level.name}:{name}:increase"
            yield Rule(f"{tile}1h", f"sum_over_time({tile}5m[{hour.range}])")
        if level is not LINK:
            there = f"{level.name}:{_LINKS}"
            yield Rule(f"{there}1h", f"avg_over_time({there}5m[{hour.range}])")


def _figures(window: Window) -> Iterator[Rule]:
    for level in (LINK, *LEVELS):
        for figure, expr in zip(FIGURES, _expressions(level, window), strict=True):
            joined = f"({expr}) * {_joined(DESCRIBED)}" if level is LINK else expr
            yield Rule(record(level, figure, window), joined)


def _expressions(level: Level, window: Window) -> Iterator[str]:
    """The figures of a level over a window, in the order of ``FIGURES``, with the labels that tell members apart."""
    replies = _counted(level, window, "opd_link_echo_replies")
    lost = _counted(level, window, "opd_link_echo_lost")
    buckets = _counted(level, window, "opd_link_rtt_seconds_bucket")
    measured = f"sum without (state) ({_counted(level, window, 'opd_link_state_seconds', _MEASURED)})"
    answering = f"sum without (state) ({_counted(level, window, 'opd_link_state_seconds', _ANSWERING)})"
    there = _links(level, window)
    yield f"{lost} / ({lost} + {replies} > 0)"
    # No reply, no quantile: that of an empty histogram is NaN, which no comparison lets pass.
    yield f"histogram_quantile(0.5, {buckets}) >= 0"
    yield f"histogram_quantile(0.95, {buckets}) >= 0"
    yield f"{_counted(level, window, 'opd_link_rtt_seconds_sum')} / ({replies} > 0)"
    yield f"{_counted(level, window, 'opd_link_rtt_variation_seconds')} / ({replies} > 0)"
    yield f"{answering} / ({measured} > 0)"
    # Time is settled in steps of a link's interval, and increases are extrapolated to the edges of their range, so
    # whole coverage is now and then a hair over 1; of a slowly probed link even more.
    yield f"clamp_max(({measured} or {there} * 0) / ({there} * {window.seconds}), 1)"


def _counted(level: Level, window: Window, name: str, matchers: str = "") -> str:
    """What was counted in the window."""
    if window.tile:
        return f"sum_over_time({level.name}:{name}:increase{window.tile}{matchers}[{window.range}])"
    # Each time from the counters: to record the increases first saved no time (3.5.3: 0.7 to 0.9 s for all figures of
    # 500 links, one way or the other; 2.42: 1.5 s as it is) and would be two fifths of all samples that windows keep.
    recent = f"increase({_COUNTERS[name][0]}{matchers}[5m])"
    return recent if level is LINK else _summed(level, name, recent)


def _links(level: Level, window: Window) -> str:
    """The number of links that the window is measured against.

    Of a level the average of the window, so that a provider who lost half of its links is not measured against those
    that are left. An average and not a sum: tiles that were not recorded while Prometheus stood still are not covered.
    """
    if window.tile and level is not LINK:
        return f"avg_over_time({level.name}:{_LINKS}{window.tile}[{window.range}])"
    return _there(level)


def _there(level: Level) -> str:
    return f"count by ({', '.join(_identity(level))}) ({INFO.record})"


def _summed(level: Level, name: str, links: str) -> str:
    kept = ", ".join((*_identity(level), *_COUNTERS[name][1]))
    return f"sum by ({kept}) ({links} * {_joined(level.labels)})"


def _joined(labels: tuple[str, ...]) -> str:
    return f"on (job, instance, link) group_left ({', '.join(labels)}) {INFO.record}"


def _identity(level: Level) -> tuple[str, ...]:
    return ("job", "instance", *level.labels)
