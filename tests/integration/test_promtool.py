"""Prometheus' own linter reads a full page."""

from __future__ import annotations

import subprocess

from exporter.exposition import Exposition
from exporter.scrape import Scraper
from exporter.self_metrics import SelfMetrics
from tests.support.beside import with_beside
from tests.support.inventories import many_links
from tests.support.snapshots import make_snapshot

#: promtool takes "bits" and "hours" inside a name for units. These names are kept: see
#: docs/decisions/007-two-names-promtool-dislikes.md.
KNOWN_FINDINGS = {
    'opd_contract_bandwidth_bits_per_second use base unit "bytes" instead of "bits"',
    'opd_link_interface_speed_bits_per_second use base unit "bytes" instead of "bits"',
    'opd_link_service_hours use base unit "seconds" instead of "hours"',
}


def test_check_metrics_when_the_page_is_full(promtool: str) -> None:
    """``promtool check metrics`` parses every line and finds nothing but the names that are kept on purpose."""
    snapshot = with_beside(make_snapshot(many_links(20)))
    page = Scraper(lambda: snapshot, SelfMetrics(loaded_unix_s=1.0)).body(Exposition.TEXT, gzip=False)
    ran = subprocess.run([promtool, "check", "metrics"], input=page, capture_output=True, check=False, timeout=60)
    assert set(ran.stderr.decode().splitlines()) == KNOWN_FINDINGS
