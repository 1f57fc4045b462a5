"""The coverage matrix: every site in scope, whether it was watched, and if not, why.

Lives here: the denominator of every "all" that a pack says. Must not live here: availability. Sites come from the
inventory; one that was measured and is not in it stands in the matrix too.
"""

from __future__ import annotations

from collections.abc import Sequence

from exporter.evidence.accounts import Account, CoverageRow, LinkAccount
from exporter.evidence.groups import sum_of
from exporter.evidence.measured import Identity
from exporter.evidence.period import Month, wib
from exporter.evidence.selection import Selection
from exporter.indonesian import duration, instant
from exporter.model import Inventory, Link

__all__ = ["coverage_rows", "identity_of"]


def identity_of(link: Link, inventory: Inventory) -> Identity:
    """What the exporter would say of a link of this inventory."""
    site = inventory.sites[link.site]
    return Identity(
        link=link.id,
        name=link.name,
        site=link.site,
        opd=site.opd,
        kabkota=site.kabkota,
        provider=inventory.contracts[link.contract].provider,
        contract=link.contract,
        role=link.role,
        phase=link.phase,
    )


def coverage_rows(
    links: Sequence[LinkAccount], inventory: Inventory, month: Month, selection: Selection
) -> tuple[CoverageRow, ...]:
    """A row for each site in scope, in the order of their ids."""
    measured: dict[str, list[LinkAccount]] = {}
    for link in links:
        measured.setdefault(link.identity.site, []).append(link)
    planned: dict[str, list[str]] = {}
    for each in inventory.links.values():
        if selection.includes(identity_of(each, inventory)):
            planned.setdefault(each.site, []).append(each.id)
    scope = measured.keys() | planned.keys() | _without_links(inventory, selection)
    return tuple(
        _row(site, measured.get(site, []), sorted(planned.get(site, [])), inventory, month) for site in sorted(scope)
    )


def _without_links(inventory: Inventory, selection: Selection) -> set[str]:
    """Sites in scope that have no link at all; those of an agency, but of no provider or contract."""
    linked = {link.site for link in inventory.links.values()}
    return {
        site.id
        for site in inventory.sites.values()
        if site.id not in linked
        and selection.includes(Identity("", "", site.id, site.opd, site.kabkota, "", "", "", ""))
    }


def _row(
    site: str, links: Sequence[LinkAccount], in_inventory: Sequence[str], inventory: Inventory, month: Month
) -> CoverageRow:
    known = inventory.sites.get(site)
    total = sum_of(link.around for link in links)
    return CoverageRow(
        site=site,
        name=site if known is None else known.name,
        opd=known.opd if known else links[-1].identity.opd,
        kabkota=known.kabkota if known else links[-1].identity.kabkota,
        links_in_inventory=len(in_inventory),
        links_measured=len({link.identity.link for link in links if _measured(link)}),
        coverage=total.coverage,
        reason="; ".join(_reasons(links, in_inventory, total, month, known=known is not None)),
    )


def _measured(link: LinkAccount) -> bool:
    """Whether anything is known of it: a link of which every moment is unmeasured was not watched."""
    return link.around.period_ms > link.around.unmeasured_ms


def _reasons(
    links: Sequence[LinkAccount], in_inventory: Sequence[str], total: Account, month: Month, *, known: bool
) -> list[str]:
    found = [] if known else ["tidak ada di inventaris akhir bulan"]
    if known and not in_inventory and not links:
        found.append("belum ada tautan di inventaris")
    by_link: dict[str, list[LinkAccount]] = {}
    for link in links:
        by_link.setdefault(link.identity.link, []).append(link)
    found += [f"tautan {key} tidak ada dalam data bulan ini" for key in in_inventory if key not in by_link]
    for key in sorted(by_link):
        found += _spans(key, by_link[key], month)
        if not any(map(_measured, by_link[key])):
            found.append(f"tautan {key} tanpa waktu terukur")
    if total.unmeasured_ms:
        found.append(f"tidak terukur {duration(total.unmeasured_ms)}")
    return found


def _spans(link: str, many: Sequence[LinkAccount], month: Month) -> list[str]:
    """From when and until when a link was there, if not for the whole month."""
    since, until = min(each.from_ms for each in many), max(each.until_ms for each in many)
    found = []
    if since > month.start_ms:
        found.append(f"tautan {link} dipantau sejak {instant(wib(since))} WIB")
    if until < month.end_ms:
        found.append(f"tautan {link} dipantau sampai {instant(wib(until))} WIB")
    return found
