"""PromQL that several dashboards ask with: names of recorded series from rule files, and joins.

Lives here: what stands in ``alert_rules/*.yml`` under a name that no Python module has, each once. Must not live here:
records that Python makes (``alert_rules.windows``, ``alert_rules.now``), panels.
"""

from __future__ import annotations

from alert_rules.now import PROVIDER_INFO

__all__ = [
    "AVAILABILITY_AFTER_MOVE",
    "AVAILABILITY_BEFORE_MOVE",
    "CAUSES_30D",
    "CAUSE_DECIDED",
    "COMPARABLE_MOVE",
    "ERROR_BUDGET",
    "JITTER_LIMIT",
    "LOSS_AFTER_MOVE",
    "LOSS_BEFORE_MOVE",
    "LOSS_LIMIT",
    "MEASURED_AFTER_MOVE",
    "MEASURED_BEFORE_MOVE",
    "MONTH_END",
    "MONTH_START",
    "OPD_INFO",
    "OUTAGES_OVER_TOLERANCE",
    "OUTAGE_ENDED",
    "PHASE_COUNT",
    "PHASE_SINCE",
    "PROBE_RESULTS_5M",
    "PROVIDER_NAME",
    "READABLE",
    "RECEIVED_5M",
    "RESTARTS_1D",
    "RTT_AFTER_MOVE",
    "RTT_BASELINE",
    "RTT_BEFORE_MOVE",
    "RTT_LIMIT",
    "RTT_LIMIT_SET",
    "SENT_5M",
    "SITE_PHASE",
    "TRAFFIC_BYTES_30D",
    "TRAFFIC_HOURS_30D",
    "UTILISATION_5M",
    "UTILISATION_P95_30D",
    "WHOLE_MONTH",
    "WORSE_MOVE",
]

#: Of sites that have moved, by ``site`` (transition.yml): figures before and after, 0 to 1 or in seconds; seconds
#: measured, of all primary links together; 1 for each that can be compared, and 1 for each that is worse off.
AVAILABILITY_AFTER_MOVE = "site:opd_link_availability:after_move"
AVAILABILITY_BEFORE_MOVE = "site:opd_link_availability:before_move"
COMPARABLE_MOVE = "site:opd_site_quality:comparable"
LOSS_AFTER_MOVE = "site:opd_link_loss:after_move"
LOSS_BEFORE_MOVE = "site:opd_link_loss:before_move"
MEASURED_AFTER_MOVE = "site:opd_link_measured_seconds:after_move"
MEASURED_BEFORE_MOVE = "site:opd_link_measured_seconds:before_move"
RTT_AFTER_MOVE = "site:opd_link_rtt_seconds:after_move"
RTT_BEFORE_MOVE = "site:opd_link_rtt_seconds:before_move"
WORSE_MOVE = "site:opd_site_quality:worse_after_move"

#: 1 at the moment at which the ``cause`` of an outage of a link was decided, and how many there were of each, by
#: ``provider`` (cause.yml).
CAUSES_30D = "provider:opd_link_outage_cause:count30d"
CAUSE_DECIDED = "link:opd_link_outage_cause:decided"

#: How many sites are in each ``phase`` (transition.yml).
PHASE_COUNT = "phase:opd_site_info:count"

#: Since when each ``site`` is in its ``phase``, as Unix time (transition.yml).
PHASE_SINCE = "site:opd_site_phase:since"

#: The share of time that a link's contract lets it be down; absent where it promises nothing (sla.yml).
ERROR_BUDGET = "link:opd_link_error_budget:ratio"

#: The calendar month in WIB, as Unix time (sla_month.yml).
MONTH_END = "calendar:month_end:timestamp_seconds"
MONTH_START = "calendar:month_start:timestamp_seconds"

#: 1 for each ``opd`` with its ``name``, also while the exporter cannot be read (evidence.yml).
OPD_INFO = "opd:opd_opd_info:held"

#: The length of an outage of a link, in seconds measured down, one sample at its end; of those that are longer than the
#: contract tolerates, how many there were this month (tolerance.yml).
OUTAGE_ENDED = "link:opd_link_outage_seconds:ended"
OUTAGES_OVER_TOLERANCE = "link:opd_link_outages_over_tolerance:month"

#: From where on an alert is told, by link, and what is usual for it (quality.yml, baseline.yml). ``RTT_LIMIT_SET`` is
#: that of the inventory, for the 95th percentile; where there is none, ``RTT_LIMIT`` holds for the mean.
JITTER_LIMIT = "link:opd_link_rtt_variation_seconds:limit"
LOSS_LIMIT = "link:opd_link_loss:limit"
RTT_BASELINE = "link:opd_link_rtt_seconds:baseline7d"
RTT_LIMIT = "link:opd_link_rtt_seconds:limit"
RTT_LIMIT_SET = "link:opd_link_rtt_seconds:absolute_limit"

#: Accountable seconds of the whole month, by link (sla_month.yml).
WHOLE_MONTH = "link:opd_link_accountable_seconds:whole_month"

#: Ends of probes a second, mean of 5 minutes, by ``result`` (probe.yml).
PROBE_RESULTS_5M = "prober:opd_link_probe_results:rate5m"

#: Puts the provider's ``name`` beside its id: ``RECORD PROVIDER_NAME``.
PROVIDER_NAME = f"* on (job, instance, provider) group_left (name) {PROVIDER_INFO.record}"

#: 1 for each exporter that can be read, otherwise 0.
READABLE = 'up{job="pantau"}'

#: 1 for each site with its ``phase`` (transition.yml).
SITE_PHASE = "site:opd_site_phase:now"

#: How often the device of a link started within a day; absent: not at all (device.yml).
RESTARTS_1D = "link:opd_link_router_restarts:count1d"

#: Of links whose device is read: bits a second, mean of 5 minutes; what they carried, in how many hours of 720, and of
#: how much they could (traffic.yml).
RECEIVED_5M = "link:opd_link_interface_received:bits_per_second5m"
SENT_5M = "link:opd_link_interface_sent:bits_per_second5m"
TRAFFIC_BYTES_30D = "link:opd_link_traffic:bytes30d"
TRAFFIC_HOURS_30D = "link:opd_link_traffic:hours30d"
UTILISATION_5M = "link:opd_link_utilisation:ratio5m"
UTILISATION_P95_30D = "link:opd_link_utilisation:p95_30d"
