"""Which routes stand on which address.

Lives here: the listeners of one exporter, and the sets of routes of each. Must not live here: what a route answers, how
a listener works (``server``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from exporter.api_routes import ApiRoutes
from exporter.link_page_routes import LinkPageRoutes
from exporter.reloading import ReloadResult
from exporter.routes import Routes
from exporter.self_metrics import SelfMetrics
from exporter.server import Limits, RouteSet, Server
from exporter.sources import Sources
from exporter.wall_routes import WallRoutes

__all__ = ["Serving", "Where"]


@dataclass(frozen=True, slots=True)
class Where:
    """Where the exporter serves."""

    host: str
    port: int  #: 0: any free one


class Serving:
    """Every listener, from ``start`` to ``close``."""

    def __init__(
        self,
        sources: Sources,
        *,
        reload: Callable[[], ReloadResult],
        self_metrics: SelfMetrics,
        where: Where,
        limits: Limits | None = None,
    ) -> None:
        """Nothing is bound yet. What is given is called from threads of the listeners."""
        routes: tuple[RouteSet, ...] = (
            Routes(snapshot=sources.snapshot, reload=reload, self_metrics=self_metrics),
            WallRoutes(sources),
            LinkPageRoutes(sources),
            ApiRoutes(sources),
        )
        self.server = Server(routes, host=where.host, port=where.port, limits=limits)

    def start(self) -> None:
        """Bind and serve. Raises UsageError when an address cannot be had; nothing is served then."""
        self.server.start()

    @property
    def port(self) -> int:
        """The port that is bound, also where 0 was asked for."""
        return self.server.port

    def close(self) -> None:
        """Stop serving; returns within a few seconds whatever clients do."""
        self.server.close()
