"""Which patterns are taken, and that none that is taken can take long."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from exporter.body_pattern import MAX_STEPS, body_pattern
from exporter.quantities import Refusal


@pytest.mark.parametrize(
    "text",
    [
        "Selamat datang",
        "(?i)selamat.{0,80}datang",
        "<title>[^<]{1,60}</title>",
        r"versi [0-9]{1,3}\.[0-9]{1,3}",
        "a?b??c{2}d{3}?",
        "(?:satu|dua|tiga) (siap|tidak)",
        r"\[ok\] \\ \{\} {}",
        r"[]x]|[^]y]|[a\]b]",
        "{x}",
    ],
)
def test_ordinary_patterns_are_taken_as_they_are(text: str) -> None:
    """A phrase, bounded repetition, sets, alternatives, escapes."""
    assert body_pattern(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "a*",
        "a+",
        "a{2,}",
        "a{,}",
        "a*?",
        "a{0,5}+",
        "(a|aa){1,5}",
        "(?:a{0,5}){0,5}",
        "(a)?",
        "(?P<x>a)",
        "(?>a)",
        "(?#a)",
        "(?x)a",
        "a(?i)b",
        r"(a)\1",
        "a{0,80}b{0,80}",
        "[[a]]",
        "[a--b]",
        "[a||b]",
        "a{201}",
        "\\",
        ")",
        "(" * 200,
    ],
)
def test_what_can_take_long_or_is_no_pattern_is_refused(text: str) -> None:
    """Repetition without end or of groups, references, flags within, nested sets, what does not compile."""
    with pytest.raises(Refusal):
        body_pattern(text)


#: Pieces of patterns, so that many random ones are taken.
PIECES = st.sampled_from(
    ["a", "b", ".", "[ab]", "?", "{0,2}", "{2}", "|", "(", "(?:", ")", "\\w", "??", "^", "$", "\\b"]
)


def ways_through(text: str) -> int:
    """The ways in which a backtracking search at one place of a body can go, by Python's own reading of the pattern."""
    from re import _parser  # type: ignore[attr-defined]  # noqa: PLC0415

    def ways(items: object) -> int:
        product = 1
        for op, argument in items:  # type: ignore[attr-defined]
            name = str(op)
            if name in {"MAX_REPEAT", "MIN_REPEAT"}:
                least, most, inner = argument
                product *= sum(ways(inner) ** times for times in range(least, most + 1))
            elif name == "BRANCH":
                product *= sum(ways(inner) for inner in argument[1])
            elif name == "SUBPATTERN":
                product *= ways(argument[3])
        return product

    return ways(_parser.parse(text))


@given(st.lists(PIECES, min_size=1, max_size=25).map("".join))
@example("(a|a)(a|a)(a|a)b")
@example("[ab]{0,2}[ab]{0,2}[ab]{0,2}c")
def test_what_is_taken_has_few_ways(text: str) -> None:
    """The ways through a pattern that is taken are fewer than the steps that are allowed, by Python's own reading."""
    try:
        body_pattern(text)
    except Refusal:
        return
    assert ways_through(text) <= MAX_STEPS


@given(st.text(max_size=40) | st.lists(PIECES, max_size=30).map("".join))
def test_no_text_makes_it_fail_otherwise(text: str) -> None:
    """Any text is taken or refused, and what is taken compiles without a warning."""
    try:
        body_pattern(text)
    except Refusal:
        return
    re.compile(text)
