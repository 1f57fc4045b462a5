"""Programs run by a user who is not root, whatever the user that runs the tests.

Lives here: the change of user, and a Python that this user can read. Must not live here: assertions.
"""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

__all__ = ["as_nobody", "python"]

_REPOSITORY = Path(__file__).parents[2]

#: In a mount namespace of its own: Python, its packages and the repository where nobody can read them,
#: and /dev/net/tun with the mode under test. Then the rest of the words, as nobody.
_AS_NOBODY = """
set -e
rights=$1; mode=$2; python=$3; packages=$4; repository=$5; shift 5
mkdir -p python packages repository
mount --bind "$python" python; mount --bind "$packages" packages; mount --bind "$repository" repository
[ -e tun ] || mknod -m "$mode" tun c 10 200; mount --bind tun /dev/net/tun
export LD_LIBRARY_PATH=$PWD/python/lib PYTHONPATH=$PWD/repository:$PWD/packages XDG_RUNTIME_DIR= HOME=/nonexistent
exec setpriv $rights --pdeathsig TERM --reuid 65534 --regid 65534 --clear-groups --no-new-privs "$@"
"""


@contextmanager
def as_nobody(
    folder: Path, tun_mode: str, words: Sequence[str], *, rights: str = ""
) -> Iterator[subprocess.Popen[str]]:
    """A command run by nobody, ended by SIGTERM if it has not ended by itself; ``rights`` are words of setpriv."""
    setting = [rights, tun_mode, sys.base_prefix, sysconfig.get_path("purelib"), str(_REPOSITORY)]
    process = subprocess.Popen(
        ["unshare", "--mount", "sh", "-c", _AS_NOBODY, "sh", *setting, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=folder,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=20)


def python(folder: Path) -> str:
    """The interpreter where nobody finds it."""
    return f"{folder}/python/bin/python{sys.version_info.major}.{sys.version_info.minor}"
