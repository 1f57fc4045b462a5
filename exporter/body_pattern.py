"""Patterns that a body must contain, as an inventory may write them.

Lives here: which expressions are taken, and why another is not. Must not live here: reading and searching
(``linear_pattern``, which says why not every expression of Python can be searched for).
"""

from __future__ import annotations

import re
import warnings
from math import prod

from exporter.linear_pattern import PatternError, linear_pattern
from exporter.quantities import Refusal

__all__ = ["MAX_CHARACTERS", "MAX_WRITTEN_OUT", "body_pattern"]

#: A phrase of a page with room; longer ones are documents.
MAX_CHARACTERS = 200

#: Counts of repetitions, multiplied, as if each stood within the others: to write out more takes more than a second.
MAX_WRITTEN_OUT = 1_000_000

_COUNTS = re.compile(r"\{([0-9]*),?([0-9]*)\}")


def body_pattern(text: str) -> str:
    """``text`` if it is a regular expression that is searched for in bounded time; a Refusal says why it is not."""
    if not text:
        raise Refusal("is empty", "write what the body contains, or remove the key")
    if len(text) > MAX_CHARACTERS:
        raise Refusal(f"has {len(text)} characters", f"shorten it to {MAX_CHARACTERS}")
    if prod(max(1, int(least or 0), int(most or 0)) for least, most in _COUNTS.findall(text)) > MAX_WRITTEN_OUT:
        raise Refusal("repeats too often", "write smaller numbers in braces")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of sets that may mean something else in years to come
            linear_pattern(text)
    except PatternError as error:
        raise Refusal(f"is not taken as a pattern: {error}", "correct it, or use less of the language") from None
    return text
