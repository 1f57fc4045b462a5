"""What panels ask, evaluated by promtool over series that a test makes up.

Lives here: finding a query of a board, filling in its variables, and asking promtool. Must not live here: boards,
expected answers. No server is started: ``promtool test rules`` evaluates in memory.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from grafana_foundation_sdk.cog.encoder import JSONEncoder

from grafana.layout import Board, dashboard

__all__ = ["Answers", "asked", "complaints"]

#: Fails unless each query answers just so over the series: ``answers(series, (query, {labels: value}), …)``.
Answers = Callable[..., None]


def asked(board: Board, title: str, query: str = "A", **variables: str) -> str:
    """The query with the letter of the panel with the title; variables that are not given take everything."""
    made = json.loads(json.dumps(dashboard(board), cls=JSONEncoder))
    (panel,) = (each for each in made["panels"] if each["title"] == title)
    (target,) = (each for each in panel["targets"] if each["refId"] == query)
    expr: str = target["expr"]
    for variable in ("kabkota", "provider", "opd"):
        expr = expr.replace(f"${variable}", variables.get(variable, ".*"))
    return expr


def complaints(
    promtool: str, folder: Path, series: Mapping[str, str], answers: Sequence[tuple[str, Mapping[str, float]]]
) -> str:
    """What promtool says, empty when each query answers with just these labels and values at 00:05.

    ``series`` have a value a minute, in promtool's notation.
    """
    tests: list[Any] = [
        {
            "expr": expr,
            "eval_time": "5m",
            "exp_samples": [{"labels": labels, "value": value} for labels, value in samples.items()],
        }
        for expr, samples in answers
    ]
    inputs = [{"series": name, "values": values} for name, values in series.items()]
    file = folder / "panels.yml"
    file.write_text(json.dumps({"tests": [{"interval": "1m", "input_series": inputs, "promql_expr_test": tests}]}))
    ran = subprocess.run([promtool, "test", "rules", file], capture_output=True, text=True, check=False, timeout=60)
    return "" if ran.returncode == 0 else ran.stdout + ran.stderr
