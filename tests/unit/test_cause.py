"""Why a link was down, judged from its outage and its router's word."""

from __future__ import annotations

from dataclasses import replace

import pytest

from exporter.beside import Cause
from exporter.cause import Boot, OutageFacts, judge, stayed_up
from exporter.scope import Scope
from exporter.thresholds import BACK_AFTER_BOOT_S, BOOT_MARGIN_S, BOOT_SETTLES_S, BOOT_WAIT_S

START = 1_795_400_000.0
END = START + 600.0

#: Ten minutes, alone, with a router that was last heard before it.
OUTAGE = OutageFacts(
    "dinkes-1",
    START,
    END,
    Scope.LINK,
    uplink_failed=False,
    boot=Boot(START - 9e5, START - 30, "dinkes-1"),
    has_router=True,
)


def after(boot_unix_s: float, *, read_unix_s: float = END + 2, by_link: str = "dinkes-1") -> OutageFacts:
    """The outage with what the router said since."""
    return replace(OUTAGE, boot=Boot(boot_unix_s, read_unix_s, by_link))


@pytest.mark.parametrize("boot", [START - BOOT_MARGIN_S, START, START + 1, END - 20, END, END + BOOT_MARGIN_S])
def test_a_router_that_started_within_the_outage_had_no_power(boot: float) -> None:
    """From a little before the outage until a little after it."""
    finding = judge(after(boot), END + 5)
    assert (finding.cause, finding.final) == (Cause.POWER, True)
    assert "router menyala kembali" in finding.evidence


@pytest.mark.parametrize("boot", [START - BOOT_SETTLES_S - 0.1, START - 9e6])
def test_a_router_that_started_before_the_outage_lost_its_line(boot: float) -> None:
    """It stayed up all the time: its word came after the end."""
    finding = judge(after(boot), END + 5)
    assert (finding.cause, finding.final) == (Cause.LINE, True)
    assert "router tetap menyala sejak" in finding.evidence


@pytest.mark.parametrize("boot", [START - BOOT_SETTLES_S, START - BOOT_MARGIN_S - 0.1])
def test_a_router_that_had_just_started_proves_nothing(boot: float) -> None:
    """It stayed up during the outage, but may still have been starting its lines."""
    finding = judge(after(boot), END + 5)
    assert (finding.cause, finding.final) == (Cause.UNKNOWN, True)
    assert "sesaat sebelum gangguan" in finding.evidence


@pytest.mark.parametrize(
    ("before_end_s", "cause"), [(BACK_AFTER_BOOT_S, Cause.POWER), (BACK_AFTER_BOOT_S + 1, Cause.UNKNOWN)]
)
def test_a_router_that_was_restarted_long_before_the_line_was_back(before_end_s: float, cause: Cause) -> None:
    """After a power cut the line follows the router; a restart that brought nothing back was somebody's attempt."""
    end = START + 7_200
    boot = Boot(end - before_end_s, end + 2, "dinkes-1")
    finding = judge(replace(OUTAGE, end_unix_s=end, boot=boot), end + 5)
    assert (finding.cause, finding.final) == (cause, True)


def test_what_a_router_said_while_it_was_up_is_kept() -> None:
    """It was read as up after the outage began; a later restart is told beside it."""
    stayed = Boot(START - 9e5, START + 60, "dinkes-2")
    facts = replace(after(START + 300, read_unix_s=END + 2), stayed=stayed)
    finding = judge(facts, END + 5)
    assert (finding.cause, finding.final) == (Cause.LINE, True)
    assert "menyala ulang kemudian" in finding.evidence
    assert not stayed_up(facts)
    assert stayed_up(replace(OUTAGE, boot=stayed))


def test_a_beginning_that_nobody_saw_proves_nothing_of_the_line() -> None:
    """A start before our own lies within the outage, or before it: nobody knows."""
    finding = judge(replace(after(START - 9e5), start_seen=False), END + 5)
    assert (finding.cause, finding.final) == (Cause.UNKNOWN, True)
    assert judge(replace(after(START + 5), start_seen=False), END + 5).cause is Cause.POWER


def test_a_router_that_started_long_after_the_outage_says_nothing_of_it() -> None:
    """What it was before its latest start is forgotten."""
    finding = judge(after(END + BOOT_MARGIN_S + 1, read_unix_s=END + 60), END + 61)
    assert (finding.cause, finding.final) == (Cause.UNKNOWN, False)


@pytest.mark.parametrize("read", [START - 30, START])
def test_a_word_from_before_the_outage_says_nothing_of_it(read: float) -> None:
    """Only what was read after the outage began counts."""
    assert judge(after(START - 9e5, read_unix_s=read), END + 5).cause is Cause.UNKNOWN


def test_the_word_by_another_line_counts_during_the_outage_and_may_still_change() -> None:
    """A router that answers over the backup line stayed up so far; it may restart before the line is back."""
    facts = replace(after(START - 9e5, read_unix_s=START + 60, by_link="dinkes-2"), end_unix_s=None)
    finding = judge(facts, START + 61)
    assert (finding.cause, finding.final) == (Cause.LINE, False)
    assert "dinkes-2, jalur lain lokasi ini" in finding.evidence
    restarted = replace(after(START + 90, read_unix_s=START + 120, by_link="dinkes-2"), end_unix_s=None)
    assert judge(restarted, START + 121).cause is Cause.POWER
    assert not judge(restarted, START + 121).final


def test_a_word_during_the_outage_is_not_the_last_one() -> None:
    """The line is back, but the router was read before that: the next word decides for good."""
    finding = judge(after(START - 9e5, read_unix_s=START + 60, by_link="dinkes-2"), END + 1)
    assert (finding.cause, finding.final) == (Cause.LINE, False)


@pytest.mark.parametrize(
    ("scope", "cause"), [(Scope.PROVIDER, Cause.PROVIDER), (Scope.AREA, Cause.AREA), (Scope.CORE, Cause.CORE)]
)
def test_something_wider_explains_it(scope: Scope, cause: Cause) -> None:
    """Whatever the router says; final once the outage is over, for it may still widen."""
    assert judge(replace(after(START + 5), scope=scope), END + 5) == judge(replace(OUTAGE, scope=scope), END + 5)
    finding = judge(replace(OUTAGE, scope=scope), END + 5)
    assert (finding.cause, finding.final) == (cause, True)
    assert not judge(replace(OUTAGE, scope=scope, end_unix_s=None), START + 5).final


def test_a_site_is_no_wider_cause() -> None:
    """All lines of one office: its router tells electricity from lines."""
    assert judge(replace(after(START + 5), scope=Scope.SITE), END + 5).cause is Cause.POWER
    assert judge(replace(after(START - 9000), scope=Scope.SITE), END + 5).cause is Cause.LINE


def test_a_fault_of_ours_comes_first() -> None:
    """Our own connection failed at the same time: no provider is blamed."""
    finding = judge(replace(after(START - 9000), scope=Scope.CORE, uplink_failed=True), END + 5)
    assert (finding.cause, finding.final) == (Cause.PROBER, True)


def test_nobody_knows() -> None:
    """Without a router the end decides; with one, its word is waited for, but not for ever."""
    assert judge(replace(OUTAGE, end_unix_s=None, boot=None), START + 9e5).final is False
    alone = replace(OUTAGE, boot=None, has_router=False)
    assert (judge(alone, END).cause, judge(alone, END).evidence, judge(alone, END).final) == (Cause.UNKNOWN, "", True)
    assert not judge(OUTAGE, END + BOOT_WAIT_S).final
    assert judge(OUTAGE, END + BOOT_WAIT_S + 1).final
