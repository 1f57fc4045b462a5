"""Which format and which compression a client gets, read from its request headers.

Lives here: the choice. Must not live here: HTTP objects, rendering. Prometheus 2.x asks for
OpenMetrics first and text 0.0.4 after; 3.x adds ``escaping=`` and fails a scrape whose answer lacks a
valid content type. Quality values are honoured; who asks for neither format gets text 0.0.4, as
prometheus.io "Scrape protocol content negotiation" demands of the last resort.
"""

from __future__ import annotations

from dataclasses import dataclass

from exporter.exposition import Exposition

__all__ = ["Negotiated", "accepts_gzip", "negotiate"]

#: Escaping schemes under which our names stay as they are; ``dots`` would double every underscore.
SCHEMES = frozenset({"allow-utf-8", "underscores", "values"})

#: Longest header that is read; the longest of Prometheus 3 has 330 characters.
MAX_HEADER_CHARS = 2_000


@dataclass(frozen=True, slots=True)
class Negotiated:
    """The format and the exact ``Content-Type``."""

    exposition: Exposition
    content_type: str


@dataclass(frozen=True, slots=True)
class Clause:
    """One alternative of an ``Accept`` header."""

    value: str  #: lower case, without parameters
    parameters: dict[str, str]

    @property
    def quality(self) -> float:
        """From 0 (refused) to 1; what cannot be read counts as 0."""
        try:
            quality = float(self.parameters.get("q", "1"))
        except ValueError:
            return 0.0
        return quality if 0.0 <= quality <= 1.0 else 0.0


def clauses(field: str) -> list[Clause]:
    """The alternatives of a header, in its order; an absurdly long header has none."""
    if len(field) > MAX_HEADER_CHARS:
        return []
    return [clause(part) for part in field.split(",")]


def clause(part: str) -> Clause:
    """One alternative: ``value;name=value;...``."""
    value, *parameters = (word.strip() for word in part.split(";"))
    pairs = (parameter.partition("=") for parameter in parameters)
    return Clause(value.lower(), {name.strip().lower(): text.strip() for name, _, text in pairs})


def is_openmetrics(candidate: Clause) -> bool:
    """True for OpenMetrics without a version or 1.0.0; the 0.0.1 draft is not offered."""
    wanted = candidate.parameters.get("version", "1.0.0")
    return candidate.value == "application/openmetrics-text" and wanted == "1.0.0"


def negotiate(accept: str) -> Negotiated:
    """The format for an ``Accept`` header (empty: none was sent); OpenMetrics wins a tie, for it says more."""
    offered = clauses(accept)
    openmetrics = max(filter(is_openmetrics, offered), key=lambda each: each.quality, default=None)
    text = max((each.quality for each in offered if each.value in {"text/plain", "text/*", "*/*"}), default=0.0)
    if openmetrics is None or openmetrics.quality == 0.0 or openmetrics.quality < text:
        return Negotiated(Exposition.TEXT, Exposition.TEXT.value)
    return Negotiated(Exposition.OPENMETRICS, Exposition.OPENMETRICS.value + escaping(openmetrics))


def escaping(chosen: Clause) -> str:
    """The parameter that answers a request for an escaping scheme; nothing when none was asked for."""
    if "escaping" not in chosen.parameters:
        return ""
    asked = chosen.parameters["escaping"]
    return f"; escaping={asked if asked in SCHEMES else 'underscores'}"


def accepts_gzip(accept_encoding: str) -> bool:
    """True when the client takes gzip; a clause that names gzip outweighs ``*``."""
    qualities = {each.value: each.quality for each in clauses(accept_encoding)}
    return qualities.get("gzip", qualities.get("*", 0.0)) > 0.0
