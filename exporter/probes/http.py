"""The HTTP probe: one GET request, judged by its status and its body.

Lives here: the order of things, redirects, caps. Must not live here: sockets, header parsing, certificates, reasons of
errors (``progress``).

A name is resolved once, each of its addresses is judged, and the connection goes to the first of these very addresses:
a name that leads somewhere else a moment later (DNS rebinding) leads nowhere. Redirects within the same host go to the
same address.
"""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

from exporter.asked_address import refused_kind
from exporter.clock import Clock
from exporter.linear_pattern import linear_pattern
from exporter.plain_text import shown
from exporter.probe_model import ADDRESS, HttpProbe, Redirects
from exporter.probe_outcome import Phase, ProbeOutcome, ProbeReason
from exporter.probes.progress import ProbeEndError, Progress, concluded
from exporter.probes.tls import secured
from exporter.protocols.http import (
    MAX_REDIRECTS,
    REDIRECTS,
    BodyTooLargeError,
    UnpackError,
    Unpacking,
    endpoint,
    redirect_target,
)
from exporter.transport.deadline import breathe, deadline
from exporter.transport.dial import Dialer
from exporter.transport.http import HttpError, HttpPort, Reply
from exporter.transport.resolver import NameFailedError, Resolver

__all__ = ["RESOLVE_SHARE", "probe_http"]

Address = IPv4Address | IPv6Address

#: Part of the deadline that finding the address may take, so that the office itself has the other half.
RESOLVE_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class _Ports:
    dialer: Dialer
    http: HttpPort
    resolver: Resolver


async def probe_http(
    spec: HttpProbe, address: Address, clock: Clock, *, dialer: Dialer, http: HttpPort, resolver: Resolver
) -> ProbeOutcome:
    """The outcome of one request for ``spec.url``; never raises but for cancellation.

    Connections are counted in the phases once for each redirect that was followed.
    """
    progress = Progress(clock, spec.timeout_s)
    return await concluded(progress, _ask(progress, spec, address, _Ports(dialer, http, resolver)))


async def _ask(progress: Progress, spec: HttpProbe, link: Address, ports: _Ports) -> str:
    url = spec.url.replace(ADDRESS, str(link) if link.version == 4 else f"[{link}]")
    _, host, _ = endpoint(url)
    address = await _address(progress, spec, link, host, ports)
    for _ in range(MAX_REDIRECTS + 1):
        following = await _request(progress, spec, url, address, ports)
        if following is None:
            return "the answer was right"
        target = redirect_target(url, following)
        if target is None:
            raise ProbeEndError(ProbeReason.REDIRECT_REFUSED, f"redirected to {shown(following)}")
        url = target
    raise ProbeEndError(ProbeReason.TOO_MANY_REDIRECTS, f"more than {MAX_REDIRECTS} redirects")


async def _address(progress: Progress, spec: HttpProbe, link: Address, host: str, ports: _Ports) -> Address:
    """Where to connect; ends the probe when the host is no name, or leads to any address that must not be asked."""
    try:
        found = [ip_address(host)]
    except ValueError:
        try:
            with progress.during(Phase.RESOLVE):
                found = await ports.resolver.addresses(host, spec.timeout_s * RESOLVE_SHARE)
        except NameFailedError as error:
            raise ProbeEndError(error.reason, error.detail) from error
    for each in found:
        kind = refused_kind(each, link, spec.allowed)
        if kind is None and each != link and ports.dialer.is_own(each):
            kind = "an address of this machine"
        if kind is not None:
            raise ProbeEndError(ProbeReason.ADDRESS_REFUSED, f"{shown(host)} leads to {each}, {kind}")
    return found[0]


async def _request(progress: Progress, spec: HttpProbe, url: str, address: Address, ports: _Ports) -> str | None:
    """Ask once: where a redirect that is to be followed leads, or None after the right answer."""
    scheme, host, port = endpoint(url)
    with progress.during(Phase.CONNECT):
        connection = await ports.dialer.connect(address, port)
    progress.answered = True
    try:
        if scheme == "https":
            await secured(progress, ports.dialer, connection, address=address, port=port, rules=spec.tls, host=host)
        async with AsyncExitStack() as stack:
            with progress.during(Phase.WAIT):
                reply = await stack.enter_async_context(ports.http.get(connection, url))
            if spec.redirects is Redirects.SAME_HOST and reply.status in REDIRECTS and reply.location is not None:
                return reply.location
            await _judge(progress, spec, reply)
    except HttpError as error:
        raise ProbeEndError(error.reason, error.detail) from error
    finally:
        connection.close()
    return None


async def _judge(progress: Progress, spec: HttpProbe, reply: Reply) -> None:
    """Return when status and body are right."""
    if reply.status not in spec.statuses:
        raise ProbeEndError(ProbeReason.WRONG_STATUS, f"the status was {reply.status}")
    with progress.during(Phase.TRANSFER):
        body = await _body(spec, reply)
    if spec.body_match is None:
        return
    try:
        # A little before the deadline, because not to have finished is then a fault of ours.
        async with deadline(0.95 * progress.rest_s()):
            found = await _is_in(spec.body_match, body.decode(errors="replace"))
    except TimeoutError as error:
        raise ProbeEndError(ProbeReason.RESOURCES, "no time was left to search the body") from error
    if not found:
        raise ProbeEndError(ProbeReason.WRONG_BODY, f"{shown(spec.body_match)} is not in the body")


async def _body(spec: HttpProbe, reply: Reply) -> bytearray:
    """The body as far as the cap; a longer one is a failure only where it is to be searched."""
    try:
        unpacking = Unpacking(reply.encoding, spec.max_body_bytes)
        async for chunk in reply.chunks():
            unpacking.feed(chunk)
        unpacking.finish()
    except BodyTooLargeError as error:
        if spec.body_match is not None:
            raise ProbeEndError(
                ProbeReason.BODY_TOO_LARGE, f"the body is longer than {spec.max_body_bytes} bytes"
            ) from error
    except UnpackError as error:
        raise ProbeEndError(ProbeReason.MALFORMED, str(error)) from error
    return unpacking.body


async def _is_in(pattern: str, text: str) -> bool:
    """Whether the pattern is in the text; others run between two pieces of it."""
    is_found = False
    for each in linear_pattern(pattern).pieces(text):
        is_found = each
        await breathe()
    return is_found
