"""How metrics are written: escaping, metadata lines and content types of the two text formats.

Lives here: the rules of the Prometheus text format 0.0.4 and of OpenMetrics 1.0.0. Must not live
here: values and HTTP. Sample lines are the same in both formats; only the metadata before them and
the end of the page differ, which is why one rendering serves both.

Sources: prometheus.io "Exposition formats"; the OpenMetrics 1.0 specification, section "Text format".
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from exporter.metric_family import Family, Kind

__all__ = ["Exposition", "header", "label_text", "sample"]


class Exposition(Enum):
    """A text format, with its media type as the value."""

    TEXT = "text/plain; version=0.0.4; charset=utf-8"
    OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"


def escape(text: str) -> str:
    """``text`` with backslash, newline and double quote escaped: for label values, and OpenMetrics help."""
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')


def escape_text_help(text: str) -> str:
    """``text`` as the 0.0.4 format wants it in help: quotes stay as they are."""
    return text.replace("\\", "\\\\").replace("\n", "\\n")


def label_text(labels: Iterable[tuple[str, str]]) -> str:
    """``{name="value",...}`` in the order given; empty without labels."""
    inside = ",".join(f'{name}="{escape(value)}"' for name, value in labels)
    return f"{{{inside}}}" if inside else ""


def sample(name: str, labels: Iterable[tuple[str, str]], value: str) -> bytes:
    """One line. A character that UTF-8 cannot carry (a lone surrogate) becomes ``?``: one bad name costs no scrape."""
    return f"{name}{label_text(labels)} {value}\n".encode("utf-8", "replace")


def header(family: Family, exposition: Exposition) -> bytes:
    """The metadata lines that precede a family's samples."""
    if exposition is Exposition.OPENMETRICS:
        lines = [f"# HELP {family.name} {escape(family.help)}", f"# TYPE {family.name} {family.kind}"]
        lines += [f"# UNIT {family.name} {family.unit}"] if family.unit else []
    else:
        # 0.0.4 knows no info type, and there the suffix belongs to the family's name
        kind = Kind.GAUGE if family.kind is Kind.INFO else family.kind
        lines = [f"# HELP {family.series} {escape_text_help(family.help)}", f"# TYPE {family.series} {kind}"]
    return ("\n".join(lines) + "\n").encode()
