"""Who may ask, and by which certificate: name and password for every route of the NOC's listener but one.

Lives here: the header of basic authentication (RFC 7617), and the refusal. Must not live here: comparing
(``passwords``), the configuration's file. ``/-/healthy`` is open: who asks whether the process lives learns no more.
"""

from __future__ import annotations

import binascii
import ssl
from base64 import b64decode
from collections.abc import Mapping

from aiohttp import web

from exporter.access.live_config import LiveWebConfig
from exporter.access.passwords import Passwords, TooManyTriesError

__all__ = ["OPEN_ROUTE", "Access"]

OPEN_ROUTE = "/-/healthy"

#: A name and a password of usual length, in base64.
_MAX_HEADER = 1_024


class Access:
    """What a web configuration asks of a listener; without one, nothing."""

    def __init__(self, web: LiveWebConfig | None) -> None:
        """``web``: what is in force, asked at each request."""
        self._web = web
        self._passwords = Passwords()

    def add_to(self, app: web.Application) -> None:
        """It has no route: it stands before all others."""

    def close(self) -> None:
        """Take no further work."""
        self._passwords.close()

    def tls(self) -> ssl.SSLContext | None:
        """The context for a connection that comes now; None: plain."""
        certificate = None if self._web is None else self._web.loaded.certificate
        return None if certificate is None else certificate.context

    def public_tls(self) -> ssl.SSLContext | None:
        """The same certificate for people of whom none is asked."""
        certificate = None if self._web is None else self._web.loaded.certificate
        return None if certificate is None else certificate.public

    def headers(self) -> Mapping[str, str]:
        """What the file adds to every answer."""
        return {} if self._web is None else self._web.loaded.config.headers

    async def guard(self, request: web.Request) -> web.StreamResponse | None:
        """A refusal, or None for who may go on; unknown addresses are refused as known ones are."""
        users = {} if self._web is None else self._web.loaded.config.users
        if not users or _is_open(request):
            return None
        given = _credentials(request)
        try:
            if given is not None and await self._passwords.right(users, *given):
                return None
        except TooManyTriesError:
            text = "Busy: too many passwords are being compared; try again in a moment.\n"
            return web.Response(status=503, text=text, headers={"Retry-After": "2"})
        headers = {"WWW-Authenticate": 'Basic realm="pantau", charset="UTF-8"'}
        return web.Response(status=401, text="Unauthorized: name and password are needed.\n", headers=headers)


def _is_open(request: web.Request) -> bool:
    """Whether the route that will answer is the open one, however its address was written."""
    resource = request.match_info.route.resource
    return resource is not None and resource.canonical == OPEN_ROUTE and request.method in {"GET", "HEAD"}


def _credentials(request: web.Request) -> tuple[str, bytes] | None:
    """Name and password; None where there is not exactly one header of the right form."""
    given = request.headers.getall("Authorization", [])
    if len(given) != 1 or len(given[0]) > _MAX_HEADER:
        return None
    scheme, _, encoded = given[0].partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, colon, password = b64decode(encoded.strip(), validate=True).partition(b":")
        return (name.decode(), password) if colon else None
    except (binascii.Error, ValueError):  # UnicodeDecodeError is one
        return None
