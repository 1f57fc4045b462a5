"""What a reader can know of a story, worked out from the story itself: the answer that evidence has to give.

Lives here: a plain reckoning, instant by instant, that shares no code with ``exporter/evidence``. Must not live here:
samples, queries, contracts (``known_bill``). The rules, in words:

- While the exporter ran and was read, every change is known to the millisecond, for the page says when it took effect.
- Where the exporter began anew, nothing is known from the last scrape before until its first verdict on a link.
- Where Prometheus slept and the exporter ran on, one change is known (the page says when), and one whole outage too
  (the page says when it began and ended). More than that is not: it is unmeasured from the last scrape up to the last
  change.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from tests.support.known_story import PHASES, Change, Script, Story, changes_of

__all__ = ["Known", "KnownOutage", "Span", "known_gaps", "known_links"]


@dataclass(frozen=True, slots=True)
class Span:
    """A time in which a link stood one way: up, down or unmeasured."""

    start_ms: int
    end_ms: int
    standing: str


@dataclass(frozen=True, slots=True)
class KnownOutage:
    """One outage, whole."""

    start_ms: int
    end_ms: int | None
    down_ms: int
    cause: str
    start_seen: bool
    end_seen: bool


@dataclass(frozen=True, slots=True)
class Known:
    """One link under one contract, within the month."""

    link: str
    contract: str
    from_ms: int
    until_ms: int
    spans: tuple[Span, ...]
    outages: tuple[KnownOutage, ...]
    degraded_ms: int

    def spent(self, standing: str) -> int:
        """Milliseconds that it stood so."""
        return sum(each.end_ms - each.start_ms for each in self.spans if each.standing == standing)


def known_links(story: Story, contracts: dict[str, str], read_until_ms: int) -> tuple[Known, ...]:
    """Every link and contract, by link and time. ``contracts``: of each link at first."""
    answered = story.answered_ms
    found = []
    for number, link in enumerate(story.links):
        found += _known(story, link, contracts[link], number % PHASES, answered, read_until_ms)
    return tuple(sorted(found, key=lambda each: (each.link, each.from_ms)))


def _known(story: Story, link: str, contract: str, phase: int, answered: list[int], read_until_ms: int) -> list[Known]:
    script = story.links[link]
    start_ms, end_ms = story.month
    from_ms = start_ms if script.appears_ms is None else answered[bisect_left(answered, script.appears_ms)]
    until_ms = end_ms if script.leaves_ms is None else answered[bisect_left(answered, script.leaves_ms) - 1]
    parts = [(from_ms, until_ms, contract)]
    if script.moves is not None:
        moved_ms = answered[bisect_left(answered, script.moves[0])]
        parts = [(from_ms, moved_ms, contract), (moved_ms, until_ms, script.moves[1])]
    last_ms = min(read_until_ms, answered[-1]) if script.leaves_ms is None else until_ms
    whole = _spans(story, script, phase, answered, last_ms)
    told = _told(whole, script)
    poor = _poor(story, script, phase)
    found = []
    for first, last, under in parts:
        spans = _cut(whole, first, last)
        touching = tuple(each for each in told if each.start_ms < last and (each.end_ms or last_ms) > first)
        degraded = sum(
            min(end, each.end_ms) - max(start, each.start_ms)
            for start, end in poor
            for each in spans
            if each.standing == "up" and each.start_ms < end and start < each.end_ms
        )
        found.append(Known(link, under, first, last, spans, touching, degraded))
    return found


def _spans(story: Story, script: Script, phase: int, answered: list[int], last_ms: int) -> list[Span]:
    """How the link is known to have stood, from when it was first seen."""
    marks: list[tuple[int, str]] = []
    for life in story.lives:
        first = bisect_left(answered, max(life.start_ms, script.appears_ms or 0))
        if first == len(answered) or answered[first] >= min(life.end_ms, script.leaves_ms or life.end_ms):
            continue
        if marks:  # it began anew: what was after the last scrape of the run before is lost
            lost_ms = answered[first - 1]
            marks = [*(mark for mark in marks if mark[0] < lost_ms), (lost_ms, "unmeasured")]
        else:
            marks.append((max(life.start_ms, script.appears_ms or 0), "unmeasured"))
        changes = changes_of(story, script, phase, life)[1:]
        marks += [(each.at_ms, _STANDING[each.state]) for each in _survived(story, changes, answered)]
    marks = _from_first(sorted(marks, key=lambda mark: mark[0]), answered, script)
    ends = [*(at for at, _ in marks[1:]), last_ms]
    return _joined([Span(at, min(end, last_ms), how) for (at, how), end in zip(marks, ends, strict=True)])


_STANDING = {"up": "up", "degraded": "up", "down": "down", "unknown": "unmeasured"}


def _from_first(marks: list[tuple[int, str]], answered: list[int], script: Script) -> list[tuple[int, str]]:
    """Nothing is said of the time before a link is first seen, however it stood."""
    first = answered[0 if script.appears_ms is None else bisect_left(answered, script.appears_ms)]
    before = [how for at, how in marks if at <= first]
    return [(first, before[-1]), *(mark for mark in marks if mark[0] > first)]


def _survived(story: Story, changes: list[Change], answered: list[int]) -> list[Change]:
    """The changes of which the page still told after Prometheus had slept."""
    before = answered[bisect_left(answered, story.asleep[0]) - 1]
    after = answered[bisect_right(answered, story.asleep[1] - 1)]
    slept = [each for each in changes if before < each.shown_ms <= after]
    if len(slept) <= 1 or [each.state for each in slept] == ["down", "up"]:
        return changes
    kept = [each for each in changes if each not in slept]
    last = slept[-1]
    return sorted([*kept, Change(before, "unknown", before), last], key=lambda each: each.at_ms)


def _joined(spans: list[Span]) -> list[Span]:
    found: list[Span] = []
    for each in spans:
        if each.start_ms >= each.end_ms:
            continue
        if found and found[-1].standing == each.standing:
            found[-1] = Span(found[-1].start_ms, each.end_ms, each.standing)
        else:
            found.append(each)
    return found


def _cut(spans: list[Span], first: int, last: int) -> tuple[Span, ...]:
    inside = [Span(max(each.start_ms, first), min(each.end_ms, last), each.standing) for each in spans]
    return tuple(each for each in inside if each.start_ms < each.end_ms)


def _told(spans: list[Span], script: Script) -> list[KnownOutage]:
    """Down until it is up again; what was not measured between is no part of its length."""
    found: list[KnownOutage] = []
    start_ms, down_ms, start_seen, before = None, 0, True, "up"
    for each in spans:
        if each.standing == "down":
            if start_ms is None:
                start_ms, down_ms, start_seen = each.start_ms, 0, before == "up"
            down_ms += each.end_ms - each.start_ms
        elif each.standing == "up" and start_ms is not None:
            cause = _cause(script, start_ms)
            found.append(KnownOutage(start_ms, each.start_ms, down_ms, cause, start_seen, before == "down"))
            start_ms = None
        before = each.standing
    if start_ms is not None:
        found.append(KnownOutage(start_ms, None, down_ms, "unknown", start_seen, end_seen=True))
    return found


def _cause(script: Script, start_ms: int) -> str:
    """Of the fall during which it began to be known as down."""
    return max((each for each in script.falls if each.start_ms <= start_ms), key=lambda each: each.start_ms).cause


def _poor(story: Story, script: Script, phase: int) -> list[tuple[int, int]]:
    """When it answered badly."""
    found = []
    for life in story.lives:
        changes = changes_of(story, script, phase, life)
        ends = [*(each.at_ms for each in changes[1:]), life.end_ms]
        found += [(each.at_ms, end) for each, end in zip(changes, ends, strict=True) if each.state == "degraded"]
    return found


def known_gaps(story: Story) -> list[tuple[int, int]]:
    """From the last answered scrape to the first one after, where Prometheus slept or a run of the exporter ended."""
    answered = story.answered_ms
    breaks = [*(life.start_ms for life in story.lives[1:]), story.asleep[1]]
    places = sorted(bisect_left(answered, at) for at in breaks)
    return [(answered[place - 1], answered[place]) for place in places]
