"""Which series queries name, and which there are: exported, recorded, or of Prometheus and Alertmanager themselves.

Lives here: reading PromQL with a parser, and the known names. Must not live here: dashboards (``reading``, ``checks``).
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import promql_parser as promql
import yaml

from exporter.catalogue import FAMILIES
from exporter.metric_family import Kind

__all__ = ["OF_PROMETHEUS", "QueryError", "is_of_the_chain", "known_names", "named"]

_RULES = Path(__file__).parents[1] / "alert_rules"

#: Series that Prometheus itself writes, for every target and alert.
OF_PROMETHEUS = {
    "up",
    "scrape_duration_seconds",
    "scrape_samples_scraped",
    "scrape_samples_post_metric_relabeling",
    "scrape_series_added",
    "ALERTS",
    "ALERTS_FOR_STATE",
}

#: Names of the own pages of Prometheus and Alertmanager; that they are there a test asks the real programs.
_OF_THE_CHAIN = re.compile(r"(prometheus|alertmanager|process|go|promhttp|net_conntrack)_[a-z0-9_]+")

_SUFFIXES = {Kind.HISTOGRAM: ("_bucket", "_sum", "_count"), Kind.SUMMARY: ("", "_sum", "_count")}


class QueryError(ValueError):
    """A query is no PromQL; the text is the parser's."""


def named(expr: str) -> set[str]:
    """The names of all series that a query selects. Raises QueryError; also for a selector without a name."""
    try:
        tree = promql.parse(expr)
    except ValueError as error:
        raise QueryError(str(error)) from error
    names: set[str] = set()

    def visit(node: promql.Expr) -> bool:
        selector = getattr(node, "vector_selector", node)
        if isinstance(selector, promql.VectorSelector):
            names.add(_name(selector))
        return True

    promql.walk(tree, visit)
    return names


@cache
def known_names() -> frozenset[str]:
    """Every series that the exporter has, the rules record, or Prometheus writes about its targets and alerts."""
    exported = {family.series + suffix for family in FAMILIES for suffix in _SUFFIXES.get(family.kind, ("",))}
    return frozenset(exported | OF_PROMETHEUS | _recorded())


def is_of_the_chain(name: str) -> bool:
    """Whether a name can only be found on the pages of Prometheus or Alertmanager."""
    return _OF_THE_CHAIN.fullmatch(name) is not None


def _recorded() -> set[str]:
    groups = [
        group
        for file in sorted(_RULES.glob("*.yml"))
        for group in yaml.safe_load(file.read_text(encoding="utf-8"))["groups"]
    ]
    return {rule["record"] for group in groups for rule in group["rules"] if "record" in rule}


def _name(selector: promql.VectorSelector) -> str:
    if selector.name:
        return str(selector.name)
    for matcher in selector.matchers.matchers:
        if matcher.name == "__name__" and matcher.op == promql.MatchOp.Equal:
            return str(matcher.value)
    raise QueryError("a selector names no series, or several: write each one's name")
