"""Where the stack's programs are found."""

from __future__ import annotations

from pathlib import Path

import pytest

from exporter.stack.programs import Program, ProgramMissingError, find_program


def _program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o755)
    return path


def _find(root: Path, **environment: str) -> Path:
    return find_program(Program.ALERTMANAGER, root=root, environment=environment)


def test_find_program_in_the_order_of_search(tmp_path: Path) -> None:
    """What was fetched is found; PATH goes before it, a chosen folder before PATH, its own variable before all."""
    fetched = _program(tmp_path / ".cache/tools/usr/bin/prometheus-alertmanager")
    assert _find(tmp_path) == fetched
    installed = _program(tmp_path / "bin/alertmanager")
    assert _find(tmp_path, PATH=f"/nowhere:{installed.parent}") == installed
    chosen = _program(tmp_path / "new/usr/bin/prometheus-alertmanager")
    assert _find(tmp_path, PATH=str(installed.parent), PANTAU_TOOLS=str(tmp_path / "new")) == chosen
    assert _find(tmp_path, PANTAU_TOOLS="new") == chosen
    named = _program(tmp_path / "named")
    assert _find(tmp_path, PANTAU_TOOLS=str(tmp_path / "new"), ALERTMANAGER=str(named)) == named


def test_find_program_prefers_debians_name(tmp_path: Path) -> None:
    """Where a folder has both names, the distribution's own is taken."""
    _program(tmp_path / "bin/alertmanager")
    debian = _program(tmp_path / "bin/prometheus-alertmanager")
    assert _find(tmp_path, PATH=str(debian.parent)) == debian


def test_find_program_when_it_is_nowhere(tmp_path: Path) -> None:
    """The error names what was looked for, where, and both remedies."""
    with pytest.raises(ProgramMissingError, match=r"alertmanager.*\.cache/tools.*scripts/fetch-tools.*ALERTMANAGER"):
        _find(tmp_path, PATH="/nowhere")


def test_find_program_when_a_variable_leads_nowhere(tmp_path: Path) -> None:
    """A variable that is set is meant: nothing else is searched."""
    _program(tmp_path / ".cache/tools/usr/bin/prometheus-alertmanager")
    with pytest.raises(ProgramMissingError, match="ALERTMANAGER=/nowhere/am is no program"):
        _find(tmp_path, ALERTMANAGER="/nowhere/am")
    with pytest.raises(ProgramMissingError, match="new/usr/bin"):
        _find(tmp_path, PANTAU_TOOLS=str(tmp_path / "new"))


def test_find_program_when_the_file_cannot_be_run(tmp_path: Path) -> None:
    """A file without the right to run it is none."""
    (tmp_path / "prometheus-alertmanager").touch(mode=0o644)
    with pytest.raises(ProgramMissingError):
        _find(tmp_path, PATH=str(tmp_path))


def test_find_program_when_a_folder_of_path_cannot_be_read(tmp_path: Path) -> None:
    """Such a folder is passed over; here the kernel refuses its name, as it refuses those without permission."""
    installed = _program(tmp_path / "bin/alertmanager")
    assert _find(tmp_path, PATH=f"/{'x' * 5000}:{installed.parent}") == installed
