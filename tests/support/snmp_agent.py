"""A small SNMP agent (v2c) made by hand, which can answer wrongly in every way that a test asks for.

Lives here: the agent, in a thread of its own. Must not live here: real agents (``snmpd``), SNMPv3.
"""

from __future__ import annotations

import socket
import threading
from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from pyasn1.codec.ber import decoder, encoder
from pysnmp.proto import api, rfc1905
from pysnmp.proto.rfc1902 import Counter32, Counter64, Gauge32, Integer32, OctetString, TimeTicks

__all__ = ["Agent", "agent", "counter32", "counter64", "gauge", "integer", "octets", "ticks"]

V2C: Any = api.PROTOCOL_MODULES[api.SNMP_VERSION_2C]
Oid = tuple[int, ...]

counter32, counter64, gauge, integer, octets, ticks = Counter32, Counter64, Gauge32, Integer32, OctetString, TimeTicks


class Request:
    """One request as it came."""

    def __init__(self, raw: bytes) -> None:
        self.message, _ = decoder.decode(raw, asn1Spec=V2C.Message())
        self.pdu = V2C.apiMessage.get_pdu(self.message)
        self.oids: list[Oid] = [tuple(oid) for oid, _ in V2C.apiPDU.get_varbinds(self.pdu)]
        self.community = bytes(V2C.apiMessage.get_community(self.message)).decode()

    @property
    def bulk(self) -> bool:
        """Whether it is a GETBULK request."""
        return bool(self.pdu.isSameTypeWith(V2C.GetBulkRequestPDU()))

    @property
    def repetitions(self) -> int:
        """max-repetitions of a GETBULK request."""
        return int(self.pdu["max-repetitions"])

    def response(self, rows: list[tuple[Oid, Any]], *, status: int = 0, index: int = 0, number: int = 0) -> bytes:
        """The bytes of an answer; ``number`` is added to the request's identifier."""
        pdu = V2C.GetResponsePDU()
        V2C.apiPDU.set_defaults(pdu)
        V2C.apiPDU.set_request_id(pdu, int(V2C.apiPDU.get_request_id(self.pdu)) + number)
        pdu.setComponentByPosition(1, status)
        pdu.setComponentByPosition(2, index)
        V2C.apiPDU.set_varbinds(pdu, rows)
        answer = V2C.Message()
        V2C.apiMessage.set_defaults(answer)
        V2C.apiMessage.set_community(answer, V2C.apiMessage.get_community(self.message))
        V2C.apiMessage.set_pdu(answer, pdu)
        return bytes(encoder.encode(answer))


class Agent:
    """An agent on a loopback address; ``answer`` makes the datagrams, and tests replace it."""

    def __init__(self, address: str, community: str) -> None:
        self.address, self.community = address, community
        self.objects: dict[Oid, Any] = {}
        self.requests: list[Request] = []
        self.most: int | None = None  # objects that one answer holds; more are too big
        self.answer: Callable[[Request], list[bytes]] = self.honest
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((address, 0))
        self.port: int = self.socket.getsockname()[1]
        self.socket.settimeout(0.05)
        self.asker: Any = None
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def set(self, oid: str, value: Any) -> None:
        """Serve an object; None takes it away."""
        key = tuple(map(int, oid.split(".")))
        if value is None:
            self.objects.pop(key, None)
        else:
            self.objects[key] = value

    def rows(self, request: Request) -> list[tuple[Oid, Any]]:
        """What an honest agent answers."""
        if not request.bulk:
            return [(oid, self.objects.get(oid, rfc1905.noSuchInstance)) for oid in request.oids]
        order = sorted(self.objects)
        start = bisect_right(order, request.oids[0])
        found = [(oid, self.objects[oid]) for oid in order[start : start + request.repetitions]]
        if len(found) < request.repetitions:
            found.append((found[-1][0] if found else request.oids[0], rfc1905.endOfMibView))
        return found

    def honest(self, request: Request) -> list[bytes]:
        """One right answer; none for another community."""
        if request.community != self.community:
            return []
        rows = self.rows(request)
        if self.most is not None and len(rows) > self.most:
            return [request.response([], status=1)]
        return [request.response(rows)]

    def _run(self) -> None:
        while not self._ending.is_set():
            try:
                raw, self.asker = self.socket.recvfrom(65_535)
            except TimeoutError:
                continue
            except ConnectionRefusedError:
                continue  # whoever asked is gone
            request = Request(raw)
            self.requests.append(request)
            for each in self.answer(request):
                self.socket.sendto(each, self.asker)

    def close(self) -> None:
        """End it."""
        self._ending.set()
        self._thread.join()
        self.socket.close()


@contextmanager
def agent(address: str = "127.0.0.62", community: str = "pantau-test") -> Iterator[Agent]:
    """A running agent."""
    running = Agent(address, community)
    try:
        yield running
    finally:
        running.close()
