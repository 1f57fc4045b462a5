"""Regular expressions whose search takes time in proportion to the text, whatever both are.

Lives here: reading a pattern, and searching with it. Must not live here: who searches what, event loops.

Python's ``re`` tries one way after the other, so that a server which knows the pattern can answer with a page that
takes hours, and meanwhile holds the interpreter: the measuring thread would stand still. Here all ways are followed at
once (Thompson 1968; Cox, "Regular Expression Matching Can Be Simple And Fast", 2007), sets of places are remembered as
states of an automaton, and the search gives way between two pieces of text. What cannot be done so is refused when the
pattern is read: references to groups, looking ahead or behind, conditions, possessive and atomic groups.

The reading itself is ``re``'s own, so a pattern means what it means there; a property test holds that.
"""

from __future__ import annotations

import re
import re._constants as code  # type: ignore[import-not-found]
import re._parser as parser  # type: ignore[import-not-found]
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

__all__ = ["LinearPattern", "PatternError", "linear_pattern"]

#: Places of a pattern after its counted repetitions are written out; each costs time with every character at worst.
MOST_PLACES = 500

#: States that are remembered; then all are forgotten and found anew. At some 2 kB each: 2 MB a pattern.
_MOST_STATES = 1_000

#: Pairs of state and character that are remembered, likewise.
_MOST_STEPS = 20_000

#: Characters between two pauses of a search: some milliseconds at worst.
PIECE = 4_096

#: The end of the text, and a line feed that is its last character; ``$`` holds before both.
_END, _LAST_FEED = "", "\n$"

Test = Callable[[str], bool]


class PatternError(ValueError):
    """A pattern that cannot be searched for so, or that is none; the text says why."""


class _Place:
    """Where a search can stand: it reads a character, checks what is around it, or goes on at once to others."""

    __slots__ = ("checks", "reads", "then")

    def __init__(self) -> None:
        self.reads: Test | None = None  #: takes one character on to ``then[0]``
        self.checks: Callable[[str, str], bool] | None = None  #: of the characters before and after
        self.then: list[_Place] = []


class _State(dict[str, "_State"]):
    """Places at once after some character; from each next character to the next state, found when first needed."""

    __slots__ = ("before", "places")

    def __init__(self, places: frozenset[_Place], before: str) -> None:
        super().__init__()
        self.places = places
        self.before = before  #: a character that stands for its kind: "" at the start, a line feed, a letter, a blank


class LinearPattern:
    """A pattern that is ready; not for several threads at once."""

    def __init__(self, text: str) -> None:
        """Raises PatternError."""
        try:
            tree = parser.parse(text)
        except (re.error, RecursionError, OverflowError) as error:
            raise PatternError(f"no regular expression: {error}") from error
        self._count = 0
        self._goal = _Place()
        self._start = self._sequence(tree, self._goal, tree.state.flags)
        self._found = _State(frozenset(), "")
        self._forget()

    def pieces(self, text: str) -> Iterator[bool]:
        """Search ``text``: False after each piece that did not decide, True at the end if the pattern is in it.

        So the last value is the answer, and whoever asks can pause before each next.
        """
        body, last = (text[:-1], _LAST_FEED) if text.endswith("\n") else (text, _END)
        state = self._first
        found = self._found
        for start in range(0, len(body), PIECE):
            for character in body[start : start + PIECE]:
                state = state.get(character) or self._step(state, character)
                if state is found:
                    yield True
                    return
            yield False
        for character in (last, _END) if last else (_END,):
            state = state.get(character) or self._step(state, character)
            if state is found:
                yield True
                return
        yield False

    def search(self, text: str) -> bool:
        """Whether the pattern is anywhere in ``text``, without a pause."""
        return any(self.pieces(text))

    def _forget(self) -> None:
        self._states: dict[tuple[frozenset[_Place], str], _State] = {}
        self._steps = 0
        self._first = _State(frozenset(), "")

    def _step(self, state: _State, character: str) -> _State:
        """The state after ``character``; the goal is reached by what may stand before it."""
        here = self._reachable(state, character)
        if self._goal in here:
            following = self._found
        else:
            read = character[:1]
            places = frozenset(
                place.then[0] for place in here if place.reads is not None and read and place.reads(read)
            )
            following = self._state(places, _kind(read))
        if self._steps >= _MOST_STEPS or len(self._states) >= _MOST_STATES:
            self._forget()
        self._steps += 1
        state[character] = following
        return following

    def _state(self, places: frozenset[_Place], before: str) -> _State:
        return self._states.setdefault((places, before), _State(places, before))

    def _reachable(self, state: _State, after: str) -> set[_Place]:
        """The places of ``state``, the start, and all that they lead to without reading."""
        reached: set[_Place] = set()
        waiting = [*state.places, self._start]
        while waiting:
            place = waiting.pop()
            if place in reached or (place.checks is not None and not place.checks(state.before, after)):
                continue
            reached.add(place)
            if place.reads is None:
                waiting += place.then
        return reached

    # reading a pattern: each method gives the place at which a part begins that goes on at ``then``

    def _new(self, *then: _Place) -> _Place:
        self._count += 1
        if self._count > MOST_PLACES:
            raise PatternError(f"the pattern is too long: more than {MOST_PLACES} places with its repetitions")
        place = _Place()
        place.then = list(then)
        return place

    def _sequence(self, parts: Any, then: _Place, flags: int) -> _Place:
        for operation, value in reversed(list(parts)):
            then = self._part(operation, value, then, flags)
        return then

    def _part(self, operation: Any, value: Any, then: _Place, flags: int) -> _Place:
        if operation in {code.LITERAL, code.NOT_LITERAL, code.ANY, code.IN}:
            place = self._new(then)
            place.reads = _reader(operation, value, flags)
            return place
        if operation is code.AT:
            place = self._new(then)
            place.checks = _check(value, flags)
            return place
        if operation is code.SUBPATTERN:
            _, more, less, parts = value
            return self._sequence(parts, then, (flags | more) & ~less)
        if operation is code.BRANCH:
            return self._new(*(self._sequence(parts, then, flags) for parts in value[1]))
        if operation in {code.MAX_REPEAT, code.MIN_REPEAT}:
            least, most, parts = value
            return self._repeat((least, most), parts, then, flags)
        raise PatternError(f"{_NAMES.get(operation, str(operation).lower())} cannot be searched for in bounded time")

    def _repeat(self, times: tuple[int, Any], parts: Any, then: _Place, flags: int) -> _Place:
        least, most = times
        if most is code.MAXREPEAT:
            again = self._new(then)
            again.then.append(self._sequence(parts, again, flags))
            then = again
        else:
            end = then
            for _ in range(most - least):
                then = self._new(self._sequence(parts, then, flags), end)
        for _ in range(least):
            then = self._sequence(parts, then, flags)
        return then


_NAMES = {
    code.GROUPREF: "a reference to a group",
    code.GROUPREF_EXISTS: "a condition",
    code.ASSERT: "looking ahead or behind",
    code.ASSERT_NOT: "looking ahead or behind",
    code.ATOMIC_GROUP: "an atomic group",
    code.POSSESSIVE_REPEAT: "a possessive repetition",
}

_CATEGORIES = {
    code.CATEGORY_DIGIT: r"\d",
    code.CATEGORY_NOT_DIGIT: r"\D",
    code.CATEGORY_SPACE: r"\s",
    code.CATEGORY_NOT_SPACE: r"\S",
    code.CATEGORY_WORD: r"\w",
    code.CATEGORY_NOT_WORD: r"\W",
}


def _reader(operation: Any, value: Any, flags: int) -> Test:
    """Whether one character is read: ``re`` decides, with a pattern of one character."""
    if operation is code.ANY:
        text = "."
    elif operation is code.LITERAL:
        text = _escaped(value)
    elif operation is code.NOT_LITERAL:
        text = f"[^{_escaped(value)}]"
    else:
        text = f"[{''.join(_member(*each) for each in value)}]"
    compiled = re.compile(text, flags & (re.IGNORECASE | re.DOTALL | re.ASCII))
    return lambda character: compiled.fullmatch(character) is not None


def _member(operation: Any, value: Any) -> str:
    if operation is code.NEGATE:
        return "^"
    if operation is code.CATEGORY:
        return _CATEGORIES[value]
    return _escaped(value) if operation is code.LITERAL else f"{_escaped(value[0])}-{_escaped(value[1])}"


def _escaped(point: int) -> str:
    return f"\\U{point:08x}"


#: Whether an empty text has a place that is no boundary: not before Python 3.14.
_NOTHING_IS_NO_BOUNDARY = re.search(r"\B", "") is not None


def _is_word(character: str, flags: int) -> bool:
    read = character[:1]
    return bool(read) and re.fullmatch(r"\w", read, flags & re.ASCII) is not None


def _check(where: Any, flags: int) -> Callable[[str, str], bool]:
    """Whether a place holds between the character before and the one after."""
    if where is code.AT_BEGINNING_STRING or (where is code.AT_BEGINNING and not flags & re.MULTILINE):
        return lambda before, _: not before
    if where is code.AT_BEGINNING:
        return lambda before, _: before in {"", "\n"}
    if where is code.AT_END_STRING:
        return lambda _, after: after == _END
    if where is code.AT_END:
        ends = {_END, _LAST_FEED, "\n"} if flags & re.MULTILINE else {_END, _LAST_FEED}
        return lambda _, after: after in ends
    if where in {code.AT_BOUNDARY, code.AT_NON_BOUNDARY}:
        wanted = where is code.AT_BOUNDARY
        return lambda before, after: (
            (_is_word(before, flags) != _is_word(after, flags)) is wanted
            and (wanted or bool(before) or after != _END or _NOTHING_IS_NO_BOUNDARY)
        )
    raise PatternError(f"{str(where).lower()} cannot be searched for in bounded time")


def _kind(character: str) -> str:
    """A character that stands for all that look the same to a check."""
    if character == "\n" or not character:
        return character
    if re.fullmatch(r"\w", character) is None:
        return " "
    return "a" if character.isascii() else "\u00e9"


@lru_cache(maxsize=64)
def linear_pattern(text: str) -> LinearPattern:
    """The pattern ``text``, read once; raises PatternError."""
    return LinearPattern(text)
