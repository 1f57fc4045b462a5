"""An RFC 3161 authority on loopback: ``openssl ts -reply`` behind a small web server.

Lives here: its certificates, its answers, right and wrong ones. Must not live here: assertions.
"""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

__all__ = ["StampAuthority", "run_openssl", "stamp_authority"]

_CONFIG = """
[ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
[leaf]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature,nonRepudiation
extendedKeyUsage = critical,timeStamping
[req]
distinguished_name = dn
[dn]
[tsa]
default_tsa = one
[one]
dir = {folder}
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
certs = {folder}/ca.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ordering = no
tsa_name = no
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


def run_openssl(*words: object, stdin: bytes = b"") -> bytes:
    """What openssl prints; an error fails the test."""
    done = subprocess.run(["openssl", *map(str, words)], input=stdin, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


@dataclass(slots=True)
class StampAuthority:
    """One that runs."""

    folder: Path
    url: str
    change: Callable[[bytes], bytes] = field(default=lambda raw: raw)  #: what becomes of an answer
    status: int = 200
    asked: list[bytes] = field(default_factory=list)

    @property
    def certificate(self) -> Path:
        """By which it is believed."""
        return self.folder / "ca.pem"

    def answer(self, query: bytes) -> bytes:
        """What it answers to a request."""
        (self.folder / "query").write_bytes(query)
        words = ["ts", "-reply", "-config", self.folder / "conf", "-queryfile", self.folder / "query"]
        return self.change(run_openssl(*words))


@contextmanager
def stamp_authority(folder: Path) -> Iterator[StampAuthority]:
    """An authority with a certificate of its own, on a free port."""
    _make(folder)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            authority.asked.append(query)
            body = authority.answer(query)
            self.send_response(authority.status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        authority = StampAuthority(folder, f"http://127.0.0.1:{server.server_port}/tsa")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield authority
        finally:
            server.shutdown()
            thread.join()


def _make(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    config = folder / "conf"
    config.write_text(_CONFIG.format(folder=folder), encoding="utf-8")
    (folder / "serial").write_text("01\n", encoding="utf-8")
    new = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-config", config]
    ca, tsa = folder / "ca", folder / "tsa"
    words = ["-subj", "/CN=Otoritas uji", "-extensions", "ca", "-keyout", f"{ca}.key", "-out", f"{ca}.pem"]
    run_openssl("req", "-x509", *new, *words)
    words = ["-CA", f"{ca}.pem", "-CAkey", f"{ca}.key", "-keyout", f"{tsa}.key", "-out", f"{tsa}.pem"]
    run_openssl("req", "-x509", *new, "-subj", "/CN=Stempel waktu uji", "-extensions", "leaf", *words)
