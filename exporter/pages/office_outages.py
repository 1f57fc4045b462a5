"""When an office was without internet: times in which all its links were down at once.

Lives here: what follows for a site from the outages of its links. Must not live here: HTML, words, remembering.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from exporter.beside import Cause
from exporter.past import PastOutage
from exporter.scope import Scope

__all__ = ["SiteOutage", "site_outages"]

_NO_END = 2**63 - 1


@dataclass(frozen=True, slots=True)
class SiteOutage:
    """One time in which no link of a site answered."""

    start_unix_ns: int
    end_unix_ns: int | None  #: None: it lasts, or nobody saw its end (``end_seen``)
    start_seen: bool
    end_seen: bool
    scope: Scope | None  #: the widest that explains any of them
    cause: Cause  #: of any of them that is known
    pending: bool

    @property
    def lasts(self) -> bool:
        """It is not over."""
        return self.end_unix_ns is None and self.end_seen


def site_outages(of_links: Sequence[Sequence[PastOutage]]) -> list[SiteOutage]:
    """Outages of a site by those of each of its links, oldest first.

    An outage whose end nobody saw may have ended at once: it makes an outage of the site only where the site has one
    link, or where every other link began to be down before it, for then all were down together at that moment.
    """
    if not of_links or not all(of_links):
        return []
    found = [_as_site(each) for each in of_links[0]]
    for others in of_links[1:]:
        found = [both for one in found for other in others if (both := _both(one, _as_site(other))) is not None]
    return sorted(found, key=lambda each: each.start_unix_ns)


def _as_site(outage: PastOutage) -> SiteOutage:
    return SiteOutage(
        outage.start_unix_ns,
        outage.end_unix_ns,
        outage.start_seen,
        outage.end_seen,
        outage.scope,
        outage.cause,
        outage.pending,
    )


def _known_until(each: SiteOutage) -> int:
    """Until when it is known to have lasted; an unseen end is not after its beginning."""
    if each.end_unix_ns is not None:
        return each.end_unix_ns
    return _NO_END if each.end_seen else each.start_unix_ns + 1


def _both(one: SiteOutage, other: SiteOutage) -> SiteOutage | None:
    """The time in both; None where there is none."""
    later = max(one, other, key=lambda each: each.start_unix_ns)
    sooner = min(one, other, key=_known_until)
    if later.start_unix_ns >= _known_until(sooner):
        return None
    widest = max((one.scope, other.scope), key=lambda scope: -1 if scope is None else tuple(Scope).index(scope))
    cause = later.cause if later.cause is not Cause.UNKNOWN else (one if later is other else other).cause
    return SiteOutage(
        later.start_unix_ns,
        sooner.end_unix_ns,
        later.start_seen,
        sooner.end_seen,
        widest,
        cause,
        one.pending or other.pending,
    )
