"""Pages lead somewhere: every picture and every file that one names is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_PAGES = sorted([_ROOT / "README.md", _ROOT / "rehearsal/README.md", *(_ROOT / "docs").rglob("*.md")])
_LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^)#\s]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: page.relative_to(_ROOT).as_posix())
def test_what_a_page_names_is_there(page: Path) -> None:
    """Links to other places of the repository, pictures above all; addresses elsewhere are nobody's to check here."""
    targets = {found["target"] for found in _LINK.finditer(page.read_text(encoding="utf-8"))}
    assert {target for target in targets if "://" not in target and not (page.parent / target).exists()} == set()


def test_every_dashboard_has_its_picture() -> None:
    """By its uid, and no picture is left of one that is gone."""
    pictures = {path.stem for path in (_ROOT / "docs/dashboards").glob("*.png")}
    assert pictures == {path.stem for path in (_ROOT / "grafana/dashboards").rglob("*.json")}
