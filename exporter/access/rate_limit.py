"""How often one address may ask: a token bucket for each, in a table that does not grow.

Lives here: the arithmetic. Must not live here: clocks, HTTP, what a refused reader is told. Behind a reverse proxy
every reader has the address of the proxy, and all share one bucket: the proxy must limit instead.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from ipaddress import IPv6Address, IPv6Network, ip_address

__all__ = ["MAX_ADDRESSES", "RateLimit", "reader_of"]

#: Buckets held at once, about 1 MB; the one used longest ago makes room, and its address begins with a full one.
MAX_ADDRESSES = 8_192

#: One customer of a provider has at least this much (RFC 6177), and may take any address in it.
_IPV6_PREFIX = 64


class RateLimit:
    """Token buckets: ``burst`` requests at once, and ``per_s`` more each second."""

    def __init__(self, *, burst: int, per_s: float, addresses: int = MAX_ADDRESSES) -> None:
        """Every address begins with a full bucket."""
        self._burst, self._per_s, self._addresses = burst, per_s, addresses
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # tokens, at; used longest ago first

    def __len__(self) -> int:
        """Buckets held."""
        return len(self._buckets)

    def wait_s(self, reader: str, now: float) -> int:
        """0 when ``reader`` may ask at ``now`` (monotonic seconds), which takes a token; else whole seconds to wait.

        A refusal takes nothing: who asks too often is let in again at the pace of the bucket.
        """
        held, at = self._buckets.pop(reader, (float(self._burst), now))
        tokens = min(self._burst, held + max(0.0, now - at) * self._per_s)
        allowed = tokens >= 1
        self._buckets[reader] = (tokens - 1, now) if allowed else (held, at)
        if len(self._buckets) > self._addresses:
            self._buckets.popitem(last=False)
        return 0 if allowed else math.ceil((1 - tokens) / self._per_s)


def reader_of(address: str) -> str:
    """Who shares a bucket: one IPv4 address, also where it is written as IPv6, or one /64. Else the text as it is."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(IPv6Network((int(parsed), _IPV6_PREFIX), strict=False))
