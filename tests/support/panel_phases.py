"""The dashboards' queries asked of a real Prometheus while a small province is normal, cut, restarted and unseen.

Lives here: the province, its invented past, the phases, asking until the answers are right. Must not live here:
which answers are right (``panel_expectations``), assertions.

Nothing waits for a fixed time: a query is asked again until it answers as expected, and is a complaint only when
patience ends. Rules that look back on an hour or more are evaluated every four minutes, and some build on others of
these: that is what the first phase waits for.
"""

from __future__ import annotations

import os
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
from exporter.stack.session import Session, running_session
from exporter.stack.stack import checkout
from grafana.asking import Answer, Question, ask, choices, questions
from grafana.reading import Dashboard
from tests.support.panels import Expectation, Phase, complaint
from tests.support.province import unique_name

__all__ = ["CUT", "DAYS", "LINKS", "PAST_OUT", "WANTED", "Played", "played"]

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

    def values(self, phase: Phase, uid: str, panel: str, ref: str = "A") -> dict[str, float]:
        """The last value of each series that a panel got where all was chosen, by its labels' values."""
        for question, answer in self.answers[phase].items():
            if (question.uid, question.panel, question.ref, question.chosen) == (uid, panel, ref, "all"):
                return {" ".join(labels.values()): value for labels, value in answer.series}
        raise AssertionError(f"{uid} has no panel {panel!r} with query {ref}")


def write_province(folder: Path) -> None:
    """The small province of the rehearsals, its contracts with promises and its links in every phase."""
    folder.mkdir()
    source = checkout() / "rehearsal/provinsi-kecil"
    province: dict[str, Any] = yaml.safe_load((source / "provinsi.yml").read_text(encoding="utf-8"))
    places: dict[str, Any] = yaml.safe_load((source / "lokasi.yml").read_text(encoding="utf-8"))
    for contract in province["contracts"]:
        window = "service-hours" if contract["id"] == "k-c" else "24x7"
        if contract["id"] == "k-b":
            contract["ends"] = (datetime.now(tz=UTC) + timedelta(days=60)).date()
        contract["sla"] = {"availability": "99.5%", "tolerance": "300s", "window": window, "credit": "prorata"}
    for place, link in enumerate(places["links"]):
        link["phase"] = ("central", "central", "transition", "legacy")[place % 4]
        if link["role"] == "backup":
            link["phase"] = "legacy"  # its site pays for it although it has a central one
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
