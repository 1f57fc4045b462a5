"""What the process knows about itself: the only direct instrumentation.

Lives here: build, reloads, render time, refused scrapes, and ``process_*``. Must not live here: any
figure of a link or of the measuring loop, which come from a snapshot. Names and help come from the
catalogue; every method may be called from any thread.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Info,
    ProcessCollector,
    Summary,
    disable_created_metrics,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest as text_bytes
from prometheus_client.openmetrics.exposition import generate_latest as openmetrics_bytes
from prometheus_client.registry import Collector

from exporter import __version__
from exporter.access.live_config import WebConfigFigures
from exporter.catalogue import family
from exporter.exposition import Exposition
from exporter.history.journal import JournalFigures

__all__ = ["SelfMetrics"]


class SelfMetrics:
    """The process's own figures, in a registry of their own."""

    def __init__(
        self,
        *,
        loaded_unix_s: float,
        journal: Callable[[], JournalFigures | None] | None = None,
        web: Callable[[], WebConfigFigures] | None = None,
    ) -> None:
        """``loaded_unix_s``: when the inventory in force was loaded; a process starts only with one.

        ``journal``, ``web``: what journal and web configuration confess, asked at each scrape; None: there is none.
        """
        disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series per counter that nobody asks for
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        build = family("opd_exporter_build_info")
        Info(build.name, build.help, registry=self.registry).info(
            {"version": __version__, "python": platform.python_version()}
        )
        self._reload_ok = self._gauge("opd_exporter_config_last_reload_successful")
        self._reloaded_unix_s = self._gauge("opd_exporter_config_last_reload_success_timestamp_seconds")
        render = family("opd_exporter_render_seconds")
        self._render_s = Summary(render.name, render.help, unit=render.unit, registry=self.registry)
        rejected = family("opd_exporter_scrapes_rejected_total")
        self._rejected = Counter(rejected.name, rejected.help, registry=self.registry)
        if journal is not None:
            self.registry.register(_JournalCollector(journal))
        if web is not None:
            self.registry.register(_WebCollector(web))
        self.reload_succeeded(loaded_unix_s)

    def reload_succeeded(self, unix_s: float) -> None:
        """A new inventory is in force since ``unix_s``."""
        self._reload_ok.set(1)
        self._reloaded_unix_s.set(unix_s)

    def reload_failed(self) -> None:
        """A new inventory was refused."""
        self._reload_ok.set(0)

    def rendering(self) -> AbstractContextManager[object]:
        """A context whose duration is counted as one render."""
        return self._render_s.time()

    def scrape_rejected(self) -> None:
        """A scrape was answered with 503."""
        self._rejected.inc()

    def exposition(self, exposition: Exposition) -> bytes:
        """All of it as text; in OpenMetrics with the mark that ends a page."""
        return (openmetrics_bytes if exposition is Exposition.OPENMETRICS else text_bytes)(self.registry)

    def _gauge(self, series: str) -> Gauge:
        each = family(series)
        return Gauge(each.name, each.help, unit=each.unit, registry=self.registry)


class _JournalCollector(Collector):
    """The series of the journal; none where there is no journal."""

    def __init__(self, journal: Callable[[], JournalFigures | None]) -> None:
        self._journal = journal

    def collect(self) -> Iterator[Metric]:
        figures = self._journal()
        if figures is None:
            return
        yield _of(GaugeMetricFamily, "opd_exporter_journal_written_timestamp_seconds", figures.written_unix_s)
        yield _of(CounterMetricFamily, "opd_exporter_journal_write_failures_total", figures.failures)
        yield _of(CounterMetricFamily, "opd_exporter_journal_unreadable_lines_total", figures.unreadable_lines)
        yield _of(GaugeMetricFamily, "opd_exporter_journal_size_bytes", figures.size_bytes)


class _WebCollector(Collector):
    """The series of the web configuration."""

    def __init__(self, web: Callable[[], WebConfigFigures]) -> None:
        self._web = web

    def collect(self) -> Iterator[Metric]:
        figures = self._web()
        yield _of(GaugeMetricFamily, "opd_exporter_web_config_last_reload_successful", float(figures.last_ok))
        loaded = "opd_exporter_web_config_last_reload_success_timestamp_seconds"
        yield _of(GaugeMetricFamily, loaded, figures.loaded_unix_s)
        if figures.certificate_ends_unix_s is not None:
            ends = "opd_exporter_web_certificate_expiry_timestamp_seconds"
            yield _of(GaugeMetricFamily, ends, figures.certificate_ends_unix_s)


def _of(kind: type[GaugeMetricFamily | CounterMetricFamily], series: str, value: float) -> Metric:
    each = family(series)
    found: Metric = kind(each.name, each.help, value=value, unit=each.unit)
    return found
