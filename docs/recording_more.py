"""Sections of ``docs/recording.md`` about records of other files: present, consolidation, traffic, causes.

Lives here: each of those records with its labels, unit and meaning. Must not live here: the queries
(``alert_rules/transition.yml``, ``traffic.yml``, ``cause.yml``), windows (``recording``).
"""

from __future__ import annotations

from dataclasses import dataclass

from alert_rules.now import (
    AREA_INFO,
    LINK_CODE,
    OPEN_LINKS,
    OPEN_SINCE,
    PROVIDER_INFO,
    SITE_CODE,
    SITE_INFO,
    STATE_COUNTS,
    Code,
)

__all__ = ["CAUSE", "NOW", "TRAFFIC", "TRANSITION", "Record", "more_sections"]


@dataclass(frozen=True, slots=True)
class Record:
    """One record as people who write panels need it."""

    name: str
    labels: str  #: beside job and instance, in words or names
    unit: str
    meaning: str


_SITE = "`site`"
_PHASE = "`site`, `phase`"
_LINK = "as level `link`"

TRANSITION = (
    Record(
        "site:opd_site_phase:now",
        "`site`, `name`, `opd`, `kabkota`, `kabkota_name`, `phase`",
        "1",
        "the phase of the site's primary links; in `transition` too while these are of several phases",
    ),
    Record("site:opd_site_phase:since", _PHASE, "Unix seconds", "since when the site is in its phase, as far as known"),
    Record("phase:opd_site_info:count", "`phase`", "sites", "how many sites are in the phase now"),
    *(
        Record(f"site_phase:{name}:increase{tile}", f"{_PHASE}{more}", unit, f"{meaning}, in a tile of {tile}")
        for name, more, unit, meaning in (
            ("opd_link_state_seconds", ", `state`", "seconds", "time of the site's primary links in a state"),
            ("opd_link_echo_replies", "", "echoes", "echoes of the site's primary links that were answered"),
            ("opd_link_echo_lost", "", "echoes", "echoes of the site's primary links that were lost"),
            ("opd_link_rtt_seconds_sum", "", "seconds", "sum of the round-trip times of these answers"),
        )
        for tile in ("5m", "1h")
    ),
    *(
        Record(f"site:{name}:{side}_move", _SITE, unit, f"{meaning}, {when}")
        for name, unit, meaning in (
            ("opd_link_availability", "0 to 1", "seconds up or degraded / measured seconds"),
            ("opd_link_loss", "0 to 1", "echoes lost / echoes with a verdict"),
            ("opd_link_rtt_seconds", "seconds", "mean round-trip time of the replies"),
            ("opd_link_measured_seconds", "seconds", "seconds up, degraded or down, of all primary links together"),
        )
        for side, when in (("before", "while `legacy`, within 90 days"), ("after", "while `central`, within 30 days"))
    ),
    Record("site:opd_site_quality:comparable", _SITE, "1", "a day or more was measured both before and after the move"),
    Record(
        "site:opd_site_quality:worse_after_move",
        _SITE,
        "1",
        "comparable, and available less or losing more than before, by more than a threshold; absent otherwise",
    ),
)

_COUNTED = "how many are in the state, which is up, degraded, unknown, planned or down; 0 included"
_OUT = "`scope`, `rank`, `what`, `place`, `opd`, `kabkota`, `provider`, `site`, `link`"

NOW = (
    Record(SITE_INFO.record, "as `opd_site_info`", "1", "each site, also while its exporter cannot be read"),
    Record(PROVIDER_INFO.record, "as `opd_provider_info`", "1", "each provider, likewise"),
    Record(AREA_INFO.record, "`kabkota`, `kabkota_name`", "1", "each area that has a site, likewise"),
    Record(LINK_CODE.record, _LINK, "code", "the state of the link"),
    Record(
        SITE_CODE.record,
        "`site`, `name`, `opd`, `kabkota`, `kabkota_name`",
        "code",
        "the state of the site: down when all its links are, up when all are up, unknown when none is known to answer",
    ),
    Record(OPEN_SINCE, _OUT, "Unix seconds", "each outage that was told and lasts, since when; `rank` 1 is the worst"),
    Record(OPEN_LINKS, _OUT, "links", "likewise, how many links are down"),
    *(
        Record(
            name,
            ", ".join(f"`{label}`" for label in (*labels, "state")),
            "sites" if "site" in name else "links",
            _COUNTED,
        )
        for name, (labels, _) in STATE_COUNTS.items()
    ),
)

TRAFFIC = (
    Record("link:opd_link_interface_received:bits_per_second5m", _LINK, "bits/s", "what the site received, mean of 5m"),
    Record("link:opd_link_interface_sent:bits_per_second5m", _LINK, "bits/s", "what the site sent, mean of 5m"),
    Record(
        "link:opd_link_traffic:bits_per_second5m", "`link`, `site`, `role`", "bits/s", "both directions, mean of 5m"
    ),
    Record("link:opd_link_utilisation:ratio5m", _LINK, "from 0", "the fuller direction / the contract's bandwidth"),
    Record("link:opd_link_utilisation:p95_30d", _LINK, "from 0", "95th percentile of these; anew with a new contract"),
    Record("link:opd_link_traffic_bytes:increase5m", "`link`", "bytes", "both directions, in a tile of 5m"),
    Record("link:opd_link_traffic_bytes:increase1h", "`link`", "bytes", "both directions, in a tile of 1h"),
    Record("link:opd_link_traffic:bytes30d", _LINK, "bytes", "both directions; 0 or nearly for a line never used"),
    Record("link:opd_link_traffic:hours30d", _LINK, "hours", "of how many of the 720 hours these bytes are known"),
)

CAUSE = (
    Record("link:opd_link_outage_cause:decided", "`link`, `cause`", "1", "at the moment at which a cause was decided"),
    Record("link:opd_link_outage_cause:counted", "`link`", "Unix time", "the end of the outage that was counted last"),
    Record(
        "provider:opd_link_outage_cause:count30d",
        "`provider`, `cause`",
        "outages",
        "outages of links of which the cause was decided within 30 days; absent: none",
    ),
)

_ABOUT_TRANSITION = """\
## The consolidation

From `alert_rules/transition.yml`. Only sites that are `central` now have moved and have a before and an after; one
whose legacy line was never measured has no before. Tiles keep the phase that a link had when they were made. Show the
measured seconds beside a comparison, and none where a site is not comparable. Thresholds: `threshold:move_*`.
"""

_ABOUT_NOW = f"""\
## The present

From `alert_rules/now.py`. A code is a state as a number, the worst highest:
{", ".join(f"{code:d} {code.name.lower()}" for code in Code)}. Planned is down while planned work runs. While an
exporter cannot be read, its links and sites are unknown.
"""

_ABOUT_TRAFFIC = """\
## Traffic

From `alert_rules/traffic.yml`: absent for a link whose device is not read by SNMP (`opd_link_interface_*_bytes_total`).
Say so in a panel; a line that is not read is not an unused one. Sums are over the epochs of a device, which is silent
about what it carried around a restart; a window that is known in part only shows less than there was.
How often a device started within a day is `link:opd_link_router_restarts:count1d` (`alert_rules/device.yml`).
"""

_ABOUT_CAUSES = """\
## Causes

From `alert_rules/cause.yml`. One sample for each outage of a link, also one too short to be told, when its cause was
decided: `count_over_time`. Unknown is a cause too: nobody reads the router, or nothing proves anything.
"""


def more_sections() -> str:
    """The sections, each with its table."""
    return (
        f"{_ABOUT_NOW}\n{_table(NOW)}\n{_ABOUT_TRANSITION}\n{_table(TRANSITION)}\n{_ABOUT_TRAFFIC}\n{_table(TRAFFIC)}\n"
        f"{_ABOUT_CAUSES}\n{_table(CAUSE)}"
    )


def _table(records: tuple[Record, ...]) -> str:
    rows = [f"| `{each.name}` | {each.labels} | {each.unit} | {each.meaning} |" for each in records]
    return "\n".join(["| record | labels beside `job`, `instance` | unit | meaning |", "|---|---|---|---|", *rows, ""])
