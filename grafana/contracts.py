"""What links cost and carry by their contracts, as PromQL over the links that a dashboard's variables choose.

Lives here: expressions over links and contracts that several panels ask with. Must not live here: panels, names of
records (``queries``, ``alert_rules``).

Every expression is free of ``job`` and ``instance``: a second exporter that measures the same links doubles no fee.
"""

from __future__ import annotations

from alert_rules.now import PROVIDER_INFO
from alert_rules.windows import INFO
from grafana.queries import OPD_INFO

__all__ = ["CHOSEN", "bandwidth", "fee", "links", "named", "of_links", "or_none"]

#: What a series with a link's labels has to match.
CHOSEN = 'opd=~"$opd", kabkota=~"$kabkota", provider=~"$provider"'

#: What is joined by its id, to the series that holds its name.
_NAMES = {"opd": OPD_INFO, "provider": PROVIDER_INFO.record}


def of_links(record: str, *matchers: str) -> str:
    """A series with a link's labels, of the links that are chosen and match."""
    return f"max without (job, instance) ({record}{{{', '.join((CHOSEN, *matchers))}}})"


def links(*matchers: str) -> str:
    """1 for each link."""
    return of_links(INFO.record, *matchers)


def fee(*matchers: str) -> str:
    """Rupiah a month, by link."""
    return _bought("opd_contract_fee_rupiah", matchers)


def bandwidth(*matchers: str) -> str:
    """Bits per second, by link."""
    return _bought("opd_contract_bandwidth_bits_per_second", matchers)


def named(expr: str, *ids: str) -> str:
    """Beside the id of an ``opd`` or ``provider`` its name, as ``opd_name``, ``provider_name``."""
    for each in ids:
        names = f'label_replace({_NAMES[each]}, "{each}_name", "$1", "name", "(.*)")'
        expr = f"({expr}) * on ({each}) group_left ({each}_name) max by ({each}, {each}_name) ({names})"
    return expr


def or_none(counted: str, known: str) -> str:
    """0 where ``counted`` finds nothing although ``known`` has data; without data, nothing."""
    return f"{counted} or count({known}) * 0"


def _bought(metric: str, matchers: tuple[str, ...]) -> str:
    bought = f"max by (contract) ({metric})"
    return f"({links(*matchers)} * on (contract) group_left () {bought})"
