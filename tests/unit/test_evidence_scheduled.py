"""Last month's pack is made once, when it is due, whatever fails and wherever the clock goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

import pytest

from exporter.clock import FakeClock
from exporter.errors import PantauError
from exporter.evidence.due import first_working_day
from exporter.evidence.period import DAY_MS, HOUR_MS, Month, instant_ms, wib
from exporter.evidence.scheduled import NOTHING_YET, Schedule
from exporter.model import DecreedDay
from exporter.recurrence import WIB

_OCTOBER = Month(2026, 10)
_PER_MS = 1_000_000


def _at(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> int:
    return instant_ms(datetime(year, month, day, hour, minute, tzinfo=WIB))


class EndedError(Exception):
    """Stands for the signal that ends a round."""


class ShortClock(FakeClock):
    """A clock that ends whoever sleeps beyond an instant of the wall clock, and may do something before."""

    def __init__(self, begins_ms: int, ends_ms: int) -> None:
        super().__init__(wall_ns=begins_ms * _PER_MS)
        self.ends_ms = ends_ms
        self.slept: list[int] = []
        self.before_waking: Callable[[int], None] = lambda _: None

    def sleep_until_ns(self, monotonic_ns: int) -> None:
        """Sleep, look what happens, and end when it is time."""
        self.slept.append(monotonic_ns - self.monotonic_ns())
        super().sleep_until_ns(monotonic_ns)
        self.before_waking(self.wall_ns() // _PER_MS)
        if self.wall_ns() // _PER_MS >= self.ends_ms:
            raise EndedError


@dataclass
class Office:
    """Where packs lie, who makes them, who is told, and what was said."""

    clock: ShortClock
    packs: set[Month] = field(default_factory=set)
    answers: list[int | Exception] = field(default_factory=list)  #: of ``make``, in order; then always 0
    decreed: Mapping[date, DecreedDay] = field(default_factory=dict)
    unreadable: str = ""
    log: list[tuple[str, str, str]] = field(default_factory=list)  #: what, which month, when
    lines: list[str] = field(default_factory=list)

    def note(self, what: str, month: Month) -> None:
        """Write down that something happened now."""
        self.log.append((what, str(month), f"{wib(self.clock.wall_ns() // _PER_MS):%Y-%m-%d %H:%M}"))

    def make(self, month: Month) -> int:
        """The next answer."""
        self.note("made", month)
        answer = self.answers.pop(0) if self.answers else 0
        if isinstance(answer, Exception):
            raise answer
        if answer == 0:
            self.packs.add(month)
        return answer

    def holidays(self) -> Mapping[date, DecreedDay]:
        """The inventory's."""
        if self.unreadable:
            raise PantauError(self.unreadable)
        return self.decreed

    def failed(self, month: Month, now_ms: int) -> None:
        """As an alarm has it."""
        assert now_ms == self.clock.wall_ns() // _PER_MS
        self.note("alert", month)

    def ended(self, month: Month, now_ms: int) -> None:
        """As an alarm has it."""
        assert now_ms == self.clock.wall_ns() // _PER_MS
        self.note("ended", month)

    def schedule(self) -> Schedule:
        """A process that begins now."""
        made = lambda month: month in self.packs  # noqa: E731
        return Schedule(self.make, made, self.holidays, self, self.lines.append, self.clock)

    def keep_running(self) -> None:
        """Until the clock ends it."""
        with pytest.raises(EndedError):
            self.schedule().keep_running()

    def happened(self, *what: str) -> list[tuple[str, str, str]]:
        """What was written down of some kinds."""
        return [each for each in self.log if each[0] in what]


def _office(begins_ms: int, ends_ms: int = 0) -> Office:
    return Office(ShortClock(begins_ms, ends_ms))


@pytest.mark.parametrize("year", [2025, 2026])
def test_a_year_has_twelve_packs_each_on_its_first_working_day(year: int) -> None:
    """Every hour of a year with its holidays, Lebaran and 1 January among them: once a month, in the hour it is due."""
    office = _office(_at(year, 1, 1), _at(year + 1, 1, 1))
    office.keep_running()
    expected = [
        ("made", str(Month(year, month).previous), f"{first_working_day(Month(year, month), {})} 06:00")
        for month in range(1, 13)
    ]
    assert office.happened("made") == expected
    assert not office.happened("alert")
    assert set(office.clock.slept) == {HOUR_MS * _PER_MS}


def test_a_failure_is_told_and_tried_again_every_hour() -> None:
    """Two failures are two alerts of the same month; then the pack is made, the end is told once, and it is quiet."""
    office = _office(_at(2026, 11, 2, 5), _at(2026, 11, 3))
    office.answers = [1, PantauError("the server does not answer")]
    office.keep_running()
    assert office.log == [
        ("made", "2026-10", "2026-11-02 06:00"),
        ("alert", "2026-10", "2026-11-02 06:00"),
        ("made", "2026-10", "2026-11-02 07:00"),
        ("alert", "2026-10", "2026-11-02 07:00"),
        ("made", "2026-10", "2026-11-02 08:00"),
        ("ended", "2026-10", "2026-11-02 08:00"),
    ]
    assert "the server does not answer" in office.lines


def test_what_does_not_mend_itself_is_tried_once_a_day() -> None:
    """Eight attempts an hour apart, then one a day; the alert is said again every hour all the while."""
    office = _office(_at(2026, 11, 2, 6), _at(2026, 11, 5))
    office.answers = [1] * 99
    office.keep_running()
    attempts = [at for _, _, at in office.happened("made")]
    assert attempts == [
        *(f"2026-11-02 {hour:02d}:00" for hour in range(6, 14)),
        "2026-11-03 13:00",
        "2026-11-04 13:00",
    ]
    assert len(office.happened("alert")) == 66


def test_a_new_month_has_its_own_attempts() -> None:
    """What failed for October says nothing of November."""
    office = _office(_at(2026, 11, 30, 0), _at(2026, 12, 1, 8))
    office.answers = [1] * 10
    office.keep_running()
    november = [at for _, month, at in office.happened("made") if month == "2026-11"]
    assert november == ["2026-12-01 06:00", "2026-12-01 07:00"]


def test_a_fault_of_ours_is_told_as_well() -> None:
    """What is no PantauError neither ends the round nor stays unsaid."""
    office = _office(_at(2026, 11, 2, 6), _at(2026, 11, 2, 8))
    office.answers = [ZeroDivisionError("ours")]
    office.keep_running()
    assert [what for what, *_ in office.log] == ["made", "alert", "made", "ended"]
    assert any("ZeroDivisionError: ours" in line for line in office.lines)


def test_a_pack_that_is_not_where_it_belongs_is_a_failure() -> None:
    """Success is believed when the pack is there; else it would be made anew every hour without a word."""
    office = _office(_at(2026, 11, 2, 6), _at(2026, 11, 2, 7))
    schedule = office.schedule()
    schedule.make = lambda _: 0
    assert schedule.run_when_due() == 1
    assert office.happened("alert")


def test_a_pack_that_is_there_is_not_made_again() -> None:
    """Somebody made it by hand after a failure: the alert ends, once, and nothing is made."""
    office = _office(_at(2026, 11, 2, 6), _at(2026, 11, 2, 12))
    office.answers = [1] * 9
    office.clock.before_waking = lambda now_ms: office.packs.add(_OCTOBER) if now_ms >= _at(2026, 11, 2, 9) else None
    office.keep_running()
    assert [what for what, *_ in office.log] == ["made", "alert"] * 3 + ["ended"]


def test_a_broken_pack_is_a_failure_and_is_left_alone() -> None:
    """What is there cannot be read: told every hour, its reason said once, and nothing is written over it."""
    office = _office(_at(2026, 11, 2, 6), _at(2026, 11, 2, 8))
    schedule = office.schedule()

    def broken(_: Month) -> bool:
        raise PantauError("2026-10: this pack is broken")

    schedule.is_made = broken
    with pytest.raises(EndedError):
        schedule.keep_running()
    assert [what for what, *_ in office.log] == ["alert", "alert"]
    assert office.lines.count("2026-10: this pack is broken") == 1


def test_a_clock_that_steps_back_makes_nothing_twice() -> None:
    """Back over midnight of the month: the month before last, which has its pack, is the last one for a while."""
    office = _office(_at(2026, 11, 2, 6), _at(2026, 11, 4))
    office.packs = {Month(2026, 9)}
    steps = [_at(2026, 11, 2, 10)]

    def step(now_ms: int) -> None:
        if steps and now_ms >= steps[0]:
            steps.clear()
            office.clock.step_wall_ns(-3 * DAY_MS * _PER_MS)

    office.clock.before_waking = step
    office.keep_running()
    assert not steps
    assert office.happened("made") == [("made", "2026-10", "2026-11-02 06:00")]


def test_a_clock_that_steps_back_before_the_hour_waits_again() -> None:
    """Rounds are an hour apart whatever the wall clock does, so no attempt is put off for longer than it says."""
    office = _office(_at(2026, 11, 2, 5, 30), _at(2026, 11, 3))
    steps = [0]

    def step(_: int) -> None:
        if steps:
            steps.clear()
            office.clock.step_wall_ns(-2 * HOUR_MS * _PER_MS)

    office.clock.before_waking = step
    office.keep_running()
    assert office.happened("made") == [("made", "2026-10", "2026-11-02 06:30")]


def test_a_timer_that_comes_early_says_when() -> None:
    """Exit code 0, one line, and nothing is made or told."""
    office = _office(_at(2026, 11, 1, 6, 30))
    assert office.schedule().run_when_due() == 0
    assert office.lines == ["the pack of 2026-10 is due from 02/11/2026 06.00 WIB"]
    assert not office.log


def test_a_timer_s_failure_is_its_exit_code() -> None:
    """So that the service counts as failed and is started again; the next process ends the alert."""
    office = _office(_at(2026, 11, 2, 6, 30))
    office.answers = [137]
    assert office.schedule().run_when_due() == 137
    assert office.schedule().run_when_due() == 0
    assert office.schedule().run_when_due() == 0
    assert [what for what, *_ in office.log] == ["made", "alert", "made", "ended", "ended"]


def test_the_inventory_s_holidays_are_asked_each_time() -> None:
    """A day that is decreed closed while the program runs is waited for."""
    office = _office(_at(2026, 11, 1, 12), _at(2026, 11, 4))
    day = date(2026, 11, 2)

    def decree(now_ms: int) -> None:
        if now_ms >= _at(2026, 11, 2, 1):
            office.decreed = {day: DecreedDay(day, "Keputusan gubernur", is_open=False)}

    office.clock.before_waking = decree
    office.keep_running()
    assert office.happened("made") == [("made", "2026-10", "2026-11-03 06:00")]


def test_an_inventory_that_cannot_be_read_keeps_nobody_waiting() -> None:
    """The country's days count then, the pack fails by itself and is told; the reason is said."""
    office = _office(_at(2026, 11, 2, 6), _at(2026, 11, 2, 8))
    office.unreadable = "opd.yml:3: no such key"
    office.answers = [1, 1]
    office.keep_running()
    assert [what for what, *_ in office.log] == ["made", "alert", "made", "alert"]
    assert office.lines.count("opd.yml:3: no such key") == 1


def test_a_new_installation_does_not_complain_about_the_time_before_it() -> None:
    """Nothing was measured and there is no earlier pack: said once, not tried again, and no alert."""
    office = _office(_at(2026, 11, 20), _at(2026, 12, 2))
    office.answers = [NOTHING_YET]
    office.keep_running()
    assert office.happened("made") == [("made", "2026-10", "2026-11-20 00:00"), ("made", "2026-11", "2026-12-01 06:00")]
    assert not office.happened("alert")


def test_a_line_that_stays_true_is_said_once() -> None:
    """A month of waiting does not fill the log."""
    office = _office(_at(2026, 11, 1), _at(2026, 11, 2))
    office.keep_running()
    assert office.lines == ["the pack of 2026-10 is due from 02/11/2026 06.00 WIB"]
