"""The address to listen on, as people write it.

Lives here: ``HOST:PORT`` to a host and a port, and back. Must not live here: sockets, name resolution.
"""

from __future__ import annotations

import re

from exporter.errors import UsageError

__all__ = ["listen_text", "parse_listen"]

#: A bracketed IPv6 address, or a name or IPv4 address without colons, or nothing; then a port.
HOST_PORT = re.compile(r"(?:\[(?P<ipv6>[0-9A-Fa-f:.]+(?:%[\w.-]+)?)\]|(?P<name>[A-Za-z0-9._-]*)):(?P<port>[0-9]{1,5})")

MAX_PORT = 65_535

REMEDY = "write HOST:PORT, such as 127.0.0.1:9715, [::1]:9715, or :9715 for every address of this machine"


def parse_listen(text: str, flag: str = "--listen") -> tuple[str, int]:
    """Host and port of ``text``; an empty host means every address, port 0 any free one.

    Raises ``UsageError`` naming ``flag`` for anything else.
    """
    match = HOST_PORT.fullmatch(text)
    if match is None:
        raise UsageError(f"{flag} {text!r} is no address; {REMEDY}")
    port = int(match["port"])
    if port > MAX_PORT:
        raise UsageError(f"{flag} {text!r}: ports end at {MAX_PORT}; {REMEDY}")
    return match["ipv6"] or match["name"] or "", port


def listen_text(host: str, port: int) -> str:
    """``HOST:PORT`` that ``parse_listen`` reads back."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
