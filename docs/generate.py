"""Writes the generated pages: ``python -m docs.generate``, with ``--check`` only compares.

Lives here: how the catalogue looks on paper, and the files. Must not live here: any word about a metric; those
stand in ``exporter/catalogue.py``; recorded figures (``recording``), dashboards (``dashboard_page``), tables of
the pack (``evidence_tables_page``), questions and fields of the API (``exporter.api``).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from docs.dashboard_page import dashboards_page
from docs.evidence_tables_page import evidence_tables_page
from docs.recording import recording_page
from exporter.api.openapi import openapi_document
from exporter.catalogue import FAMILIES
from exporter.metric_family import Family, Subject
from exporter.model import Limit
from exporter.outcome import Foreign, Reason, State
from exporter.scope import Scope
from exporter.thresholds import RTT_BUCKETS_S

__all__ = [
    "DASHBOARDS_PAGE",
    "EVIDENCE_TABLES_PAGE",
    "METRICS_PAGE",
    "OPENAPI_FILE",
    "RECORDING_PAGE",
    "main",
    "metrics_page",
]

METRICS_PAGE = Path(__file__).with_name("metrics.md")
RECORDING_PAGE = Path(__file__).with_name("recording.md")
DASHBOARDS_PAGE = Path(__file__).with_name("dashboards.md")
EVIDENCE_TABLES_PAGE = Path(__file__).with_name("evidence-tables.md")
OPENAPI_FILE = Path(__file__).with_name("openapi.json")

HEADINGS = {
    Subject.LINK: "Links",
    Subject.OUTAGE: "Outages of several links",
    Subject.SITE: "Sites",
    Subject.OPD: "Agencies",
    Subject.PROVIDER: "Providers",
    Subject.CONTRACT: "Contracts",
    Subject.MAINTENANCE: "Planned work",
    Subject.REFERENCE: "Reference targets",
    Subject.EXPORTER: "The exporter itself",
}

INTRODUCTION = """\
# Metrics

Written by `python -m docs.generate` from `exporter/catalogue.py`; do not edit.

- Labels of measurements are ids. Names, places and contracts stand in the `_info` series and are joined:
  `opd_link_state{state="down"} == 1 and on (link) opd_link_info{provider="penyedia-a"}`.
- Counters and histograms only; ratios are made by queries, for example the loss over five minutes:
  `rate(opd_link_echo_lost_total[5m]) / (rate(opd_link_echo_replies_total[5m]) + rate(opd_link_echo_lost_total[5m]))`.
- What was not measured is neither lost nor answered. A value nobody knows is absent, never 0.
- All series of a link exist from its first appearance, except the timestamps that are not known yet; a link that
  leaves the inventory leaves the next page. A reload keeps the counters of unchanged links.
- The prober measures on its own timers, not when it is scraped; `opd_link_last_probe_timestamp_seconds` shows the age.
- The page is the Prometheus text format 0.0.4, or OpenMetrics 1.0.0 when the client prefers it; names and labels are
  the same in both. Info series are gauges of value 1 in the former.
"""

PROCESS = """\
Besides these, the page has the usual `process_*` families of prometheus_client: CPU seconds, memory, open files and
the start time of the process.
"""


def closed_sets() -> str:
    """The values of every label that is not an id or a name."""
    rows: list[tuple[str, Iterable[str]]] = [
        ("`state`", State),
        ("`scope`; `opd_outage_…` knows all but `link`", Scope),
        ("`quantity`", Limit),
        ("`reason` of `…_echo_unmeasured_total`", Reason),
        ("`reason` of `opd_exporter_foreign_replies_total`", Foreign),
        ("`le`, in seconds", (*map(repr, RTT_BUCKETS_S), "+Inf")),
    ]
    lines = [f"| {label} | {', '.join(f'`{value}`' for value in values)} |" for label, values in rows]
    return "\n".join(["## Closed sets of label values", "", "| label | values |", "|---|---|", *lines, ""])


def row(family: Family) -> str:
    """One family as a row of a table."""
    labels = ", ".join(f"`{label}`" for label in family.labels)
    return f"| `{family.series}` | {family.kind} | {labels} | {family.help} |"


def section(subject: Subject) -> str:
    """All families of one subject, in the order of the page."""
    rows = [row(family) for family in FAMILIES if family.subject is subject]
    head = [f"## {HEADINGS[subject]}", "", "| name | type | labels | meaning |", "|---|---|---|---|"]
    return "\n".join([*head, *rows, ""])


def metrics_page() -> str:
    """The whole of ``docs/metrics.md``."""
    return "\n".join([INTRODUCTION, *map(section, Subject), PROCESS, closed_sets()])


def main(words: Sequence[str]) -> int:
    """0 when the pages are, or now are, what the code says; 1 when ``--check`` finds a difference."""
    pages = {
        METRICS_PAGE: metrics_page(),
        RECORDING_PAGE: recording_page(),
        DASHBOARDS_PAGE: dashboards_page(),
        EVIDENCE_TABLES_PAGE: evidence_tables_page(),
        OPENAPI_FILE: json.dumps(openapi_document(), ensure_ascii=False, indent=1) + "\n",
    }
    if "--check" not in words:
        for path, text in pages.items():
            path.write_text(text, encoding="utf-8")
        return 0
    stale = [path for path, text in pages.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    for path in stale:
        print(f"{path} is not what the code says; run: python -m docs.generate", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
