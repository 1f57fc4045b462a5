"""A pattern means what it means to Python's re, whatever the pattern and the text."""

from __future__ import annotations

import re

from hypothesis import example, given
from hypothesis import strategies as st

from exporter.linear_pattern import LinearPattern

_ATOMS = st.sampled_from(
    [
        "a",
        "b",
        "é",
        ".",
        r"\n",
        r"\d",
        r"\W",
        r"\s",
        "[ab]",
        "[^a]",
        "[a-c1]",
        r"[^\w\n]",
        "^",
        "$",
        r"\b",
        r"\B",
        r"\A",
        r"\Z",
    ]
)
_CHARACTERS = st.text(alphabet="abcé1_ \nAB", max_size=12)


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    repeats = st.sampled_from(["*", "+", "?", "*?", "+?", "{2}", "{1,3}", "{0,2}?", "{2,}"])
    return st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda pair: f"(?:{pair[0]}|{pair[1]})"),
        st.tuples(inner, repeats).map(lambda pair: f"({pair[0]}){pair[1]}"),
        inner.map(lambda one: f"(?i:{one})"),
    )


PATTERNS = st.builds(
    lambda flags, text: flags + text,
    st.sampled_from(["", "(?i)", "(?m)", "(?s)", "(?ms)", "(?a)"]),
    st.recursive(_ATOMS, _grown, max_leaves=6),
)


@given(PATTERNS, _CHARACTERS)
@example(r"\B", "")
@example(r"(?:\B|a)*", "")
@example(r"\B", "\n")
def test_a_search_finds_what_re_finds(pattern: str, text: str) -> None:
    """The same answer as re.search."""
    assert LinearPattern(pattern).search(text) is (re.search(pattern, text) is not None)
