"""The routes of the API.

Lives here: requests to answers, their compression. Must not live here: what is said (``api``), connections.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from exporter.answering import Worker
from exporter.api.asked import Asked
from exporter.api.openapi import openapi_document
from exporter.api.operations import OPENAPI_PATH, OPERATIONS, ROOT, Operation
from exporter.api.parameters import read
from exporter.api.problem import PROBLEM_TYPE, ProblemError, Status, problem_document
from exporter.api.view import View
from exporter.negotiation import accepts_gzip
from exporter.sources import Sources

__all__ = ["ApiRoutes"]

#: Bodies from here on are compressed for who takes it: a shorter one fits into one packet as it is.
COMPRESS_FROM_BYTES = 1_400

#: Fast, and already a tenth of the size: the names of fields come again with every row.
_COMPRESSION_LEVEL = 1

_JSON = "application/json"
_ALLOWED = "GET,HEAD"


class ApiRoutes:
    """Everything under ``/api``."""

    def __init__(self, sources: Sources) -> None:
        """Nothing runs before the first request."""
        self._sources = sources
        self._worker = Worker("api")

    def add_to(self, app: web.Application) -> None:
        """Register every route with ``app``; each answers every method, if only to refuse it in the API's own form."""
        for operation in OPERATIONS:
            app.router.add_route("*", operation.path, self._handler(operation))
        app.router.add_route("*", OPENAPI_PATH, self._openapi)
        app.router.add_route("*", ROOT, self._nothing)
        app.router.add_route("*", f"{ROOT}/{{rest:.*}}", self._nothing)

    def close(self) -> None:
        """Take no further work."""
        self._worker.close()

    def _handler(self, operation: Operation) -> Callable[[web.Request], Any]:
        async def handler(request: web.Request) -> web.Response:
            return await self._answer(request, lambda: self._document(operation, request))

        return handler

    async def _openapi(self, request: web.Request) -> web.Response:
        def make() -> Mapping[str, Any]:
            read((), list(request.query.items()))
            return openapi_document()

        return await self._answer(request, make)

    async def _nothing(self, request: web.Request) -> web.Response:
        def make() -> Mapping[str, Any]:
            raise ProblemError(Status.NOT_FOUND, f"there is no such route; {ROOT}/ names all")

        return await self._answer(request, make)

    def _document(self, operation: Operation, request: web.Request) -> Mapping[str, Any]:
        """What is answered; runs in the worker. Raises ProblemError."""
        query = read(operation.parameters, list(request.query.items()))
        sources = self._sources
        asked = Asked(
            View(sources.snapshot(), sources.past), sources.past, sources.diagnosis, dict(request.match_info), query
        )
        return operation.make(asked)

    async def _answer(self, request: web.Request, make: Callable[[], Mapping[str, Any]]) -> web.Response:
        """The answer to one request, made in the worker whole."""
        if request.method not in {"GET", "HEAD"}:
            return _problem(Status.METHOD_NOT_ALLOWED, "The API is read-only.", Allow=_ALLOWED)
        compress = accepts_gzip(",".join(request.headers.getall("Accept-Encoding", [])))
        try:
            body, headers = await self._worker.run(_body, make, compress=compress)
        except ProblemError as error:
            return _problem(error.status, error.detail, *error.problems)
        except web.HTTPServiceUnavailable:
            return _problem(Status.SERVICE_UNAVAILABLE, "Too many requests wait; try again.", Retry_After="1")
        return web.Response(body=body, headers={"Content-Type": f"{_JSON}; charset=utf-8", **headers})


def _body(make: Callable[[], Mapping[str, Any]], *, compress: bool) -> tuple[bytes, dict[str, str]]:
    """The bytes of a document, and the headers that say how they are packed."""
    body = _text(make())
    headers = {"Vary": "Accept-Encoding"}
    if compress and len(body) >= COMPRESS_FROM_BYTES:
        return gzip.compress(body, _COMPRESSION_LEVEL, mtime=0), {**headers, "Content-Encoding": "gzip"}
    return body, headers


def _text(document: Mapping[str, Any]) -> bytes:
    return (json.dumps(document, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _problem(status: Status, detail: str, *problems: str, **headers: str) -> web.Response:
    """Problem details, with headers of their own."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return web.Response(
        status=status,
        body=_text(problem_document(status, detail, problems)),
        headers={"Content-Type": PROBLEM_TYPE, **named},
    )
