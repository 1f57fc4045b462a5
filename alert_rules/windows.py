"""What the recording rules of windows are made of: quantities, levels and windows, as PromQL.

Lives here: the queries, each once, and the names of what they record. Must not live here: how the file looks
(``generate``), thresholds, alerts. Valid for Prometheus 2.42 and 3.x alike.

Two kinds of series:

*Tiles* are increases over five minutes, recorded every five minutes, so that they lie side by side: the sum of tiles
over a window is what was counted in it. ``increase`` knows an exporter that starts anew. What nobody scraped is in no
tile: it lowers the coverage and moves no ratio. The tiles of a level are joined when they are made, so that history
stays with the provider and the contract that the link had then.

*Figures* divide sums, last, and are absent where nothing was measured; only coverage is 0 then.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

__all__ = [
    "FIGURES",
    "INFO",
    "LEVELS",
    "LINK",
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


@dataclass(frozen=True, slots=True)
class Window:
    """The time that a figure looks back on."""

    name: str  #: as in a record's name
    seconds: int
    tile: str  #: the tiles that it is summed from; empty: straight from the counters
    range: str  #: of tiles: one second less than the window, so that tiles on both edges are not both counted


@dataclass(frozen=True, slots=True)
class Figure:
    """One quantity of a window."""

    metric: str  #: the middle part of a record's name
    operation: str  #: the last part of it, before the window
    meaning: str


#: A link's own figures carry what describes it.
_DESCRIBED = ("name", "site", "opd", "kabkota", "provider", "contract", "role", "phase")

LINK = Level("link", ("link",))

LEVELS = (
    Level("site", ("site",)),
    Level("opd", ("opd",)),
    Level("kabkota", ("kabkota",)),
    Level("provider", ("provider",)),
    Level("contract", ("contract",)),
    Level("province", ()),
)

WINDOWS = (
    Window("5m", 300, "", ""),
    Window("1h", 3_600, "increase5m", "59m59s"),
    Window("1d", 86_400, "increase5m", "23h59m59s"),
    # From hourly tiles: a twelfth of the samples, and at most one hour of 720 late.
    Window("30d", 2_592_000, "increase1h", "29d23h59m59s"),
)

FIGURES = (
    Figure("opd_link_loss", "ratio", "echoes lost / echoes with a verdict"),
    Figure("opd_link_rtt_seconds", "p50_", "median round-trip time, from the histogram"),
    Figure("opd_link_rtt_seconds", "p95_", "95th percentile of the round-trip time, from the histogram"),
    Figure("opd_link_rtt_seconds", "mean", "mean round-trip time"),
    Figure("opd_link_rtt_variation_seconds", "mean", "mean difference of consecutive round-trip times (jitter)"),
    Figure("opd_link_availability", "ratio", "seconds up or degraded / seconds up, degraded or down"),
    Figure(
        "opd_link_coverage", "ratio", "seconds up, degraded or down / seconds of the window, for each link there is"
    ),
)

#: What is counted, to the counter it is counted by and the labels that this has beside the link's.
_COUNTERS = {
    "opd_link_echo_replies": ("opd_link_echo_replies_total", ()),
    "opd_link_echo_lost": ("opd_link_echo_lost_total", ()),
    "opd_link_rtt_seconds_sum": ("opd_link_rtt_seconds_sum", ()),
    "opd_link_rtt_variation_seconds": ("opd_link_rtt_variation_seconds_total", ()),
    "opd_link_state_seconds": ("opd_link_state_seconds_total", ("state",)),
    "opd_link_rtt_seconds_bucket": ("opd_link_rtt_seconds_bucket", ("le",)),
}

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
    """Every group, each after those that it reads, also by the names: promtool evaluates them in that order."""
    recent, *long = WINDOWS
    counted = tuple(
        Rule(f"link:{name}:recent5m", f"increase({counter}[5m])") for name, (counter, _) in _COUNTERS.items()
    )
    yield Group(
        "windows_1_5m",
        "1m",
        "alerts ask for these; 1 min is a fifth of the window",
        (INFO, *counted, *_figures(recent)),
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
        yield Rule(f"link:{name}:increase5m", f"increase({counter}[5m])")
    for level in LEVELS:
        for name in _COUNTERS:
            yield Rule(f"{level.name}:{name}:increase5m", _summed(level, name, f"link:{name}:increase5m"))


def _hourly_tiles() -> Iterator[Rule]:
    for level in (LINK, *LEVELS):
        for name in _COUNTERS:
            tile = f"{level.name}:{name}:increase"
            yield Rule(f"{tile}1h", f"sum_over_time({tile}5m[59m59s])")


def _figures(window: Window) -> Iterator[Rule]:
    for level in (LINK, *LEVELS):
        for figure, expr in zip(FIGURES, _expressions(level, window), strict=True):
            joined = f"({expr}) * {_joined(_DESCRIBED)}" if level is LINK else expr
            yield Rule(record(level, figure, window), joined)


def _expressions(level: Level, window: Window) -> Iterator[str]:
    """The figures of a level over a window, in the order of ``FIGURES``, with the labels that tell members apart."""
    replies = _counted(level, window, "opd_link_echo_replies")
    lost = _counted(level, window, "opd_link_echo_lost")
    buckets = _counted(level, window, "opd_link_rtt_seconds_bucket")
    measured = f"sum without (state) ({_counted(level, window, 'opd_link_state_seconds', _MEASURED)})"
    answering = f"sum without (state) ({_counted(level, window, 'opd_link_state_seconds', _ANSWERING)})"
    there = f"count by ({', '.join(_identity(level))}) ({INFO.record})"
    yield f"{lost} / ({lost} + {replies} > 0)"
    # No reply, no quantile: that of an empty histogram is NaN, which no comparison lets pass.
    yield f"histogram_quantile(0.5, {buckets}) >= 0"
    yield f"histogram_quantile(0.95, {buckets}) >= 0"
    yield f"{_counted(level, window, 'opd_link_rtt_seconds_sum')} / ({replies} > 0)"
    yield f"{_counted(level, window, 'opd_link_rtt_variation_seconds')} / ({replies} > 0)"
    yield f"{answering} / ({measured} > 0)"
    # Increases are extrapolated to the edges of their range, so whole coverage is now and then a hair over 1.
    yield f"clamp_max(({measured} or {there} * 0) / ({there} * {window.seconds}), 1)"


def _counted(level: Level, window: Window, name: str, matchers: str = "") -> str:
    """What was counted in the window."""
    if window.tile:
        return f"sum_over_time({level.name}:{name}:{window.tile}{matchers}[{window.range}])"
    recent = f"link:{name}:recent5m{matchers}"
    return recent if level is LINK else _summed(level, name, recent)


def _summed(level: Level, name: str, links: str) -> str:
    kept = ", ".join((*_identity(level), *_COUNTERS[name][1]))
    return f"sum by ({kept}) ({links} * {_joined(level.labels)})"


def _joined(labels: tuple[str, ...]) -> str:
    return f"on (job, instance, link) group_left ({', '.join(labels)}) {INFO.record}"


def _identity(level: Level) -> tuple[str, ...]:
    return ("job", "instance", *level.labels)
