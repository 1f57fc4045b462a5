"""Patterns that a body must contain: regular expressions whose search cannot take long, whatever the body.

Lives here: which expressions are taken, and why another is not. Must not live here: searching. Python's engine tries
one way after another and lets no other thread run meanwhile, so that a page made for it could stop the whole program.
Therefore only single characters can be repeated, only up to a bound, and the ways that are left are counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from exporter.quantities import Refusal

__all__ = ["MAX_CHARACTERS", "MAX_REPEATS", "MAX_STEPS", "body_pattern"]

#: A phrase of a page with room; longer ones are documents.
MAX_CHARACTERS = 200

#: How often one character may be repeated: two lines of text.
MAX_REPEATS = 200

#: Steps of the search from one place of the body. A body of the default cap then takes some seconds at the very worst,
#: and no more than ordinary ones take, milliseconds, unless it was made for it.
MAX_STEPS = 2_000

_TOKEN = re.compile(
    r"""(?P<open>\(\?:|\((?!\?))
      | (?P<close>\))
      | (?P<bar>\|)
      | (?P<repeat>[*+?]|\{[0-9]*,[0-9]*\}|\{[0-9]+\})
      | (?P<reference>\\[1-9])
      | (?P<one>\[\^?\]?(?:[^\]\\\[]|\\.)*\]|\\.|[^\[\\(])""",
    re.VERBOSE | re.DOTALL,
)
_FLAGS = re.compile(r"\(\?[ims]{1,3}\)")
_SET_OPERATORS = ("--", "&&", "~~", "||")


def body_pattern(text: str) -> str:
    """``text`` if it is a regular expression that is searched for in bounded time; a Refusal says where it is not."""
    if not text:
        raise Refusal("is empty", "write what the body contains, or remove the key")
    if len(text) > MAX_CHARACTERS:
        raise Refusal(f"has {len(text)} characters", f"shorten it to {MAX_CHARACTERS}")
    steps = _steps(text)
    try:
        re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        place = (getattr(error, "pos", None) or 0) + 1
        raise _refusal(place, getattr(error, "msg", "it is too large"), "correct the expression") from None
    if steps > MAX_STEPS:
        message = f"can take {steps:,} steps at each place of a body, and {MAX_STEPS:,} are allowed"
        raise Refusal(message, "shorten what is repeated, or write fewer alternatives")
    return text


def _steps(text: str) -> int:
    """No fewer steps than a search takes from one place: each part once for each way to come to it."""
    steps, ways, before = 0, 1, ""
    for place, kind, sign in _tokens(text):
        if kind == "repeat" and not (before == "repeat" and sign == "?"):  # which makes the one before it lazy
            least, most = _bounds(place, sign, before)
            steps, ways = steps + ways * most, ways * (most - least + 1)
        elif kind == "bar":
            ways *= 2  # the ways through alternatives are summed; doubled products are never fewer
        elif kind == "one":
            steps += ways
        before = kind
    return steps


def _tokens(text: str) -> Iterator[tuple[int, str, str]]:
    """Place from 1, kind and text of each part."""
    flags = _FLAGS.match(text)
    place = flags.end() if flags is not None else 0
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            what = "a group with (?…)" if text[place] == "(" else "a set or an escape that is not closed"
            raise _refusal(place + 1, what, "use plain groups, sets such as [0-9], and \\[ for a bracket")
        kind, sign = str(found.lastgroup), found[0]
        if kind == "reference":
            raise _refusal(place + 1, "a reference to a group", "write out what is meant")
        if sign[0] == "[" and any(each in sign for each in _SET_OPERATORS):
            raise _refusal(place + 1, "a doubled sign in a set", "write it once")
        yield place + 1, kind, sign
        place = found.end()


def _bounds(place: int, sign: str, before: str) -> tuple[int, int]:
    """The least and the most repetitions."""
    if before == "close":
        raise _refusal(place, "a group that is repeated", "repeat single characters only, or write (?:…|) for perhaps")
    least, _, most = "0,1".partition(",") if sign == "?" else sign.strip("{}").partition(",")
    if sign in {"*", "+"} or ("," in sign and not most):
        raise _refusal(place, "a repetition without end", "write how often at most: .{0,80} in place of .*")
    bounds = int(least or 0), int(most or least)
    if max(bounds) > MAX_REPEATS:
        raise _refusal(place, f"more than {MAX_REPEATS} repetitions", "write a smaller number")
    return bounds


def _refusal(place: int, what: str, remedy: str) -> Refusal:
    return Refusal(f"is not taken as a pattern; character {place}: {what}", remedy)
