"""Patterns that a server cannot turn against the prober, and those that are refused for it."""

from __future__ import annotations

import re

import pytest

from exporter import linear_pattern as module
from exporter.linear_pattern import LinearPattern, PatternError, linear_pattern


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"(a+)+$", "a" * 200_000 + "b"),
        (r"(a|a)*b", "a" * 200_000),
        (r"(?s).*.*.*x", "a" * 200_000),
        (r"(x+x+)+y", "x" * 200_000),
        (r"(?s)a.*b", "a" * 200_000),
    ],
)
def test_patterns_that_take_re_for_ever_end(pattern: str, text: str) -> None:
    """Each of these would hold Python's re for longer than this test may take."""
    assert not LinearPattern(pattern).search(text)


def test_a_search_pauses_between_pieces() -> None:
    """So that whoever searches can let others run; the last value is the answer."""
    text = "x" * (module.PIECE * 3) + "Selamat datang"
    assert list(LinearPattern("Selamat +datang").pieces(text)) == [False, False, False, False, True]


def test_many_states_are_forgotten_and_found_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """An automaton that would grow without end stays small, and still is right."""
    monkeypatch.setattr(module, "_MOST_STATES", 8)
    pattern = LinearPattern("(a|b)*a(a|b){8}c")
    text = "abbabaabbbabababbaabbabaabababbabab" * 20
    assert not pattern.search(text)
    assert len(pattern._states) <= 9
    assert pattern.search(text + "abbbbbbbbc")


@pytest.mark.parametrize("pattern", [r"(a)\1", "(?=a)b", "(?<!a)b", "(a)?(?(1)b|c)", "(?>a)", "a++"])
def test_what_needs_going_back_is_refused(pattern: str) -> None:
    """With the reason, when it is read and not when a page comes."""
    with pytest.raises(PatternError, match="bounded time"):
        linear_pattern(pattern)


@pytest.mark.parametrize("pattern", ["(", "[z-a]", "a{3,2}", "*"])
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    """With re's own words."""
    with pytest.raises(PatternError, match="no regular expression"):
        linear_pattern(pattern)


def test_a_pattern_has_a_largest_size() -> None:
    """Repetitions of repetitions are written out, up to a bound."""
    with pytest.raises(PatternError, match="too long"):
        linear_pattern("((a{100}){100}){100}")


@pytest.mark.parametrize("text", ["", "a", "a\n", "a\n\n", "\n", "ba", "b\na"])
@pytest.mark.parametrize("pattern", ["a$", r"a\Z", "(?m)a$", "^a", "(?m)^a", "^$", "$", r"\n$", r"a\n\Z"])
def test_ends_of_lines_and_of_the_text_are_those_of_re(pattern: str, text: str) -> None:
    """A dollar holds before a last line feed as well."""
    assert LinearPattern(pattern).search(text) is (re.search(pattern, text) is not None)
