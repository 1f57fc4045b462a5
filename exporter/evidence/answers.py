"""Answers of the HTTP API of Prometheus, what they say when they are none, and who gives them.

Lives here: reading of answers into arrays, errors with their remedy. Must not live here: sockets (``prometheus``),
which questions. Source: prometheus.io/docs/prometheus/latest/querying/api.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from exporter.errors import PantauError

__all__ = ["Client", "PrometheusError", "Series", "TooMuchError", "UnheardError", "data_of", "series_of"]

#: Words in which Prometheus and its like say that a question reads too much at once, or takes too long for it.
_TOO_MUCH = (
    "too many samples",
    "too many points",
    "exceeded maximum resolution",
    "cannot select more than",
    "query timed out",
    "timeout exceeded during query",
    "cannot allocate",
)

#: What to do about these answers.
_REMEDIES = {
    401: "it asks for a user and a password: write them as http://USER:PASSWORD@HOST:PORT",
    403: "it refuses: does that user have the right to ask?",
    404: "there is no such page: does --prometheus name the root of the server?",
}
_REMEDY = "no JSON: does --prometheus name the root of the server?"

_WITH_SERIES = {"vector", "matrix"}


class PrometheusError(PantauError):
    """It does not answer, or not with what was asked for."""


class TooMuchError(PrometheusError):
    """It refuses to read so much at once; smaller pieces may do."""


class UnheardError(PrometheusError):
    """It does not answer at all; smaller pieces would not, either."""


@dataclass(frozen=True, slots=True)
class Series:
    """One series of an answer."""

    labels: Mapping[str, str]
    times_ms: NDArray[np.int64]
    values: NDArray[np.float64]


class Client(Protocol):
    """Whoever answers questions: ``prometheus.Prometheus``, or what stands for it. Methods raise PrometheusError."""

    @property
    def place(self) -> str:
        """Which server it is, in errors."""
        ...

    def instant(self, expression: str, at_ms: int) -> list[Series]:
        """The answer at one instant; each series has one sample, or those of its range where a range is asked for."""
        ...

    def grid(self, expression: str, start_ms: int, end_ms: int, step_ms: int) -> list[Series]:
        """The answer at ``start_ms`` and each step after it up to ``end_ms``, both included."""
        ...

    def status(self, what: str) -> dict[str, Any]:
        """``/api/v1/status/WHAT``; empty where the server has no such page."""
        ...


def data_of(status: int, raw: bytes, place: str) -> Any:
    """What an answer carries. Raises PrometheusError, TooMuchError; ``place`` is said in them."""
    try:
        document = json.loads(raw)
        if document["status"] == "success" and not document.get("warnings"):
            return document["data"]
        told = f"{document.get('errorType', '')}: {document.get('error', '')}"
        if document["status"] == "success":  # of several stores, say, one did not answer
            told = f"the answer may be incomplete: {document['warnings']}"
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        told = f"HTTP {status}: {_REMEDIES.get(status, _REMEDY)}"
    kind = TooMuchError if any(words in told for words in _TOO_MUCH) else PrometheusError
    raise kind(f"{place}: {told[:500]}")


def series_of(data: Any, what: str) -> list[Series]:
    """Every series of an answer; a scalar has none. Raises PrometheusError, in which ``what`` is said."""
    try:
        return [_read(each) for each in data["result"]] if data["resultType"] in _WITH_SERIES else []
    except (KeyError, TypeError, ValueError, IndexError, OverflowError) as error:
        raise PrometheusError(f"{what} has an unknown form") from error


def _read(answer: Mapping[str, Any]) -> Series:
    """One series; a native histogram has neither ``value`` nor ``values``, and nothing here asks for one."""
    pairs = [answer["value"]] if "value" in answer else answer["values"]
    times = np.array([each[0] for each in pairs], np.float64)
    values = np.array([float(each[1]) for each in pairs], np.float64)
    return Series(answer["metric"], np.rint(times * 1000).astype(np.int64), values)
