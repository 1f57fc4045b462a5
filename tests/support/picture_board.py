"""A dashboard with a panel of every kind, and an hour of invented samples that its queries find.

Lives here: the panels, the samples, a Prometheus that holds them. Must not live here: the dashboards that ship.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from grafana_foundation_sdk.cog.encoder import JSONEncoder

from bench.blocks import make_blocks
from exporter.clock import SystemClock
from exporter.stack.processes import ChildSpec, answers, running
from exporter.stack.programs import Program, find_program
from grafana import theme
from grafana.geomap import places
from grafana.layout import Board, Row, dashboard
from grafana.panels import Query, bars, density, lines, note, number, timeline
from grafana.reading import Dashboard
from grafana.tables import Column, table
from tests.support.free_ports import free_port

__all__ = ["AT_UNIX_S", "UID", "every_kind", "holding_an_hour"]

#: The last sample: 25/11/2026 09.00 WIB.
AT_UNIX_S = 1_795_572_000

UID = "pantau-pemantau"

_ROOT = Path(__file__).parents[2]
_STEP_S = 15

_SITES = {"a": (-6.9, 107.6), "b": (-6.5, 106.8), "c": (-7.3, 108.2)}
_BOUNDS = ("0.01", "0.05", "0.25", "+Inf")


def every_kind(*, wrong: bool = False) -> Dashboard:
    """The dashboard as its JSON says it; ``wrong`` puts a query that is no PromQL into the first panel."""
    told = "Untuk uji."
    code = Query("fixture_code", "{{site}}")
    rows = (
        Row(
            4,
            (
                (8, number("Angka", told, Query("sum(" if wrong else "sum(fixture_code)"), unit="none")),
                (8, number("Ubin", told, code, unit="none", mappings=theme.states(), of=theme.STATES, filled=True)),
                (8, number("Kosong", told, Query("fixture_absent"), unit="none", nothing="Belum ada")),
            ),
            heading="Baris",
        ),
        Row(
            6,
            (
                (12, lines("Garis", told, Query("fixture_rtt_seconds", "{{site}}"), unit="s")),
                (12, timeline("Keadaan", told, code)),
            ),
        ),
        Row(
            7,
            (
                (8, density("Sebaran", told, Query("sum by (le) (rate(fixture_bucket[1m]))"), unit="s")),
                (8, places("Peta", told, Query("max by (site, lat, lon) (fixture_code)"))),
                (8, bars("Batang", told, Query("fixture_rtt_seconds", "{{site}}"), unit="s")),
            ),
        ),
        Row(
            6,
            ((16, _table(told)), (8, note("Teks", told, "## Judul\n\n- butir *satu*\n\n| a | b |\n|-|-|\n| 1 | 2 |"))),
        ),
    )
    board = Board(uid=UID, folder="Sistem", description=told, rows=rows, back="now-1h")
    return Dashboard(json.loads(json.dumps(dashboard(board), cls=JSONEncoder)), "fixture")


def _table(told: str) -> Any:
    return table(
        "Tabel",
        told,
        Query("max by (site) (fixture_code)"),
        Query("max by (site) (fixture_rtt_seconds)"),
        columns=(
            Column("site", "Lokasi"),
            Column("A", "Keadaan", unit="none", mappings=theme.states(), filled=True),
            Column("B", "RTT", unit="s", decimals=1),
        ),
        sort="RTT",
    )


def _samples() -> Iterator[str]:
    """OpenMetrics text: states that change, delays that swing, a histogram that grows, and a gap of twenty minutes."""
    times = [time for time in range(AT_UNIX_S - 3600, AT_UNIX_S + 1, _STEP_S) if not 1200 < AT_UNIX_S - time < 2400]
    for place, (site, (lat, lon)) in enumerate(_SITES.items()):
        where = f'{{site="{site}",lat="{lat}",lon="{lon}"}}'
        for time in times:
            yield f"fixture_code{where} {(time // 900 + place + 3) % 5} {time}"
        for time in times:
            yield f'fixture_rtt_seconds{{site="{site}"}} {0.02 * (place + 1.2 + math.sin(time / 400)):.6f} {time}'
    for place, bound in enumerate(_BOUNDS, start=1):
        for time in times:
            yield f'fixture_bucket{{le="{bound}"}} {(time - times[0]) * place} {time}'
    yield "# EOF"


@contextmanager
def holding_an_hour(folder: Path) -> Iterator[int]:
    """The port of a Prometheus that holds the samples."""
    text, data, settings = folder / "hour.txt", folder / "data", folder / "prometheus.yml"
    text.write_text("\n".join(_samples()) + "\n", encoding="ascii")
    settings.write_text("scrape_configs: []\n", encoding="ascii")
    make_blocks(text, data)
    port = free_port()
    words = (
        str(find_program(Program.PROMETHEUS, root=_ROOT, environment=os.environ)),
        f"--config.file={settings}",
        f"--storage.tsdb.path={data}",
        f"--web.listen-address=127.0.0.1:{port}",
    )
    spec = ChildSpec("prometheus", words, folder, lambda: answers(port, "/-/ready"))
    with running(spec, folder, SystemClock()):
        yield port
