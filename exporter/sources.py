"""Whom pages and the API may ask: the present, the past, and the evidence of one link.

Lives here: the bundle that routes are given, so that each has one name. Must not live here: HTTP, text, decisions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from exporter.diagnosis_view import DiagnosisView
from exporter.past import Past
from exporter.snapshot import Snapshot

__all__ = ["Sources"]


@dataclass(frozen=True, slots=True)
class Sources:
    """Each may be asked from any thread, and may take milliseconds: never on an event loop."""

    snapshot: Callable[[], Snapshot]  #: everything now, explained
    past: Past  #: what was seen before
    diagnosis: Callable[[str], DiagnosisView]  #: by link id: second opinions and paths
