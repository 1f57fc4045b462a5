"""The way to a link, hop by hop, and where a broken one ends compared with the last good one.

Lives here: the values and the comparison. Must not live here: tracing, clocks, whom to trace.

A path is a hint, never a verdict: routers answer when they like, answers carry little that shows whose question they
answer, and the way back is not seen at all. It goes into a log, a page and a message, and decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address
from itertools import pairwise

__all__ = ["Break", "Hop", "Path", "Where", "break_of", "longest_gap", "new_hops", "shared_hops"]

Address = IPv4Address | IPv6Address


class Where(StrEnum):
    """In whose hands a path ends."""

    OURS = "ours"  #: before the last of the routers that every link shares
    PROVIDER = "provider"  #: after these, and before the last router that is usually seen before the office
    LAST_MILE = "last_mile"  #: the last router before the office answered, the office did not
    UNKNOWN = "unknown"  #: nothing to compare with, or the way has changed


@dataclass(frozen=True, slots=True)
class Hop:
    """One router that answered, or the office itself."""

    number: int  #: from 1
    address: Address
    seconds: float  #: until it answered, in user space: good enough to show, not to measure


@dataclass(frozen=True, slots=True)
class Path:
    """What one trace brought; hops that stayed silent are absent."""

    taken_unix_ns: int
    hops: tuple[Hop, ...]
    whole: bool  #: the last hop is the office itself


@dataclass(frozen=True, slots=True)
class Break:
    """Where a broken path ends."""

    last_hop: Hop | None  #: the last one that answered
    usual_hops: int | None  #: of the last good path, the office included
    where: Where


def new_hops(hops: Iterable[Hop]) -> tuple[Hop, ...]:
    """The hops up to the last one whose address had not been met before.

    A router without a way on, or two in a loop, answer for every further hop; that says nothing new.
    """
    kept: list[Hop] = []
    seen: set[Address] = set()
    last_new = 0
    for hop in hops:
        kept.append(hop)
        if hop.address not in seen:
            seen.add(hop.address)
            last_new = len(kept)
    return tuple(kept[:last_new])


def longest_gap(path: Path | None) -> int:
    """The most hops in a row that stayed silent on the way; 0 where nothing is known."""
    if path is None:
        return 0
    numbers = [0, *(hop.number for hop in path.hops)]
    return max((after - before - 1 for before, after in pairwise(numbers)), default=0)


def shared_hops(paths: Iterable[tuple[str, Path]], family: int) -> int:
    """The number of the last router that all whole ``paths`` of ``family`` have in common, from the first hop on.

    Each path comes with its provider. 0 while fewer than two providers are seen: what the links of one provider share
    may as well be the provider's.
    """
    routers: list[dict[int, Address]] = []
    providers: set[str] = set()
    for provider, path in paths:
        if path.whole and path.hops[-1].address.version == family:
            routers.append({hop.number: hop.address for hop in path.hops[:-1]})
            providers.add(provider)
    if len(providers) < 2:
        return 0
    shared = 0
    for number in range(1, 1 + min(max(each, default=0) for each in routers)):
        here = {each.get(number) for each in routers}
        if len(here) > 1:
            break
        if None not in here:
            shared = number
    return shared


def break_of(path: Path, good: Path | None, shared: int = 0) -> Break | None:
    """Where ``path`` ends, compared with the last ``good`` one; None when it does not.

    ``shared``: how many hops, from the first on, every link has in common (``shared_hops``).
    """
    if path.whole:
        return None
    last = path.hops[-1] if path.hops else None
    if good is None or not good.whole:
        return Break(last, None, Where.UNKNOWN)
    return Break(last, good.hops[-1].number, _where(last, good, shared))


def _where(last: Hop | None, good: Path, shared: int) -> Where:
    if last is None:
        return Where.OURS if shared else Where.UNKNOWN
    usual = {hop.address: hop.number for hop in good.hops}
    place = usual.get(last.address)
    if place is None:
        return Where.UNKNOWN
    if place < shared:
        return Where.OURS
    office = good.hops[-1].number
    if place == office - 1:
        return Where.LAST_MILE
    if len(good.hops) > 1 and last.address == good.hops[-2].address:
        return Where.UNKNOWN  # routers that never answer lie between it and the office
    return Where.PROVIDER
