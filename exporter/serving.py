"""Which routes stand on which address.

Lives here: the listeners of one exporter, and the sets of routes of each. Must not live here: what a route answers, how
a listener works (``server``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from exporter.access.guard import Access
from exporter.access.live_config import LiveWebConfig
from exporter.api_routes import ApiRoutes
from exporter.clock import SystemClock
from exporter.errors import UsageError
from exporter.link_page_routes import LinkPageRoutes
from exporter.office_routes import OfficeRoutes
from exporter.public_gate import PublicGate
from exporter.reloading import ReloadResult
from exporter.routes import Routes
from exporter.self_metrics import SelfMetrics
from exporter.server import Limits, RouteSet, Server
from exporter.sources import Sources
from exporter.wall_routes import WallRoutes

__all__ = ["Serving", "Where"]


#: Of the public listener: many short visits, so connections are soon given up.
_PUBLIC_LIMITS = Limits(connections=128, request_within_s=5.0, answer_within_s=15.0, idle_s=10.0)


@dataclass(frozen=True, slots=True)
class Where:
    """Where the exporter serves."""

    host: str
    port: int  #: 0: any free one
    public: tuple[str, int] | None = None  #: where the pages for offices stand alone; None: nowhere


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
        web: LiveWebConfig | None = None,
    ) -> None:
        """Nothing is bound yet. What is given is called by threads of the listeners. ``web``: who may ask, and TLS."""
        routes: tuple[RouteSet, ...] = (
            Routes(snapshot=sources.snapshot, reload=reload, self_metrics=self_metrics),
            WallRoutes(sources),
            LinkPageRoutes(sources),
            OfficeRoutes(sources, public=False),
            ApiRoutes(sources),
        )
        access = self._access = Access(web)
        self.server = Server(
            (*routes, access),
            host=where.host,
            port=where.port,
            limits=limits,
            guard=access.guard,
            tls=access.tls,
            headers=access.headers,
        )
        self.public = None if where.public is None else _public(sources, where.public, access)

    def start(self) -> None:
        """Bind and serve. Raises UsageError when an address cannot be had; nothing is served then."""
        self.server.start()
        try:
            if self.public is not None:
                self.public.start()
        except UsageError:
            self.server.close()
            raise

    @property
    def port(self) -> int:
        """The port that is bound, also where 0 was asked for."""
        return self.server.port

    @property
    def scheme(self) -> str:
        """``https`` where connections that come now are asked for TLS."""
        return "http" if self._access.tls() is None else "https"

    def close(self) -> None:
        """Stop serving; returns within a few seconds whatever clients do."""
        self.server.close()
        if self.public is not None:
            self.public.close()


def _public(sources: Sources, where: tuple[str, int], access: Access) -> Server:
    """The listener that anybody may reach: the same certificate, no passwords, and none asked of clients."""
    gate = PublicGate(OfficeRoutes(sources, public=True), SystemClock())
    host, port = where
    return Server(
        (gate,),
        host=host,
        port=port,
        limits=_PUBLIC_LIMITS,
        guard=gate.guard,
        tls=access.public_tls,
        headers=access.headers,
        flag="--public-listen",
    )
