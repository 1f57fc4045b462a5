"""The journal as a file: kills, torn lines, a full disk, two writers."""

from __future__ import annotations

import logging
import resource
import signal
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from exporter.beside import Cause, OutageRecord
from exporter.cause_board import ChangedOutage
from exporter.clock import FakeClock
from exporter.errors import UsageError
from exporter.history import journal as journal_module
from exporter.history.journal import Journal
from exporter.history.lines import FIRST_LINE, read_line, written
from exporter.history.memory import Memory
from exporter.past import Watched
from tests.support.inventories import many_links
from tests.support.pasts import make_outage
from tests.support.snapshots import TAKEN_UNIX_NS, make_snapshot

S = 10**9
SNAPSHOT = make_snapshot(many_links(3))


def clock() -> FakeClock:
    """One that shows the moment of the snapshot."""
    return FakeClock(wall_ns=TAKEN_UNIX_NS)


def begun(link: str, end: int | None = None) -> ChangedOutage:
    """An outage of that link, a minute ago."""
    return ChangedOutage(OutageRecord(link, TAKEN_UNIX_NS - 60 * S, end, None, Cause.UNKNOWN, "", end is None), True)


def test_a_symbolic_link_stays_one(tmp_path: Path) -> None:
    """The file that it leads to is written, also when it is written anew."""
    path, disk = tmp_path / "journal.jsonl", tmp_path / "disk" / "kept.jsonl"
    path.symlink_to(disk)
    for _ in range(2):  # the second finds a file and writes it anew
        memory = Memory(clock(), Journal(path))
        memory.see(SNAPSHOT, [begun("link-1", TAKEN_UNIX_NS)])
        assert memory.write(beat=True)
        assert memory._journal is not None
        memory._journal.close()
        assert (path.is_symlink(), disk.is_symlink()) == (True, False)
    assert FIRST_LINE.strip() in disk.read_text(encoding="utf-8")


def test_what_was_written_is_read_by_the_next(tmp_path: Path) -> None:
    """Outages and the time that was watched; nobody else may read the file."""
    path = tmp_path / "state" / "journal.jsonl"
    memory = Memory(clock(), Journal(path))
    memory.see(SNAPSHOT, [begun("link-1", TAKEN_UNIX_NS), begun("link-2")])
    assert memory.write(beat=True)
    figures = memory.figures()
    assert figures is not None
    assert (figures.written_unix_s, figures.failures, figures.size_bytes) == (
        TAKEN_UNIX_NS / 1e9,
        0,
        path.stat().st_size,
    )
    assert stat.S_IMODE(path.stat().st_mode) & 0o007 == 0
    assert memory._journal is not None
    memory._journal.close()  # what a kill leaves: nothing was said at the end
    again = Memory(clock(), Journal(path))
    assert [each.end_unix_ns for each in again.outages("link-1")] == [TAKEN_UNIX_NS]
    assert [(each.end_unix_ns, each.end_seen) for each in again.outages("link-2")] == [(None, False)]


def test_lines_that_cannot_be_read_are_kept_aside(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A torn line, another's line, a nested one: each is named with its number, and the others are believed."""
    path = tmp_path / "journal.jsonl"
    good = [written(make_outage("link-1", 5 * S, 6 * S)), written(Watched(1, 2))]
    bad = [
        '{"outage": {"link": "lin',
        '{"outage": 1}',
        "[" * 3_000,
        '{"watched": {"start_unix_ns": 2, "end_unix_ns": 1}}',
    ]
    path.write_text("\n".join([FIRST_LINE, good[0], *bad, good[1]]), encoding="utf-8")
    journal = Journal(path)
    with caplog.at_level(logging.WARNING):
        found = journal.open()
    assert found.outages == (make_outage("link-1", 5 * S, 6 * S),)
    assert found.watched == (Watched(1, 2),)
    assert journal.figures().unreadable_lines == len(bad)
    assert [f"{path}:{number}: not readable" in caplog.text for number in (3, 4, 5, 6)] == [True] * 4
    assert (tmp_path / "journal.jsonl.unreadable").read_text(encoding="utf-8").splitlines() == bad
    journal.close()


@pytest.mark.parametrize(
    "line",
    [
        b"\xff\xfe",
        b'{"outage": {}, "watched": {}}',
        written(make_outage("a", 5, 6)).replace('"unknown"', '"weather"').encode(),
        written(make_outage("a", 5, 6)).replace("5", "7").encode(),
        written(make_outage("a", 5, 6)).replace("5", "true").encode(),
        written(make_outage("a", 5, 6)).replace("5", "-5").encode(),
        written(make_outage("a", 5, 6)).replace("true", "1").encode(),
        b'{"watched": {"start_unix_ns": 1, "end_unix_ns": 2, "more": 3}}',
        b'{"watched": {"start_unix_ns": 1, "end_unix_ns": 99999999999999999999}}',
        b" " * 5_000,
    ],
)
def test_a_line_of_another_form_is_refused(line: bytes) -> None:
    """Nothing is believed that we did not write."""
    with pytest.raises(ValueError, match=r"\w"):
        read_line(line)


def test_two_exporters_do_not_share_a_journal(tmp_path: Path) -> None:
    """The second is told which flag, and what to do; the first goes on."""
    path = tmp_path / "journal.jsonl"
    first = Journal(path)
    first.open()
    with pytest.raises(UsageError, match=r"--journal .*journal\.jsonl: another pantau run writes it; give each"):
        Journal(path).open()
    first.close()
    Journal(path).open()


@pytest.mark.parametrize("text", ["version: 1\n", "{}\n"])
def test_another_kind_of_file_is_left_alone(tmp_path: Path, text: str) -> None:
    """Whoever names the inventory by mistake does not lose it."""
    path = tmp_path / "inventory.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="line 1 is not that of a journal"):
        Memory(clock(), Journal(path))
    assert path.read_text(encoding="utf-8") == text


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    """The flag and the remedy."""
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match=r"--journal .*folder that this user may write to"):
        Journal(tmp_path / "file" / "journal.jsonl").open()
    with pytest.raises(UsageError, match=r"--journal .*no regular file"):
        Journal(tmp_path).open()


@contextmanager
def full_disk(at_bytes: int) -> Iterator[None]:
    """No file of this process may be larger."""
    former, soft = signal.signal(signal.SIGXFSZ, signal.SIG_IGN), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (at_bytes, soft[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, soft)
        signal.signal(signal.SIGXFSZ, former)


def test_a_full_disk_loses_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """What could not be written stays in memory, is counted and said once, and is written when there is room."""
    path = tmp_path / "journal.jsonl"
    memory = Memory(clock(), Journal(path))
    memory.see(SNAPSHOT, [begun("link-0", TAKEN_UNIX_NS)])
    memory.write(beat=True)
    with full_disk(path.stat().st_size + 20):
        for _ in range(3):
            memory.see(SNAPSHOT, [begun("link-1", TAKEN_UNIX_NS)])
            memory.write(beat=True)
    figures = memory.figures()
    assert figures is not None
    assert figures.failures == 3
    assert caplog.text.count("stays in memory") == 1
    assert len(memory.outages("link-1")) == 1
    memory.write(beat=True)
    assert memory._journal is not None
    memory._journal.close()
    again = Memory(clock(), Journal(path))
    assert [len(again.outages(link)) for link in ("link-0", "link-1")] == [1, 1]
    assert not list(tmp_path.glob("*.new"))


def test_a_journal_that_has_grown_is_written_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each outage and each span is in it once."""
    monkeypatch.setattr(journal_module, "MAX_BYTES", 2_000)
    path = tmp_path / "journal.jsonl"
    memory = Memory(clock(), Journal(path))
    for number in range(40):
        memory.see(SNAPSHOT, [begun("link-0", TAKEN_UNIX_NS - number)])
        memory.write(beat=True)
    assert path.stat().st_size < 2_600
    assert memory._journal is not None
    memory._journal.close()
    assert len(Memory(clock(), Journal(path)).outages("link-0")) == 1


def test_a_start_does_not_need_room_for_what_is_kept_aside(tmp_path: Path) -> None:
    """A full disk tears the last line; the next start must measure, not end."""
    path = tmp_path / "journal.jsonl"
    path.write_text(f"{FIRST_LINE}\n{written(Watched(1, 2))}\ntorn", encoding="utf-8")
    (tmp_path / "journal.jsonl.unreadable").mkdir()  # cannot be written either
    journal = Journal(path)
    assert journal.open().watched == (Watched(1, 2),)
    assert (journal.figures().failures, journal.figures().unreadable_lines) == (1, 1)
    journal.close()


@pytest.mark.parametrize("harm", ["gone", "cut", "replaced"])
def test_a_journal_that_somebody_took_away_is_written_anew(tmp_path: Path, harm: str) -> None:
    """Lines into a file that nobody will read are not written."""
    path = tmp_path / "journal.jsonl"
    memory = Memory(clock(), Journal(path))
    memory.see(SNAPSHOT, [begun("link-1", TAKEN_UNIX_NS)])
    assert memory.write(beat=True)
    if harm == "cut":
        path.write_bytes(b"")
    else:
        path.unlink()
    if harm == "replaced":
        path.write_bytes(b"another's")
    assert memory.write(beat=True)
    assert memory._journal is not None
    memory._journal.close()
    assert [each.end_unix_ns for each in Memory(clock(), Journal(path)).outages("link-1")] == [TAKEN_UNIX_NS]


def test_a_memory_above_the_bound_is_not_written_anew_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only once the file is twice as large as what is remembered."""
    monkeypatch.setattr(journal_module, "MAX_BYTES", 100)
    path = tmp_path / "journal.jsonl"
    memory = Memory(clock(), Journal(path))
    memory.see(SNAPSHOT, [begun(f"link-{number}", TAKEN_UNIX_NS) for number in (1, 2)])
    assert memory.write(beat=True)
    first = path.stat().st_ino
    assert path.stat().st_size > 100
    assert memory.write(beat=True)
    assert path.stat().st_ino == first
