"""PromQL that several dashboards ask with: names of recorded series from rule files, and joins.

Lives here: what stands in ``alert_rules/*.yml`` under a name that no Python module has, each once. Must not live here:
records that Python makes (``alert_rules.windows``, ``alert_rules.now``), panels.
"""

from __future__ import annotations

from alert_rules.now import PROVIDER_INFO

__all__ = ["PROVIDER_NAME", "READABLE"]

#: Puts the provider's ``name`` beside its id: ``RECORD PROVIDER_NAME``.
PROVIDER_NAME = f"* on (job, instance, provider) group_left (name) {PROVIDER_INFO.record}"

#: 1 for each exporter that can be read, otherwise 0.
READABLE = 'up{job="pantau"}'
