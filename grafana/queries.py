"""PromQL that several dashboards ask with: names of recorded series from rule files, and joins.

Lives here: what stands in ``alert_rules/*.yml`` under a name that no Python module has, each once. Must not live here:
records that Python makes (``alert_rules.windows``, ``alert_rules.now``), panels.
"""

from __future__ import annotations

from alert_rules.now import PROVIDER_INFO

__all__ = [
    "ERROR_BUDGET",
    "MONTH_END",
    "MONTH_START",
    "OPD_INFO",
    "PROVIDER_NAME",
    "READABLE",
]

#: The share of time that a link's contract lets it be down; absent where it promises nothing (sla.yml).
ERROR_BUDGET = "link:opd_link_error_budget:ratio"

#: The calendar month in WIB, as Unix time (sla_month.yml).
MONTH_END = "calendar:month_end:timestamp_seconds"
MONTH_START = "calendar:month_start:timestamp_seconds"

#: 1 for each ``opd`` with its ``name``, also while the exporter cannot be read (evidence.yml).
OPD_INFO = "opd:opd_opd_info:held"

#: Puts the provider's ``name`` beside its id: ``RECORD PROVIDER_NAME``.
PROVIDER_NAME = f"* on (job, instance, provider) group_left (name) {PROVIDER_INFO.record}"

#: 1 for each exporter that can be read, otherwise 0.
READABLE = 'up{job="pantau"}'
