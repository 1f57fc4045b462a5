"""A real net-snmp agent for tests: own configuration, own port, own persistent folder, ended by its process.

Lives here: starting and ending it. Must not live here: what is asked of it.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from exporter.credentials import Secret, SnmpSecrets
from exporter.probe_model import AuthProtocol, PrivProtocol

__all__ = ["ADDRESS", "SECRETS", "Daemon", "daemon", "v3"]

ADDRESS = "127.0.0.71"
PATIENCE_S = 20.0

#: With the view of docs/snmp.md, which thereby is enough.
CONFIGURATION = """\
agentaddress udp:{address}:{port}
exactEngineID 0x80001f8804{engine}
view pantau included .1.3.6.1.2.1.1.3
view pantau included .1.3.6.1.2.1.2.2
view pantau included .1.3.6.1.2.1.25.1.1
view pantau included .1.3.6.1.2.1.31.1.1
view pantau included .1.3.6.1.6.3.10.2.1
rocommunity pantau-test 127.0.0.0/8 -V pantau
createUser pantau SHA-256 "sandi-masuk-1" AES-128 "sandi-rahasia-1"
rouser pantau authpriv -V pantau
createUser besar SHA-512 "sandi-masuk-1" AES-256 "sandi-rahasia-1"
rouser besar authpriv -V pantau
"""


def v3(
    user: str = "pantau",
    auth: str = "sandi-masuk-1",
    priv: str = "sandi-rahasia-1",
    protocols: tuple[AuthProtocol, PrivProtocol] = (AuthProtocol.SHA256, PrivProtocol.AES128),
) -> SnmpSecrets:
    """A user of SNMPv3."""
    return SnmpSecrets(
        user=user,
        auth_protocol=protocols[0],
        auth_password=Secret(auth),
        priv_protocol=protocols[1],
        priv_password=Secret(priv),
    )


SECRETS = {
    "community": SnmpSecrets(community=Secret("pantau-test")),
    "other community": SnmpSecrets(community=Secret("bukan-ini")),
    "user": v3(),
    "strong": v3("besar", protocols=(AuthProtocol.SHA512, PrivProtocol.AES256)),
    "other user": v3("siapa"),
    "other password": v3(auth="sandi-masuk-2"),
    "other privacy": v3(priv="sandi-rahasia-2"),
}


def program() -> str:
    """Where snmpd is; ``scripts/need`` installs it and starts nothing."""
    found = shutil.which("snmpd", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    assert found, "snmpd is missing: make integration installs it"
    return found


@dataclass
class Daemon:
    """One agent, which can be started again."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    def start(self, engine: str = "0001") -> None:
        """Start it, and wait until it answers."""
        configuration = self.folder / "snmpd.conf"
        configuration.write_text(CONFIGURATION.format(address=ADDRESS, port=self.port, engine=engine))
        persistent = self.folder / "persistent"
        persistent.mkdir(exist_ok=True)
        words = [program(), "-f", "-Lf", str(self.folder / "log"), "-m", "", "-C", "-c", str(configuration)]
        environment = os.environ | {"SNMP_PERSISTENT_DIR": str(persistent)}
        self.process = subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._wait()

    def stop(self) -> None:
        """End it as a service manager does."""
        assert self.process is not None
        self.process.terminate()
        self.process.wait(PATIENCE_S)

    def _wait(self) -> None:
        # GetRequest of sysUpTime.0 with the community above, as snmpget sends it
        request = (
            bytes.fromhex("302b0201010b").replace(b"\x0b", b"\x04\x0b")
            + b"pantau-test"
            + bytes.fromhex("a019020101020100020100300e300c06082b060102010103000500")
        )
        end = time.monotonic() + PATIENCE_S
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
            asking.settimeout(0.2)
            while time.monotonic() < end:
                asking.sendto(request, (ADDRESS, self.port))
                try:
                    asking.recv(1500)
                except TimeoutError:
                    assert self.process is not None
                    assert self.process.poll() is None, (self.folder / "log").read_text()
                else:
                    return
        raise AssertionError((self.folder / "log").read_text())


@contextmanager
def daemon(folder: Path) -> Iterator[Daemon]:
    """A running agent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind((ADDRESS, 0))
        port = free.getsockname()[1]
    running = Daemon(folder, port)
    running.start()
    try:
        yield running
    finally:
        running.stop()
