"""Where the stack's programs are: Prometheus, promtool, Alertmanager, amtool.

Lives here: the names under which distributions and upstream install them, and the order of search.
Must not live here: starting them, fetching them (``scripts/fetch-tools``).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from exporter.errors import PantauError

__all__ = ["Program", "ProgramMissingError", "find_program"]

#: Folder of unpacked tools, under the checkout unless absolute, searched and nothing else; for trying other versions.
TOOLS_VARIABLE = "PANTAU_TOOLS"

#: Where ``scripts/fetch-tools`` unpacks, under the checkout.
_FETCHED = Path(".cache/tools")


class ProgramMissingError(PantauError):
    """A program of the stack is nowhere to be found; the text names the remedy."""


@dataclass(frozen=True, slots=True)
class _Names:
    variable: str  #: environment variable that names the file
    files: tuple[str, ...]  #: Debian's name first


class Program(Enum):
    """A program of the stack."""

    PROMETHEUS = _Names("PROMETHEUS", ("prometheus",))
    PROMTOOL = _Names("PROMTOOL", ("promtool",))
    ALERTMANAGER = _Names("ALERTMANAGER", ("prometheus-alertmanager", "alertmanager"))
    AMTOOL = _Names("AMTOOL", ("amtool",))


def find_program(program: Program, *, root: Path, environment: Mapping[str, str]) -> Path:
    """The program's file: as its variable says, from PANTAU_TOOLS, from PATH, or fetched under ``root``.

    Raises ProgramMissingError; a variable that is set and leads nowhere is an error, no search goes on.
    """
    variable, files = program.value.variable, program.value.files
    if environment.get(variable):
        return _named(variable, Path(environment[variable]))
    for folder in _folders(root, environment):
        for file in files:
            if _is_program(folder / file):
                return folder / file
    places = ", ".join(str(folder) for folder in _folders(root, environment))
    raise ProgramMissingError(
        f"no {' or '.join(files)} in {places}: run scripts/fetch-tools, or set {variable} to the program"
    )


def _named(variable: str, path: Path) -> Path:
    if not _is_program(path):
        raise ProgramMissingError(f"{variable}={path} is no program: correct it, or unset it to search PATH")
    return path.absolute()


def _folders(root: Path, environment: Mapping[str, str]) -> list[Path]:
    if environment.get(TOOLS_VARIABLE):
        return [root / environment[TOOLS_VARIABLE] / "usr/bin"]
    on_path = [Path(part) for part in environment.get("PATH", "").split(os.pathsep) if part]
    return [*on_path, root / _FETCHED / "usr/bin"]


def _is_program(path: Path) -> bool:
    # os.path, for pathlib raises at a folder of PATH that we may not read.
    return os.path.isfile(path) and os.access(path, os.X_OK)  # noqa: PTH113
