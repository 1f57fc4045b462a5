"""Making a pack in a process of its own, so that whatever happens there can be told.

Lives here: the words of that process, its start and its end. Must not live here: what it does. A process that runs
out of memory is killed, and one that crashes ends at once: neither could still tell anybody. Who waits for it can,
and keeps none of its memory for the rest of the month.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence

from exporter.evidence.period import Month

__all__ = ["in_own_process", "words_for"]

#: Flags of the one who waits, and whether a value follows. The pack itself is made by a month that is named.
_OF_THE_SCHEDULE = {"--when-due": False, "--keep-running": False, "--month": True, "--alertmanager": True}

#: A pack of 5,000 links takes minutes; whoever takes hours waits for something that does not come.
_PATIENCE_S = 3 * 3600


def words_for(words: Sequence[str], month: Month) -> list[str]:
    """The words after ``pantau evidence`` that make the pack of one month, from those that made a schedule of it."""
    kept: list[str] = []
    rest = iter(words)
    for word in rest:
        name, equals, _ = word.partition("=")
        takes_value = _OF_THE_SCHEDULE.get(_full(name))
        if takes_value is None:
            kept.append(word)
        elif takes_value and not equals:
            next(rest, None)
    return [f"--month={month}", *kept]


def _full(name: str) -> str:
    """The flag that a word stands for: argparse takes beginnings that only one flag has."""
    if len(name) < len("--x") or not name.startswith("--"):
        return name
    if name in _OF_THE_SCHEDULE:
        return name
    return next((flag for flag in _OF_THE_SCHEDULE if flag.startswith(name)), name)


def in_own_process(words: Sequence[str]) -> Callable[[Month], int]:
    """What makes a month's pack with ``pantau evidence`` and these words; its answer is the process' exit code.

    A process that a signal ended answers 128 and the signal's number, as a shell has it; one that is given up, 124.
    When the caller is interrupted the process is killed, and then the interruption goes on.
    """

    def make(month: Month) -> int:
        argv = [sys.executable, "-m", "exporter", "evidence", *words_for(words, month)]
        try:
            ended = subprocess.run(argv, check=False, timeout=_PATIENCE_S, stdin=subprocess.DEVNULL)  # noqa: S603 - ours
        except subprocess.TimeoutExpired:
            return 124
        return ended.returncode if ended.returncode >= 0 else 128 - ended.returncode

    return make
