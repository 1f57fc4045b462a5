"""What a link is, decided from the outcomes of its echoes in the order in which they were sent.

Lives here: the state machine and every counter that an outcome moves. Must not live here: packets, clocks,
sockets; outcomes come in as codes, instants as numbers. Everything works on columns: one step settles at
most one echo of every row.

Two rules:

1. An echo speaks for the instant at which it was *sent*. A change of state takes effect at the sending of
   the first echo of the run that proved it, not when we became sure. Time is therefore given to a state only
   once that is settled: while one or two losses stand against an up link, those seconds wait.
2. What was not measured neither helps nor harms: it does not break a run of losses or of replies. Only a run
   of its own does, and makes a link unknown: what stood before such a gap is not joined to what comes after it.

Evidence and states::

    state / evidence   reply                     loss                    unmeasured
    up, degraded       stays (quality judged)    down after 3 in a row   unknown after 3 in a row
    down               up after 3 in a row       stays                   unknown after 3 in a row
    unknown            up at once                down after 3 in a row   stays

One reply is proof that the path works, so it ends ``unknown`` at once; a link that was *down* must answer
three times in a row. Thresholds and their reasons: ``thresholds.py``.

Where second opinions are asked for, a link may be *ICMP only*: degraded, because it answers by other means while
echoes are lost. Of the answers only the instant of the latest one counts, and of the denials that of the latest:

- A third loss in a row that would make a link down is *held*, with all that was sent after it, until a denial is known
  that is no older than the run; or, once an answer is known that is no older than the run, until its *counter-check*
  is: the end of the first measured echo that was sent at or after the answer's instant. At most it is held for three
  seconds, and until the queue is nearly full.
- An answer speaks for an echo that was lost if it is no older than that echo; or if it is at most half a minute older
  and no denial is later than it.
- An answer proves that packets passed when it was given, not that they did when earlier echoes were lost. If its
  counter-check is a reply, it does not speak for a third loss: the line was back. The link is down since the first
  loss, as if nobody had been asked. If the counter-check is not known when the waiting ends, the answer speaks.
- A third loss for which an answer of its run speaks makes the link ICMP only since the first loss. If the run's answer
  has lapsed or was denied since, the link was ICMP only up to that answer and is down since.
- While it is ICMP only it stays so for as long as the answer speaks for each loss, and is down since the answer (or
  since the first loss, if that is later) from the first loss on for which it does not. Its time is settled up to the
  answer only.
- A link that is down becomes ICMP only, since the answer, at a loss for which an answer speaks that is older than the
  loss and younger than the outage.
- A reply ends it: the link is up, and the losses are not held against it. Unmeasured echoes do what they always do.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from exporter.outcome import LOST, OUTSTANDING, REPLY, UNMEASURED, State
from exporter.snapshot import Int64s
from exporter.table import QUEUE, STATE_CODES, Table
from exporter.thresholds import (
    DEGRADED_ENTER_LOST,
    DEGRADED_ENTER_SLOW,
    DEGRADED_LEAVE_LOST,
    DEGRADED_LEAVE_SLOW,
    DEGRADED_WINDOW,
    DOWN_AFTER_LOSSES,
    OPINION_WAIT_S,
    OTHERWISE_HOLDS_S,
    RTT_BUCKETS_S,
    SLOW_RTT_S,
    UNKNOWN_AFTER_UNMEASURED,
    UP_AFTER_REPLIES,
)

__all__ = ["settle"]

_UP = STATE_CODES[State.UP]
_DEGRADED = STATE_CODES[State.DEGRADED]
_DOWN = STATE_CODES[State.DOWN]
_UNKNOWN = STATE_CODES[State.UNKNOWN]

_BOUNDS_NS = np.array([round(bound * 1e9) for bound in RTT_BUCKETS_S], np.int64)
_SLOW_NS = round(SLOW_RTT_S * 1e9)
_WINDOW_MASK = np.uint64((1 << DEGRADED_WINDOW) - 1)
_ONE = np.uint64(1)
_WAIT_NS = round(OPINION_WAIT_S * 1e9)
_HOLDS_NS = round(OTHERWISE_HOLDS_S * 1e9)

#: Open echoes behind which nothing is held any more: the turns that a stall missed, and one more, still find room.
_HELD_AT_MOST = QUEUE - UNKNOWN_AFTER_UNMEASURED - 1

Bools = NDArray[np.bool_]


def settle(table: Table, wall_offset_ns: int, asked_mono_ns: int | None = None) -> Int64s:
    """Settle every echo whose turn has come, oldest first; the rows whose state changed.

    ``wall_offset_ns`` is wall time less monotonic time at this moment, for time stamps of changes.
    ``asked_mono_ns`` is this moment itself where second opinions are asked for; None: nobody is asked.
    """
    changed = np.zeros(len(table.keys), bool)
    rows = np.flatnonzero(table.head != table.tail)
    while rows.size:
        place = table.head[rows] % QUEUE
        code = table.queue_code[rows, place]
        known = code != OUTSTANDING
        if asked_mono_ns is not None:
            known &= ~_held(table, rows, code == LOST, asked_mono_ns)
        rows, place, code = rows[known], place[known], code[known]
        if not rows.size:
            break
        sent = table.queue_sent_mono_ns[rows, place]
        _count(table, rows, code, table.queue_rtt_ns[rows, place])
        changed[_advance(table, rows, code, sent, wall_offset_ns)] = True
        table.head[rows] += 1
        rows = rows[table.head[rows] != table.tail[rows]]
    return np.flatnonzero(changed)


def _held(table: Table, rows: Int64s, lost: Bools, now_mono_ns: int) -> Bools:
    """Which rows wait for a second opinion on their oldest echo; notes since when."""
    held = np.zeros(len(rows), bool)
    doubted = np.flatnonzero(lost & (table.loss_run[rows] >= DOWN_AFTER_LOSSES - 1))
    doubted = doubted[rows[doubted] < table.links]
    doubted = doubted[(table.state[rows[doubted]] != _DOWN) & ~table.icmp_only[rows[doubted]]]
    if not doubted.size:
        return held
    asked = rows[doubted]
    table.held_mono_ns[asked] = np.where(table.held_mono_ns[asked] < 0, now_mono_ns, table.held_mono_ns[asked])
    told = table.denied_mono_ns[asked] >= table.loss_start_mono_ns[asked]
    answered = table.otherwise_mono_ns[asked] >= table.loss_start_mono_ns[asked]
    if answered.any():
        told[answered] = _counter_check(table, asked[answered]) != OUTSTANDING
    patient = now_mono_ns - table.held_mono_ns[asked] < _WAIT_NS
    room = table.tail[asked] - table.head[asked] <= _HELD_AT_MOST
    waits = ~told & patient & room
    table.held_mono_ns[asked[~waits]] = -1
    held[doubted] = waits
    return held


def _counter_check(table: Table, rows: Int64s) -> NDArray[np.uint8]:
    """How the first measured echo ended that was sent at or after the latest answer; OUTSTANDING while nobody knows.

    Only open echoes are looked at: an earlier one of the run was lost, and so was the oldest that is open.
    """
    order = np.arange(QUEUE)
    place = (table.head[rows, None] + order) % QUEUE
    code = table.queue_code[rows[:, None], place]
    later = table.queue_sent_mono_ns[rows[:, None], place] >= table.otherwise_mono_ns[rows, None]
    counts = later & (code < UNMEASURED) & (order < (table.tail[rows] - table.head[rows])[:, None])
    first = code[np.arange(len(rows)), counts.argmax(axis=1)]
    return np.where(counts.any(axis=1), first, OUTSTANDING).astype(np.uint8)


def _count(table: Table, rows: Int64s, code: NDArray[np.uint8], rtt_ns: Int64s) -> None:
    """Move the counters by one echo of each row; rows are distinct."""
    ours = code >= UNMEASURED
    table.unmeasured[rows[ours], code[ours] - UNMEASURED] += 1
    table.lost[rows[code == LOST]] += 1
    answered = code == REPLY
    slow = np.zeros(len(rows), bool)
    if answered.any():
        replied, rtt = rows[answered], rtt_ns[answered]
        table.replies[replied] += 1
        table.rtt_buckets[replied, np.searchsorted(_BOUNDS_NS, rtt)] += 1
        table.rtt_sum_ns[replied] += rtt
        last = table.last_rtt_ns[replied]
        table.rtt_variation_ns[replied] += np.where(last >= 0, np.abs(rtt - last), 0)
        table.last_rtt_ns[replied] = rtt
        slow[answered] = rtt > _SLOW_NS
    measured = ~ours
    seen = rows[measured]
    for history, bit in ((table.history_lost, code == LOST), (table.history_slow, slow)):
        history[seen] = ((history[seen] << _ONE) | bit[measured].astype(np.uint64)) & _WINDOW_MASK


def _run(run: Int64s, start: Int64s, rows: Int64s, extends: Bools, breaks: Bools, sent: Int64s) -> Int64s:
    """Lengthen or end a run of equal evidence; the new lengths. ``start`` keeps when a run began."""
    length: Int64s = np.where(extends, run[rows] + 1, np.where(breaks, 0, run[rows]))
    run[rows] = length
    begun = rows[extends & (length == 1)]
    start[begun] = sent[extends & (length == 1)]
    return length


def _advance(table: Table, rows: Int64s, code: NDArray[np.uint8], sent: Int64s, wall_offset_ns: int) -> Int64s:
    """Move the state machine by one echo of each row; the rows that changed."""
    reply, loss, ours = code == REPLY, code == LOST, code >= UNMEASURED
    losses = _run(table.loss_run, table.loss_start_mono_ns, rows, loss, reply, sent)
    replies = _run(table.reply_run, table.reply_start_mono_ns, rows, reply, loss, sent)
    blanks = _run(table.unmeasured_run, table.unmeasured_start_mono_ns, rows, ours, ~ours, sent)
    blank = blanks >= UNKNOWN_AFTER_UNMEASURED
    if blank.any():
        table.loss_run[rows[blank]] = table.reply_run[rows[blank]] = 0
        losses = np.where(blank, 0, losses)

    old, old_only = table.state[rows], table.icmp_only[rows]
    was_answering = (old == _UP) | (old == _DEGRADED)
    new = np.where(was_answering & reply, _quality(table, rows, old), old)
    new = np.where((old == _UNKNOWN) & reply, _UP, new)
    new = np.where((old == _DOWN) & (replies >= UP_AFTER_REPLIES), _UP, new)
    new = np.where(old_only & reply, _UP, new)
    only = old_only & ours & ~blank
    pressed = loss & ((losses >= DOWN_AFTER_LOSSES) | (old == _DOWN) | old_only)
    if pressed.any():
        spoken = np.zeros(len(rows), bool)
        spoken[pressed] = _spoken_for(table, rows[pressed], old[pressed], sent[pressed])
        new = np.where(pressed, np.where(spoken, _DEGRADED, _DOWN), new)
        only |= spoken
    new = np.where(blank, _UNKNOWN, new).astype(np.int8)

    moved = (new != old) | (only != old_only)
    agrees = np.where(old == _DOWN, loss, np.where(old == _UNKNOWN, ours & (losses == 0), reply | (only & loss)))
    sure = np.where(only, np.minimum(sent, table.otherwise_mono_ns[rows]), sent) if only.any() else sent
    still = agrees & ~moved
    _give_time(table, rows[still], old[still], sure[still])
    if moved.any():
        fresh = (old == _DOWN) | (old == _UNKNOWN) | old_only
        since = _change(table, rows[moved], old[moved], new[moved], only[moved], sent[moved])
        _give_time(table, rows[moved], new[moved], sure[moved])
        _begin(table, rows[moved], (new[moved], only[moved]), fresh[moved], since, wall_offset_ns)
    return np.asarray(rows[moved])


def _change(
    table: Table, rows: Int64s, old: NDArray[np.int8], new: NDArray[np.int8], only: Bools, sent: Int64s
) -> Int64s:
    """Since when the new state holds, never before what is settled; the time before it is given to the old one."""
    latest, first_loss = table.otherwise_mono_ns[rows], table.loss_start_mono_ns[rows]
    since = np.where((old == _DOWN) & (new == _UP), table.reply_start_mono_ns[rows], sent)
    # a latest answer that is younger than the loss would speak for it, were its counter-check no reply
    alive = np.where(latest <= sent, latest, 0)
    since = np.where(new == _DOWN, np.maximum(first_loss, alive), since)
    since = np.where(only, np.where(old == _DOWN, latest, first_loss), since)
    since = np.where(new == _UNKNOWN, table.unmeasured_start_mono_ns[rows], since)
    since = np.maximum(since, table.settled_mono_ns[rows])
    fell = new == _DOWN
    _give_time(table, rows, old, np.where(fell, np.minimum(since, first_loss), since))
    between = np.full_like(
        old[fell], _DEGRADED
    )  # up to the latest answer of this run, if there is one, it was ICMP only
    _give_time(table, rows[fell], between, since[fell])
    return np.asarray(since)


def _spoken_for(table: Table, rows: Int64s, old: NDArray[np.int8], sent: Int64s) -> Bools:
    """For which of these losses the latest answer by other means speaks."""
    latest = table.otherwise_mono_ns[rows]
    holds = (sent - latest <= _HOLDS_NS) & ((latest >= sent) | (table.denied_mono_ns[rows] <= latest))
    since_down = (latest > table.began_mono_ns[rows]) & (latest <= sent)
    since_loss = table.icmp_only[rows] | (latest >= table.loss_start_mono_ns[rows])
    speaks = np.asarray(holds & np.where(old == _DOWN, since_down, since_loss))
    third = speaks & (old != _DOWN) & ~table.icmp_only[rows]
    if third.any():
        speaks[third] = _counter_check(table, rows[third]) != REPLY
    return speaks


def _quality(table: Table, rows: Int64s, old: NDArray[np.int8]) -> NDArray[np.int8]:
    """Up or degraded, for links that answer; between the bounds it stays what it was."""
    lost = np.bitwise_count(table.history_lost[rows])
    slow = np.bitwise_count(table.history_slow[rows])
    poor = (lost >= DEGRADED_ENTER_LOST) | (slow >= DEGRADED_ENTER_SLOW)
    good = (lost <= DEGRADED_LEAVE_LOST) & (slow <= DEGRADED_LEAVE_SLOW)
    return np.where(poor, _DEGRADED, np.where(good, _UP, old)).astype(np.int8)


def _give_time(table: Table, rows: Int64s, state: NDArray[np.int8], until: Int64s) -> None:
    """Give the time from where it was settled up to ``until`` to ``state``; never takes time back."""
    until = np.maximum(until, table.settled_mono_ns[rows])
    table.state_ns[rows, state] += until - table.settled_mono_ns[rows]
    table.settled_mono_ns[rows] = until


def _begin(
    table: Table, rows: Int64s, new: tuple[NDArray[np.int8], Bools], fresh: Bools, since_mono_ns: Int64s, offset_ns: int
) -> None:
    """Enter the new state, ICMP only or not; where ``fresh``, what the old one says of the quality is dropped."""
    table.state[rows], table.icmp_only[rows] = new
    table.began_mono_ns[rows] = since_mono_ns
    table.changed_unix_ns[rows] = since_mono_ns + offset_ns
    table.history_lost[rows[fresh]] = 0
    table.history_slow[rows[fresh]] = 0
