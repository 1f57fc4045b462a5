"""The exporter is killed in the middle of an outage, and its next run remembers it."""

from __future__ import annotations

import signal
from pathlib import Path

from exporter.history.journal import Journal
from exporter.history.watch import united
from tests.support.exporters import running_exporter
from tests.support.inventories import many_links
from tests.support.province import simulated_province


def lines_of(link: str, path: Path) -> list[bytes]:
    """The lines of a journal about a link."""
    return [line for line in path.read_bytes().splitlines() if f'"{link}"'.encode() in line]


def test_an_outage_goes_on_over_a_kill(tmp_path: Path) -> None:
    """SIGKILL while a link is down: the next run takes the outage on with its beginning, and sees its end."""
    inventory, path = many_links(6), tmp_path / "journal.jsonl"
    with simulated_province(inventory) as province:
        with running_exporter(inventory, province.netns, "--journal", str(path)) as first:
            first.until_states(all_="up")
            province.cut(link="link-1")
            first.until_states(link_1="down", all_="up")
            first.until(lambda _: bool(lines_of("link-1", path)), "the outage is written")
            first.signal(signal.SIGKILL)
            first.process.wait()
        begun = lines_of("link-1", path)
        with running_exporter(inventory, province.netns, "--journal", str(path)) as second:
            second.until_states(link_1="down", all_="up")
            province.restore(link="link-1")
            figures = second.until(lambda _: b'"end_unix_ns": null' not in lines_of("link-1", path)[-1], "it ended")
            assert figures.of("opd_exporter_journal_unreadable_lines_total") == 0
            assert figures.of("opd_exporter_journal_written_timestamp_seconds") > 0
    after = Journal(path)
    try:
        remembered = after.open()
    finally:
        after.close()
    (outage,) = remembered.outages
    assert outage.link == "link-1"
    assert outage.start_seen
    assert outage.end_unix_ns is not None
    assert all(str(outage.start_unix_ns).encode() in line for line in begun)
    assert len(united(remembered.watched)) == 2
