"""Families of prometheus_client with the help of the catalogue.

Lives here: making one family from its samples. Must not live here: what the samples are (``reference_exposition``).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric

from exporter.catalogue import family

__all__ = ["Samples", "counter", "exact", "gauge", "info"]

Samples = Sequence[tuple[tuple[str, ...], float]]


def exact(ns: int) -> float:
    """Seconds, the float nearest to the true quotient."""
    return float(Fraction(int(ns), 1_000_000_000))


def gauge(name: str, labels: list[str], samples: Samples, unit: str = "") -> Metric:
    """A gauge family."""
    metric = GaugeMetricFamily(name, family(name).help, labels=labels, unit=unit)
    for values, number in samples:
        metric.add_metric(values, number)
    return metric


def counter(name: str, labels: list[str], samples: Samples, unit: str = "") -> Metric:
    """A counter family; ``name`` without ``_total``."""
    metric = CounterMetricFamily(name, family(f"{name}_total").help, labels=labels, unit=unit)
    for values, number in samples:
        metric.add_metric(values, number)
    return metric


def info(name: str, values: list[dict[str, str]]) -> Metric:
    """An info family; ``name`` without ``_info``."""
    metric = InfoMetricFamily(name, family(f"{name}_info").help, labels=[])
    for each in values:
        metric.add_metric([], each)
    return metric
