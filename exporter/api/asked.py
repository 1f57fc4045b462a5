"""One question: whom it may ask, and what it asks for.

Lives here: the bundle that every document is made from. Must not live here: HTTP objects, documents.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from exporter.api.problem import ProblemError, Status
from exporter.api.view import View
from exporter.diagnosis_view import DiagnosisView
from exporter.past import Past

__all__ = ["Asked"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Asked:
    """One question about one moment."""

    view: View
    past: Past
    diagnosis: Callable[[str], DiagnosisView]
    path: Mapping[str, str]  #: ids within the address, as they came
    query: Mapping[str, Any]  #: parameters that were read (``parameters.read``)

    def found(self, name: str, known: Mapping[str, T]) -> T:
        """What the id ``name`` of the address stands for. Raises ProblemError where nobody has it."""
        try:
            return known[self.path[name]]
        except KeyError:
            raise ProblemError(Status.NOT_FOUND, f"the inventory has no such {name}") from None

    def chosen(self, name: str, known: Mapping[str, Any]) -> str | None:
        """The id that the parameter ``name`` asks for; None: it asks for none. Raises ProblemError as ``found``."""
        value: str | None = self.query.get(name)
        if value is not None and value not in known:
            problems = [f"{name}: the inventory has no such {name}"]
            raise ProblemError(Status.NOT_FOUND, f"the inventory has no such {name}", problems)
        return value
