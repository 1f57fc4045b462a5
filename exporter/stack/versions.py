"""Which version a program is, where that changes what it can be told.

Lives here: asking it, and the versions that matter. Must not live here: finding programs (``programs.py``).
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from exporter.errors import PantauError

__all__ = ["BOT_TOKEN_FILE_SINCE", "version_in", "version_of"]

#: The first Alertmanager that reads Telegram's token from a file.
BOT_TOKEN_FILE_SINCE = (0, 26)

_VERSION = re.compile(r"\bversion (\d+)\.(\d+)")


def version_of(program: Path) -> tuple[int, int]:
    """Major and minor version of Prometheus' or Alertmanager's program. Raises PantauError when it does not say."""
    try:
        ran = subprocess.run(  # noqa: S603 - our own words, no shell
            [str(program), "--version"], capture_output=True, text=True, check=False, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PantauError(f"{program} --version: {error}") from error
    return version_in(ran.stdout + ran.stderr, program)


def version_in(text: str, program: Path) -> tuple[int, int]:
    """The version in what ``program`` said; PantauError when there is none."""
    match = _VERSION.search(text)
    if match is None:
        raise PantauError(f"{program} --version names no version: {text[:200]!r}")
    return int(match[1]), int(match[2])
