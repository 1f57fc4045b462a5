"""The web server: a thread with an event loop of its own, and the limits a client meets.

Lives here: start, stop, binding, and what is done to every request. Must not live here: what a route
answers (``routes``). The measuring thread never runs asyncio. No URL parameter names a target: this
server probes nothing on request.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import ssl
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from aiohttp import web
from aiohttp.typedefs import Handler

from exporter.connections import Connections
from exporter.errors import UsageError
from exporter.listen import listen_text
from exporter.streaming import AS_STREAM, Ordinary

__all__ = ["Guard", "Limits", "RouteSet", "Server"]

_log = logging.getLogger(__name__)

#: aiohttp logs a traceback for every malformed request; a stranger must not be able to fill the log.
_aiohttp_log = logging.getLogger(f"{__name__}.aiohttp")
_aiohttp_log.setLevel(logging.CRITICAL + 1)

#: Largest request body that is let in; no route reads one.
MAX_BODY_BYTES = 1_024

#: Longest wait for the thread to end; answers that are under way are cut off.
CLOSE_WITHIN_S = 5.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What a client may take; meant for one Prometheus or a few, and some browsers."""

    connections: int = 256  #: open at once; well below the usual 1024 descriptors of a process
    request_within_s: float = 5.0  #: from connecting to a complete request header
    answer_within_s: float = 60.0  #: from the request to the last byte; no scrape may take longer
    idle_s: float = 90.0  #: between requests; above the longest usual scrape interval, 60 s
    header_bytes: int = 4_096  #: the request line, or one header field


#: Who refuses a request with an answer, or lets it go on with None.
Guard = Callable[[web.Request], Awaitable[web.StreamResponse | None]]


class RouteSet(Protocol):
    """Routes of one kind."""

    def add_to(self, app: web.Application) -> None:
        """Register every route with ``app``."""
        ...

    def close(self) -> None:
        """Take no further work; what runs is not waited for."""
        ...


class Server:
    """Serves from ``start`` to ``close``."""

    def __init__(
        self,
        routes: Sequence[RouteSet],
        *,
        host: str,
        port: int,
        limits: Limits | None = None,
        guard: Guard | None = None,
        tls: Callable[[], ssl.SSLContext | None] = lambda: None,
        headers: Callable[[], Mapping[str, str]] = dict,
        flag: str = "--listen",
    ) -> None:
        """Nothing is bound yet; ``routes`` are closed with the server.

        ``guard`` is asked before any route, known or not; ``tls`` for each connection; ``headers`` are added to every
        answer; ``flag``: what an address that cannot be had is blamed on.
        """
        self._guard, self._flag, self._tls, self._headers = guard, flag, tls, headers
        self._routes = routes
        self._host, self._port = host, port
        self._limits = limits or Limits()
        self._bound: Future[int] = Future()
        self._thread = threading.Thread(target=self._run, name="http", daemon=True)

    def start(self) -> None:
        """Bind and serve. Raises ``UsageError`` when the address cannot be had."""
        self._thread.start()
        try:
            self._port = self._bound.result()
        except (OSError, UnicodeError) as error:
            raise UsageError(f"{self._flag} {listen_text(self._host, self._port)}: {_remedy(error)}") from error

    @property
    def port(self) -> int:
        """The port that is bound, also where 0 was asked for."""
        return self._port

    def close(self) -> None:
        """Stop serving; returns within a few seconds whatever clients do."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(CLOSE_WITHIN_S)
        for each in self._routes:
            each.close()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except Exception as error:
            if self._bound.done():
                raise
            self._bound.set_exception(error)

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        async with self._listening() as port:
            self._bound.set_result(port)
            await self._stop.wait()

    @asynccontextmanager
    async def _listening(self) -> AsyncIterator[int]:
        """The port, bound while the context lasts."""
        runner = web.AppRunner(self._application(), shutdown_timeout=0.0)
        await runner.setup()
        assert runner.server is not None
        talker = partial(
            _Talker,
            runner.server,
            loop=self._loop,
            access_log=_aiohttp_log,
            logger=_aiohttp_log,
            keepalive_timeout=self._limits.idle_s,
            max_line_size=self._limits.header_bytes,
            max_field_size=self._limits.header_bytes,
        )
        self._connections = Connections(
            talker,
            limit=self._limits.connections,
            request_within_s=self._limits.request_within_s,
            tls=self._tls,
        )
        try:
            listening = await self._loop.create_server(self._connections, self._host or None, self._port)
            try:
                yield listening.sockets[0].getsockname()[1]
            finally:
                listening.close()
        finally:
            self._connections.abort_all()
            await runner.cleanup()

    def _application(self) -> web.Application:
        app = web.Application(middlewares=[self._answer])
        app.on_response_prepare.append(self._add_headers)
        for each in self._routes:
            each.add_to(app)
        return app

    @web.middleware
    async def _answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer one request whole, within the time allowed, whatever happens in its handler."""
        self._connections.request_begun(request.protocol)
        try:
            async with asyncio.timeout(self._limits.answer_within_s) as deadline:
                request[AS_STREAM] = Ordinary(partial(self._stream, request.protocol, deadline))
                response = await _outcome(request, partial(_guarded, self._guard, handler))
                await response.prepare(request)
                await response.write_eof()
        except TimeoutError:
            if request.transport is not None:
                request.transport.abort()  # closing would wait for the reader
            raise ConnectionResetError from None
        finally:
            self._connections.release(request.protocol)
        return response

    async def _add_headers(self, request: web.Request, response: web.StreamResponse) -> None:  # noqa: ARG002 - a signal's signature
        """Headers of every answer: no guessing of types, no keeping, no word about the versions behind it."""
        response.headers.update(self._headers())
        _fence(response)

    def _stream(self, protocol: asyncio.BaseProtocol, deadline: asyncio.Timeout) -> None:
        """The answer on this connection lasts as long as its reader: it has no deadline, and no newcomer ends it."""
        deadline.reschedule(None)
        self._connections.keep(protocol)


class _Talker(web.RequestHandler):
    """aiohttp's, whose answers to what is no request get the headers of every answer, too."""

    __slots__ = ()

    def handle_error(
        self, request: web.BaseRequest, status: int = 500, exc: BaseException | None = None, message: str | None = None
    ) -> web.StreamResponse:
        """Answer what could not be read; no signal of the application is sent for it."""
        response = super().handle_error(request, status, exc, message)
        _fence(response)
        return response


def _fence(response: web.StreamResponse) -> None:
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["Server"] = "pantau"


async def _guarded(guard: Guard | None, handler: Handler, request: web.Request) -> web.StreamResponse:
    refusal = None if guard is None else await guard(request)
    return await handler(request) if refusal is None else refusal


def _remedy(error: OSError | UnicodeError) -> str:
    """Why the address cannot be had, and what to do."""
    known = {
        errno.EADDRINUSE: "another program listens there; stop it (ss -ltnp shows which) or choose another port",
        errno.EADDRNOTAVAIL: "this machine has no such address; choose one that `ip address` shows",
        errno.EACCES: "this user may not bind a port below 1024; choose a higher one",
    }
    number = error.errno if isinstance(error, OSError) else None
    return known.get(number or 0, f"{error}; choose an address of this machine")


async def _outcome(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The handler's answer; a fault of ours is logged and becomes 500 without a word about its inside."""
    if request.body_exists and (request.content_length is None or request.content_length > MAX_BODY_BYTES):
        refusal = web.Response(status=413, text=f"No route takes a body above {MAX_BODY_BYTES} bytes.\n")
        refusal.force_close()
        return refusal
    try:
        return await handler(request)
    except web.HTTPException as answer:
        return web.Response(status=answer.status, text=f"{answer.text}\n", headers=_kept(answer))
    except ConnectionError:
        raise  # the client went away
    except Exception:  # noqa: BLE001 - one bad answer must not end the connection without a word
        _log.exception("%s %s failed", request.method, request.path)
        return web.Response(status=500, text="Internal error; the log of pantau says more.\n")


def _kept(answer: web.HTTPException) -> dict[str, str]:
    return {"Allow": answer.headers["Allow"]} if "Allow" in answer.headers else {}
