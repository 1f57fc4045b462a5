"""The Dockerfile's steps, really done without a container engine: in a scratch folder that is mounted over /opt.

Lives here: copying, running, the mounts. Must not live here: reading the Dockerfile (``dockerfile.py``), assertions.

Each stage has a folder of its own that stands for its /opt; the rest of its root is this machine's, with this
machine's Python as /usr/local (the base image has its own there). Steps of the build run with that mounted in a mount
namespace of their own. A program of the finished image runs there too, as the image's user, with the image's variables
and no others, and with a root that cannot be written; it takes root to arrange.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.support.dockerfile import Stage, environment_of, stages

__all__ = ["Image", "built"]

_ROOT = Path(__file__).parents[2]

_MOUNT = """
set -e
opt=$1; python=$2; directory=$3; shift 3
mount --bind "$python" /usr/local; mount --bind "$opt" /opt
cd "$directory"
exec "$@"
"""

_READ_ONLY = """
set -e
mount -o remount,ro,bind /usr/local; mount -o remount,ro,bind /opt
mount -t tmpfs tmpfs /tmp
mount -o remount,ro,bind /
exec "$@"
"""


@dataclass(frozen=True, slots=True)
class Image:
    """A finished stage."""

    stage: Stage
    opt: Path  #: what lies under /opt

    def words(self, command: Sequence[str]) -> list[str]:
        """What starts ``command`` as a container of the image would, with a root that cannot be written."""
        user, _, group = self.stage.rests("USER")[-1].partition(":")
        rights = ["--reuid", user, "--regid", group, "--clear-groups", "--bounding-set", "-all", "--no-new-privs"]
        variables = [f"{name}={value}" for name, value in (environment_of(self.stage) | _stand_in()).items()]
        confined = ["sh", "-c", _READ_ONLY, "sh", "setpriv", *rights, "env", "-i", *variables, *command]
        return _mounted(self.opt, self.stage.rests("WORKDIR")[-1], confined)

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """``command`` in the image."""
        return subprocess.run(self.words(command), capture_output=True, text=True, check=False, timeout=60)


def built(target: str, folder: Path) -> Image:
    """The stage ``target`` with the stages that it needs, each built in ``folder``. Raises CalledProcessError."""
    done: dict[str, Image] = {}
    found = stages()
    needed = _needed(found, target)
    for name, stage in found.items():
        if name not in needed:
            continue
        opt = folder / (name or "last")
        if stage.base in done:
            shutil.copytree(done[stage.base].opt, opt, symlinks=True)
        else:
            opt.mkdir()
        done[name] = _walked(stage, opt, done)
        if name == target:
            return done[name]
    raise KeyError(target)


def _needed(found: Mapping[str, Stage], target: str) -> set[str]:
    """A stage, those that it is made from and those that it copies from, and theirs."""
    stage = found[target]
    copied = re.findall(r"--from=(\S+)", " ".join(stage.rests("COPY")))
    return {target}.union(*(_needed(found, name) for name in [stage.base, *copied] if name in found))


def _walked(stage: Stage, opt: Path, done: Mapping[str, Image]) -> Image:
    """The stage with every instruction followed that changes files."""
    directory = "/"
    for instruction in stage.instructions:
        if instruction.word == "WORKDIR":
            directory = instruction.rest
            if directory != "/":
                _inside(opt, directory).mkdir(parents=True, exist_ok=True)
        elif instruction.word == "COPY":
            _copy(instruction.rest.split(), opt, directory, done)
        elif instruction.word == "RUN":
            # The machine's interpreter stands for the image's, and its cache of packages may be used.
            python = f"/usr/local/bin/python{sys.version_info.major}.{sys.version_info.minor}"
            step = re.sub(r"^python ", f"{python} ", instruction.rest).replace("--no-cache-dir ", "")
            words = _mounted(opt, directory, ["sh", "-ec", step])
            environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"} | _stand_in()
            subprocess.run(words, check=True, timeout=300, env=environment, capture_output=True)
    return Image(stage, opt)


def _copy(words: Sequence[str], opt: Path, directory: str, done: Mapping[str, Image]) -> None:
    """COPY, of files and folders, from the repository or from another stage."""
    flags = dict(word.removeprefix("--").split("=", 1) for word in words if word.startswith("--"))
    *names, target = [word for word in words if not word.startswith("--")]
    if target.startswith("/") and Path(target).parts[1] != "opt":
        return  # of the root outside /opt, which is this machine's, nothing is made
    origin = done[flags["from"]].opt if "from" in flags else _ROOT
    to = _inside(opt, target if target.startswith("/") else f"{directory}/{target}")
    for name in names:
        source = _inside(origin, name) if name.startswith("/") else origin / name
        if source.is_dir():
            shutil.copytree(source, to, symlinks=True, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            to.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, to)


def _inside(opt: Path, path: str) -> Path:
    """Where a path under /opt lies."""
    return opt / Path(os.path.normpath(path)).relative_to("/opt")


def _stand_in() -> dict[str, str]:
    """What this machine's Python needs to be at home in /usr/local; the base image's needs nothing."""
    return {"LD_LIBRARY_PATH": "/usr/local/lib"}


def _mounted(opt: Path, directory: str, words: Sequence[str]) -> list[str]:
    python = str(Path(sys.base_prefix))
    return [
        "unshare",
        "--mount",
        "--propagation",
        "private",
        "sh",
        "-c",
        _MOUNT,
        "sh",
        str(opt),
        python,
        directory,
        *words,
    ]
