"""Sums over agencies, areas, providers, phases and contracts; never a mean of means.

Lives here: adding up, naming, the worst of a month, the days of a month. Must not live here: any rule of a contract.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import zip_longest

from exporter.evidence.accounts import (
    Account,
    ContractAccount,
    Group,
    LinkAccount,
    OutageAccount,
    SiteAccount,
    Totals,
)
from exporter.evidence.measured import Echoes, Identity
from exporter.model import Exclusion, Inventory, Phase

__all__ = [
    "PHASES",
    "WORST",
    "contracts_of",
    "echoes_of",
    "groups_of",
    "sum_of",
    "totals_of",
    "worst_links",
    "worst_sites",
]

#: How many of the worst are named (domain notes 4.4).
WORST = 5

#: Phases of the consolidation as people call them.
PHASES: Mapping[str, str] = {
    Phase.LEGACY: "Sewa sendiri",
    Phase.TRANSITION: "Peralihan",
    Phase.CENTRAL: "Terpusat",
}


def sum_of(accounts: Iterable[Account]) -> Account:
    """All of them as one."""
    return sum(accounts, Account())


def echoes_of(links: Iterable[LinkAccount]) -> Echoes:
    """The echoes of all links, added up."""
    many = [link.echoes for link in links]
    return Echoes(
        replies=sum(each.replies for each in many),
        lost=sum(each.lost for each in many),
        unmeasured=sum(each.unmeasured for each in many),
        rtt_buckets=tuple(map(sum, zip_longest(*(each.rtt_buckets for each in many), fillvalue=0))),
    )


def groups_of(
    links: Sequence[LinkAccount],
    sites: Sequence[SiteAccount],
    key: Callable[[Identity], str],
    names: Mapping[str, str],
) -> tuple[Group, ...]:
    """The links by ``key``, each group with the sites at which it has one; in the order of their ids."""
    by_key: dict[str, list[LinkAccount]] = {}
    for link in links:
        by_key.setdefault(key(link.identity), []).append(link)
    return tuple(_group(each, names.get(each, each), by_key[each], sites) for each in sorted(by_key))


def _group(key: str, name: str, links: Sequence[LinkAccount], sites: Sequence[SiteAccount]) -> Group:
    present = {link.identity.site for link in links}
    among = [site for site in sites if site.site in present]
    return Group(
        id=key,
        name=name,
        links=len({link.identity.link for link in links}),
        sites=len(among),
        around=sum_of(link.around for link in links),
        service=sum_of(link.service for link in links),
        site_around=sum_of(site.around for site in among),
        echoes=echoes_of(links),
        outages=sum(link.outages for link in links),
        restored=sum(link.restored for link in links),
        restore_ms=sum(link.restore_ms for link in links),
        below=_below(links),
    )


def contracts_of(
    links: Sequence[LinkAccount], outages: Sequence[OutageAccount], inventory: Inventory
) -> tuple[ContractAccount, ...]:
    """Each contract that a link was measured under, in the order of their ids."""
    by_contract: dict[str, list[LinkAccount]] = {}
    for link in links:
        by_contract.setdefault(link.identity.contract, []).append(link)
    of_contract: dict[str, list[OutageAccount]] = {}
    for outage in outages:
        of_contract.setdefault(outage.identity.contract, []).append(outage)
    return tuple(
        _contract(key, by_contract[key], tuple(of_contract.get(key, ())), inventory) for key in sorted(by_contract)
    )


def _contract(
    key: str, links: Sequence[LinkAccount], outages: tuple[OutageAccount, ...], inventory: Inventory
) -> ContractAccount:
    contract = inventory.contracts.get(key)
    provider = links[0].identity.provider if contract is None else contract.provider
    known = inventory.providers.get(provider)
    excluded = {why: sum(link.excluded_ms.get(why, 0) for link in links) for why in Exclusion}
    return ContractAccount(
        id=key,
        provider=provider,
        provider_name=provider if known is None else known.name,
        contract=contract,
        links=tuple(links),
        outages=outages,
        total=sum_of(link.around if link.contractual is None else link.contractual for link in links),
        excluded_ms={why: many for why, many in excluded.items() if many},
        below=_below(links),
        credit_rupiah=sum(link.credit.rupiah for link in links if link.credit is not None),
    )


def totals_of(links: Sequence[LinkAccount], sites: Sequence[SiteAccount]) -> Totals:
    """Everything in one row."""
    return Totals(
        links=len({link.identity.link for link in links}),
        sites=len(sites),
        around=sum_of(link.around for link in links),
        service=sum_of(link.service for link in links),
        site_around=sum_of(site.around for site in sites),
        site_service=sum_of(site.service for site in sites),
        echoes=echoes_of(links),
        outages=sum(link.outages for link in links),
        restored=sum(link.restored for link in links),
        restore_ms=sum(link.restore_ms for link in links),
        promised=len({link.identity.link for link in links if link.kept is not None}),
        below=_below(links),
        credit_rupiah=sum(link.credit.rupiah for link in links if link.credit is not None),
    )


def worst_sites(sites: Iterable[SiteAccount]) -> tuple[SiteAccount, ...]:
    """Those that were down longest; none that was never down. A tie is decided by the id."""
    down = [site for site in sites if site.around.down_ms]
    return tuple(sorted(down, key=lambda site: (-site.around.down_ms, site.site))[:WORST])


def worst_links(links: Iterable[LinkAccount]) -> tuple[LinkAccount, ...]:
    """The same of links."""
    down = [link for link in links if link.around.down_ms]
    order = sorted(down, key=lambda link: (-link.around.down_ms, link.identity.link, link.from_ms))
    return tuple(order[:WORST])


def _below(links: Iterable[LinkAccount]) -> int:
    return len({link.identity.link for link in links if link.kept is False})
