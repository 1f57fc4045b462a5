"""What is said when a question cannot be answered: problem details (RFC 9457).

Lives here: the exception that carries them, and their form. Must not live here: HTTP. Nothing of what was asked comes
back, but names that we know ourselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Any

from exporter.api.shapes import Named, integer, listing, record, text

__all__ = ["PROBLEM", "PROBLEM_TYPE", "ProblemError", "Status", "problem_document"]

PROBLEM_TYPE = "application/problem+json"

PROBLEM = Named(
    "Problem",
    record(
        "Why there is no answer (RFC 9457)",
        {
            "type": text("Always `about:blank`: the status says the kind"),
            "title": text("The status in words"),
            "status": integer("The status of the answer"),
            "detail": text("What was wrong, and what to do"),
            "problems": listing("Every parameter that was refused; empty where it was none", text("Which, and why")),
        },
    ),
)


class Status(IntEnum):
    """What the API refuses with."""

    BAD_REQUEST = 400
    NOT_FOUND = 404
    METHOD_NOT_ALLOWED = 405
    SERVICE_UNAVAILABLE = 503

    @property
    def title(self) -> str:
        """In words, as RFC 9110 has them."""
        return self.name.replace("_", " ").title()


class ProblemError(Exception):
    """A question that cannot be answered."""

    def __init__(self, status: Status, detail: str, problems: Sequence[str] = ()) -> None:
        """``problems``: every parameter that was refused."""
        super().__init__(detail)
        self.status, self.detail, self.problems = status, detail, tuple(problems)


def problem_document(status: Status, detail: str, problems: Sequence[str] = ()) -> dict[str, Any]:
    """The document of ``PROBLEM``."""
    return {
        "type": "about:blank",
        "title": status.title,
        "status": int(status),
        "detail": detail,
        "problems": list(problems),
    }
