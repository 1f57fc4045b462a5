"""Telegram's HTML, read as strictly as Telegram reads it."""

from __future__ import annotations

import pytest

from exporter.stack.telegram_html import MarkupError, text_of_html


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("plain", "plain"),
        ("<b>a <i>b</i></b> c", "a b c"),
        ('<a href="http://x/?a=1">x</a>', "x"),
        ("&lt;b&gt; &amp;amp; &quot; &#39; &#x1F600;", "<b> &amp; \" ' 😀"),
        ("A & B &nbsp; &;", "A & B &nbsp; &;"),
        ("a > b", "a > b"),
    ],
)
def test_text_of_html(html: str, text: str) -> None:
    """Known tags vanish, known entities become their character, an ampersand by itself is one."""
    assert text_of_html(html) == text


@pytest.mark.parametrize(
    ("html", "complaint"),
    [
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<b><i>a</b></i>", "Unexpected end tag at byte offset 7"),
        ("<h1>a</h1>", 'Unsupported start tag "h1" at byte offset 0'),
        ("1 < 2 > 1", 'Unsupported start tag "" at byte offset 2'),
        ("1 < 2", "Unclosed start tag at byte offset 2"),
        ("<b>a</b", "Unclosed start tag at byte offset 4"),
    ],
)
def test_text_of_html_when_it_is_none(html: str, complaint: str) -> None:
    """Telegram refuses the whole message, and so do we."""
    with pytest.raises(MarkupError, match=complaint):
        text_of_html(html)
