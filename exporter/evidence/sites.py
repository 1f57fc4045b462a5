"""Sites: an office is down only while every line of it is.

Lives here: the account of a site out of its links. Must not live here: contracts; they promise lines, not offices.
"""

from __future__ import annotations

from collections.abc import Sequence

from exporter.evidence.accounts import SiteAccount
from exporter.evidence.ground import Ground
from exporter.evidence.links import LinkTime, account_within, time_of
from exporter.evidence.measured import MeasuredLink, MeasuredOutage
from exporter.evidence.spans import clip, difference, union

__all__ = ["episodes_of", "site_account", "time_of_site"]


def time_of_site(links: Sequence[MeasuredLink]) -> LinkTime:
    """Up while any link is; else unmeasured while any is not known; else down. A link counts while it is there."""
    times = [time_of(link) for link in links]
    up = union(*(each.up for each in times))
    unmeasured = difference(union(*(each.unmeasured for each in times)), up)
    down = difference(difference(union(*(each.down for each in times)), up), unmeasured)
    return LinkTime(up, down, unmeasured)


def site_account(site: str, links: Sequence[MeasuredLink], ground: Ground) -> SiteAccount:
    """The account of ``site``, whose measured links are ``links``; where it is, the inventory knows best."""
    known = ground.inventory.sites.get(site)
    last = max(links, key=lambda link: (link.until_ms, link.identity.link)).identity
    time = time_of_site(links)
    everything = ((ground.month.start_ms, ground.month.end_ms),)
    lengths = episodes_of(time)
    return SiteAccount(
        site=site,
        name=site if known is None else known.name,
        opd=last.opd if known is None else known.opd,
        kabkota=last.kabkota if known is None else known.kabkota,
        links=len({link.identity.link for link in links}),
        around=account_within(time, everything),
        service=account_within(time, ground.hours_of(site)),
        outages=sum(_fell(start, links) >= ground.month.start_ms for start, _ in lengths),
        longest_ms=max((many for _, many in lengths), default=0),
    )


def episodes_of(time: LinkTime) -> list[tuple[int, int]]:
    """Start, and length down, of each time that a site was down; what was not measured in between does not end it."""
    found: list[tuple[int, int]] = []
    last_end: int | None = None
    for start, end in time.down:
        if last_end is not None and not clip(time.up, last_end, start):
            found[-1] = found[-1][0], found[-1][1] + end - start
        else:
            found.append((start, end - start))
        last_end = end
    return found


def _fell(at_ms: int, links: Sequence[MeasuredLink]) -> int:
    """When the last of the links that are down at an instant went down; that instant, if nothing is said of any."""
    return max((outage.start_ms for link in links for outage in link.outages if _holds(outage, at_ms)), default=at_ms)


def _holds(outage: MeasuredOutage, at_ms: int) -> bool:
    return outage.start_ms <= at_ms and (outage.end_ms is None or at_ms < outage.end_ms)
