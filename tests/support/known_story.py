"""What truly happened to each link in a made month: the story that a played exporter tells, and the answer keeps to.

Lives here: the story's shape, and how one link stood at every instant while its exporter ran. Must not live here: what
happens (``known_month``), what a scrape shows (``known_page``), what can be known of it (``known_answer``). Instants
are Unix time in whole milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["Change", "Fall", "Life", "Script", "Story", "changes_of", "shown_ms"]

#: How long after a change takes effect the page shows it: the third loss, the third reply, or the first.
_DOWN_SHOWN_MS = 4_000
_UP_SHOWN_MS = 2_000
_OTHERS_SHOWN_MS = 100

#: From the start of an exporter to its first verdict on a link that answers.
_FIRST_MS = 1_300

#: Links begin at that many different moments, this far apart.
PHASES, _PHASE_MS = 4, 150


@dataclass(frozen=True, slots=True)
class Fall:
    """The line was cut from ``start_ms`` to ``end_ms``, for a cause that the exporter finds in the end."""

    start_ms: int
    end_ms: int
    cause: str = "unknown"
    found_after_ms: int = 30_000  #: after the end is shown; negative: so long after the start is shown


@dataclass(frozen=True, slots=True)
class Script:
    """What happens to one link."""

    falls: tuple[Fall, ...] = ()
    poor: tuple[tuple[int, int], ...] = ()  #: when it answers, but badly
    appears_ms: int | None = None  #: with this reload; None: it was always there
    leaves_ms: int | None = None
    moves: tuple[int, str] | None = None  #: when a reload puts it under another contract, and that one's id
    announced: tuple[tuple[int, int], ...] = ()  #: planned work that the exporter knows of at that time


@dataclass(frozen=True, slots=True)
class Life:
    """One run of the exporter."""

    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Story:
    """Everything that happens."""

    first_ms: int  #: from when on Prometheus kept anything
    last_ms: int
    month: tuple[int, int]
    step_ms: int  #: from scrape to scrape
    lives: tuple[Life, ...]
    asleep: tuple[int, int]  #: Prometheus does not run
    cut_off: tuple[int, int]  #: no reference target answers
    links: dict[str, Script] = field(default_factory=dict)  #: in the order of the inventory

    @property
    def scrapes_ms(self) -> list[int]:
        """When Prometheus asks, answered or not."""
        asked = range(self.first_ms, self.last_ms, self.step_ms)
        return [at for at in asked if not self.asleep[0] <= at < self.asleep[1]]

    @property
    def answered_ms(self) -> list[int]:
        """The scrapes that are."""
        return [at for at in self.scrapes_ms if self.life_at(at) is not None]

    def life_at(self, at_ms: int) -> Life | None:
        """The run that answers then, if one does."""
        return next((life for life in self.lives if life.start_ms <= at_ms < life.end_ms), None)


@dataclass(frozen=True, slots=True)
class Change:
    """From then on the link stands so, and the page shows it a little later."""

    at_ms: int
    state: str
    shown_ms: int


def shown_ms(at_ms: int, before: str, state: str) -> int:
    """When the page shows a change that took effect at ``at_ms``."""
    if state in {"down", "unknown"}:
        return at_ms + _DOWN_SHOWN_MS
    return at_ms + (_UP_SHOWN_MS if before == "down" else _OTHERS_SHOWN_MS)


def changes_of(story: Story, script: Script, phase: int, life: Life) -> list[Change]:
    """How a link stood while one exporter ran, from its first verdict on; the first entry is the beginning itself."""
    begins = max(life.start_ms, script.appears_ms or 0)
    first = begins + _FIRST_MS + phase * _PHASE_MS
    back = story.cut_off[1] + phase * _PHASE_MS
    instants = {first, story.cut_off[0], back}
    instants |= {at for fall in script.falls for at in (fall.start_ms, fall.end_ms)}
    instants |= {at for span in script.poor for at in span}
    found = [Change(begins, "unknown", begins)]
    for at in sorted(at for at in instants if first <= at < life.end_ms):
        state = _state_at(story, script, at, back)
        if state != found[-1].state:
            shown = max(found[-1].shown_ms + 1, shown_ms(at, found[-1].state, state))
            found.append(Change(at, state, shown))
    return found


def _state_at(story: Story, script: Script, at_ms: int, back_ms: int) -> str:
    if story.cut_off[0] <= at_ms < back_ms:
        return "unknown"
    if any(fall.start_ms <= at_ms < fall.end_ms for fall in script.falls):
        return "down"
    return "degraded" if any(start <= at_ms < end for start, end in script.poor) else "up"
