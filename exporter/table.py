"""The one table: a column for each quantity, a row for each target.

Lives here: the columns, what they mean, and how rows move to a new table when the inventory changes.
Must not live here: any decision about a link (``state.py``), any packet (``measure.py``).

Rows are links first, in inventory order, then reference targets. Instants ending ``_mono_ns`` are of
``Clock.monotonic_ns``. Each row has a short queue of its open echoes, a ring of ``QUEUE`` places between
``head`` (oldest not yet settled) and ``tail`` (next to be issued): outcomes become known out of order, and
are settled in the order in which the echoes were sent.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from exporter.model import Inventory, Link, ReferenceTarget
from exporter.outcome import UNMEASURED, Reason, State, unmeasured_code
from exporter.snapshot import EchoColumns, Int64s
from exporter.thresholds import MIN_INTERVAL_S, RTT_BUCKETS_S

__all__ = ["QUEUE", "STATE_CODES", "Table", "carried_over", "columns_of", "new_table", "targets_of"]

#: Places in the queue of open echoes: MAX_TIMEOUT_INTERVALS and what a frame and a grace add to it.
QUEUE = 16

STATE_CODES = {state: code for code, state in enumerate(State)}
_UNKNOWN = STATE_CODES[State.UNKNOWN]


@dataclass(slots=True)
class Table:
    """n rows; every array has n rows, and is written only by the measuring thread."""

    keys: tuple[str, ...]
    links: int  #: rows below are links, the rest reference targets
    # what to probe
    family: NDArray[np.int8]
    address: NDArray[np.uint8]  #: (n, 16)
    interval_ns: Int64s
    timeout_ns: Int64s
    due_mono_ns: Int64s  #: when the next echo is to be sent
    identifier: NDArray[np.uint16]
    identifier_echoes: Int64s  #: echoes sent with the present identifier
    # open echoes
    head: Int64s
    tail: Int64s
    queue_code: NDArray[np.uint8]  #: (n, QUEUE) ``outcome`` codes
    queue_sent_mono_ns: Int64s  #: (n, QUEUE)
    queue_rtt_ns: Int64s  #: (n, QUEUE)
    # counts, in the sense of ``snapshot.EchoColumns``
    attempts: Int64s
    replies: Int64s
    lost: Int64s
    unmeasured: Int64s  #: (n, reasons)
    late: Int64s
    duplicates: Int64s
    icmp_errors: Int64s
    rtt_buckets: Int64s  #: (n, bounds + 1)
    rtt_sum_ns: Int64s
    rtt_variation_ns: Int64s
    last_rtt_ns: Int64s  #: -1: none yet
    last_probe_unix_ns: Int64s
    answered_mono_ns: Int64s  #: when the latest echo that was answered had been sent
    # second opinions
    otherwise_mono_ns: Int64s  #: when the latest attempt by other means began that was answered; -1: none was
    denied_mono_ns: Int64s  #: when it was last asked in vain; -1: never
    held_mono_ns: Int64s  #: since when the oldest echo, a third loss, waits for an opinion; -1: it does not
    # the state machine
    state: NDArray[np.int8]
    state_ns: Int64s  #: (n, states)
    settled_mono_ns: Int64s  #: up to here time has been given to a state
    changed_unix_ns: Int64s
    began_mono_ns: Int64s  #: when the present state began; ``changed_unix_ns`` by the other clock
    icmp_only: NDArray[np.bool_]  #: degraded in that echoes are lost while it answers by other means
    loss_run: Int64s
    reply_run: Int64s
    unmeasured_run: Int64s
    loss_start_mono_ns: Int64s
    reply_start_mono_ns: Int64s
    unmeasured_start_mono_ns: Int64s
    history_lost: NDArray[np.uint64]  #: one bit for each measured echo, the latest lowest
    history_slow: NDArray[np.uint64]

    def outstanding(self) -> Int64s:
        """Echoes issued and not yet settled, for each row."""
        return self.tail - self.head


def targets_of(inventory: Inventory) -> list[Link | ReferenceTarget]:
    """What the rows stand for, in their order: links, then reference targets."""
    return [*inventory.links.values(), *inventory.reference_targets.values()]


#: Columns that are -1 until something happens.
_NOT_YET = ("last_rtt_ns", "otherwise_mono_ns", "denied_mono_ns", "held_mono_ns")

#: Columns of the runs of equal evidence.
_RUNS = tuple(f"{kind}_{what}" for kind in ("loss", "reply", "unmeasured") for what in ("run", "start_mono_ns"))


def new_table(inventory: Inventory, now_mono_ns: int, now_unix_ns: int) -> Table:
    """A table for ``inventory`` in which nothing has been measured: every row unknown since now.

    ``due_mono_ns`` and ``identifier`` are left 0: the schedule and the engine set them.
    """
    targets = targets_of(inventory)
    n = len(targets)

    def zeros(*shape: int) -> Int64s:
        return np.zeros((n, *shape), np.int64)

    return Table(
        keys=tuple(target.id for target in targets),
        links=len(inventory.links),
        family=np.array([target.address.version for target in targets], np.int8),
        address=np.frombuffer(b"".join(target.address.packed.rjust(16, b"\0") for target in targets), np.uint8).reshape(
            n, 16
        ),
        interval_ns=np.array([round(target.interval_s * 1e9) for target in targets], np.int64),
        timeout_ns=np.array([round(target.timeout_s * 1e9) for target in targets], np.int64),
        due_mono_ns=zeros(),
        identifier=np.zeros(n, np.uint16),
        identifier_echoes=zeros(),
        head=zeros(),
        tail=zeros(),
        queue_code=np.zeros((n, QUEUE), np.uint8),
        queue_sent_mono_ns=zeros(QUEUE),
        queue_rtt_ns=zeros(QUEUE),
        attempts=zeros(),
        replies=zeros(),
        lost=zeros(),
        unmeasured=zeros(len(Reason)),
        late=zeros(),
        duplicates=zeros(),
        icmp_errors=zeros(),
        rtt_buckets=zeros(len(RTT_BUCKETS_S) + 1),
        rtt_sum_ns=zeros(),
        rtt_variation_ns=zeros(),
        last_probe_unix_ns=zeros(),
        answered_mono_ns=zeros(),
        **{name: zeros() - 1 for name in _NOT_YET},
        state=np.full(n, _UNKNOWN, np.int8),
        state_ns=zeros(len(State)),
        settled_mono_ns=zeros() + now_mono_ns,
        changed_unix_ns=zeros() + now_unix_ns,
        began_mono_ns=zeros() + now_mono_ns,
        icmp_only=np.zeros(n, bool),
        **{name: zeros() for name in _RUNS},
        history_lost=np.zeros(n, np.uint64),
        history_slow=np.zeros(n, np.uint64),
    )


_PLAN = {"keys", "links", "family", "address", "interval_ns", "timeout_ns"}

#: Columns in which a target at another address is as one that was just added.
_BEGINNING = (
    "state",
    "changed_unix_ns",
    "began_mono_ns",
    "icmp_only",
    "otherwise_mono_ns",
    "denied_mono_ns",
    "held_mono_ns",
)


def _row_keys(table: Table) -> dict[tuple[bool, str], int]:
    """Row numbers by kind and id; a link and a reference target may bear the same id."""
    return {(row < table.links, key): row for row, key in enumerate(table.keys)}


def carried_over(old: Table, new: Table) -> Int64s:
    """Move everything known of the targets that stay from ``old`` into ``new``.

    ``new`` must hold its first due times; they stay where the interval changed.

    The result has, for each row of ``old``, its row in ``new``, or -1 where the target is gone. A target
    whose address changed keeps its counters and begins anew as unknown; the echoes to the old address that
    were not settled end as unmeasured, and its row in the result is -1 as well: no packet of the past is its own.
    """
    rows = _row_keys(new)
    moves = [(row, rows[key]) for key, row in _row_keys(old).items() if key in rows]
    moved = np.full(len(old.keys), -1, np.int64)
    if not moves:
        return moved
    before, after = np.array(moves, np.int64).T
    fresh = {name: getattr(new, name)[after].copy() for name in ("due_mono_ns", *_BEGINNING)}
    for field in fields(Table):
        if field.name not in _PLAN:
            getattr(new, field.name)[after] = getattr(old, field.name)[before]
    retimed = old.interval_ns[before] != new.interval_ns[after]
    _retime(new, after[retimed], fresh["due_mono_ns"][retimed])
    readdressed = (old.address[before] != new.address[after]).any(axis=1)
    _interrupt(new, after[readdressed])
    for name in _BEGINNING:
        getattr(new, name)[after[readdressed]] = fresh[name][readdressed]
    moved[before] = np.where(readdressed, -1, after)
    return moved


def _retime(table: Table, rows: Int64s, due_mono_ns: Int64s) -> None:
    """Put ``rows`` on the schedule of their new interval, but no sooner than the politeness floor allows."""
    latest = table.queue_sent_mono_ns[rows, (table.tail[rows] - 1) % QUEUE]
    early = (table.tail[rows] > 0) & (due_mono_ns < latest + round(MIN_INTERVAL_S * 1e9))
    table.due_mono_ns[rows] = due_mono_ns + early * table.interval_ns[rows]


def _interrupt(table: Table, rows: Int64s) -> None:
    """End what is not settled of ``rows`` as unmeasured, and forget what the earlier echoes seemed to say.

    Echoes that were answered or lost behind an open one count as well: they spoke for the old address.
    """
    for run in (table.loss_run, table.reply_run, table.unmeasured_run, table.history_lost, table.history_slow):
        run[rows] = 0
    table.last_rtt_ns[rows] = -1
    codes = table.queue_code[rows]
    codes[codes < UNMEASURED] = unmeasured_code(Reason.INTERRUPTED)
    table.queue_code[rows] = codes


def columns_of(table: Table, rows: slice) -> EchoColumns:
    """A copy of the figures of ``rows``."""
    names = [field.name for field in fields(EchoColumns) if field.name != "keys"]
    return EchoColumns(keys=table.keys[rows], **{name: getattr(table, name)[rows].copy() for name in names})
