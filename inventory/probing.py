"""What is asked of the offices of the example province beside their echoes.

Lives here: tables and texts: probes, credentials, classes of sites. Must not live here: which office is of which class
(``plan``), how sites and links are written (``generate``). The passwords are those that the simulated province
answers to, which everybody may know; they are secrets of nobody.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["BACKUP_INTERFACE", "CLASSES", "PROBING", "SECRETS", "SiteClass"]

#: What the routers of the simulated province call the interface of a second line.
BACKUP_INTERFACE = "ether2"


class SiteClass(NamedTuple):
    """A kind of office, and the probes of its links."""

    name: str
    probes: tuple[str, ...]


CLASSES = {
    "kantor": SiteClass("Kantor dinas, badan dan biro", ("router", "laman", "resolver")),
    "rumah-sakit": SiteClass("Rumah sakit", ("router", "laman", "https", "resolver")),
    "samsat": SiteClass("Kantor Samsat", ("https",)),
    "cabang": SiteClass("Cabang dinas", ()),
    "uptd": SiteClass("Unit pelaksana teknis", ()),
    "layanan": SiteClass("Satuan pelayanan", ()),
}

PROBING = """\
# What is asked of offices beside their echoes: the router, a page, a certificate, the resolver; and of which offices.
version: 1

# The simulated province answers to these. secrets/README says whose passwords they are, and how it is done in earnest.
credentials:
  - id: router-v3
    user: pantau
    auth: SHA-256
    auth_password: {file: secrets/snmp-auth}
    priv: AES-128
    priv_password: {file: secrets/snmp-priv}

probes:
  # The interface of the line; a second line is on another, which the link says.
  - {id: router, kind: snmp, credentials: router-v3, interface: ether1}
  - {id: laman, kind: http, url: "http://{address}/"}
  # The authority of the simulated certificates is made anew at each start, so that it cannot be named here.
  - {id: https, kind: tcp, port: 443, tls: {verify: false}}
  - {id: resolver, kind: dns, name: portal.example, type: A, expected: [192.0.2.10]}
"""

SECRETS = {
    "README": """\
The passwords in this folder are those of the simulated routers of the example province. They are written in the
program itself and in its documentation, and protect nothing.

For real routers, name files outside of what you publish, such as /etc/pantau/secrets/snmp-auth, each with the password
and nothing else, readable by the user of pantau only (chmod 400), or an environment variable. See docs/inventory.md.
""",
    "snmp-auth": "pantau-sim-auth\n",
    "snmp-priv": "pantau-sim-priv\n",
}
