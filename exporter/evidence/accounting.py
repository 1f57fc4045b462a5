"""From measured time, the inventory and the ledger to the report of a month: the whole way, and pure.

Lives here: the order of the steps. Must not live here: files, sockets, the present time, texts of the pack, and the
rules themselves (``links``, ``outages``, ``sites``, ``credit``, ``groups``). ``docs/accounting.md`` explains them with
examples that tests run.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from operator import attrgetter

from exporter.evidence.accounts import Comparison, Correction, LinkAccount, OutageAccount, Report, SiteAccount
from exporter.evidence.daily import daily_accounts
from exporter.evidence.ground import CORRECTION_REACH_MS, Ground, ground_of
from exporter.evidence.groups import PHASES, contracts_of, groups_of, totals_of, worst_links, worst_sites
from exporter.evidence.ledger_model import Ledger
from exporter.evidence.links import held_to_promises, link_account, time_of
from exporter.evidence.matrix import coverage_rows
from exporter.evidence.measured import MeasuredLink, MeasuredMonth
from exporter.evidence.period import Month
from exporter.evidence.planned import planned_rows
from exporter.evidence.selection import Selection
from exporter.evidence.shortcomings import Found, shortcomings_of
from exporter.evidence.sites import site_account
from exporter.evidence.spans import difference, length, spans_of
from exporter.model import Inventory

__all__ = ["account_for"]


def account_for(
    measured: MeasuredMonth,
    month: Month,
    inventory: Inventory,
    ledger: Ledger,
    *,
    before: Comparison | None,
    before_reason: str,
    selection: Selection,
    number: str,
    dated: date,
    allowed_gaps: bool,
) -> Report:
    """The report of ``month``; equal inputs make an equal report.

    ``inventory`` is the one at the end of the month; ``measured`` holds all links, for the backup line of a selected
    site may be another provider's. Raises ValueError where ``measured`` is of another month.
    """
    if (measured.start_ms, measured.end_ms) != (month.start_ms, month.end_ms):
        raise ValueError(f"what was measured is not {month}")
    ground = ground_of(month, inventory, measured, ledger.corrections)
    chosen = [link for link in measured.links if selection.includes(link.identity)]
    links, outages = _accounts(measured.links, chosen, ground, selection)
    sites = _sites(measured.links, chosen, ground)
    totals = totals_of(links, sites)
    corrections, unused = _corrections(ledger, outages, chosen, ground, selection)
    unknown = tuple(sorted({link.identity.link for link in chosen} - inventory.links.keys()))
    planned = planned_rows(inventory.maintenance.values(), chosen, ground.announced, month.start_ms, month.end_ms)
    found = Found(totals, links, outages, planned, unused, unknown, _unaccounted_ms(chosen))
    return Report(
        month=month,
        selection=selection.words,
        number=number,
        dated=dated,
        inventory=inventory,
        totals=totals,
        links=links,
        sites=sites,
        by_opd=groups_of(links, sites, attrgetter("opd"), {key: opd.name for key, opd in inventory.opd.items()}),
        by_kabkota=groups_of(
            links, sites, attrgetter("kabkota"), {key: each.name for key, each in inventory.kabkota.items()}
        ),
        by_provider=groups_of(
            links, sites, attrgetter("provider"), {key: each.name for key, each in inventory.providers.items()}
        ),
        by_phase=groups_of(links, sites, attrgetter("phase"), PHASES),
        contracts=contracts_of(links, outages, inventory),
        outages=outages,
        worst_sites=worst_sites(sites),
        worst_links=worst_links(links),
        daily=daily_accounts(chosen, month, attrgetter("kabkota")),
        coverage=coverage_rows(links, inventory, month, selection),
        planned=planned,
        corrections=corrections,
        unused_corrections=unused,
        notes=ledger.notes_of(month),
        before=before,
        before_reason=before_reason,
        gaps=measured.gaps,
        restarts_ms=measured.restarts_ms,
        queries=measured.queries,
        source=measured.source,
        shortcomings=(*measured.shortcomings, *shortcomings_of(found, inventory)),
        allowed_gaps=allowed_gaps,
        unknown_links=unknown,
    )


def _accounts(
    everything: Sequence[MeasuredLink], chosen: Sequence[MeasuredLink], ground: Ground, selection: Selection
) -> tuple[tuple[LinkAccount, ...], tuple[OutageAccount, ...]]:
    """Of the chosen links and their outages; a promise is about all time under a contract, chosen or not."""
    present = {link.identity.link for link in chosen}
    pairs = [link_account(link, ground) for link in everything if link.identity.link in present]
    held = held_to_promises([account for account, _ in pairs], ground)
    judged = sorted((each for _, many in pairs for each in many), key=_outage_order)
    return (
        tuple(each for each in held if selection.includes(each.identity)),
        tuple(each for each in judged if selection.includes(each.identity)),
    )


def _outage_order(outage: OutageAccount) -> tuple[int, str, str]:
    return outage.start_ms, outage.identity.link, outage.identity.contract


def _sites(
    everything: Sequence[MeasuredLink], chosen: Sequence[MeasuredLink], ground: Ground
) -> tuple[SiteAccount, ...]:
    """The sites of the chosen links, each with all its links: a backup keeps a site up, whoever sells it."""
    scope = {link.identity.site for link in chosen}
    by_site: dict[str, list[MeasuredLink]] = {}
    for link in everything:
        if link.identity.site in scope:
            by_site.setdefault(link.identity.site, []).append(link)
    return tuple(site_account(site, by_site[site], ground) for site in sorted(by_site))


def _corrections(
    ledger: Ledger,
    outages: Sequence[OutageAccount],
    chosen: Sequence[MeasuredLink],
    ground: Ground,
    selection: Selection,
) -> tuple[tuple[Correction, ...], tuple[Correction, ...]]:
    """Those of this month, and of these the ones that mean no outage of it.

    Of this month is what means one of its outages, whenever that began, and what says a beginning within it. A pack
    of a selection leaves out what is about others.
    """
    used = {each for outage in outages for each in outage.corrections}
    own = {link.identity.link for link in chosen}
    start, end = ground.month.start_ms - CORRECTION_REACH_MS, ground.month.end_ms
    of_month = tuple(
        each
        for each in ledger.corrections
        if each in used or (start <= each.start_ms < end and (not selection or each.link in own))
    )
    return of_month, tuple(each for each in of_month if each not in used)


def _unaccounted_ms(links: Sequence[MeasuredLink]) -> int:
    """Time down that no outage holds; reading leaves none."""
    total = 0
    for link in links:
        outages = spans_of(
            (each.start_ms, link.until_ms if each.end_ms is None else each.end_ms) for each in link.outages
        )
        total += length(difference(time_of(link).down, outages))
    return total
