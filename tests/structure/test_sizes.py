"""Modules and functions stay small enough to be read at once."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted(
    path for folder in ("exporter", "bench", "inventory", "docs", "grafana") for path in (ROOT / folder).rglob("*.py")
)

TESTS = sorted((ROOT / "tests").rglob("*.py"))

MOST_MODULE_LINES = 400
MOST_FUNCTION_LINES = 50


@cache
def functions(path: Path) -> list[tuple[str, int]]:
    """Name and length of the body, without the docstring, of each function."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            lines = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
            found.append((f"{path.relative_to(ROOT).as_posix()}:{node.name}", lines))
    return found


@pytest.mark.parametrize("path", [*MODULES, *TESTS], ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_module_can_be_read_at_once(path: Path) -> None:
    """No module is longer than 400 lines, and no file of tests."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_MODULE_LINES


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_function_can_be_read_at_once(path: Path) -> None:
    """No function body is longer than 50 lines."""
    assert not {name for name, lines in functions(path) if lines > MOST_FUNCTION_LINES}
