"""The Dockerfile as stages of instructions, for tests that hold it to what it says or walk through it.

Lives here: reading. Must not live here: doing what it says, assertions. It knows the instructions that ours has, and
raises ValueError at any other.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Instruction", "Stage", "command_of", "environment_of", "stages"]

DOCKERFILE = Path(__file__).parents[2] / "Dockerfile"

_KNOWN = {"LABEL", "COPY", "USER", "WORKDIR", "ENV", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT", "CMD", "RUN"}


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction: its word, and the rest of its line."""

    word: str
    rest: str


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage; ``base`` is an image, or the name of an earlier stage."""

    name: str
    base: str
    instructions: list[Instruction] = field(default_factory=list)

    def rests(self, word: str) -> list[str]:
        """What follows ``word``, each time that it stands in this stage."""
        return [each.rest for each in self.instructions if each.word == word]


def stages(path: Path = DOCKERFILE) -> dict[str, Stage]:
    """Every stage by its name, in order; one without a name is called "" (there is at most one)."""
    text = re.sub(r"^\s*#.*\n", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE).replace("\\\n", " ")
    arguments: dict[str, str] = {}
    found: dict[str, Stage] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        word, rest = line.split(maxsplit=1)
        if word == "ARG":
            name, value = rest.split("=", 1)
            arguments[name] = value
        elif word == "FROM":
            base, _, name = re.sub(r"\$\{(\w+)\}", lambda match: arguments[match[1]], rest).partition(" AS ")
            found[name] = stage = Stage(name, base)
        elif word in _KNOWN:
            stage.instructions.append(Instruction(word, re.sub(r"\s{2,}", " ", rest)))
        else:
            raise ValueError(f"the Dockerfile has the unknown instruction {word}")
    return found


def command_of(lines: Sequence[str]) -> list[str]:
    """The last of ``lines`` as words; a health check's after its CMD."""
    return [str(word) for word in json.loads(lines[-1].rpartition("CMD ")[2])]


def environment_of(stage: Stage) -> dict[str, str]:
    """The variables that a program of the stage finds, on an image that sets no others than PATH."""
    path = "/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"
    pairs = dict(pair.split("=", 1) for rest in stage.rests("ENV") for pair in shlex.split(rest))
    return {"PATH": path} | {name: value.replace("$PATH", path) for name, value in pairs.items()}
