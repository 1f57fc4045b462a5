"""The page ``docs/recording.md``: what the recording rules of windows keep, from their own list, and others beside it.

Lives here: how the list looks on paper. Must not live here: queries and meanings (``alert_rules/windows``), other
records (``recording_more``), files (``generate``).
"""

from __future__ import annotations

from alert_rules.windows import DESCRIBED, FIGURES, INFO, LEVELS, LINK, TILE_S, WINDOWS, groups
from docs.recording_more import more_sections

__all__ = ["recording_page"]

_INTRODUCTION = f"""\
# Recorded figures

Written by `python -m docs.generate` from `alert_rules/windows.py` and `docs/recording_more.py`; do not edit.
Dashboards, reports and alerts ask for these and not for the counters: a month of 500 links is then a
matter of milliseconds.

A name is `LEVEL:METRIC:OPERATION` and ends in its window: `provider:opd_link_loss:ratio1h`,
`link:opd_link_rtt_seconds:p95_5m`. In Python: `record(level, figure, window)` of `alert_rules.windows`.

- **Sums are divided, never ratios averaged.** Two links of a provider count by what was measured of each.
- **Absent where nothing was measured**, also a quantile without a reply; never 0, never NaN. Only coverage is 0 then.
- **What nobody scraped or measured** lowers the coverage and moves no other figure. Show coverage beside each figure.
- **An exporter that restarts** loses the time that it did not run and what it counted since its last scrape (5 s).
- **While an exporter cannot be read**, figures stay and their coverage falls (`{INFO.record}` keeps the labels).
  A link that leaves the inventory leaves at once; what it counted stays with its provider, contract and so on.
- **A link that is new** has covered as much of a window as it was there. A level is measured against the number of
  links that it had on average, not against today's.
- **A Prometheus that stands still** when a tile is due does not record it: five minutes are not covered, or an hour in
  the window of 30 days. `promtool tsdb create-blocks-from rules` can fill in such tiles, and the past after an upgrade.
"""


def recording_page() -> str:
    """The whole page."""
    return f"{_INTRODUCTION}\n{_figures()}\n{_levels()}\n{_windows()}\n{_tiles()}\n{more_sections()}"


def _table(head: str, *rows: str) -> str:
    columns = head.count("|") + 1
    return "\n".join([f"| {head} |", "|" + "---|" * columns, *(f"| {row} |" for row in rows), ""])


def _figures() -> str:
    rows = [f"`{figure.metric}:{figure.operation}WINDOW` | {figure.unit} | {figure.meaning}" for figure in FIGURES]
    return "## Figures\n\n" + _table("METRIC:OPERATION | unit | meaning", *rows)


def _levels() -> str:
    rows = []
    for level in (LINK, *LEVELS):
        labels = ", ".join(
            f"`{label}`" for label in ("job", "instance", *level.labels, *(DESCRIBED if level is LINK else ()))
        )
        rows.append(f"`{level.name}` | {labels} | {level.meaning}")
    return "## Levels\n\n" + _table("LEVEL | labels | what is summed up", *rows)


def _windows() -> str:
    intervals = {rule.record: group.interval for group in groups() for rule in group.rules}
    rows = []
    for window in WINDOWS:
        (interval,) = {
            every
            for name, every in intervals.items()
            if name.startswith("link:") and name.endswith(f"ratio{window.name}")
        }
        source = f"tiles of {window.tile}" if window.tile else "counters"
        rows.append(f"`{window.name}` | {interval} | {source}")
    return "## Windows\n\n" + _table("WINDOW | recorded every | from", *rows)


def _tiles() -> str:
    counted = [
        rule.record.split(":")[1]
        for group in groups()
        for rule in group.rules
        if rule.record.startswith("link:") and rule.record.endswith("increase5m")
    ]
    rows = [f"`LEVEL:{name}:increase5m`, `LEVEL:{name}:increase1h`" for name in counted]
    rows.append(
        "`LEVEL:opd_link_info:count5m`, `LEVEL:opd_link_info:count1h` (not of links): how many links there were"
    )
    lines = [
        "## Tiles",
        "",
        f"What was counted in {TILE_S // 60} minutes and in an hour, side by side; over any other window it is the",
        "`sum_over_time` of tiles. Only ranges see those of an hour, for an instant looks back five minutes.",
        "",
        *(f"- {row}" for row in rows),
    ]
    return "\n".join(lines) + "\n"
