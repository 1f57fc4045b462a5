"""A Prometheus over HTTP: the only socket of the pictures.

Lives here: requests and their answers as series. Must not live here: what is asked (``album``), frames.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import Request, urlopen

from grafana.pictures.frames import PictureError, Series

__all__ = ["Prometheus"]

_PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Prometheus:
    """The server at an address, such as ``http://127.0.0.1:9090``. Raises PictureError when it is no HTTP address."""

    url: str

    def __post_init__(self) -> None:
        if urlsplit(self.url).scheme not in {"http", "https"}:
            raise PictureError(f"{self.url!r} is no address of a Prometheus; write http://HOST:PORT")

    def instant(self, expr: str, *, at_unix_s: float) -> list[Series]:
        """What an expression is at one time. Raises PictureError with Prometheus' words."""
        data = self._post("query", {"query": expr, "time": f"{at_unix_s:.3f}"})
        if data["resultType"] in {"scalar", "string"}:
            return [_series({}, [data["result"]])]
        return [_series(each["metric"], [each["value"]]) for each in data["result"]]

    def range(self, expr: str, *, begin_unix_s: int, end_unix_s: int, step_s: int) -> list[Series]:
        """What it was over a time, both ends included. Raises PictureError with Prometheus' words."""
        words = {"query": expr, "start": f"{begin_unix_s}", "end": f"{end_unix_s}", "step": f"{step_s}"}
        return [_series(each["metric"], each["values"]) for each in self._post("query_range", words)["result"]]

    def label_values(self, selector: str, label: str) -> list[str]:
        """The values of a label among the series that a selector selects, or among all when it is empty."""
        asked = "?" + urlencode({"match[]": selector}) if selector else ""
        found: list[str] = self._document(Request(f"{self.url}/api/v1/label/{quote(label)}/values{asked}"))  # noqa: S310
        return found

    def _post(self, route: str, words: Mapping[str, str]) -> Any:
        return self._document(Request(f"{self.url}/api/v1/{route}", urlencode(words).encode()))  # noqa: S310

    def _document(self, request: Request) -> Any:
        try:
            with urlopen(request, timeout=_PATIENCE_S) as response:  # noqa: S310 - the scheme is checked
                document = json.load(response)
        except HTTPError as error:
            raise PictureError(_reason(error)) from error
        except (URLError, OSError, ValueError) as error:
            raise PictureError(f"{self.url}: {error}") from error
        return document["data"]


def _reason(error: HTTPError) -> str:
    """Prometheus' own words, or those of whatever stands before it."""
    try:
        return str(json.load(error)["error"])
    except (ValueError, KeyError, TypeError):
        return f"HTTP {error.code} {error.reason}"
    finally:
        error.close()


def _series(labels: Mapping[str, str], points: list[tuple[float, str]]) -> Series:
    return Series(dict(labels), [float(time) for time, _ in points], [float(value) for _, value in points])
