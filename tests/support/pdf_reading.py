"""What a PDF says, by the programs of poppler.

Lives here: starting them. Must not live here: expectations.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

__all__ = ["attached", "fonts", "information", "raw_text", "right_edges"]


def _run(*words: str) -> str:
    return subprocess.run(words, check=True, capture_output=True, text=True, encoding="utf-8").stdout


def raw_text(pdf: Path) -> str:
    """Its text in the order in which it is drawn, without any white space: lines break where columns end."""
    return "".join(_run("pdftotext", "-raw", "-enc", "UTF-8", str(pdf), "-").split())


def right_edges(pdf: Path) -> list[float]:
    """Where each word ends, in points from the left edge of its page."""
    return [float(each) for each in re.findall(r'xMax="([0-9.]+)"', _run("pdftotext", "-bbox", str(pdf), "-"))]


def information(pdf: Path, *flags: str) -> str:
    """What pdfinfo prints."""
    return _run("pdfinfo", *flags, str(pdf))


def fonts(pdf: Path) -> list[tuple[str, str]]:
    """Each font's name without the mark of its subset, and whether it is embedded: yes or no."""
    rows = _run("pdffonts", str(pdf)).splitlines()[2:]
    found = [re.match(r"(?:[A-Z]{6}\+)?(\S+) +.*? +(yes|no) +(?:yes|no) +(?:yes|no) +\d+ +\d+$", row) for row in rows]
    return [(match[1], match[2]) if match else ("unreadable", "no") for match in found]


def attached(pdf: Path, folder: Path) -> dict[str, bytes]:
    """The files within it, by name; ``folder`` is where they are unpacked."""
    names = [row.split(": ", 1)[1] for row in _run("pdfdetach", "-list", str(pdf)).splitlines()[1:]]
    found = {}
    for place, name in enumerate(names, 1):
        unpacked = folder / str(place)
        _run("pdfdetach", "-save", str(place), "-o", str(unpacked), str(pdf))
        found[name] = unpacked.read_bytes()
    return found
