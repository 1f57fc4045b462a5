"""One HTTP answer: where a redirect leads, what a body unpacks to, and within which bounds.

Lives here: redirects that are followed, decompression with a cap. Must not live here: connections, header parsing
(the library's), matching a body (``linear_pattern``).
"""

from __future__ import annotations

import zlib
from urllib.parse import SplitResult, urljoin, urlsplit

__all__ = [
    "MAX_REDIRECTS",
    "REDIRECTS",
    "BodyTooLargeError",
    "UnpackError",
    "Unpacking",
    "endpoint",
    "redirect_target",
]

#: Redirects that are followed; browsers follow 20, and a page at an office needs one or two.
MAX_REDIRECTS = 5

#: Statuses whose Location names another place (RFC 9110, 15.4); 300 and 304 do not.
REDIRECTS = frozenset({301, 302, 303, 307, 308})

_PORTS = {"http": 80, "https": 443}

#: zlib: a header of gzip or zlib, whichever it is, and the largest window.
_ANY_HEADER = 32 + zlib.MAX_WBITS

#: What compression may add to what cannot be compressed, and room for headers.
_OVERHEAD_BYTES = 65_536


class BodyTooLargeError(Exception):
    """More than the cap, after decompression."""


class UnpackError(Exception):
    """What came is not compressed as it claims to be."""


def endpoint(url: str) -> tuple[str, str, int]:
    """Scheme, host (lower case, without brackets) and port of an http or https URL.

    Raises ValueError for anything else, also where a name or password is in it.
    """
    parts: SplitResult = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname or "@" in parts.netloc:
        raise ValueError("no http or https URL")
    return parts.scheme, parts.hostname.rstrip("."), parts.port or _PORTS[parts.scheme]


def redirect_target(url: str, location: str) -> str | None:
    """The URL that a redirect from ``url`` leads to where it stays within scheme, host and port; else None."""
    try:
        target = urljoin(url, location)
        return target if endpoint(target) == endpoint(url) else None
    except ValueError:
        return None


class Unpacking:
    """A body, chunk by chunk, never more of it in memory than the cap and one chunk."""

    def __init__(self, encoding: str, most_bytes: int) -> None:
        """``encoding`` is the Content-Encoding; raises UnpackError where it was not asked for."""
        self._most = most_bytes
        self._raw_bytes = 0
        self.body = bytearray()
        coding = encoding.strip().lower()
        if coding not in {"", "identity", "gzip", "x-gzip", "deflate"}:
            raise UnpackError("an encoding that was not asked for")
        self._deflate = coding == "deflate"
        self._inflate = None if coding in {"", "identity"} else zlib.decompressobj(_ANY_HEADER)

    def feed(self, chunk: bytes) -> None:
        """Take what came; raises BodyTooLargeError as soon as the body is longer than the cap, or UnpackError."""
        self._raw_bytes += len(chunk)
        room = self._most + 1 - len(self.body)
        self.body += chunk[:room] if self._inflate is None else self._inflated(chunk, room)
        if len(self.body) > self._most or self._raw_bytes > self._most + _OVERHEAD_BYTES:
            del self.body[self._most :]
            raise BodyTooLargeError

    def finish(self) -> None:
        """No more comes; raises UnpackError where the compressed data has no end."""
        if self._inflate is not None and self._raw_bytes and not self._inflate.eof:
            raise UnpackError("the compressed body has no end")

    def _inflated(self, chunk: bytes, room: int) -> bytes:
        assert self._inflate is not None
        try:
            return self._inflate.decompress(chunk, room)
        except zlib.error as error:
            if not (self._deflate and self._raw_bytes == len(chunk)):
                raise UnpackError("the body is not compressed as it says") from error
        # Some servers send deflate without its zlib header (RFC 9110, 8.4.1.2 knows them).
        self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            return self._inflate.decompress(chunk, room)
        except zlib.error as error:
            raise UnpackError("the body is not compressed as it says") from error
