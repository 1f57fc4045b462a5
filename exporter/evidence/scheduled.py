"""Last month's pack, made when it is due: once for a timer, or again and again in a container.

Lives here: whether to make it now, what follows from success and failure, the hourly round. Must not live here: which
day it is due (``due``), how it is made and where it lies (the caller's functions), signals. The clock may step either
way: each round asks anew which month was the last one, and rounds are an hour apart by the clock that never steps.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn, Protocol

from exporter.calendars import Decreed
from exporter.clock import Clock
from exporter.errors import PantauError
from exporter.evidence.due import due_ms, is_due, last_month
from exporter.evidence.period import Month, wib
from exporter.indonesian import instant

__all__ = ["NOTHING_YET", "Schedule", "Teller"]

#: What ``make`` answers where nothing at all was measured in the month and there is no earlier pack: watching has only
#: begun. That is no failure; the month will never have a pack.
NOTHING_YET = 3

_FAILED = 1

_NANOSECONDS_PER_MILLISECOND = 1_000_000
_HOUR_NS = 3_600_000_000_000

#: So many attempts are an hour apart; then they are a day apart, for reading a month costs Prometheus something, and
#: what did not mend itself in a working day waits for people. The timer's service has the same (StartLimitBurst).
_HOURLY_ATTEMPTS = 8


class Teller(Protocol):
    """Who is told of failure and of its end (``alarm.Alarm``)."""

    def failed(self, month: Month, now_ms: int) -> None:
        """The pack could not be made."""
        ...

    def ended(self, month: Month, now_ms: int) -> None:
        """The pack is there."""
        ...


@dataclass(slots=True)
class Schedule:
    """What is to be done each month, and what this process has said and told of it."""

    make: Callable[[Month], int]  #: an exit code: 0 made, ``NOTHING_YET``, anything else failed
    is_made: Callable[[Month], bool]  #: may raise PantauError
    holidays: Callable[[], Decreed]  #: asked at each round, for inventories change; may raise PantauError
    teller: Teller
    say: Callable[[str], None]
    clock: Clock
    _said: str = field(default="", init=False)
    _settled: Month | None = field(default=None, init=False)  #: of this month it was told that no failure stands
    _failing: Month | None = field(default=None, init=False)
    _failures: int = field(default=0, init=False)  #: of that month, in a row
    _again_ns: int = field(default=0, init=False)  #: before this monotonic instant it is not tried again
    _without: Month | None = field(default=None, init=False)  #: this month never gets a pack

    def run_when_due(self) -> int:
        """Make last month's pack if it is due and not there; the exit code: 0 unless making it failed."""
        month = last_month(self._now_ms())
        try:
            made = self.is_made(month)
        except PantauError as error:
            self._say_once(str(error))  # a pack that is broken: neither there, nor to be written over
            return self._judged(month, _FAILED)
        if made:
            self._say_once(f"the pack of {month} is there")
            return 0 if month == self._settled else self._settle(month)  # it may have been made by hand after a failure
        if month == self._without:
            return 0
        holidays = self._decreed()
        if not is_due(self._now_ms(), month, holidays, is_made=False):
            self._say_once(f"the pack of {month} is due from {instant(wib(due_ms(month, holidays)))} WIB")
            return 0
        if month == self._failing and self.clock.monotonic_ns() < self._again_ns:
            self.teller.failed(month, self._now_ms())  # an Alertmanager that was started anew has forgotten it
            return _FAILED
        self.say(f"the pack of {month} is due and is made now")
        return self._judged(month, self._attempt(month))

    def keep_running(self) -> NoReturn:
        """Look every hour, and say a failure again; ends by an exception, as a signal raises it."""
        while True:
            self.run_when_due()
            self.clock.sleep_until_ns(self.clock.monotonic_ns() + _HOUR_NS)

    def _decreed(self) -> Decreed:
        """The inventory's decrees; none where it cannot be read, and then the pack itself fails and says why."""
        try:
            return self.holidays()
        except PantauError as error:
            self._say_once(str(error))
            return {}

    def _attempt(self, month: Month) -> int:
        """What ``make`` answers. Whatever it raises is a failure: a fault of ours must be told as well."""
        try:
            code = self.make(month)
        except PantauError as error:
            self.say(str(error))
            return _FAILED
        except Exception:  # noqa: BLE001 - see above
            self.say(traceback.format_exc())
            return _FAILED
        if code == 0 and not self.is_made(month):
            self.say(f"the pack of {month} was made, but is not where it is looked for")
            return _FAILED
        return code

    def _judged(self, month: Month, code: int) -> int:
        """The exit code, once everybody was told."""
        if code == NOTHING_YET:
            self.say(f"nothing was measured in {month}, and there is no earlier pack: watching began after it")
            self._without = month
            return self._settle(month)
        if code != 0:
            self._failures = self._failures + 1 if month == self._failing else 1
            self._failing = month
            hours = 1 if self._failures < _HOURLY_ATTEMPTS else 24
            self._again_ns = self.clock.monotonic_ns() + hours * _HOUR_NS
            self.say(f"the pack of {month} could not be made")
            self.teller.failed(month, self._now_ms())
            return code
        self.say(f"the pack of {month} was made")
        return self._settle(month)

    def _settle(self, month: Month) -> int:
        """Say that no failure stands any more: an earlier process may have told one."""
        self._settled = month
        self.teller.ended(month, self._now_ms())
        return 0

    def _say_once(self, line: str) -> None:
        """Say a line, unless it is the one that was said last so."""
        if line != self._said:
            self._said = line
            self.say(line)

    def _now_ms(self) -> int:
        return self.clock.wall_ns() // _NANOSECONDS_PER_MILLISECOND
