"""What is left without a province: the same inventory on the loopback, where the kernel answers.

Lives here: the mapping of addresses and the words that say what it cannot show. Must not live here:
sockets. 127.0.0.0/8 answers on every Linux at once and always, so nobody can cut, delay or lose it.
"""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address
from itertools import count

from exporter.model import Inventory

__all__ = ["LOOPBACK_LIMITS", "loopback_inventory"]

#: For people who cannot have the province.
LOOPBACK_LIMITS = (
    "on the loopback (127.0.0.0/8) every link answers at once and always: that shows probing, metrics, "
    "scrapes and reloads; it cannot show delay, jitter, loss, cuts, alerts about links, or IPv6. It needs an ICMP "
    "socket all the same: CAP_NET_RAW, or a group within net.ipv4.ping_group_range"
)

#: The first address given out; 127.0.0.0/16 stays with the machine's own services.
_FIRST = IPv4Address("127.1.0.1")


def loopback_inventory(inventory: Inventory) -> Inventory:
    """``inventory`` with an address of its own in 127.0.0.0/8 for each link and reference target, in their order."""
    numbers = count()
    return replace(
        inventory,
        links={key: replace(link, address=_FIRST + next(numbers)) for key, link in inventory.links.items()},
        reference_targets={
            key: replace(target, address=_FIRST + next(numbers)) for key, target in inventory.reference_targets.items()
        },
    )
