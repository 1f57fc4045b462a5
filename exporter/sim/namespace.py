"""The network namespace that the simulated province lives in: made, furnished with routes, removed.

Lives here: iproute2's ``ip`` and the calls that move this process. Must not live here: packets. The
whole process moves in, so the TUN device is born inside; Unix sockets by path work across namespaces.
As root the namespace has a name under /run/netns. Without root the process makes a user namespace of
its own, in which it may do the same; that one has no name and is entered through /proc.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from pathlib import Path

from exporter.sim.runtime import Record
from exporter.sim.settings import SimulationError
from exporter.sim.tun import DEVICE
from exporter.sim.world import PROBER
from exporter.transport.namespace import NAMESPACES, enter_network_namespace

__all__ = [
    "RANGES",
    "add_routes",
    "furnish",
    "furniture",
    "has_ipv6",
    "named_namespace",
    "present_namespace",
    "private_namespace",
]

#: What the province's device is routed for: the benchmarking range and every documentation range of
#: IPv4, and of IPv6 the documentation range and the locally assigned unique addresses.
RANGES = tuple(
    ip_network(text)
    for text in ("198.18.0.0/15", "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "fd00::/8")
)

#: Packets that wait in the device while we are busy: two seconds of 10,000 a second.
_QUEUE_PACKETS = 20_000

_CLONE_NEWNET = 0x40000000
_CLONE_NEWUSER = 0x10000000
_libc = ctypes.CDLL(None, use_errno=True)


def _ip(*words: str, batch: Iterable[str] = ()) -> str:
    """What iproute2's ``ip`` answers; SimulationError carries what it said."""
    program = shutil.which("ip", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if program is None:
        raise SimulationError("the program ip is missing; install iproute2")
    done = subprocess.run(  # noqa: S603 - our own words
        [program, *words], input="\n".join(batch), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SimulationError(f"ip {' '.join(words)}: {done.stderr.strip() or done.returncode}")
    return done.stdout


@contextmanager
def named_namespace(name: str, record: Record) -> Iterator[str]:
    """Inside the block the process is in the namespace ``name``, made for it and removed afterwards; its file.

    What a killed run of that name left is removed first, known by the inode in ``record``. A namespace
    that we did not make is refused.
    """
    path = NAMESPACES / name
    if path.exists():
        if record.read().get("namespace_inode") != path.stat().st_ino:
            raise SimulationError(
                f"the network namespace {name} exists and is not a simulation's; choose another --netns"
            )
        _ip("netns", "delete", name)
    _ip("netns", "add", name)
    try:
        record.write(namespace_inode=path.stat().st_ino, pid=os.getpid())
        enter_network_namespace(name)
        yield str(path)
    finally:
        if path.exists():
            _ip("netns", "delete", name)


@contextmanager
def private_namespace(record: Record) -> Iterator[str]:
    """Inside the block the process is root in a user and network namespace of its own; its file under /proc.

    SimulationError when the system does not give user namespaces to its users.
    """
    user, group = os.geteuid(), os.getegid()
    if _libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET):
        raise SimulationError(f"no user namespace for this user: {os.strerror(ctypes.get_errno())}")
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"0 {user} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"0 {group} 1", encoding="ascii")
    record.write(pid=os.getpid())
    yield f"/proc/{os.getpid()}/ns/net"


@contextmanager
def present_namespace(record: Record) -> Iterator[str]:
    """Inside the block the process is where it was: the network of a container that is there for nothing else.

    It takes CAP_NET_ADMIN there and /dev/net/tun, and leaves the routes behind that it made. SimulationError where it
    would replace others, or where this is the network of a whole machine and not of a container.
    """
    if taken := _routes_within(RANGES):
        raise SimulationError(f"--here would replace routes of this network ({', '.join(taken)}); leave it out")
    if _is_the_network_of_the_machine():
        raise SimulationError("--here is for a container's own network, and this is the machine's; leave it out")
    record.write(pid=os.getpid())
    yield f"/proc/{os.getpid()}/ns/net"


def _routes_within(ranges: Iterable[IPv4Network | IPv6Network]) -> list[str]:
    """The routes there are, but for those of everything, that have addresses of the ranges."""
    found = [route["dst"] for family in ("-4", "-6") for route in json.loads(_ip(family, "-json", "route") or "[]")]
    networks = [ip_network(dst) for dst in found if dst != "default"]
    return [str(own) for own in networks for wanted in ranges if own.version == wanted.version and own.overlaps(wanted)]


def _is_the_network_of_the_machine() -> bool:
    """Whether the first process shares ours and is another; one that may not look has no rights over a machine."""
    try:
        shared = Path("/proc/self/ns/net").stat().st_ino == Path("/proc/1/ns/net").stat().st_ino
    except PermissionError:
        return False
    return shared and os.getpid() != 1


def furnish() -> None:
    """Bring up the loopback and the province's device, with the prober's addresses and the routes of ``RANGES``.

    The kernel does not check the source of what arrives (rp_filter), for a wrong source is one of the
    things to be simulated.
    """
    for name in ("all", DEVICE):
        _set_to_0(Path(f"/proc/sys/net/ipv4/conf/{name}/rp_filter"))
    _ip_batch(furniture())


def _set_to_0(setting: Path) -> None:
    """Write 0 where it is not 0 already: a container may read such settings only."""
    if setting.read_text(encoding="ascii").strip() != "0":
        try:
            setting.write_text("0", encoding="ascii")
        except OSError as error:
            name = ".".join(setting.parts[3:])
            raise SimulationError(f"cannot set {name} to 0: {error.strerror}; set it for the container") from error


def furniture() -> list[str]:
    """The lines of ``ip -batch`` that make the network what it is; harmless when they are run again."""
    return [
        "link set lo up",
        f"link set {DEVICE} txqueuelen {_QUEUE_PACKETS} mtu 1500 up",
        f"address replace {ip_address(PROBER[4])}/32 dev {DEVICE}",
        f"address replace {ip_address(PROBER[6])}/128 dev {DEVICE} nodad",
        *(f"route replace {network} dev {DEVICE}" for network in RANGES),
    ]


def add_routes(addresses: Iterable[IPv4Address | IPv6Address]) -> None:
    """Lead those of ``addresses`` that lie outside of ``RANGES`` to the province, too."""
    outside = [address for address in addresses if not any(address in network for network in RANGES)]
    if outside:
        _ip_batch([f"route replace {ip_network(address)} dev {DEVICE}" for address in outside])


def has_ipv6() -> bool:
    """Whether the kernel has IPv6."""
    return Path("/proc/sys/net/ipv6").exists()


def _ip_batch(lines: list[str]) -> None:
    """Run the lines of ``ip -batch``; those of IPv6 only where the kernel has it."""
    if not has_ipv6():
        lines = [line for line in lines if ":" not in line]
    _ip("-batch", "-", batch=lines)
