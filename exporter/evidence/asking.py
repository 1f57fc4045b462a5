"""Questions in pieces that a server answers, written down as they are asked.

Lives here: chunks of time, halving what is too much, the record of questions, what could not be had. Must not live
here: which questions (``reading`` and its siblings), HTTP (``prometheus``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from exporter.evidence.answers import Client, PrometheusError, Series, UnheardError
from exporter.evidence.measured import Query

__all__ = ["Asker", "Failure"]


@dataclass(slots=True)
class _Record:
    """What was asked for one purpose."""

    expression: str
    how: str
    first_ms: int
    last_ms: int
    times: int = 0
    series: int = 0
    samples: int = 0


@dataclass(frozen=True, slots=True)
class Failure:
    """A span that the server could not read for one purpose."""

    purpose: str
    start_ms: int
    end_ms: int
    words: str


class Asker:
    """Asks one server; ``source`` are the matchers of job and instance, in every selector."""

    def __init__(self, client: Client, source: str) -> None:
        """Nothing is asked yet."""
        self._client = client
        self.source = source
        self.failures: list[Failure] = []
        self._records: dict[str, _Record] = {}

    def instant(self, purpose: str, expression: str, at_ms: int, shown: str = "") -> list[Series]:
        """An answer at one instant; ``shown`` stands for the expression in the record. Raises PrometheusError."""
        found = self._client.instant(expression, at_ms)
        self._note(purpose, shown or expression, "query", at_ms, at_ms, found)
        return found

    def grid(
        self, purpose: str, expression: str, start_ms: int, end_ms: int, step_ms: int, *, chunk: int, shown: str = ""
    ) -> Iterator[list[Series]]:
        """Answers at each step, ``chunk`` steps at a time; what cannot be read in any size is among the failures.

        Raises UnheardError.
        """
        how = f"query_range, step {step_ms // 1000} s"
        todo = [
            (first_ms, min(first_ms + (chunk - 1) * step_ms, end_ms))
            for first_ms in range(start_ms, end_ms + 1, chunk * step_ms)
        ]
        while todo:
            first_ms, last_ms = todo.pop(0)
            try:
                found = self._client.grid(expression, first_ms, last_ms, step_ms)
            except UnheardError:
                raise
            except PrometheusError as error:
                steps = (last_ms - first_ms) // step_ms
                if steps == 0:
                    self.failures.append(Failure(purpose, first_ms, last_ms, str(error)))
                    continue
                middle_ms = first_ms + steps // 2 * step_ms
                todo[:0] = [(first_ms, middle_ms), (middle_ms + step_ms, last_ms)]
                continue
            self._note(purpose, shown or expression, how, first_ms, last_ms, found)
            yield found

    def ranges(self, purpose: str, selector: str, start_ms: int, end_ms: int, chunk_ms: int) -> Iterator[list[Series]]:
        """Raw samples after ``start_ms`` up to ``end_ms``, in pieces; a piece that cannot be read is a failure.

        A sample at the left border of a piece may come twice: 2.x closes ranges there. A piece that cannot be read is
        among the failures. Raises UnheardError.
        """
        for first_ms in range(start_ms, end_ms, chunk_ms):
            found = self.raw(purpose, selector, first_ms, min(first_ms + chunk_ms, end_ms))
            if found is not None:
                yield found

    def raw(self, purpose: str, selector: str, start_ms: int, end_ms: int, *, shown: str = "") -> list[Series] | None:
        """Raw samples after ``start_ms`` up to ``end_ms``; None, and a failure, where it cannot be read.

        Raises UnheardError.
        """
        try:
            found = self._client.instant(f"{selector}[{end_ms - start_ms}ms]", end_ms)
        except UnheardError:
            raise
        except PrometheusError as error:
            self.failures.append(Failure(purpose, start_ms, end_ms, str(error)))
            return None
        self._note(purpose, f"{shown or selector}[…]", "query, raw samples", start_ms, end_ms, found)
        return found

    def _note(self, purpose: str, expression: str, how: str, start_ms: int, end_ms: int, found: list[Series]) -> None:
        record = self._records.setdefault(purpose, _Record(expression, how, start_ms, end_ms))
        record.first_ms, record.last_ms = min(record.first_ms, start_ms), max(record.last_ms, end_ms)
        record.times += 1
        record.series = max(record.series, len(found))
        record.samples += sum(len(each.times_ms) for each in found)

    def queries(self) -> tuple[Query, ...]:
        """What was asked, in the order of the first of each purpose."""
        return tuple(
            Query(
                purpose,
                each.expression,
                f"{each.how}, {_utc(each.first_ms)} to {_utc(each.last_ms)}",
                each.times,
                each.series,
                each.samples,
            )
            for purpose, each in self._records.items()
        )


def _utc(unix_ms: int) -> str:
    return datetime.fromtimestamp(unix_ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
