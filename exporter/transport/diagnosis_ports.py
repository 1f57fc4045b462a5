"""What diagnosis asks the network for: two questions and a trace, each answered later.

Lives here: the Protocol, and the kernel behind it: worker threads for icmplib, one event loop for connections. Must not
live here: whom to ask and when, budgets beyond what sockets force on us.

Everything happens in the prober's network namespace: a namespace belongs to a thread, so each thread enters it before
it opens a socket, every time, for it may have been made anew.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from ipaddress import IPv4Address, IPv6Address
from typing import Protocol, TypeVar

from exporter.clock import Clock
from exporter.errors import PantauError
from exporter.opinion import EchoDetail, EchoEnd, TcpDetail, TcpEnd
from exporter.transport.echo_question import Trace, TraceEnd, ask_echo, trace
from exporter.transport.namespace import enter_network_namespace
from exporter.transport.tcp_question import ask_tcp

__all__ = ["MOST_CONNECTIONS", "MOST_ECHOES", "MOST_TRACES", "DiagnosisPorts", "KernelPorts"]

Address = IPv4Address | IPv6Address
T = TypeVar("T")

#: Echoes that are asked at a time: before it is connected, each raw socket hears all ICMP of its namespace.
MOST_ECHOES = 16

#: Connections at a time: one descriptor each, of the 1,024 that a process may have by default.
MOST_CONNECTIONS = 128

#: Traces at a time; nearly all of their time is waiting.
MOST_TRACES = 4


class DiagnosisPorts(Protocol):
    """The network, as diagnosis sees it; may be called by any thread, and the futures never fail but by a bug."""

    def echo(self, address: Address, timeout_s: float) -> Future[EchoDetail]:
        """An echo with a fresh identifier and another size than the engine's."""
        ...

    def tcp(self, address: Address, port: int, timeout_s: float) -> Future[TcpDetail]:
        """A connection that is closed at once."""
        ...

    def trace(self, address: Address, silent_hops: int) -> Future[Trace]:
        """The way to the address, given up after so many silent hops in a row."""
        ...

    def close(self) -> None:
        """Ask no more; what runs ends within a second."""
        ...


class KernelPorts:
    """``DiagnosisPorts`` on real sockets, in the namespace ``netns`` (None: where the process is)."""

    def __init__(self, clock: Clock, netns: str | None = None) -> None:
        self._clock = clock
        self._netns = netns
        self._stopping = threading.Event()
        self._echoes = ThreadPoolExecutor(MOST_ECHOES, thread_name_prefix="second-echo")
        self._traces = ThreadPoolExecutor(MOST_TRACES, thread_name_prefix="trace")
        self._loop = asyncio.new_event_loop()
        self._connections = threading.Thread(target=self._loop.run_forever, name="second-tcp", daemon=True)
        self._connections.start()

    def echo(self, address: Address, timeout_s: float) -> Future[EchoDetail]:
        """See ``DiagnosisPorts.echo``."""

        def work() -> EchoDetail:
            return ask_echo(address, timeout_s=timeout_s, clock=self._clock)

        return self._echoes.submit(self._inside, work, EchoDetail(EchoEnd.ERROR))

    def tcp(self, address: Address, port: int, timeout_s: float) -> Future[TcpDetail]:
        """See ``DiagnosisPorts.tcp``."""

        async def work() -> TcpDetail:
            if not self._enter():
                return TcpDetail(TcpEnd.ERROR, port)
            return await ask_tcp(address, port, timeout_s=timeout_s, clock=self._clock)

        return asyncio.run_coroutine_threadsafe(work(), self._loop)

    def trace(self, address: Address, silent_hops: int) -> Future[Trace]:
        """See ``DiagnosisPorts.trace``."""

        def work() -> Trace:
            return trace(address, silent_hops=silent_hops, clock=self._clock, stopped=self._stopping.is_set)

        return self._traces.submit(self._inside, work, Trace(TraceEnd.ERROR))

    def _inside(self, work: Callable[[], T], failed: T) -> T:
        """What ``work`` returns in the namespace; ``failed`` when there is none."""
        return work() if self._enter() else failed

    def _enter(self) -> bool:
        """Move the calling thread into the namespace as it is named now; whether it is there."""
        try:
            if self._netns is not None:
                enter_network_namespace(self._netns)
        except PantauError:
            return False
        return True

    def close(self) -> None:
        """See ``DiagnosisPorts.close``; harmless when done twice."""
        if self._stopping.is_set():
            return
        self._stopping.set()
        self._echoes.shutdown(wait=False, cancel_futures=True)
        self._traces.shutdown(wait=False, cancel_futures=True)
        asyncio.run_coroutine_threadsafe(self._finish(), self._loop).result(timeout=10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._connections.join(timeout=10)
        self._loop.close()

    async def _finish(self) -> None:
        """Cancel what still waits for a connection."""
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
