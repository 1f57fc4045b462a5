"""The small languages of probes in an inventory: ports, sizes, URLs, names of hosts, of interfaces and of files.

Lives here: text to value, one function each, and the words for what is wrong, as in ``quantities``. Must not live
here: which key has which language (``schema_probes``), patterns (``body_pattern``), asking anybody. What may hold a
secret (a URL, the name of a file or variable) is not repeated in a refusal.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from ipaddress import IPv4Network, IPv6Network, ip_network

from exporter.addresses import host_address
from exporter.model import Address
from exporter.plain_text import shown
from exporter.probe_model import ADDRESS
from exporter.quantities import Refusal

__all__ = [
    "MAX_BODY_BYTES",
    "MAX_URL_CHARACTERS",
    "MIN_BODY_BYTES",
    "UrlParts",
    "body_bytes",
    "domain_name",
    "environment_name",
    "expected_text",
    "file_name",
    "interface_name",
    "network",
    "port",
    "server_name",
    "status",
    "url",
    "url_parts",
]

#: Longest URL; those of pages that are worth watching have some dozens.
MAX_URL_CHARACTERS = 500

#: How much of a body may be read: below a kilobyte there is no page, and a megabyte a minute from each of 500 offices
#: is 67 Mbit/s, more than watching may cost.
MIN_BODY_BYTES, MAX_BODY_BYTES = 1_000, 1_000_000

#: ifName and ifAlias are at most so long (RFC 2863).
_MAX_INTERFACE_CHARACTERS = 64

#: Linux takes no longer path.
_MAX_PATH_CHARACTERS = 4_095

_PORT = re.compile(r"[0-9]{1,5}")
_STATUS = re.compile(r"[1-5][0-9]{2}")
_SIZE = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,3})?)(B|kB|KiB|MB)")
_BYTES = {"B": 1, "kB": 1_000, "KiB": 1_024, "MB": 1_000_000}
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")
_LABEL = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)")
_NUMBER = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*")
_URL = re.compile(
    r"(?P<scheme>https?)://(?:(?P<name>\{address\}|[A-Za-z0-9.-]+)|\[(?P<literal>[0-9A-Fa-f:.]+)\])"
    r"(?::(?P<port>[0-9]{1,5}))?(?P<rest>[/?][!-~]*)?"
)


@dataclass(frozen=True, slots=True)
class UrlParts:
    """What matters of a URL before it is asked."""

    scheme: str  #: http or https
    host: str  #: ``{address}``, a name, or an address without brackets
    address: Address | None  #: the host, where it is an address


def port(text: str) -> int:
    """A port of TCP or UDP, 1 to 65535."""
    if _PORT.fullmatch(text) is None or not 1 <= int(text) <= 65_535:
        raise Refusal(f"{shown(text)} is not a port", "write a number from 1 to 65535")
    return int(text)


def status(text: str) -> int:
    """A status code of HTTP (RFC 9110), 100 to 599."""
    if _STATUS.fullmatch(text) is None:
        raise Refusal(f"{shown(text)} is not a status", "write numbers from 100 to 599: [200, 301]")
    return int(text)


def body_bytes(text: str) -> int:
    """Bytes of a body, within the bounds."""
    found = _SIZE.fullmatch(text)
    size = Decimal(found[1]) * _BYTES[found[2]] if found is not None else Decimal(-1)
    if not MIN_BODY_BYTES <= size <= MAX_BODY_BYTES or size != int(size):
        raise Refusal(f"{shown(text)} is not a size that is taken", "write 1kB to 1MB, with B, kB, KiB or MB: 256kB")
    return int(size)


def interface_name(text: str) -> str:
    """The name or alias of an interface, as its device writes it."""
    if not text or len(text) > _MAX_INTERFACE_CHARACTERS or text != text.strip():
        remedy = f"write the device's own name, 1 to {_MAX_INTERFACE_CHARACTERS} characters: ether1"
        raise Refusal(f"{shown(text)} is not the name of an interface", remedy)
    return text


def environment_name(text: str) -> str:
    """The name of an environment variable; a refusal does not repeat it."""
    if _VARIABLE.fullmatch(text) is None:
        remedy = "write the name of a variable that holds the secret: PANTAU_COMMUNITY"
        raise Refusal("environment is not the name of a variable", remedy)
    return text


def file_name(text: str) -> str:
    """A path; a refusal does not repeat it."""
    if not text or len(text) > _MAX_PATH_CHARACTERS or text.endswith("/"):
        raise Refusal("is not the name of a file", "write a path, from the inventory's folder or from /")
    return text


def domain_name(text: str) -> str:
    """A name of the DNS (RFC 1035) in small letters and without the last point."""
    name = text.lower().removesuffix(".")
    labels = name.split(".")
    if len(name) > 253 or any(_LABEL.fullmatch(label) is None for label in labels) or _NUMBER.fullmatch(labels[-1]):
        remedy = "write it in ASCII (xn--…), labels of 1 to 63 characters: portal.example"
        raise Refusal(f"{shown(text)} is not a domain name", remedy)
    return name


def server_name(text: str) -> str:
    """The name or address that a certificate must bear."""
    try:
        return str(host_address(text))
    except Refusal:
        return domain_name(text)


def expected_text(text: str) -> str:
    """The text of an answer."""
    if not 1 <= len(text) <= 255:
        raise Refusal(f"has {len(text)} characters", "write the answer's text, 1 to 255 characters")
    return text


def network(text: str) -> IPv4Network | IPv6Network:
    """A network of addresses, without bits of a host."""
    try:
        return ip_network(text)
    except ValueError:
        remedy = "write the network's first address and its length: 198.18.0.0/15"
        raise Refusal(f"{shown(text)} is not a network", remedy) from None


def url(text: str) -> str:
    """``text`` if it is a URL that may be asked; a refusal does not repeat it."""
    url_parts(text)
    return text


def url_parts(text: str) -> UrlParts:
    """The parts of a URL: http or https, no user, no fragment. Raises Refusal, in which it is not repeated."""
    if len(text) > MAX_URL_CHARACTERS:
        raise Refusal(f"has {len(text)} characters", f"shorten it to {MAX_URL_CHARACTERS}")
    if not text.startswith(("http://", "https://")):
        raise Refusal("is no URL of http or https", f"begin with http:// or https://: https://{ADDRESS}/")
    if "@" in re.split("[/?#]", text.split("://", 1)[1])[0]:
        raise Refusal("names a user", "remove what stands before the @; nobody is logged in")
    if "#" in text:
        raise Refusal("has a fragment", "remove the # and what follows; a server never sees it")
    if f"[{ADDRESS}]" in text:
        raise Refusal("has brackets around {address}", "remove them; an IPv6 address gets its own")
    found = _URL.fullmatch(text)
    if found is None or set('{}"<>\\^`|') & set(found["rest"] or ""):
        remedy = f"write scheme, host, port and path in ASCII: https://{ADDRESS}:8443/status"
        raise Refusal("is not a URL", remedy)
    if found["port"] is not None:
        port(found["port"])
    return _parts(found)


def _parts(found: re.Match[str]) -> UrlParts:
    host = found["literal"] or found["name"]
    if host == ADDRESS:
        return UrlParts(found["scheme"], host, None)
    if found["literal"] is not None or _NUMBER.fullmatch(host.removesuffix(".").rpartition(".")[2]):
        address = host_address(host)
        if found["literal"] is not None and address.version == 4:  # brackets are for IPv6 (RFC 3986)
            raise Refusal("has brackets around an IPv4 address", "remove them")
        return UrlParts(found["scheme"], host, address)
    return UrlParts(found["scheme"], domain_name(host), None)
