"""A month of what the recording rules of windows keep, invented, as Prometheus' own backfilling reads it.

Lives here: the series and their samples, as OpenMetrics text. Must not live here: running Prometheus (``rules``), the
queries (``alert_rules.windows``). Values have as many digits as real ones, so that size and time are real too.

Only what the queries of a month read is written: hourly tiles for all days, those of five minutes for the last one,
and the outputs that a graph over a month shows; of traffic and causes likewise (``month_beside``). A provider may have
been out in it, and nothing recorded for a while.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from alert_rules.windows import (
    AVAILABILITY,
    COVERAGE,
    FIGURES,
    JITTER,
    LEVELS,
    LINK,
    LOSS,
    RTT_MEAN,
    RTT_P50,
    RTT_P95,
    WINDOWS,
    Level,
    record,
)
from bench.month_beside import beside
from exporter.model import Inventory, Phase
from exporter.outcome import State
from exporter.thresholds import RTT_BUCKETS_S

__all__ = ["Past", "write_month"]

_DAY_S = 86_400

#: So long ago sites moved to the central contract, and so long before that they are known.
_MOVED_DAYS = 20

#: One of so many sites has been down longer since it moved.
_WORSE_OF = 8

#: Half of the replies of a healthy link are faster.
_MEDIAN_S = 0.012

#: What an hour of a healthy link has, by tile, and the labels beside the link's; a tile of five minutes has a twelfth.
#: The last is an hour of a link that is out.
_AN_HOUR: list[tuple[str, str, float, float]] = [
    ("opd_link_echo_replies", "", 3590.0, 0.0),
    ("opd_link_echo_lost", "", 10.0, 3600.0),
    ("opd_link_rtt_seconds_sum", "", 43.0, 0.0),
    ("opd_link_rtt_variation_seconds", "", 3.5, 0.0),
    *(
        (
            "opd_link_state_seconds",
            f',state="{state}"',
            {State.UP: 3585.0, State.DEGRADED: 10.0, State.DOWN: 5.0}.get(state, 0.0),
            3600.0 if state is State.DOWN else 0.0,
        )
        for state in State
    ),
    *(
        ("opd_link_rtt_seconds_bucket", f',le="{bound!r}"', 3590.0 * (1 - 0.5 ** (bound / _MEDIAN_S)), 0.0)
        for bound in RTT_BUCKETS_S
    ),
    ("opd_link_rtt_seconds_bucket", ',le="+Inf"', 3590.0, 0.0),
]


#: What figures of a healthy hour are about.
_FIGURE = {LOSS: 0.003, RTT_P50: 0.012, RTT_P95: 0.03, RTT_MEAN: 0.014, JITTER: 0.001, AVAILABILITY: 1.0, COVERAGE: 1.0}

#: Of these, what they are while the provider is out; the others go on.
_FIGURE_OUT = {LOSS: 1.0, AVAILABILITY: 0.0}

#: What grows from one member of a level to the next, so that curves lie apart.
_GROWING = (LOSS, RTT_P50, RTT_P95, RTT_MEAN, JITTER)


@dataclass(frozen=True, slots=True)
class _Series:
    """One series: its name with labels, its times, and about what its values are."""

    selector: str
    times: Sequence[int]  #: Unix seconds
    mean: float
    out: float | None = None  #: while its provider is out; None: it has no part in that
    is_time: bool = False  #: the value is the time of the sample
    is_exact: bool = False  #: the value is the mean
    values: Sequence[float] | None = None  #: these, and no others


@dataclass(frozen=True, slots=True)
class Past:
    """What went wrong in the month; spans are Unix seconds, the end not included."""

    provider: str  #: who was out; its links and whatever has no others
    out: range
    gap: range  #: in which nothing was recorded


def write_month(
    path: Path, inventory: Inventory, instance: str, *, until_unix_s: int, days: int, past: Past | None = None
) -> int:
    """The file, as text; how many samples it has."""
    random = np.random.default_rng(1)
    endings: dict[int, tuple[Sequence[int], list[str]]] = {}  # by id; keeps the times, so that no other gets their id
    samples = 0
    with path.open("w", encoding="utf-8") as file:
        for series in _all_series(inventory, instance, until_unix_s, days, past):
            if id(series.times) not in endings:
                endings[id(series.times)] = series.times, [f" {time}\n" for time in series.times]
            _, ends = endings[id(series.times)]
            values = _values(series, len(ends), random)
            if past and series.out is not None:
                values = [
                    series.out if time in past.out else value for value, time in zip(values, series.times, strict=True)
                ]
            head = series.selector + " "
            file.write("".join([f"{head}{value}{end}" for value, end in zip(values, ends, strict=True)]))
            samples += len(ends)
        file.write("# EOF\n")
    return samples


def _values(series: _Series, many: int, random: np.random.Generator) -> Sequence[float]:
    if series.values is not None:
        return series.values
    if series.is_time:
        return list(map(float, series.times))
    if series.is_exact:
        return [series.mean] * many
    numbers: list[float] = (series.mean * random.uniform(0.99, 1.0, many)).tolist()
    return numbers


def _all_series(
    inventory: Inventory, instance: str, until_unix_s: int, days: int, past: Past | None
) -> Iterator[_Series]:
    month = range(until_unix_s - days * _DAY_S, until_unix_s)
    gap = past.gap if past else range(0)
    hourly, recent, shown = (
        [time for time in times if time not in gap]
        for times in (month[::3600], range(until_unix_s - _DAY_S - 600, until_unix_s, 300), month[::240])
    )
    common = f'job="pantau",instance="{instance}"'
    yield from _moves(inventory, common, until_unix_s)
    yield from _accounts(inventory, common, month, past)
    out = {past.provider: past.out} if past else {}
    for each in beside(inventory, common, month, gap, out):
        yield _Series(each.selector, each.times, 0.0, values=each.values)
    for level in (LINK, *LEVELS):
        members = _members(inventory, level)
        yield from _tiles(level, members, common, hourly, recent, past)
        for figure in FIGURES if len(members) < 50 else (AVAILABILITY,):
            for place, (member, providers) in enumerate(members.items()):
                silent = _FIGURE_OUT.get(figure) if _is_out(past, providers) else None
                mean = _FIGURE[figure] * (1 + 0.2 * place if figure in _GROWING else 1)
                for window in WINDOWS[1:3] if len(members) < 10 else WINDOWS[1:2]:
                    name = record(level, figure, window)
                    yield _Series(f"{name}{{{common}{member}}}", shown, mean, silent)
    for phase in Phase:
        yield _Series(f'phase:opd_site_info:count{{{common},phase="{phase}"}}', shown, 10.0)


def _is_out(past: Past | None, providers: Sequence[str]) -> bool:
    """Whether links of these providers are all out when there is an outage."""
    return past is not None and set(providers) == {past.provider}


def _tiles(
    level: Level,
    members: Mapping[str, Sequence[str]],
    common: str,
    hourly: Sequence[int],
    recent: Sequence[int],
    past: Past | None,
) -> Iterator[_Series]:
    """As much of each as the member has links, and how many these are."""
    for tile, times, part in (("1h", hourly, 1.0), ("5m", recent, 1 / 12)):
        for member, providers in members.items():
            there = len(providers)
            for name, more, mean, out in _AN_HOUR:
                selector = f"{level.name}:{name}:increase{tile}{{{common}{member}{more}}}"
                yield _Series(
                    selector, times, mean * part * there, out * part * there if _is_out(past, providers) else None
                )
            if level is not LINK:
                selector = f"{level.name}:opd_link_info:count{tile}{{{common}{member}}}"
                yield _Series(selector, times, float(there), is_exact=True)


#: What is accounted for in an hour of a link: record, mean, and when it is out; and in one of a site.
_ACCOUNTED_LINK = (
    ("link:opd_link_accountable_seconds:sum1h", 3590.0, 3590.0),
    ("link:opd_link_accountable_down_seconds:sum1h", 10.0, 3590.0),
    ("link:opd_link_accountable_outages:sum1h", 0.0, 1.0),
    ("link:opd_link_outages_over_tolerance:sum1h", 0.0, 1.0),
    ("link:opd_link_measured_seconds:sum1h", 3590.0, 3590.0),
)
_ACCOUNTED_SITE = (
    ("site:opd_site_accountable_seconds:sum1h", 3590.0),
    ("site:opd_site_accountable_down_seconds:sum1h", 5.0),
)


def _accounts(inventory: Inventory, common: str, month: range, past: Past | None) -> Iterator[_Series]:
    """Accounts by the hour, which rules of the month look for at each full one."""
    full = [
        time for time in range(-(-month.start // 3600) * 3600, month.stop, 3600) if not past or time not in past.gap
    ]
    for link in inventory.links.values():
        hit = past is not None and inventory.contracts[link.contract].provider == past.provider
        for name, mean, out in _ACCOUNTED_LINK:
            yield _Series(f'{name}{{{common},link="{link.id}"}}', full, mean, out if hit else None)
        known = f'link:opd_link_known:timestamp_seconds{{{common},link="{link.id}"}}'
        yield _Series(known, full, 0.0, is_time=True)
    for site in {link.site: None for link in inventory.links.values()}:
        for name, mean in _ACCOUNTED_SITE:
            yield _Series(f'{name}{{{common},site="{site}"}}', full, mean)


def _moves(inventory: Inventory, common: str, until_unix_s: int) -> Iterator[_Series]:
    """Hourly tiles of sites by phase: of those that are central now, from before they moved and since."""
    moved_s = until_unix_s - _MOVED_DAYS * _DAY_S
    spans = {
        "legacy": range(moved_s - _MOVED_DAYS * _DAY_S, moved_s, 3600),
        "central": range(moved_s, until_unix_s, 3600),
    }
    primary = {link.site for link in inventory.links.values() if link.role == "primary" and link.phase == "central"}
    for name, more, mean, _ in _AN_HOUR:
        if "bucket" not in name and "variation" not in name:
            for place, site in enumerate(sorted(primary)):
                for phase, times in spans.items():
                    labels = f'{{{common},site="{site}",phase="{phase}"{more}}}'
                    is_worse = phase == "central" and place % _WORSE_OF == 0 and '"down"' in more
                    yield _Series(f"site_phase:{name}:increase1h{labels}", times, mean * 8 if is_worse else mean)


def _members(inventory: Inventory, level: Level) -> dict[str, list[str]]:
    """The labels of each member of a level that has links, and the provider of each of these."""
    found: dict[str, list[str]] = {}
    for link in inventory.links.values():
        site = inventory.sites[link.site]
        known = {
            "link": link.id,
            "site": site.id,
            "opd": site.opd,
            "kabkota": site.kabkota,
            "provider": inventory.contracts[link.contract].provider,
            "contract": link.contract,
        }
        labels = "".join(f',{label}="{known[label]}"' for label in level.labels)
        found.setdefault(labels, []).append(known["provider"])
    return dict(sorted(found.items()))
