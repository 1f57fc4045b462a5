"""Writes the dashboards: ``python -m grafana.generate`` (or ``make docs``).

Lives here: which dashboards there are, and their files. Must not live here: what is on them (``boards``). The JSON is
committed, for Grafana reads no Python; a test holds that it is what the code makes.
"""

from __future__ import annotations

import json
from pathlib import Path

from grafana_foundation_sdk.cog.encoder import JSONEncoder

from grafana.boards import capacity, evidence, link, prober, providers, transition, wall
from grafana.layout import Board, dashboard

__all__ = ["FOLDER", "boards", "texts"]

FOLDER = Path(__file__).with_name("dashboards")


def boards() -> list[Board]:
    """Every dashboard, in the order of ``layout.BOARDS``."""
    return [
        wall.board(),
        link.board(),
        providers.board(),
        capacity.board(),
        transition.board(),
        evidence.board(),
        prober.board(),
    ]


def texts() -> dict[Path, str]:
    """By file, what it has to hold."""
    return {FOLDER / board.folder / f"{board.uid}.json": _text(board) for board in boards()}


def _text(board: Board) -> str:
    return json.dumps(dashboard(board), cls=JSONEncoder, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for path, text in texts().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
