"""A Prometheus that scrapes nothing and answers about what lies in its folder.

Lives here: starting and ending it. Must not live here: what lies in the folder (``known_page``). Its blocks are left as
they are: it joins none, however old they are, and forgets none.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from exporter.clock import SystemClock
from exporter.stack.ports import free_port
from exporter.stack.processes import ChildSpec, answers, running
from exporter.stack.programs import Program, find_program

__all__ = ["Kept", "kept_prometheus"]

_REPOSITORY = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Kept:
    """It runs."""

    url: str
    pid: int


@contextmanager
def kept_prometheus(folder: Path) -> Iterator[Kept]:
    """A Prometheus on ``folder/data``; ``PANTAU_TOOLS`` names the folder of another version."""
    config, port = folder / "prometheus.yml", free_port()
    config.write_text("scrape_configs: []\n", encoding="utf-8")
    argv = (
        str(find_program(Program.PROMETHEUS, root=_REPOSITORY, environment=os.environ)),
        f"--config.file={config}",
        f"--storage.tsdb.path={folder / 'data'}",
        "--storage.tsdb.retention.time=20y",
        # one width of blocks: there is no wider one to join them to
        "--storage.tsdb.min-block-duration=2h",
        "--storage.tsdb.max-block-duration=2h",
        f"--web.listen-address=127.0.0.1:{port}",
    )
    spec = ChildSpec("prometheus", argv, folder, lambda: answers(port, "/-/ready"))
    with running(spec, folder, SystemClock()) as child:
        yield Kept(f"http://127.0.0.1:{port}", child.pid)
