"""What is known of the month beside its links: announced work, the exporter's own confessions, who measured.

Lives here: reading these. Must not live here: links' states and echoes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from exporter.evidence.answers import Client
from exporter.evidence.asking import Asker
from exporter.evidence.measured import ANNOUNCED_STEP_MS, Announced, Source
from exporter.evidence.period import HOUR_MS
from exporter.evidence.scraping import Chosen

__all__ = ["read_announced", "read_source"]

_ANNOUNCED_CHUNK = 864
_DIGESTS_CHUNK = 31 * 24

_CONFESSED = (
    "opd_exporter_kernel_drops_total",
    "opd_exporter_late_sends_total",
    "opd_exporter_stalls_total",
    "opd_exporter_timestamp_fallbacks_total",
    "opd_exporter_socket_reopens_total",
    "opd_exporter_clock_steps_total",
)


def read_announced(asker: Asker, start_ms: int, end_ms: int) -> tuple[Announced, ...]:
    """Every span of announced work, by link and time. Raises PrometheusError."""
    times: dict[str, list[int]] = {}
    expression = f"opd_link_maintenance{{{asker.source}}} == 1"
    answers = asker.grid(
        "pekerjaan yang diumumkan", expression, start_ms, end_ms, ANNOUNCED_STEP_MS, chunk=_ANNOUNCED_CHUNK
    )
    for found in answers:
        for each in found:
            times.setdefault(each.labels["link"], []).extend(each.times_ms.tolist())
    return tuple(
        Announced(link, first, min(last + ANNOUNCED_STEP_MS, end_ms))
        for link, each in sorted(times.items())
        for first, last in _runs(sorted(each))
        if first < end_ms
    )


def _runs(times_ms: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last of each row of times that are a step apart."""
    first = times_ms[0]
    for before, after in pairwise((*times_ms, times_ms[-1] + 2 * ANNOUNCED_STEP_MS)):
        if after - before > ANNOUNCED_STEP_MS:
            yield first, before
            first = after


def read_source(
    asker: Asker,
    client: Client,
    chosen: Chosen,
    stations: Sequence[int],
    starts: Sequence[int],
    span: tuple[int, int],
) -> Source:
    """Who measured and who kept it. Raises PrometheusError."""
    build = client.status("buildinfo")
    name = "Prometheus" if build.get("version") else "sumber yang tidak menyebut versinya"
    words: dict[str, dict[str, int]] = {"opd_exporter_build_info": {}, "opd_exporter_inventory_info": {}}
    selector = f'{{__name__=~"{"|".join(words)}",{asker.source}}}'
    for found in asker.grid("versi dan inventaris", selector, *span, HOUR_MS, chunk=_DIGESTS_CHUNK):
        for each in found:
            series = each.labels["__name__"]
            word = each.labels.get("version" if series == "opd_exporter_build_info" else "digest", "")
            words[series].setdefault(word, int(each.times_ms[0]))
    versions, digests = (_by_appearance(each) for each in words.values())
    return Source(
        program=f"{name} {build.get('version', '')}".strip(),
        retention=str(client.status("runtimeinfo").get("storageRetention", "")),
        instance=chosen.instance,
        job=chosen.job,
        exporter_versions=versions,
        inventory_digests=digests,
        confessed=_confessed(asker, stations, starts),
    )


def _by_appearance(first_ms: dict[str, int]) -> tuple[str, ...]:
    return tuple(word for _, word in sorted((at_ms, word) for word, at_ms in first_ms.items()))


def _confessed(asker: Asker, stations: Sequence[int], starts: Sequence[int]) -> dict[str, int]:
    """How much each counter of the exporter's own faults grew."""
    selector = f'{{__name__=~"{"|".join(_CONFESSED)}",{asker.source}}}'
    grown = dict.fromkeys(_CONFESSED, 0)
    before: dict[str, float] = {}
    for number, at_ms in enumerate(stations):
        found = asker.instant("pengakuan pemantau", selector, at_ms)
        now = {each.labels["__name__"]: float(each.values[-1]) for each in found}
        if number:
            began = any(stations[number - 1] < start <= at_ms for start in starts)
            for name, value in now.items():
                old = 0.0 if began else before.get(name, 0.0)
                grown[name] += round(value - old if value >= old else value)
        before = now
    return grown
