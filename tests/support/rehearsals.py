"""The shipped scenarios, played: several stacks at once, each on ports and in a namespace of its own.

Lives here: which scenarios there are, playing them, their results. Must not live here: assertions about messages.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from exporter.clock import SystemClock
from exporter.rehearsal.player import play, trial_stack
from exporter.rehearsal.scenario import Scenario, load_scenario
from exporter.rehearsal.verdict import GATEWAY, differences
from exporter.stack.deliveries import Message
from exporter.stack.stack import checkout

__all__ = ["SCENARIOS", "Rehearsal", "Rehearsals", "rehearsals"]

_FOLDER = checkout() / "rehearsal"

#: Every scenario by its name.
SCENARIOS = {path.stem: path for path in sorted(_FOLDER.glob("*.yml"))}

#: Stacks at once on a machine with two cores: each takes less than a tenth of one, but for its start.
_AT_ONCE = 5

#: The scenarios that take longest begin first, so that none of them is played alone at the end.
_LONGEST = (
    "kehilangan-paket-perlahan",
    "tautan-putus-sambung",
    "alertmanager-mati",
    "gangguan-berlapis",
    "pekerjaan-terencana",
    "rantai-dimulai-ulang",
    "jalur-utama-putus",
    "pengukur-mati",
)


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A scenario that was played."""

    scenario: Scenario
    messages: tuple[Message, ...]
    said: tuple[str, ...]  #: the lines of progress

    @property
    def told(self) -> list[Message]:
        """The messages of the gateway, which gets each exactly once, in the order of arrival."""
        return [message for message in self.messages if message.to == GATEWAY]

    @property
    def problems(self) -> list[str]:
        """What the verdict complains of."""
        return differences(self.scenario.expect or (), self.messages, ignore=self.scenario.ignore)

    def begun(self, alertname: str) -> list[Message]:
        """The gateway's messages that tell of a new alert of this name."""
        return [message for message in self.told if message.alertname == alertname and message.begins]

    def ended(self, alertname: str) -> list[Message]:
        """The gateway's messages that tell of the end of one."""
        return [message for message in self.told if message.alertname == alertname and message.ends]


Rehearsals = dict[str, Future[Rehearsal]]


@contextmanager
def rehearsals(folder: Path, names: Sequence[str] = tuple(SCENARIOS)) -> Iterator[Rehearsals]:
    """Every scenario of ``names`` is being played; those that were not begun at the end of the block are left out."""
    order = sorted(names, key=lambda name: (_LONGEST.index(name) if name in _LONGEST else len(_LONGEST), name))
    pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="rehearsal")
    try:
        yield {name: pool.submit(_played, name, folder / name) for name in order}
    finally:
        pool.shutdown(cancel_futures=True)


def _played(name: str, folder: Path) -> Rehearsal:
    folder.mkdir()
    stack = trial_stack(folder, f"pantau-e2e-{os.getpid()}-{name}", os.environ)
    scenario = load_scenario(
        SCENARIOS[name], default_inventory=stack.root / "inventory/jabar", alerts=stack.alert_names()
    )
    said: list[str] = []
    played = play(scenario, stack, SystemClock(), said.append)
    return Rehearsal(scenario, played.messages, tuple(said))
