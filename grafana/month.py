"""PromQL about the calendar month in WIB so far: shares, sums by level, the month before.

Lives here: how the month's recorded sums (``alert_rules/sla_month.yml``, ``alert_rules/evidence.yml``) become figures,
each once. Must not live here: panels, records of other windows (``alert_rules.windows``).

Seconds are added up and divided last. An availability is cut off, not rounded: 99,496% of a promised 99,50% must not
read 99,50%.
"""

from __future__ import annotations

from dataclasses import dataclass

from alert_rules.now import AREA_INFO, PROVIDER_INFO
from alert_rules.windows import INFO
from grafana.queries import ERROR_BUDGET, MONTH_START, OPD_INFO

__all__ = [
    "KABKOTA",
    "LINK_ALLOWED",
    "LINK_AVAILABLE",
    "LINK_COVERED",
    "LINK_DOWN",
    "LINK_ELAPSED",
    "LINK_MEASURED",
    "LINK_OUTAGES",
    "LINK_PROMISED",
    "LINK_UNDER",
    "OPD",
    "PROVIDER",
    "Level",
    "at_its_end",
    "available",
    "before",
    "cut",
    "joined",
    "share",
]

_LINK = "job, instance, link"

#: Seconds of each link since the month began: accountable, of these down; measured, and how many it could have been.
_LINK_ACCOUNTABLE = "link:opd_link_accountable_seconds:month"
LINK_DOWN = "link:opd_link_accountable_down_seconds:month"
LINK_MEASURED = "link:opd_link_measured_seconds:month"
LINK_ELAPSED = "link:opd_link_elapsed_seconds:month"

#: Outages of each link that ended.
LINK_OUTAGES = "link:opd_link_accountable_outages:month"

#: The share of time that its contract lets a link be down; absent where it promises nothing.
LINK_ALLOWED = ERROR_BUDGET

#: Seconds that each link may have been down so far.
_LINK_BUDGET = f"{LINK_ALLOWED} * on ({_LINK}) {_LINK_ACCOUNTABLE}"

#: Tiles are extrapolated to their edges, so that all of the time is now and then a hair more than all.
LINK_COVERED = f"clamp_max({LINK_MEASURED} / on ({_LINK}) {LINK_ELAPSED}, 1)"

#: Links of which a contract's promise is not kept so far: by how many seconds down. And the opposite of a filter.
LINK_UNDER = f"{LINK_DOWN} > on ({_LINK}) {_LINK_BUDGET}"
LINK_PROMISED = f"{LINK_DOWN} > bool on ({_LINK}) {_LINK_BUDGET}"


def cut(ratio: str) -> str:
    """A ratio with four decimals, the rest dropped."""
    return f"floor(({ratio}) * 10000) / 10000"


#: A link that was down for no second has nothing subtracted from 1 either.
LINK_AVAILABLE = cut(f"1 - {LINK_DOWN} / on ({_LINK}) ({_LINK_ACCOUNTABLE} > 0)")


@dataclass(frozen=True, slots=True)
class Level:
    """What links are summed up to, with the record that has the names."""

    label: str
    names: str
    name: str  #: the label in ``names`` that people read

    def summed(self, links: str) -> str:
        """The sum of an expression over links, by member, with its name."""
        own = f"sum by (job, instance, {self.label}) ({joined(links, self.label)})"
        return f"{own} {self._named()}"

    def shown(self, expr: str) -> str:
        """With nothing but the labels that a table shows."""
        return f"max by ({self.label}, {self.name}) ({expr})"

    def available(self) -> str:
        """Availability so far of each member."""
        return self.shown(cut(f"1 - ({self.summed(LINK_DOWN)}) / ({self.summed(_LINK_ACCOUNTABLE)} > 0)"))

    def covered(self) -> str:
        """Coverage so far of each member."""
        return self.shown(f"clamp_max(({self.summed(LINK_MEASURED)}) / ({self.summed(LINK_ELAPSED)}), 1)")

    def _named(self) -> str:
        return f"* on (job, instance, {self.label}) group_left ({self.name}) {self.names}"


KABKOTA = Level("kabkota", AREA_INFO.record, "kabkota_name")
OPD = Level("opd", OPD_INFO, "name")
PROVIDER = Level("provider", PROVIDER_INFO.record, "name")


def joined(links: str, labels: str) -> str:
    """An expression over links with ``labels`` of their description; links that left the inventory are dropped."""
    return f"({links}) * on ({_LINK}) group_left ({labels}) {INFO.record}"


def share(part: str, whole: str) -> str:
    """The sum of one record by that of another, over all exporters; at most 1."""
    return f"clamp_max(sum({part}) / (sum({whole}) > 0), 1)"


def available(level: str, window: str = "") -> str:
    """Availability of all links (of contracts that count ``window``) or sites."""
    return _available(*_sums(level, window))


def before(level: str, window: str = "") -> str:
    """The same of the month before: what was recorded in its last day, last. Absent where nothing was."""
    return _available(*(at_its_end(each) for each in _sums(level, window)))


def at_its_end(record: str) -> str:
    """What a record said last in the month before: within its last day, at a full hour."""
    start = f"({MONTH_START} @ end())"
    ended = f"(vector(time()) <= on () {start}) > on () ({start} - 86400)"
    return f"last_over_time(({record} and on () ({ended}))[32d:1h])"


def _sums(level: str, window: str) -> tuple[str, str]:
    which = f'{{window="{window}"}}' if window else ""
    name = f"province:opd_{level}_accountable"
    return f"{name}_down_seconds:month{which}", f"{name}_seconds:month{which}"


def _available(down: str, accountable: str) -> str:
    return cut(f"1 - {share(down, accountable)}")
