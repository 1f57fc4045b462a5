"""Which patterns an inventory may write."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from exporter.body_pattern import MAX_CHARACTERS, body_pattern
from exporter.linear_pattern import linear_pattern
from exporter.quantities import Refusal


@pytest.mark.parametrize(
    "text",
    [
        "Selamat datang",
        "(?i)selamat.*datang",
        r"versi [0-9]{1,3}\.[0-9]+",
        "(?:satu|dua)+ siap",
        "(a+)+b",
        "[[x]",
        "{}",
    ],
)
def test_ordinary_patterns_are_taken_as_they_are(text: str) -> None:
    """A phrase, repetition, sets, alternatives; what would take long elsewhere is searched for in bounded time."""
    assert body_pattern(text) == text
    assert linear_pattern(text).search("") is False


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("x" * (MAX_CHARACTERS + 1), f"has {MAX_CHARACTERS + 1} characters"),
        ("Selamat (datang", "missing ), unterminated subpattern at position 8"),
        (r"(a)\1", "a reference to a group"),
        ("a(?=b)", "looking ahead or behind"),
        ("(?:a{200}){3}", "too long"),
        ("(?:){4000000000}", "repeats too often"),
        ("(?:(?:(?:){999}){999}){999,}", "repeats too often"),
        ("(?:){9999999,}", "repeats too often"),
    ],
)
def test_what_can_take_long_or_is_no_pattern_is_refused(text: str, said: str) -> None:
    """With the place where it is no expression, and with what of the language is not taken."""
    with pytest.raises(Refusal) as refused:
        body_pattern(text)
    assert said in refused.value.message


#: Pieces of patterns, so that many random ones are taken.
PIECES = st.sampled_from(
    ["a", ".", "[ab]", "?", "*", "+", "{0,2}", "{9}", "|", "(", "(?:", ")", "\\w", "^", "$", "\\b", "[[", "--"]
)


@given(st.text(max_size=40) | st.lists(PIECES, max_size=30).map("".join))
@example("[[a]--b]")
@example("(" * MAX_CHARACTERS)
@example("(?i:" * 49)
def test_no_text_makes_it_fail_otherwise(text: str) -> None:
    """Any text is taken or refused, without a warning, and what is taken can be searched for."""
    try:
        body_pattern(text)
    except Refusal:
        return
    assert linear_pattern(text).search("ab\n") in {True, False}
