"""Reading a page of metrics back, in either format, into something that can be compared.

Lives here: the strict parsers of prometheus_client and one comparable shape. Must not live here:
rendering.
"""

from __future__ import annotations

from dataclasses import dataclass

from prometheus_client.metrics_core import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text

from exporter.exposition import Exposition

__all__ = ["ParsedFamily", "parsed", "series_count"]

Sample = tuple[str, frozenset[tuple[str, str]], float]


@dataclass(frozen=True)
class ParsedFamily:
    """What a parser understood of one family; the order of samples does not matter."""

    kind: str
    help: str
    unit: str
    samples: frozenset[Sample]


def parsed(page: bytes, exposition: Exposition) -> dict[str, ParsedFamily]:
    """The families of a page by name; fails on whatever the parser refuses, and on repeated families or series."""
    parse = parse_openmetrics if exposition is Exposition.OPENMETRICS else parse_text
    families = list(parse(page.decode()))
    shapes = {family.name: shape(family) for family in families}
    assert len(shapes) == len(families), "a family appears twice"
    return shapes


def shape(family: Metric) -> ParsedFamily:
    """One family in comparable form."""
    samples = frozenset((each.name, frozenset(each.labels.items()), float(each.value)) for each in family.samples)
    series = {(name, labels) for name, labels, _ in samples}
    assert len(series) == len(family.samples), f"{family.name}: a series appears twice"
    return ParsedFamily(family.type, family.documentation, family.unit, samples)


def series_count(page: bytes) -> int:
    """Samples on a page."""
    return sum(1 for line in page.split(b"\n") if line and not line.startswith(b"#"))
