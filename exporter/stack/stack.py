"""The programs of the stack in words: what each is started with, and when it is ready.

Lives here: the command lines of the simulated province, the exporter, Alertmanager and Prometheus,
and the configuration they are given. Must not live here: starting them, their order, printing.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from exporter.errors import PantauError
from exporter.sim.control import send_order
from exporter.sim.settings import SimulationError
from exporter.stack.configuration import alertmanager_text, flags_from, prometheus_text
from exporter.stack.expected import Expected, TrialSecrets, expected_by, write_private
from exporter.stack.ports import Ports
from exporter.stack.processes import ChildSpec, answers
from exporter.stack.programs import Program, find_program
from exporter.stack.speed import accelerated, accelerated_flags, prometheus_flags
from exporter.stack.versions import BOT_TOKEN_FILE_SINCE, version_of

__all__ = ["Stack", "checkout"]

_ALERT = re.compile(r"^\s*- alert: (\w+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Stack:
    """One stack: where its files lie, and where it listens."""

    root: Path  #: the checkout: deploy/, alert_rules/, docs/
    folder: Path  #: for data, logs and rendered configuration; exists, and may be thrown away afterwards
    inventory: Path
    netns: str  #: the simulation's name
    control: Path  #: the simulation's control socket
    ports: Ports
    environment: Mapping[str, str]  #: where programs are looked for
    secrets: TrialSecrets = field(default_factory=TrialSecrets)
    speed: float = 1.0  #: what every waiting time of rules and configuration is divided by

    def province(self) -> ChildSpec:
        """``pantau sim start``; ready when it answers orders."""
        words = ("sim", "start", "--inventory", str(self.inventory), *self._named())
        return ChildSpec("province", self._pantau(*words), self.root, self._province_answers)

    def exporter(self, inventory: Path | None = None, *, alone: bool = False) -> ChildSpec:
        """``pantau run``; ready after its first round. ``alone``: without a province, in our own network."""
        words = ["run", "--inventory", str(inventory or self.inventory), "--listen", f"127.0.0.1:{self.ports.exporter}"]
        words += ["--journal", str(self.folder / "journal.jsonl")]
        entry: tuple[str, ...] = ()
        if not alone:
            entry, name = self._entry()
            words += ["--netns", name]
        return ChildSpec(
            "exporter", (*entry, *self._pantau(*words)), self.root, lambda: answers(self.ports.exporter, "/-/ready")
        )

    def expected(self, *, telegram_per_minute: int | None = None) -> Expected:
        """What the receivers of this stack's Alertmanager expect."""
        return expected_by(self._shipped_receivers(), self.secrets, telegram_per_minute=telegram_per_minute)

    def alertmanager(self, cluster: Sequence[str] = ("--cluster.listen-address=",)) -> ChildSpec:
        """Alertmanager with the shipped configuration; alone, or with the flags that make it one of a pair."""
        program = self._program(Program.ALERTMANAGER)
        reads_token = version_of(program) >= BOT_TOKEN_FILE_SINCE
        secrets = self.folder / "secrets"
        self.secrets.write(secrets)
        text = alertmanager_text(
            self._shipped_receivers(),
            self.ports,
            self.root / "deploy/alertmanager/templates",
            secrets,
            token=None if reads_token else self.secrets.telegram_token,
        )
        argv = (
            str(program),
            f"--config.file={self._written('alertmanager.yml', accelerated(text, self.speed))}",
            f"--storage.path={self.folder / 'alertmanager'}",
            f"--web.listen-address=127.0.0.1:{self.ports.alertmanager}",
            f"--web.external-url={self.url(self.ports.alertmanager)}",
            *accelerated_flags(flags_from(self._shipped("alertmanager/flags")), self.speed),
            *cluster,
        )
        return ChildSpec("alertmanager", argv, self.root, lambda: answers(self.ports.alertmanager, "/-/ready"))

    def prometheus(self) -> ChildSpec:
        """Prometheus with the shipped configuration, flags and rules; faster ones have to be written first."""
        text = prometheus_text(self._shipped("prometheus/prometheus.yml"), self.ports, self._rules())
        text = accelerated(text, self.speed)
        config = self._written("prometheus.yml", text)
        argv = (
            str(self._program(Program.PROMETHEUS)),
            f"--config.file={config}",
            f"--storage.tsdb.path={self.folder / 'prometheus'}",
            f"--web.listen-address=127.0.0.1:{self.ports.prometheus}",
            f"--web.external-url={self.url(self.ports.prometheus)}",
            *flags_from(self._shipped("prometheus/flags")),
            *prometheus_flags(self.speed),
        )
        return ChildSpec("prometheus", argv, self.root, lambda: answers(self.ports.prometheus, "/-/ready"))

    def write_rules(self) -> None:
        """Put the rules, ``speed`` times as fast, where Prometheus looks for them; nothing in real time."""
        if self.speed != 1:
            for file in self._rule_files():
                text = accelerated(file.read_text(encoding="utf-8"), self.speed)
                self._written(f"{self._rules().name}/{file.name}", text)

    def alert_names(self) -> frozenset[str]:
        """The names of all alerts in the rules."""
        return frozenset(
            name for file in self._rule_files() for name in _ALERT.findall(file.read_text(encoding="utf-8"))
        )

    def find_programs(self) -> None:
        """Return when all that is needed is there; raises ProgramMissingError."""
        for program in (Program.PROMETHEUS, Program.ALERTMANAGER):
            self._program(program)

    def url(self, port: int) -> str:
        """The address for a browser on this machine."""
        return f"http://127.0.0.1:{port}"

    def _rule_files(self) -> list[Path]:
        return sorted((self.root / "alert_rules").glob("*.yml"))

    def _rules(self) -> Path:
        """The folder of the rules: the shipped one, or one that ``write_rules`` fills."""
        if self.speed == 1:
            return self.root / "alert_rules"
        folder = self.folder / "alert_rules"
        folder.mkdir(exist_ok=True)
        return folder

    def _entry(self) -> tuple[tuple[str, ...], str]:
        """How the exporter comes into the province's network: what goes before its command line, and ``--netns``.

        As root by the name; otherwise the province made a user namespace that is entered by process id.
        """
        if os.geteuid() == 0:
            return (), self.netns
        pid = int(send_order(self.control, order="status")["pid"])
        return ("nsenter", "--user", "--preserve-credentials", f"--target={pid}"), f"/proc/{pid}/ns/net"

    def _province_answers(self) -> bool:
        try:
            send_order(self.control, order="status")
        except SimulationError:
            return False
        return True

    def _pantau(self, *words: str) -> tuple[str, ...]:
        return (sys.executable, "-m", "exporter", *words)

    def _named(self) -> tuple[str, ...]:
        return ("--netns", self.netns, "--control", str(self.control))

    def _program(self, program: Program) -> Path:
        return find_program(program, root=self.root, environment=self.environment)

    def _written(self, name: str, text: str) -> Path:
        path = self.folder / name
        write_private(path, text)
        return path

    def _shipped_receivers(self) -> str:
        return self._shipped("alertmanager/alertmanager.yml")

    def _shipped(self, name: str) -> str:
        return (self.root / "deploy" / name).read_text(encoding="utf-8")


def checkout() -> Path:
    """The folder that holds this package and the stack's files; raises PantauError where there is none."""
    root = Path(__file__).resolve().parents[2]
    if not (root / "deploy/prometheus/prometheus.yml").is_file():
        raise PantauError(f"{root} has no deploy/ folder: the demo runs from a checkout of the repository (make run)")
    return root
