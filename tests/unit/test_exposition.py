"""Escaping and metadata lines of both text formats."""

from __future__ import annotations

import pytest

from exporter.catalogue import family
from exporter.exposition import Exposition, header, label_text, sample
from exporter.metric_family import Family, Kind, Subject

NASTY = Family("thing", Subject.LINK, Kind.GAUGE, 'Says "so"\\\nand more.', ("link",))


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ('say "hi"', '{name="say \\"hi\\""}'),
        ("a\nb", '{name="a\\nb"}'),
        ("a\\b", '{name="a\\\\b"}'),
        ("a\\nb", '{name="a\\\\nb"}'),
        ("<script>alert(1)</script>", '{name="<script>alert(1)</script>"}'),
        ("📡 é\r\t", '{name="📡 é\r\t"}'),
        ("", '{name=""}'),
    ],
)
def test_label_text_when_the_value_is_nasty(value: str, written: str) -> None:
    """Backslash, newline and quote are escaped, and nothing else is touched."""
    assert label_text([("name", value)]) == written


def test_label_text_when_there_are_none_or_several() -> None:
    """No labels give no braces; several keep their order."""
    assert label_text([]) == ""
    assert label_text([("b", "1"), ("a", "2")]) == '{b="1",a="2"}'


def test_sample_when_a_label_cannot_be_written_in_utf8() -> None:
    """A lone surrogate costs its character, not the scrape."""
    assert sample("opd_x", [("name", "a\ud800b")], "1") == b'opd_x{name="a?b"} 1\n'


def test_header_when_the_format_is_text() -> None:
    """Text names the series, has no unit line and leaves quotes in help alone."""
    lines = header(family("opd_link_rtt_variation_seconds_total"), Exposition.TEXT).decode().splitlines()
    assert [line.split(" ")[1:3] for line in lines] == [
        ["HELP", "opd_link_rtt_variation_seconds_total"],
        ["TYPE", "opd_link_rtt_variation_seconds_total"],
    ]
    assert header(NASTY, Exposition.TEXT).startswith(b'# HELP opd_link_thing Says "so"\\\\\\nand more.\n')


def test_header_when_the_format_is_openmetrics() -> None:
    """OpenMetrics names the family without its suffix, adds the unit and escapes quotes in help."""
    text = header(family("opd_link_rtt_variation_seconds_total"), Exposition.OPENMETRICS).decode()
    assert text.splitlines()[1:] == [
        "# TYPE opd_link_rtt_variation_seconds counter",
        "# UNIT opd_link_rtt_variation_seconds seconds",
    ]
    assert header(NASTY, Exposition.OPENMETRICS).startswith(b'# HELP opd_link_thing Says \\"so\\"\\\\\\nand more.\n')


def test_header_when_the_family_is_an_info() -> None:
    """An info family is a gauge named ``_info`` in text, and an info in OpenMetrics."""
    assert b"# TYPE opd_link_info gauge\n" in header(family("opd_link_info"), Exposition.TEXT)
    assert b"# TYPE opd_link info\n" in header(family("opd_link_info"), Exposition.OPENMETRICS)
