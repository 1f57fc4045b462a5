"""How every link stood in a month: told from hour to hour, from minute to minute, or from scrape to scrape.

Lives here: which scrapes have to be looked at, and what they tell, put in order. Must not live here: what two scrapes
tell (``points``), how a question is asked (``grid``). Most hours of most links are told by their ends; what is not is
looked at in steps of a minute, and what that leaves open by every scrape.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from exporter.evidence.grid import Grid
from exporter.evidence.measured import Segment
from exporter.evidence.points import Point, across_start, between, neighbours
from exporter.evidence.scrapes import Border
from exporter.evidence.timeline import Timeline

__all__ = ["Closer", "Presence", "refined"]

#: What was scraped of some links from one instant to another; the scrapes at both may be left out.
Closer = Callable[[int, int, Sequence[str]], Grid]

Told = tuple[Segment, ...]
Judge = Callable[[Point, Point], Told | None]
Borders = Mapping[tuple[int, int], Border]


@dataclass(slots=True)
class Presence:
    """A span in which a link was in the inventory."""

    first: Point
    last: Point | None = None  #: None: it is still there
    timeline: Timeline = field(default_factory=Timeline)


@dataclass(frozen=True, slots=True)
class _Edge:
    """A scrape at which a link was there for the first or the last time."""

    point: Point
    begins: bool


@dataclass(frozen=True, slots=True)
class _Question:
    """Two scrapes that leave open what was between them; None: the link was not there."""

    before_ms: int
    until_ms: int
    a: Point | None
    b: Point | None


#: What leads from one scrape to another.
Piece = Told | _Edge | _Question


def refined(grid: Grid, borders: Iterable[Border], closers: Sequence[Closer]) -> dict[str, list[Presence]]:
    """Every link of ``grid`` with the spans in which it was there; the last of ``closers`` gives every scrape."""
    special = {(border.before_ms, border.after_ms): border for border in borders}
    pieces = {}
    for link in grid.links:
        points = grid.points(link)
        first = points[0]
        edge: list[Piece] = [] if first is None else [_Edge(first, begins=True)]
        pieces[link] = edge + list(_pieces(grid.scrapes_ms, points, special, between))
    for closer in closers:
        judge = neighbours if closer is closers[-1] else between
        _look_closer(pieces, special, closer, judge)
    return {link: list(_presences(each)) for link, each in pieces.items()}


def _pieces(
    scrapes_ms: Sequence[int], points: Sequence[Point | None], special: Borders, judge: Judge
) -> Iterator[Piece]:
    rows = zip(scrapes_ms, points, strict=True)
    for (before_ms, a), (until_ms, b) in pairwise(rows):
        if a is None and b is None:
            continue
        border = special.get((before_ms, until_ms))
        if a is not None and b is not None:
            if border is not None:
                yield across_start(a, b) if border.is_start else neighbours(a, b)
            else:
                told = judge(a, b)
                yield _Question(before_ms, until_ms, a, b) if told is None else told
        elif border is not None or judge is neighbours:
            yield _Edge(b, begins=True) if b is not None else _Edge(_there(a), begins=False)
        else:
            yield _Question(before_ms, until_ms, a, b)


def _there(point: Point | None) -> Point:
    assert point is not None
    return point


def _look_closer(pieces: dict[str, list[Piece]], special: Borders, closer: Closer, judge: Judge) -> None:
    """Put in place of every question what the scrapes within it tell."""
    asked: dict[tuple[int, int], dict[str, _Question]] = defaultdict(dict)
    for link, each in pieces.items():
        for piece in each:
            if isinstance(piece, _Question):
                asked[piece.before_ms, piece.until_ms][link] = piece
    answers: dict[_Question, dict[str, list[Piece]]] = {}
    for (before_ms, until_ms), questions in sorted(asked.items()):
        grid = closer(before_ms, until_ms, sorted(questions))
        for link, question in questions.items():
            looked = dict(zip(grid.scrapes_ms, grid.points(link), strict=True))
            rows = {before_ms: question.a, until_ms: question.b} | looked
            found = _pieces(sorted(rows), [rows[row] for row in sorted(rows)], special, judge)
            answers.setdefault(question, {})[link] = list(found)
    for link, each in pieces.items():
        pieces[link] = [
            closer_piece
            for piece in each
            for closer_piece in (answers[piece][link] if isinstance(piece, _Question) else (piece,))
        ]


def _presences(pieces: Iterable[Piece]) -> Iterator[Presence]:
    """The spans between the edges."""
    present: Presence | None = None
    for piece in pieces:
        if isinstance(piece, _Edge):
            if piece.begins:
                present = Presence(piece.point)
            elif present is not None:
                present.last = piece.point
                yield present
                present = None
        elif present is not None and not isinstance(piece, _Question):
            present.timeline.add(piece)
    if present is not None:
        yield present
