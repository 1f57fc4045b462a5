"""The dashboards' queries asked of a real Prometheus while a small province is normal, cut, restarted and unseen.

Lives here: the province, its invented past, the phases (before the first, one office was without electricity), asking
until the answers are right. Must not live here: which answers are right (``panel_expectations``), assertions.

Nothing waits for a fixed time: a query is asked again until it answers as expected, and is a complaint only when
patience ends. Rules that look back on an hour or more are evaluated every four minutes, and some build on others of
these: that is what the first phase waits for.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from bench.blocks import fill
from bench.month import Past
from exporter.clock import SystemClock
from exporter.loading import load_inventory
from exporter.rehearsal.player import trial_stack
from exporter.sim.control import send_order
from exporter.stack.asking import query_values
from exporter.stack.named_files import link_named_files
from exporter.stack.session import Session, running_session
from exporter.stack.stack import Stack, checkout
from grafana.asking import Answer, Question, ask, choices, questions
from grafana.reading import Dashboard
from tests.support.panels import Expectation, Phase, complaint
from tests.support.province import unique_name

__all__ = ["CUT", "DAYS", "LINKS", "PAST_OUT", "POLLED", "WANTED", "Played", "played"]

#: The provider that is cut, and the one that was out before.
CUT, PAST_OUT = "penyedia-b", "penyedia-a"

#: What is chosen where one of each is: a link of the provider that is cut.
WANTED = {
    "link": "samsat-kota-bandung-2-utama",
    "site": "samsat-kota-bandung-2",
    "opd": "bapenda",
    "provider": CUT,
    "kabkota": "32.73",
    "contract": "k-b",
}

#: Whose router is asked by SNMP: the link that is looked at, and those of the rehearsals, of other providers.
POLLED = (
    WANTED["link"],
    "balai-kab-bogor-1-utama",
    "uptd-kota-bandung-1-utama",
    "uptd-kota-bandung-1-cadangan",
)

#: Asked of the link that is looked at, beside its router.
_SERVICES: list[dict[str, Any]] = [
    {"id": "laman", "kind": "http", "url": "http://{address}/"},
    {"id": "https", "kind": "tcp", "port": 443, "tls": {"verify": False}},
    {"id": "resolver", "kind": "dns", "name": "portal.example", "type": "A", "expected": ["192.0.2.10"]},
]

#: Links of the province, and days of its invented past.
LINKS, DAYS = 33, 3

_PATIENCE_S = {Phase.NORMAL: 600.0}
_ORDINARY_PATIENCE_S = 120.0
_ASK_EVERY_S = 2.0


@dataclass
class Played:
    """What came of it, by phase."""

    questions: list[Question] = field(default_factory=list)
    answers: dict[Phase, dict[Question, Answer]] = field(default_factory=dict)
    complaints: dict[Phase, list[str]] = field(default_factory=dict)
    of_wrong: list[str] = field(default_factory=list)  #: about a dashboard that is wrong on purpose
    of_the_chain: frozenset[str] = frozenset()  #: all names on the pages of Prometheus and Alertmanager
    certificate: str = ""  #: that the office which is looked at shows, PEM

    def values(self, phase: Phase, uid: str, panel: str, ref: str = "A") -> dict[str, float]:
        """The last value of each series that a panel got where all was chosen, by its labels' values."""
        for question, answer in self.answers[phase].items():
            if (question.uid, question.panel, question.ref, question.chosen) == (uid, panel, ref, "all"):
                return {" ".join(labels.values()): value for labels, value in answer.series}
        raise AssertionError(f"{uid} has no panel {panel!r} with query {ref}")


def write_province(folder: Path) -> None:
    """The small province of the rehearsals, its contracts with promises and its links in every phase; some probed."""
    folder.mkdir()
    source = checkout() / "rehearsal/provinsi-kecil"
    link_named_files(load_inventory(source).inventory, source, folder)
    province: dict[str, Any] = yaml.safe_load((source / "provinsi.yml").read_text(encoding="utf-8"))
    places: dict[str, Any] = yaml.safe_load((source / "lokasi.yml").read_text(encoding="utf-8"))
    for contract in province["contracts"]:
        window = "service-hours" if contract["id"] == "k-c" else "24x7"
        if contract["id"] == "k-b":
            contract["ends"] = (datetime.now(tz=UTC) + timedelta(days=60)).date()
        contract["sla"] = {"availability": "99.5%", "tolerance": "300s", "window": window, "credit": "prorata"}
    for place, link in enumerate(places["links"]):
        link["phase"] = ("central", "central", "transition", "legacy")[place % 4]
        if link["id"] == WANTED["link"]:
            link["probes"] = ["router", *(each["id"] for each in _SERVICES)]
        if link["role"] == "backup":
            link["phase"] = "legacy"  # its site pays for it although it has a central one
    province["probes"] += [{**each, "interval": "20s"} for each in _SERVICES]
    for name, content in (("provinsi.yml", province), ("lokasi.yml", places)):
        (folder / name).write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")


@contextmanager
def _running(folder: Path) -> Iterator[Session]:
    """The whole chain on the province and its invented past."""
    stack = trial_stack(folder, unique_name(), os.environ)
    write_province(stack.inventory)
    now = int(time.time())
    past = Past(PAST_OUT, range(now - 36 * 3600, now - 30 * 3600), range(now - 12 * 3600, now - 9 * 3600))
    inventory = load_inventory(stack.inventory).inventory
    fill(folder / "prometheus", inventory, f"127.0.0.1:{stack.ports.exporter}", days=DAYS, past=past)
    with running_session(stack, SystemClock()) as session:
        yield session


def played(
    folder: Path,
    dashboards: Sequence[Dashboard],
    expectations: Sequence[Expectation],
    wrong: Dashboard,
    about_wrong: Sequence[Expectation],
) -> Played:
    """All phases played, every query asked in each; those of the dashboard that is ``wrong`` once, in the first."""
    result = Played()
    with _running(folder) as session:
        port, control = session.stack.ports.prometheus, session.stack.control
        result.certificate = _shown_certificate(session.stack)
        _power_cut(port, control)
        for everything in (True, False):
            for dashboard in dashboards:
                values = _choices(port, dashboard, everything=everything)
                result.questions += questions(dashboard, values, "all" if everything else "one of each")
        _settle(result, port, Phase.NORMAL, expectations)
        for question in questions(wrong, {}, "all"):
            answer = ask(port, question, at_unix_s=time.time())
            result.of_wrong.append(complaint(question, answer, Phase.NORMAL, about_wrong))
        found = query_values(port, 'count by (__name__) ({job=~"prometheus|alertmanager"})')
        result.of_the_chain = frozenset(labels["__name__"] for labels, _ in found)
        send_order(control, order="cut", part="provider", id=CUT)
        _settle(result, port, Phase.OUTAGE, expectations)
        session.kill("exporter")
        session.start_again("exporter")
        _settle(result, port, Phase.RESTARTED, expectations)
        session.stop("exporter")
        _settle(result, port, Phase.GAP, expectations)
        session.check()
    return result


def _shown_certificate(stack: Stack) -> str:
    """What the office that is looked at shows on port 443, as another program reads it."""
    address = load_inventory(stack.inventory).inventory.links[WANTED["link"]].address
    words = f"import ssl; print(ssl.get_server_certificate(({str(address)!r}, 443)))"
    ran = subprocess.run(
        ["ip", "netns", "exec", stack.netns, sys.executable, "-c", words], capture_output=True, text=True, check=True
    )
    return ran.stdout


def _power_cut(port: int, control: Path) -> None:
    """The office that is looked at is without electricity until rules have seen it; its router was read before."""
    chosen = f'{{link="{WANTED["link"]}"}}'
    _until(port, f"link:opd_link_router_boot_timestamp_seconds:before{chosen}")
    _until(port, f"opd_link_path_usual_hops{chosen}")
    send_order(control, order="cut", part="link", id=WANTED["link"], manner="power")
    _until(port, f"opd_link_outage_cause_pending{chosen} == 1")
    _until(port, f"opd_link_path_last_hop_number{chosen}")
    send_order(control, order="restore", part="link", id=WANTED["link"])


def _until(port: int, query: str) -> None:
    """Wait for an answer."""
    give_up = time.monotonic() + _ORDINARY_PATIENCE_S
    while not query_values(port, query):
        if time.monotonic() > give_up:
            raise AssertionError(f"nothing answers {query}")
        time.sleep(_ASK_EVERY_S)


def _choices(port: int, dashboard: Dashboard, *, everything: bool) -> Mapping[str, Sequence[str]]:
    """The values of its variables, as soon as there are any."""
    give_up = time.monotonic() + _ORDINARY_PATIENCE_S
    while True:
        try:
            return choices(port, dashboard, WANTED, everything=everything)
        except ValueError:
            if time.monotonic() > give_up:
                raise
            time.sleep(_ASK_EVERY_S)


def _settle(result: Played, port: int, phase: Phase, expectations: Sequence[Expectation]) -> None:
    """Ask everything until nothing is wrong with any answer, or patience ends."""
    give_up = time.monotonic() + _PATIENCE_S.get(phase, _ORDINARY_PATIENCE_S)
    answers: dict[Question, Answer] = {}
    pending = result.questions
    while True:
        for question in pending:
            answers[question] = ask(port, question, at_unix_s=time.time())
        wrong = {each: complaint(each, answers[each], phase, expectations) for each in pending}
        pending = [each for each in pending if wrong[each]]
        if not pending or time.monotonic() > give_up:
            break
        time.sleep(_ASK_EVERY_S)
    result.answers[phase] = answers
    result.complaints[phase] = [wrong[each] for each in pending]
