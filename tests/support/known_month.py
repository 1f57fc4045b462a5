"""A month of known outages: what happens to which link, one case after another.

Lives here: the script of the month, with every instant. Must not live here: what a scrape shows of it
(``known_page``), what can be known of it (``known_answer``), the cases (``known_cases``). Each case has a link of its
own; besides, a whole provider is out for some hours.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from exporter.evidence.period import DAY_MS, HOUR_MS, Month
from exporter.model import Inventory
from tests.support.known_cases import CASES, SITES, Times, lives
from tests.support.known_inventory import known_inventory, planned_work, with_work
from tests.support.known_story import Fall, Script, Story

__all__ = ["KnownMonth", "known_month"]

#: Prometheus keeps this much before and after the month.
_BEFORE_MS, _AFTER_MS = 2 * DAY_MS, 12 * HOUR_MS

#: Its links are out for some hours, but for those that play a part of their own.
_PROVIDER = "kn-c"


@dataclass(frozen=True, slots=True)
class KnownMonth:
    """The story, who plays which part in it, and the inventory at its end."""

    month: Month
    story: Story
    at_first: Inventory  #: before anything is added, moved or removed; offices to be added are in it
    inventory: Inventory  #: at the end of the month, as evidence is made with it
    cast: dict[str, str]  #: by case, the link
    digests: tuple[tuple[int, str], ...]  #: from when on which inventory was in force


def known_month(month: Month, *, links: int, step_ms: int) -> KnownMonth:
    """The month, with so many links, scraped every ``step_ms``."""
    times = Times(month.start_ms, month.end_ms, step_ms)
    inventory = known_inventory(links)
    cast = _cast(inventory)
    scripts = {link: Script() for link in inventory.links}
    scripts |= {link: (CASES | SITES)[case][1](times) for case, link in cast.items()}
    of_provider = [each.id for each in inventory.links.values() if each.contract == _PROVIDER]
    for number, link in enumerate(link for link in of_provider if link not in cast.values()):
        start = times.at(6, 8, 15, 0.251) + number % 5 * 210
        end = times.at(6, 12, 45, 7.007) + number % 3 * 390
        scripts[link] = Script(falls=(Fall(start, end, "provider", -45_000),))
    story = Story(
        first_ms=times.after_scrape(times.start - _BEFORE_MS, 0),
        last_ms=times.end + _AFTER_MS,
        month=(times.start, times.end),
        step_ms=step_ms,
        lives=lives(times, times.start - 5 * DAY_MS, times.end + DAY_MS),
        asleep=(times.at(13, 14, 5), times.at(13, 15, 5)),
        cut_off=(times.at(20, 22, 10, 1.503), times.at(20, 22, 15, 3.251)),
        links=scripts,
    )
    return KnownMonth(month, story, inventory, _at_last(inventory, cast, times), cast, _digests(scripts))


def _digests(scripts: dict[str, Script]) -> tuple[tuple[int, str], ...]:
    """Each reload that adds, moves or removes a link brings another inventory."""
    reloads: set[int] = set()
    for script in scripts.values():
        moved = None if script.moves is None else script.moves[0]
        reloads |= {at for at in (script.appears_ms, script.leaves_ms, moved) if at is not None}
    return tuple((at, str(number) * 64) for number, at in enumerate([0, *sorted(reloads)]))


def _cast(inventory: Inventory) -> dict[str, str]:
    """Who plays what: whole sites first, then for each case a link under the contract that it asks for."""
    by_site: dict[str, list[str]] = {}
    for link in inventory.links.values():
        by_site.setdefault(link.site, []).append(link.id)
    doubled = iter([sorted(links) for _, links in sorted(by_site.items()) if len(links) == 2])
    cast: dict[str, str] = {}
    for one, other in zip(*[iter(SITES)] * 2, strict=True):
        cast[one], cast[other] = next(doubled)
    for case, (letter, _) in CASES.items():
        free = (link.id for link in inventory.links.values() if link.id not in cast.values())
        cast[case] = next(link for link in free if inventory.links[link].contract == f"kn-{letter}")
    return cast


def _at_last(inventory: Inventory, cast: dict[str, str], times: Times) -> Inventory:
    """Without the removed link, the moved one under its new contract, and with the planned work."""
    links = {link: each for link, each in inventory.links.items() if link != cast["removed"]}
    links[cast["moved"]] = replace(links[cast["moved"]], contract="kn-a")
    told = frozenset({cast["in work"], cast["partly in work"]})
    works = (
        planned_work("pm-dikenal", told, times.work),
        planned_work("pm-menyusul", frozenset({cast["in work not announced"]}), times.work_untold),
    )
    return with_work(replace(inventory, links=links), *works)
