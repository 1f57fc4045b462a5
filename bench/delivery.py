"""From a cut to the message at the receiver, with everything real and every timer as shipped.

Lives here: which lines are cut when, and the figures made of it. Must not live here: how a cut is played
(``exporter/rehearsal``). Two stacks around the example province of 500 links run side by side: in one, single links of
different providers and areas are cut, eleven seconds apart; in the other, whole providers in turn, each after it had
recovered. Sites are open at every hour, for at night a closed office's message waits on purpose. Takes 12 minutes.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import zip_longest
from pathlib import Path
from typing import Any

from bench.report import Row
from bench.setting import repository
from exporter.clock import SystemClock
from exporter.loading import load_inventory
from exporter.model import Inventory
from exporter.rehearsal.player import Played, play, trial_stack
from exporter.rehearsal.scenario import Scenario
from exporter.rehearsal.schema import ScenarioRecord
from exporter.rehearsal.timeline import timeline
from exporter.rehearsal.verdict import GATEWAY
from exporter.stack.deliveries import Message

__all__ = ["rows"]

# The distances between cuts are no multiples of a second or of the 5 s of scrape and evaluation: otherwise all cuts
# would meet these at the same place, and the figures would be those of one cut.

_LINK_CUTS = 30
_LINK_APART_S = 10.7
#: A link's message may take 90 s; it stays cut for longer.
_LINK_CUT_FOR_S = 110

_PROVIDER_CUTS = 20
#: With five providers each has 156 s between its cuts: 40 s cut, and its recovery told after 110 s at the latest.
_PROVIDER_APART_S = 31.3
_PROVIDER_CUT_FOR_S = 40

_LINK_REACH_S = 90
_PROVIDER_REACH_S = 30


def rows() -> list[Row]:
    """The rows of DESIGN section 5 about messages."""
    with tempfile.TemporaryDirectory(prefix="pantau-bench-") as folder, ThreadPoolExecutor(2) as pool:
        path = _open_inventory(Path(folder))
        inventory = load_inventory(path).inventory
        links = _cuts("link", _links(inventory)[:_LINK_CUTS], _LINK_APART_S, _LINK_CUT_FOR_S)
        names = list(inventory.providers)
        providers = [names[turn % len(names)] for turn in range(_PROVIDER_CUTS)]
        scenarios = [
            _scenario(steps, path, inventory)
            for steps in (links, _cuts("provider", providers, _PROVIDER_APART_S, _PROVIDER_CUT_FOR_S))
        ]
        played = list(pool.map(_played, scenarios, ("links", "providers")))
    return [
        *_rows("single link", "LinkDown", scenarios[0], played[0], _LINK_REACH_S),
        *_rows("provider", "ProviderOutage", scenarios[1], played[1], _PROVIDER_REACH_S),
    ]


def _open_inventory(folder: Path) -> Path:
    """The example province with all sites open at every hour."""
    target = folder / "jabar"
    target.mkdir()
    for file in (repository / "inventory/jabar").glob("*.yml"):
        (target / file.name).write_text(re.sub(r"hours: [a-z]\w*", "hours: 24x7", file.read_text()))
    (target / "secrets").symlink_to(repository / "inventory/jabar/secrets")
    return target


def _links(inventory: Inventory) -> list[str]:
    """Links of sites that have only one, each of another provider and area than the one before."""
    sites = [link.site for link in inventory.links.values()]
    by_provider: dict[str, list[str]] = {}
    seen: set[tuple[str, str]] = set()
    for link in inventory.links.values():
        place = (inventory.provider_of(link).id, inventory.sites[link.site].kabkota)
        if sites.count(link.site) == 1 and place not in seen:
            seen.add(place)
            by_provider.setdefault(place[0], []).append(link.id)
    # Areas in another order for each provider, or neighbours in time would be neighbours in place.
    turned = [
        links[7 * turn % len(links) :] + links[: 7 * turn % len(links)]
        for turn, links in enumerate(by_provider.values())
    ]
    return [link for together in zip_longest(*turned) for link in together if link is not None]


def _cuts(part: str, names: Sequence[str], apart_s: float, cut_for_s: int) -> list[dict[str, Any]]:
    """Each cut and its end, in the order of time."""
    steps: list[tuple[float, str, str]] = []
    for turn, name in enumerate(names):
        steps += [(turn * apart_s, "cut", name), (turn * apart_s + cut_for_s, "restore", name)]
    return [{"at": f"{at:.1f}s", word: {part: name}} for at, word, name in sorted(steps)]


def _scenario(steps: Sequence[dict[str, Any]], path: Path, inventory: Inventory) -> Scenario:
    until_s = float(steps[-1]["at"].removesuffix("s")) + 5
    words = {"version": "1", "name": "bench", "description": "bench", "steps": list(steps), "until": f"{until_s:g}s"}
    record = ScenarioRecord.model_validate(words)
    return Scenario(
        path=path,
        name=record.name,
        description=record.description,
        inventory_path=path,
        inventory=inventory,
        speed=1.0,
        maintenance=(),
        steps=record.steps,
        until_s=record.until,
        expect=None,
        ignore=(),
    )


def _played(scenario: Scenario, name: str) -> Played:
    with tempfile.TemporaryDirectory(prefix="pantau-bench-") as folder:
        stack = trial_stack(Path(folder), f"pantau-bench-{os.getpid()}-{name}", os.environ)
        return play(scenario, stack, SystemClock(), lambda _: None)


def _rows(what: str, alertname: str, scenario: Scenario, played: Played, reach_s: int) -> Iterator[Row]:
    """How long the messages of each cut took, and whether there was one for each."""
    begun = [
        message
        for message in played.messages
        if message.to == GATEWAY and message.begins and message.alertname == alertname
    ]
    taken: list[float] = []
    cuts = 0
    for place, event in enumerate(timeline(scenario)):
        if event.orders[0]["order"] == "cut":
            cuts += 1
            taken += _taken_s(begun, str(event.orders[0]["id"]), played.order_unix_s[place])[:1]
    taken.sort()
    others = sum(message.to == GATEWAY and message.begins for message in played.messages) - len(begun)
    yield Row(f"{what} cut to message, p50 of {cuts} cuts", f"{_share(taken, 0.5):.1f} s")
    p95_s = _share(taken, 0.95)
    yield Row(f"{what} cut to message, p95", f"{p95_s:.1f} s", reach=f"{reach_s} s", reached=p95_s <= reach_s)
    yield Row(
        f"{what}s cut and told",
        f"{len(taken)} of {cuts}, in {len(begun)} messages",
        reach="all",
        reached=len(taken) == cuts,
    )
    yield Row(f"{what}: messages about anything else", str(others), reach="0", reached=others == 0)


def _taken_s(begun: Sequence[Message], name: str, since_unix_s: float) -> list[float]:
    """Seconds from a cut to each message that names what was cut as new, soonest first."""
    return [
        message.received_unix_s - since_unix_s
        for message in begun
        if message.received_unix_s >= since_unix_s and name in _new(message)
    ]


def _new(message: Message) -> set[str]:
    """The links, or the providers, that a message tells of."""
    alerts = [alert["labels"] for alert in message.payload["alerts"] if alert["status"] == "firing"]
    return {labels["link"] if "link" in labels else labels["provider"] for labels in alerts}


def _share(ordered: Sequence[float], share: float) -> float:
    """The value that ``share`` of them do not exceed; not a number without any."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")
