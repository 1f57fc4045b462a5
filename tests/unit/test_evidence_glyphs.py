"""What a font can show is read from its own map, and what it cannot show is written out."""

from __future__ import annotations

import pytest

from exporter.evidence.glyphs import characters_of, showable
from exporter.evidence.typesetting import FONT_FILES
from exporter.files import package_bytes, package_text


@pytest.mark.parametrize("name", FONT_FILES)
def test_our_fonts_show_what_indonesian_offices_write(name: str) -> None:
    """Latin with accents, signs of the report; no Javanese script, no emoji, no control character."""
    known = characters_of(package_bytes(f"fonts/{name}"))
    assert {ord(each) for each in "Aaé0 ≤\u00d7\u2212·“”/"} <= known
    assert not {0xA98F, 0x4E2D, 0x1F600, 0x7, 0xFFFF} & known


def test_a_file_that_is_no_font_is_refused() -> None:
    """A font without a map of characters, and one whose map is of another kind."""
    with pytest.raises(ValueError, match="no character map"):
        characters_of(bytes(12))
    table = b"cmap" + bytes(4) + (28).to_bytes(4, "big") + (4).to_bytes(4, "big")
    with pytest.raises(ValueError, match="format 4"):
        characters_of(bytes(4) + b"\0\1" + bytes(6) + table + bytes(4))


def test_unknown_characters_are_written_as_code_points() -> None:
    """In every text of a value, but for keys; composed first; line breaks and numbers stay."""
    known = frozenset(map(ord, "abé"))
    value = {"a\u4e2d": ["b\n\u4e2d", "e\u0301", 7, None, (True,)]}
    assert showable(value, known) == {"a\u4e2d": ["b\n[U+4E2D]", "é", 7, None, [True]]}


@pytest.mark.parametrize("name", ["style.typ", "blocks.typ", "charts.typ", "report.typ", "acceptance.typ"])
def test_templates_fetch_nothing_and_hold_no_words(name: str) -> None:
    """No package, no file but the data and each other; the only words in them are comments and names."""
    text = package_text(f"evidence/{name}")
    assert "@preview" not in text
    assert "@local" not in text
    assert "read(" not in text
    assert "http" not in text
