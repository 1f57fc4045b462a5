"""quality.json and queries.json: how good the data of a month are, and how they were asked for.

Lives here: what the two files say. Must not live here: figures of availability (``data``), opening files. Both are
canonical JSON; ``docs/evidence-data.md`` has every key.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from exporter.evidence.accounts import LinkAccount, Report
from exporter.evidence.canonical import json_bytes

__all__ = ["QUALITY_SCHEMA", "QUERIES_SCHEMA", "quality_of", "queries_of"]

QUALITY_SCHEMA = "pantau-opd/evidence-quality/1"
QUERIES_SCHEMA = "pantau-opd/evidence-queries/1"


def quality_of(report: Report, software: Mapping[str, str]) -> bytes:
    """``quality.json``: coverage of each link, what is missing and why, what the exporter confessed.

    ``software`` are the versions of the programs that made the pack, by name.
    """
    return json_bytes(
        {
            "schema": QUALITY_SCHEMA,
            "month": report.month,
            "selection": report.selection,
            "allowed_gaps": report.allowed_gaps,
            "shortcomings": report.shortcomings,
            "coverage": report.totals.around.coverage,
            "period_ms": report.totals.around.period_ms,
            "unmeasured_ms": report.totals.around.unmeasured_ms,
            "links": [_link(each) for each in report.links],
            "sites": report.coverage,
            "unknown_links": report.unknown_links,
            "gaps": report.gaps,
            "restarts_ms": report.restarts_ms,
            "confessed": report.source.confessed,
            "exporter_versions": report.source.exporter_versions,
            "inventory_digests": report.source.inventory_digests,
            "inventory_digest": report.inventory.digest,
            "unused_corrections": [each.id for each in report.unused_corrections],
            "software": software,
        }
    )


def _link(each: LinkAccount) -> dict[str, Any]:
    return {
        "link": each.identity.link,
        "from_ms": each.from_ms,
        "until_ms": each.until_ms,
        "period_ms": each.around.period_ms,
        "unmeasured_ms": each.around.unmeasured_ms,
        "coverage": each.around.coverage,
        "unmeasured_echoes": each.echoes.unmeasured,
    }


def queries_of(report: Report) -> bytes:
    """``queries.json``: every kind of question that was asked, and whom."""
    source = report.source
    return json_bytes(
        {
            "schema": QUERIES_SCHEMA,
            "month": report.month,
            "start_ms": report.month.start_ms,
            "end_ms": report.month.end_ms,
            "program": source.program,
            "retention": source.retention,
            "job": source.job,
            "instance": source.instance,
            "queries": report.queries,
        }
    )
