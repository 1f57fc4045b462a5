"""A chain of routers for a test: namespaces joined by wires, with an office at the end, gone afterwards.

Lives here: making it, breaking it. Must not live here: assertions.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import icmplib

from exporter.transport.namespace import entered
from tests.support.province import unique_name

__all__ = ["Chain", "chain"]

_PATIENCE_S = 30.0

_SETTINGS = (
    "net.ipv4.ip_forward=1",
    "net.ipv6.conf.all.forwarding=1",
    "net.ipv4.icmp_ratemask=0",
    "net.ipv6.icmp.ratelimit=0",
)


@dataclass(frozen=True, slots=True)
class Chain:
    """The prober's namespace, those of the routers in their order, and that of the office."""

    names: tuple[str, ...]

    @property
    def prober(self) -> str:
        """Where questions are asked."""
        return self.names[0]

    @property
    def office(self) -> str:
        """The last namespace."""
        return self.names[-1]

    def address(self, hop: int, family: int = 4) -> str:
        """The address at which hop ``hop`` answers, from 1."""
        return f"198.18.{hop}.2" if family == 4 else f"2001:db8:{hop}::2"

    def own(self, hop: int, family: int = 4) -> str:
        """The address at which the namespace before hop ``hop`` speaks to it."""
        return f"198.18.{hop}.1" if family == 4 else f"2001:db8:{hop}::1"

    @property
    def hops(self) -> int:
        """How many hops the office is away."""
        return len(self.names) - 1

    def cut(self, hop: int) -> None:
        """Let everything vanish that arrives at ``hop`` from the prober's side."""
        self.nft(hop, f'add rule inet pantau arriving iifname "from{hop}" drop')

    def mend(self) -> None:
        """Drop all rules."""
        for place in range(len(self.names)):
            self.nft(place, "flush table inet pantau")

    def nft(self, place: int, *rules: str) -> None:
        """Rules for the namespace at ``place`` (0: the prober), whose table ``pantau`` is made beforehand."""
        subprocess.run(
            ["ip", "netns", "exec", self.names[place], "nft", "-f", "-"],
            input="\n".join((_TABLE, *rules)),
            text=True,
            check=True,
            timeout=60,
        )


#: A table with chains that pass everything; adding what exists changes nothing.
_TABLE = """
add table inet pantau
add chain inet pantau arriving { type filter hook prerouting priority 0; }
add chain inet pantau in { type filter hook input priority 0; }
add chain inet pantau through { type filter hook forward priority 0; }
add chain inet pantau own { type filter hook output priority 0; }
add chain inet pantau out { type filter hook postrouting priority 0; }
"""


@contextmanager
def chain(hops: int) -> Iterator[Chain]:
    """A prober, ``hops - 1`` routers and an office, over IPv4 and IPv6; the way back is as long."""
    stem = unique_name()
    made = Chain(tuple(f"{stem}-{place}" for place in range(hops + 1)))
    try:
        subprocess.run(["ip", "-batch", "-"], input=_links(made), text=True, check=True, timeout=60)
        for name in made.names:
            subprocess.run(
                ["ip", "netns", "exec", name, "sysctl", "-qw", *_SETTINGS, "net.ipv4.ping_group_range=1 0"],
                check=True,
                timeout=60,
            )
        for place, name in enumerate(made.names):
            batch = _addresses(made, place)
            subprocess.run(["ip", "-netns", name, "-batch", "-"], input=batch, text=True, check=True, timeout=60)
        _wait_until_it_answers(made)
        yield made
    finally:
        for name in made.names:
            subprocess.run(["ip", "netns", "delete", name], check=False, timeout=60)


def _wait_until_it_answers(made: Chain) -> None:
    """A kernel takes a second or two until a new wire carries packets, of IPv6 above all."""
    give_up = time.monotonic() + _PATIENCE_S
    with entered(made.prober):
        for family in (4, 6):
            while not icmplib.ping(made.address(made.hops, family), count=1, timeout=0.2).is_alive:
                assert time.monotonic() < give_up, "the chain does not carry packets"


def _links(made: Chain) -> str:
    lines = [f"netns add {name}" for name in made.names]
    for hop in range(1, made.hops + 1):
        near, far = made.names[hop - 1], made.names[hop]
        lines.append(f"link add name to{hop} netns {near} type veth peer name from{hop} netns {far}")
    return "\n".join(lines)


def _addresses(made: Chain, place: int) -> str:
    """The furniture of one namespace: its wires up, what lies ahead by the next hop, what lies behind by the former."""
    lines = ["link set lo up"]
    if place > 0:
        lines += [f"link set from{place} up", f"address add {made.address(place)}/24 dev from{place}"]
        lines += [f"address add {made.address(place, 6)}/64 dev from{place} nodad"]
    if place < made.hops:
        ahead = place + 1
        lines += [f"link set to{ahead} up", f"address add {made.own(ahead)}/24 dev to{ahead}"]
        lines += [f"address add {made.own(ahead, 6)}/64 dev to{ahead} nodad"]
        lines += [f"route add default via {made.address(ahead)}", f"route add default via {made.address(ahead, 6)}"]
    for behind in range(1, place):
        lines += [f"route add 198.18.{behind}.0/24 via {made.own(place)}"]
        lines += [f"route add 2001:db8:{behind}::/64 via {made.own(place, 6)}"]
    if place == made.hops and place > 1:
        lines += [f"route add default via {made.own(place)}", f"route add default via {made.own(place, 6)}"]
    return "\n".join(lines)
