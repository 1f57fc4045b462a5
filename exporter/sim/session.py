"""One run of the simulation, from the claim on its name to the removal of all that it made.

Lives here: the order in which things are made and undone, signals, the reload. Must not live here:
what each of them does.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

from exporter.errors import PantauError
from exporter.model import Inventory
from exporter.sim.control import ControlServer
from exporter.sim.helper import Helper
from exporter.sim.loopback import LOOPBACK_LIMITS
from exporter.sim.namespace import add_routes, furnish, has_ipv6, named_namespace, present_namespace, private_namespace
from exporter.sim.order import Answer, Order, execute
from exporter.sim.path import Paths
from exporter.sim.responder import Responder
from exporter.sim.runtime import Record
from exporter.sim.scope import endpoints
from exporter.sim.settings import SimulationError
from exporter.sim.tun import Tun
from exporter.sim.world import BOOT_DELAY_S, PROBER, ROUTER, STRANGER, Reply, World

__all__ = ["Plan", "simulate"]

#: How long a thread may hold the interpreter while another wants it, seconds: a reload reads its
#: file beside the responder, and Python's usual 5 ms would show in every delay.
_SWITCH_INTERVAL_S = 0.0005


@dataclass(frozen=True, slots=True)
class Plan:
    """What ``simulate`` is to do."""

    name: str  #: of the run and its namespace
    control: Path  #: the control socket
    load: Callable[[], Inventory]  #: reads the inventory; called again at each SIGHUP; raises PantauError
    tell: Callable[[str], None]  #: one line for the person who watches
    seed: int = 1
    realtime: bool = False  #: run before ordinary processes, for exact delays on a busy machine
    boot_delay_s: float = BOOT_DELAY_S  #: from the end of a power cut until the router answers
    here: bool = False  #: in the network that the process is in, such as a container's own, and not in a new one


class _Signals:
    """SIGTERM, SIGINT and SIGHUP as something to wait for."""

    def __init__(self) -> None:
        self.stop = False
        self.reload = False
        self._reader, self._writer = socket.socketpair()
        for end in (self._reader, self._writer):
            end.settimeout(0)
        signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._take)

    def _take(self, number: int, _: object) -> None:
        self.reload |= number == signal.SIGHUP
        self.stop |= number != signal.SIGHUP

    def fileno(self) -> int:
        return self._reader.fileno()

    def wake(self) -> None:
        """Called by another thread: let the loop go round."""
        with contextlib.suppress(BlockingIOError):
            self._writer.send(b"\0")

    def drain(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._reader.recv(4096)


class _Session:
    """The running simulation."""

    def __init__(self, plan: Plan, responder: Responder, signals: _Signals, helper: Helper) -> None:
        self._plan = plan
        self._helper = helper
        self._responder = responder
        self._signals = signals
        self._loaded: list[Inventory] = []
        self._loader: threading.Thread | None = None
        self._reloads = {"done": 0, "refused": 0}

    def answer(self, order: Order) -> Answer:
        """Orders about the wire are followed here, all others by the world."""
        if order.get("order") == "inject":
            return self._inject(order)
        answer = execute(self._responder.world, order)
        self._helper.tell(self._responder.world.routers.all())
        if order.get("order") == "status" and answer["ok"]:
            answer |= {"name": self._plan.name, "pid": os.getpid(), "reloads": self._reloads}
            answer["services"] = self._helper.status()
            answer["responder"] = self._responder.figures()
        return answer

    def _inject(self, order: Order) -> Answer:
        """Write whole IP packets, in hexadecimal, to the device, in their order: what tests forge."""
        try:
            packets = [bytes.fromhex(text) for text in order["packets"]]
        except (KeyError, TypeError, ValueError):
            return {"ok": False, "error": "packets must be a list of hexadecimal IP packets"}
        self._responder.schedule(Reply(0, packet) for packet in packets)
        self._responder.write_due()
        return {"ok": True, "packets": len(packets)}

    def run(self, control: ControlServer) -> None:
        """Answer until told to stop."""
        while not self._signals.stop:
            for descriptor in self._responder.turn([self._signals.fileno(), *control.descriptors()]):
                if descriptor == self._signals.fileno():
                    self._signals.drain()
                else:
                    control.serve(descriptor)
            self._reload()

    def _reload(self) -> None:
        """Start a reload that was asked for, and take in one that is done; one at a time."""
        if self._loaded:
            self._take_in(self._loaded.pop())
        if self._signals.reload and (self._loader is None or not self._loader.is_alive()):
            self._signals.reload = False
            self._loader = threading.Thread(target=self._load, daemon=True)
            self._loader.start()

    def _load(self) -> None:
        """Read the inventory beside the loop, which takes it in."""
        try:
            self._loaded.append(_simulable(self._plan.load()))
        except PantauError as error:
            self._refuse(error)
        self._signals.wake()

    def _refuse(self, error: PantauError) -> None:
        self._reloads["refused"] += 1
        self._plan.tell(f"reload refused, the province stays as it is:\n{error}")

    def _take_in(self, inventory: Inventory) -> None:
        try:
            add_routes(_addresses(inventory))
        except SimulationError as error:
            self._refuse(error)
            return
        gone = self._responder.world.replace_inventory(inventory)
        self._helper.tell(self._responder.world.routers.all())
        self._reloads["done"] += 1
        forgotten = f"; forgot {', '.join(map(str, gone))}" if gone else ""
        self._plan.tell(f"reloaded: {len(inventory.links)} links{forgotten}")


def _addresses(inventory: Inventory) -> list[IPv4Address | IPv6Address]:
    return [endpoint.address for endpoint in endpoints(inventory).values()]


def _simulable(inventory: Inventory) -> Inventory:
    """``inventory``, unless one of its addresses is the simulation's own or can only be the machine's."""
    own = {ip_address(packed) for table in (PROBER, ROUTER, STRANGER) for packed in table.values()}
    own |= {ip_address(packed) for packed in Paths(inventory).addresses()}
    addresses = _addresses(inventory)
    taken = [str(address) for address in addresses if address in own]
    if taken:
        raise SimulationError(f"the simulation keeps {', '.join(taken)} for itself; give those links other addresses")
    local = [str(address) for address in addresses if address.is_loopback or address.is_link_local]
    if local:
        raise SimulationError(f"{', '.join(local)} cannot be simulated: no route leads there; give other addresses")
    return inventory


def _namespace(plan: Plan, record: Record) -> AbstractContextManager[str]:
    """The present one where that is asked for; a named namespace for root, a private one for everybody else."""
    if plan.here:
        return present_namespace(record)
    return named_namespace(plan.name, record) if os.geteuid() == 0 else private_namespace(record)


@contextmanager
def _explained() -> Iterator[None]:
    """A failure to make the network says, to users who are not root, what the loopback can do instead."""
    user = os.geteuid()
    try:
        yield
    except SimulationError as error:
        if user == 0:
            raise
        raise SimulationError(f"{error}\nrun as root, or go without a province: {LOOPBACK_LIMITS}") from error


def _hosts() -> list[str]:
    """The prober's addresses, at which services can listen: of IPv6 only where the kernel has it."""
    families = (4, 6) if has_ipv6() else (4,)
    return [str(ip_address(PROBER[family])) for family in families]


def _be_prompt(plan: Plan) -> None:
    """Have the kernel wake us on time."""
    sys.setswitchinterval(_SWITCH_INTERVAL_S)
    Path("/proc/self/timerslack_ns").write_text("1", encoding="ascii")
    if plan.realtime:
        try:
            os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
        except PermissionError as error:
            raise SimulationError("--realtime takes CAP_SYS_NICE; run as root or leave it out") from error


def simulate(plan: Plan) -> None:
    """Be the province until SIGTERM or SIGINT, then remove all that was made.

    Raises PantauError when the inventory is refused or the network cannot be made. The namespace
    comes before the inventory, for reading that loads numpy, whose threads forbid a new user namespace.
    """
    signals = _Signals()
    with ExitStack() as stack:
        record = stack.enter_context(Record(plan.name))
        with _explained():
            where = stack.enter_context(_namespace(plan, record))
            tun = stack.enter_context(Tun())
        furnish()
        helper = stack.enter_context(Helper(_hosts(), plan.control.with_suffix(".authority.pem")))
        world = World(_simulable(plan.load()), seed=plan.seed, boot_delay_s=plan.boot_delay_s)
        add_routes(_addresses(world.inventory))
        helper.tell(world.routers.all())
        helper.wait()
        session = _Session(plan, Responder(tun, world), signals, helper)
        control = stack.enter_context(ControlServer(plan.control, session.answer))
        _be_prompt(plan)
        gc.freeze()
        plan.tell(_greeting(plan, world, where))
        if helper.failed:
            plan.tell(f"only echoes are answered, and neither SNMP, DNS nor HTTP: {helper.failed}")
        session.run(control)


def _greeting(plan: Plan, world: World, where: str) -> str:
    """What to do next, for the person who started it."""
    if plan.here:
        return (
            f"simulating {len(world.endpoints)} addresses in this network; probe them from within with pantau run\n"
            f"orders go to {plan.control}: pantau sim cut --link ID; pantau sim status"
        )
    entry = f"--netns {plan.name}"
    if where.startswith("/proc"):
        entry = f"--netns {where}, started under: nsenter --user --preserve-credentials --target {os.getpid()}"
    return (
        f"simulating {len(world.endpoints)} addresses; probe them with pantau run {entry}\n"
        f"orders go to {plan.control}: pantau sim cut --link ID; pantau sim status"
    )
