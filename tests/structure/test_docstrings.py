"""A file opens with its charter, and a test states what it holds."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = sorted(path for path in (ROOT / "exporter").rglob("*.py") if path.name != "__init__.py")
TESTS = sorted((ROOT / "tests").rglob("test_*.py"))

#: Files too small for a charter.
SMALL = {"__main__.py"}


@pytest.mark.parametrize("path", PACKAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_module_opens_with_its_charter(path: Path) -> None:
    """The charter says what lives here and what must not."""
    charter = " ".join((ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").split())
    if path.name not in SMALL:
        assert "Lives here" in charter or "lives here" in charter
        assert "ust not" in charter


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_test_states_a_behaviour(path: Path) -> None:
    """Each test function has a docstring of one sentence or more."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    tests = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    ]
    assert tests
    assert not [node.name for node in tests if not (ast.get_docstring(node) or "").strip()]
