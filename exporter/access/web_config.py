"""The web configuration file: who may ask, and the certificate (the form of Prometheus' exporter-toolkit).

Lives here: the keys, what each may hold, and every refusal with its line. Must not live here: files beyond the one that
is read, TLS (``tls``), comparing passwords (``passwords``). Unknown keys are refused, and no message repeats a
password's hash. Source: https://github.com/prometheus/exporter-toolkit/blob/master/docs/web-configuration.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from exporter.errors import Problem
from exporter.plain_text import shown
from exporter.strict_yaml import Document, Path

__all__ = ["ClientAuth", "TlsSettings", "WebConfig", "parse_web_config"]

_SEE = "see docs/access.md"

#: A bcrypt hash as htpasswd -B writes it: version, cost, salt and hash.
_BCRYPT = re.compile(r"\$2[aby]\$(0[4-9]|[12][0-9]|3[01])\$[./A-Za-z0-9]{53}")

#: Each step doubles the work of every first request; 14 takes about a second.
MAX_COST = 14

#: More people than this need a proxy that knows them by name.
MAX_USERS = 100

_VERSIONS = {"TLS12": 12, "TLS13": 13}

#: The toolkit's words for what is asked of clients; those that ask for a certificate and believe any are refused.
_CLIENT_AUTH = {
    "NoClientCert": False,
    "VerifyClientCertIfGiven": False,
    "RequireAndVerifyClientCert": True,
}

#: Headers that the file may set; the pages' own policy is stricter than one for all routes could be.
_HEADERS = {"Strict-Transport-Security": re.compile(r"max-age=[0-9]{1,10}(; ?includeSubDomains)?(; ?preload)?")}


@dataclass(frozen=True, slots=True)
class ClientAuth:
    """Whether clients show certificates, and whose are believed."""

    ca_file: str
    required: bool


@dataclass(frozen=True, slots=True)
class TlsSettings:
    """The certificate, as absolute paths, and which versions are spoken."""

    cert_file: str
    key_file: str
    min_version: int = 12  #: 12 or 13
    max_version: int = 13
    clients: ClientAuth | None = None


@dataclass(frozen=True, slots=True)
class WebConfig:
    """What the file says; an empty one asks for nothing."""

    tls: TlsSettings | None = None
    users: Mapping[str, bytes] = field(default_factory=dict)  #: bcrypt hashes by name
    headers: Mapping[str, str] = field(default_factory=dict)


def parse_web_config(document: Document, placed: Callable[[str], str]) -> tuple[WebConfig, list[Problem]]:
    """What ``document`` says, and everything that is wrong with it; ``placed`` makes a name in it an absolute path."""
    reader = _Reader(document, placed)
    return reader.config(), [*document.problems, *reader.problems]


class _Reader:
    """Reads one document; what is refused is left out."""

    def __init__(self, document: Document, placed: Callable[[str], str]) -> None:
        self._document = document
        self._placed = placed
        self.problems: list[Problem] = []

    def config(self) -> WebConfig:
        value = self._document.value
        if value is None:
            return WebConfig()
        top = self._mapping(value, (), {"tls_server_config", "http_server_config", "basic_auth_users"})
        return WebConfig(
            self._tls(top["tls_server_config"]) if "tls_server_config" in top else None,
            self._users(top.get("basic_auth_users", {})),
            self._http(top.get("http_server_config", {})),
        )

    def _add(self, path: Path, message: str, remedy: str) -> None:
        self.problems.append(Problem(self._document.file, self._document.line_of(path), message, remedy))

    def _mapping(self, value: Any, path: Path, keys: set[str]) -> dict[str, Any]:
        """The known keys of a mapping; others are refused."""
        if not isinstance(value, dict):
            self._add(path, f"{path[-1] if path else 'the file'} holds no keys", f"write keys below it; {_SEE}")
            return {}
        for key in value:
            if key not in keys:
                self._add((*path, key), f"unknown key {shown(key)}", f"use one of {', '.join(sorted(keys))}")
        return {key: each for key, each in value.items() if key in keys}

    def _text(self, found: Mapping[str, Any], path: Path, key: str) -> str | None:
        """The text of a key; None where it is absent or none."""
        if key not in found:
            return None
        value = found[key]
        if not isinstance(value, str) or not value:
            self._add((*path, key), f"{key} is no text", "write one value")
            return None
        return value

    def _tls(self, value: Any) -> TlsSettings | None:
        path: Path = ("tls_server_config",)
        keys = {"cert_file", "key_file", "client_auth_type", "client_ca_file", "min_version", "max_version"}
        refused = {
            "cipher_suites",
            "curve_preferences",
            "prefer_server_cipher_suites",
            "client_allowed_sans",
            "cert",
            "key",
        }
        if isinstance(value, dict):
            for key in refused & value.keys():
                self._add((*path, key), f"{key} is not used here", "remove it; OpenSSL's own choice holds")
            value = {key: each for key, each in value.items() if key not in refused}
        found = self._mapping(value, path, keys)
        if not isinstance(value, dict):
            return None
        cert, own_key = self._text(found, path, "cert_file"), self._text(found, path, "key_file")
        for name, each in (("cert_file", cert), ("key_file", own_key)):
            if each is None and name not in found:
                self._add(path, f"{name} is missing", "name both the certificate and its key")
        least, most = self._version(found, path, "min_version", 12), self._version(found, path, "max_version", 13)
        if least > most:
            self._add((*path, "min_version"), "min_version is above max_version", "remove max_version")
        clients = self._clients(found, path)
        if cert is None or own_key is None:
            return None
        return TlsSettings(self._placed(cert), self._placed(own_key), least, most, clients)

    def _version(self, found: Mapping[str, Any], path: Path, key: str, default: int) -> int:
        text = self._text(found, path, key)
        if text is not None and text not in _VERSIONS:
            self._add((*path, key), f"{shown(text)} is not a version spoken here", "write TLS12 or TLS13")
        return _VERSIONS.get(text or "", default)

    def _clients(self, found: Mapping[str, Any], path: Path) -> ClientAuth | None:
        kind, file = self._text(found, path, "client_auth_type"), self._text(found, path, "client_ca_file")
        if kind is not None and kind not in _CLIENT_AUTH:
            words = ", ".join(_CLIENT_AUTH)
            self._add((*path, "client_auth_type"), f"{shown(kind)} is not used here", f"write one of {words}")
            return None
        if kind in {None, "NoClientCert"}:
            if file is not None:
                self._add((*path, "client_ca_file"), "client_ca_file stands alone", "write client_auth_type, too")
            return None
        if file is None:
            self._add((*path, "client_auth_type"), "client_ca_file is missing", "name the file of the authority")
            return None
        return ClientAuth(self._placed(file), _CLIENT_AUTH[kind or ""])

    def _users(self, value: Any) -> dict[str, bytes]:
        path: Path = ("basic_auth_users",)
        if not isinstance(value, dict):
            self._add(path, "basic_auth_users holds no names", f"write name: bcrypt hash; {_SEE}")
            return {}
        if len(value) > MAX_USERS:
            self._add(path, f"more than {MAX_USERS} names", "let a proxy know people by name")
        users = {}
        for name, hashed in list(value.items())[:MAX_USERS]:
            remedy = "write what `htpasswd -nBC 10 NAME` prints after the colon"
            if not name or ":" in name:
                self._add((*path, name), "a name is empty or has a colon", "HTTP cannot carry it; choose another")
            elif not isinstance(hashed, str) or _BCRYPT.fullmatch(hashed) is None:
                self._add((*path, name), f"what stands for {shown(name)} is no bcrypt hash", remedy)
            elif int(hashed[4:6]) > MAX_COST:
                message = f"the hash for {shown(name)} has a cost of {int(hashed[4:6])}, above {MAX_COST}"
                self._add((*path, name), message, remedy)
            else:
                users[name] = hashed.encode()
        return users

    def _http(self, value: Any) -> dict[str, str]:
        path: Path = ("http_server_config",)
        found = self._mapping(value, path, {"http2", "headers"})
        if found.get("http2", "false") != "false":
            self._add((*path, "http2"), "HTTP/2 is not spoken here", "write false, or remove it")
        headers = found.get("headers", {})
        known = self._mapping(headers, (*path, "headers"), set(_HEADERS))
        for name, text in known.items():
            if not isinstance(text, str) or _HEADERS[name].fullmatch(text) is None:
                self._add((*path, "headers", name), f"{name} is not of its form", "write max-age=31536000")
        return {name: text for name, text in known.items() if isinstance(text, str)}
