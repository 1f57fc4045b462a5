"""What the recording rules of the present are made of: states as numbers, how many of each, and what is out, named.

Lives here: the queries, each once, the names of what they record, and what the numbers mean. Must not live here: how
the file looks (``generate``), figures over time (``windows``), alerts. Valid for Prometheus 2.42 and 3.x alike.

Dashboards show these, and rules may ask for them. While an exporter cannot be read nothing is known of its links: they
are *unknown* then, and neither gone nor what they were.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import IntEnum

from alert_rules.windows import DESCRIBED, INFO, Group, Rule

__all__ = [
    "AREA_INFO",
    "LINK_CODE",
    "OPEN_LINKS",
    "OPEN_SINCE",
    "PROVIDER_INFO",
    "SITE_CODE",
    "SITE_INFO",
    "STATE_COUNTS",
    "Code",
    "groups",
]


class Code(IntEnum):
    """A state as a number, the worst highest."""

    UP = 0
    DEGRADED = 1
    UNKNOWN = 2
    PLANNED = 3  #: down while planned work runs
    DOWN = 4


_PROBER = "job, instance"
_UNREADABLE = f'on ({_PROBER}) (up{{job="pantau"}} == 0)'

#: The description of each site, also while its exporter cannot be read.
SITE_INFO = Rule("site:opd_site_info:held", f"opd_site_info or (site:opd_site_info:held and {_UNREADABLE})")

#: The names of providers, likewise.
PROVIDER_INFO = Rule(
    "provider:opd_provider_info:held", f"opd_provider_info or (provider:opd_provider_info:held and {_UNREADABLE})"
)

#: The areas with their names: 27 instead of 450 sites to look through.
AREA_INFO = Rule("kabkota:opd_site_info:held", f"max by ({_PROBER}, kabkota, kabkota_name) ({SITE_INFO.record})")

_STATE = "opd_link_state"

#: A link's state. Exactly one of the states is 1, so a weighted sum of them is its number.
LINK_CODE = Rule(
    "link:opd_link_state:code",
    f'(({_STATE}{{state="degraded"}} * {Code.DEGRADED:d}'
    f' + ignoring (state) {_STATE}{{state="unknown"}} * {Code.UNKNOWN:d}'
    f' + ignoring (state) {_STATE}{{state="down"}} * {Code.DOWN:d}'
    f' - ignoring (state) {_STATE}{{state="down"}} * ignoring (state) opd_link_maintenance)'
    f" * on ({_PROBER}, link) group_left ({', '.join(DESCRIBED)}) opd_link_info)"
    f" or ({INFO.record} * {Code.UNKNOWN:d} and {_UNREADABLE})",
)

_BY_SITE = f"by ({_PROBER}, site) ({LINK_CODE.record})"

#: A site's state: down when every link is; otherwise unknown when none is known to answer, up when all are up.
SITE_CODE = Rule(
    "site:opd_site_state:code",
    f"(max {_BY_SITE} and min {_BY_SITE} >= {Code.PLANNED:d}"
    f" or min {_BY_SITE} == {Code.UNKNOWN:d}"
    f" or clamp_max(max {_BY_SITE}, {Code.DEGRADED:d}) and min {_BY_SITE} <= {Code.DEGRADED:d})"
    f" * on ({_PROBER}, site) group_left (name, opd, kabkota, kabkota_name) {SITE_INFO.record}",
)

#: How many are in each state, by what, of what: record, labels, codes.
STATE_COUNTS = {
    "province:opd_site_state:count": ((), SITE_CODE.record),
    "kabkota:opd_site_state:count": (("kabkota", "kabkota_name"), SITE_CODE.record),
    "opd:opd_site_state:count": (("opd",), SITE_CODE.record),
    "provider:opd_link_state:count": (("provider",), LINK_CODE.record),
    "province:opd_link_state:count": ((), LINK_CODE.record),
}

_HELD = "outage:opd_outage_started_timestamp_seconds:held"

#: What is out, worst first by ``rank``: since when, as Unix time. ``what`` and ``place`` are names for people.
OPEN_SINCE = "outage:opd_outage_started_timestamp_seconds:open"

#: Likewise, how many links are down in it.
OPEN_LINKS = "outage:opd_outage_links:open"

_OPEN_LABELS = f"{_PROBER}, scope, rank, what, place, opd, kabkota, provider, site, link"

_LINK_DOWN = "link:opd_link_down_timestamp_seconds:held"


def groups() -> Iterator[Group]:
    """Both groups, each in the order of evaluation."""
    yield Group("now", "5s", "what the wall shows is at most one scrape and one evaluation old", tuple(_rules()))
    counts = (
        Rule(record, " or ".join(_counted(labels, codes, code) for code in Code))
        for record, (labels, codes) in STATE_COUNTS.items()
    )
    yield Group(
        "now_counts", "30s", "for curves; of the present moment the codes themselves are counted", tuple(counts)
    )


def _rules() -> Iterator[Rule]:
    yield from (SITE_INFO, PROVIDER_INFO, AREA_INFO, LINK_CODE, SITE_CODE)
    yield Rule(OPEN_SINCE, _open(_since, _LINK_DOWN))
    yield Rule(OPEN_LINKS, _open(_links, f"{_LINK_DOWN} > bool 0"))


def _counted(labels: tuple[str, ...], codes: str, code: Code) -> str:
    """The number of those with this code, 0 included, labelled with the state."""
    counted = f"sum by ({', '.join((_PROBER, *labels))}) ({codes} == bool {code:d})"
    return _labelled(counted, "state", code.name.lower())


def _since(scope: str) -> str:
    return f'{_HELD}{{scope="{scope}"}}'


def _links(scope: str) -> str:
    """Links down; an outage that lasts while nothing can be read has as many as it had."""
    return (
        f'(opd_outage_links{{scope="{scope}"}} or outage:opd_outage_links:most{{scope="{scope}"}}) and {_since(scope)}'
    )


def _open(outages: Callable[[str], str], links: str) -> str:
    """Outages by scope and links alone, the worst first, with names."""
    branches = (
        _labelled(outages("core"), "what", "Jaringan inti"),
        _named(_placed(outages("area")), "what", "place"),
        _joined(_placed(outages("provider")), "provider", PROVIDER_INFO.record, {"what": "name"}),
        _joined(outages("site"), "site", SITE_INFO.record, {"what": "name", "opd": "opd", "place": "kabkota_name"}),
        _named(_placed(_labelled(links, "scope", "link")), "what", "name"),
    )
    ranked = (_labelled(branch, "rank", f"{rank}") for rank, branch in enumerate(branches, start=1))
    return f"max by ({_OPEN_LABELS}) ({' or '.join(ranked)})"


def _labelled(expr: str, label: str, value: str) -> str:
    return f'label_replace({expr}, "{label}", "{value}", "", "")'


def _named(expr: str, label: str, source: str) -> str:
    return f'label_replace({expr}, "{label}", "$1", "{source}", "(.*)")'


def _placed(expr: str) -> str:
    return _joined(expr, "kabkota", AREA_INFO.record, {"place": "kabkota_name"})


def _joined(expr: str, on: str, names: str, labels: Mapping[str, str]) -> str:
    """With ``labels`` from those of the description ``names``; where there is none, without."""
    described = f"max by ({', '.join((_PROBER, on, *labels.values()))}) ({names})"
    for label, source in labels.items():
        described = described if label == source else _named(described, label, source)
    matching = f"on ({_PROBER}, {on})"
    return (
        f"(({expr}) * {matching} group_left ({', '.join(labels)}) ({described} > bool 0)"
        f" or ({expr}) unless {matching} {names})"
    )
