"""A web server behind a web configuration, for tests.

Lives here: writing the files, starting, asking with and without TLS. Must not live here: assertions.
"""

from __future__ import annotations

import base64
import http.client
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import bcrypt

from exporter.access.live_config import LiveWebConfig
from exporter.clock import SystemClock
from exporter.diagnosis_view import DiagnosisView
from exporter.past import NoPast
from exporter.self_metrics import SelfMetrics
from exporter.server import Limits
from exporter.serving import Serving, Where
from exporter.sources import Sources
from tests.support.inventories import many_links
from tests.support.snapshots import make_snapshot
from tests.support.web import PATIENCE_S, Answer, reloaded

__all__ = ["asked", "basic", "guarded", "hashed", "web_file"]

_SNAPSHOT = make_snapshot(many_links(3))


def hashed(password: bytes) -> str:
    """Its bcrypt hash, at the lowest cost."""
    return bcrypt.hashpw(password, bcrypt.gensalt(4)).decode()


def web_file(folder: Path, users: Mapping[str, str] | None = None, cert: Path | None = None, more: str = "") -> Path:
    """A web configuration with these users (hashes) and this certificate, whose file holds its key as well."""
    lines = []
    if cert is not None:
        lines += ["tls_server_config:", f"  cert_file: {cert}", f"  key_file: {cert}"]
    lines += [more] if more else []
    if users is not None:
        lines += ["basic_auth_users:", *(f"  {name}: {each}" for name, each in users.items())]
    path = folder / "web.yml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@contextmanager
def guarded(
    path: Path, *, limits: Limits | None = None, public: bool = False
) -> Iterator[tuple[Serving, LiveWebConfig]]:
    """All listeners behind the file."""
    web = LiveWebConfig(path, SystemClock())
    serving = Serving(
        Sources(lambda: _SNAPSHOT, NoPast(), lambda _: DiagnosisView()),
        reload=reloaded,
        self_metrics=SelfMetrics(loaded_unix_s=1.0, web=web.figures),
        where=Where("127.0.0.1", 0, ("127.0.0.1", 0) if public else None),
        limits=limits,
        web=web,
    )
    serving.start()
    try:
        yield serving, web
    finally:
        serving.close()


def basic(name: bytes, password: bytes) -> dict[str, str]:
    """The header of a client with name and password."""
    return {"Authorization": "Basic " + base64.b64encode(name + b":" + password).decode()}


def asked(
    port: int,
    path: str = "/metrics",
    method: str = "GET",
    *,
    tls: ssl.SSLContext | None = None,
    given: Mapping[str, str] | None = None,
) -> Answer:
    """One request on a connection of its own, over TLS where a context is given."""
    if tls is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    else:
        connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=PATIENCE_S, context=tls)
    try:
        connection.request(method, path, headers=dict(given or {}))
        response = connection.getresponse()
        return Answer(response.status, dict(response.getheaders()), response.read())
    finally:
        connection.close()
