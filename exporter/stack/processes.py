"""Programs started by us: each with its log, watched, and ended by its process id.

Lives here: starting, asking whether it is ready, noticing that it died, ending. Must not live here:
which programs there are and with which words.
"""

from __future__ import annotations

import http.client
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from exporter.clock import Clock
from exporter.errors import PantauError

__all__ = ["Child", "ChildDiedError", "ChildSpec", "answers", "running", "wait_until_ready"]

#: How long a program may take to end after SIGTERM, seconds: Prometheus closes its database in it.
_END_WITHIN_S = 15.0

#: How long a program may take until it is ready, seconds; a slow machine included.
_READY_WITHIN_S = 60.0

_ASK_EVERY_S = 0.1

#: Log lines shown of a program that died.
_TAIL_LINES = 15


@dataclass(frozen=True, slots=True)
class ChildSpec:
    """A program to start."""

    name: str  #: for people, and for the log file
    argv: tuple[str, ...]
    folder: Path  #: its working directory
    is_ready: Callable[[], bool]  #: asked again and again until it says yes


class ChildDiedError(PantauError):
    """A program ended by itself, or did not become ready; the text has its last words."""


class Child:
    """A running program; ended by ``stop`` at the latest when this process dies."""

    def __init__(self, spec: ChildSpec, log: Path) -> None:
        """Start it in a session of its own, so that Ctrl-C reaches only us and we end it in our order.

        Raises ChildDiedError when it cannot be started.
        """
        self.spec = spec
        self.log = log
        # util-linux has setpriv on every Debian and Ubuntu; elsewhere only a SIGKILL of ours leaves it behind.
        mortal = ("setpriv", "--pdeathsig", "TERM") if shutil.which("setpriv") else ()
        with log.open("ab") as output:
            try:
                self._process = subprocess.Popen(  # noqa: S603 - our own words, no shell
                    [*mortal, *spec.argv],
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    cwd=spec.folder,
                    start_new_session=True,
                )
            except OSError as error:
                raise ChildDiedError(f"{spec.name} did not start: {error}") from error

    @property
    def pid(self) -> int:
        """Its process id, and its own: setpriv becomes the program."""
        return self._process.pid

    def check(self) -> None:
        """Raises ChildDiedError, with the last lines of the log, once it has ended."""
        code = self._process.poll()
        if code is not None:
            raise ChildDiedError(f"{self.spec.name} ended by itself ({_ending(code)}). {self._last_words()}")

    def send_signal(self, number: int) -> None:
        """Send it a signal; nothing when it has ended."""
        self._process.send_signal(number)

    def stop(self) -> None:
        """End it: SIGTERM, and SIGKILL when that does not help in time; harmless when it has ended."""
        self._process.terminate()
        try:
            self._process.wait(_END_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def give_up(self) -> ChildDiedError:
        """The error for a program that runs and never becomes ready."""
        return ChildDiedError(f"{self.spec.name} was not ready after {_READY_WITHIN_S:g} s. {self._last_words()}")

    def _last_words(self) -> str:
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-_TAIL_LINES:]
        return "\n".join(["Its last lines:", *(f"    {line}" for line in lines)]) if lines else "It said nothing."


def wait_until_ready(child: Child, clock: Clock) -> None:
    """Return once the program is ready. Raises ChildDiedError when it ends or takes too long."""
    give_up_ns = clock.monotonic_ns() + int(_READY_WITHIN_S * 1e9)
    while not child.spec.is_ready():
        child.check()
        if clock.monotonic_ns() > give_up_ns:
            raise child.give_up()
        clock.sleep_until_ns(clock.monotonic_ns() + int(_ASK_EVERY_S * 1e9))
    child.check()


@contextmanager
def running(spec: ChildSpec, logs: Path, clock: Clock) -> Iterator[Child]:
    """The program runs and is ready within the block, and has ended after it. Raises ChildDiedError."""
    child = Child(spec, logs / f"{spec.name}.log")
    try:
        wait_until_ready(child, clock)
        yield child
    finally:
        child.stop()


def answers(port: int, path: str) -> bool:
    """Whether a GET of ``path`` at 127.0.0.1 is answered with 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _ending(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
