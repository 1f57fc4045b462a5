"""The exporter put together: the inventory, the measuring thread, the web server, reloading.

Lives here: which part is started when, in which thread, and how they stop. Must not live here: anything a
part does. Threads: *measure* (and nothing else in it), *http* with its workers, *reload* (signals and file
changes), *explain* (which cause is behind what is down), *probe* (what is asked beside the echo), *diagnosis* (second
opinions and paths), *journal* (outages to a file), *web-config* (its changes), and the main thread, which waits.
"""

from __future__ import annotations

import errno
import gc
import logging
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue

from exporter.access.live_config import LiveWebConfig
from exporter.clock import Clock, SystemClock
from exporter.diagnosis import Diagnosis
from exporter.errors import PantauError
from exporter.explain import Explainer
from exporter.files import fingerprint
from exporter.gathering import Gathering
from exporter.history.journal import Journal
from exporter.history.memory import Memory
from exporter.holidays_ahead import holidays_ahead
from exporter.lane import PortOpener
from exporter.loading import LoadedInventory, load_inventory
from exporter.measure import Engine, Observer
from exporter.office_prober import OfficeProber
from exporter.probe_runner import ProbeRunner
from exporter.reloading import ReloadResult
from exporter.self_metrics import SelfMetrics
from exporter.serving import Serving, Where
from exporter.sources import Sources
from exporter.transport.icmp import open_port
from exporter.transport.namespace import NamespaceError, enter_network_namespace
from exporter.transport.ports import EchoPort
from exporter.transport.snmp import open_client

__all__ = ["App", "Reloader"]

_log = logging.getLogger(__name__)

#: How often the files are looked at. A change counts when two looks in a row agree, so that a file that is
#: being written is left alone.
_WATCH_S = 2.0

#: The engine takes a new plan at the next frame; if it has not after this, it stands still.
_EXCHANGE_WITHIN_S = 10.0

#: The other parts end at their next look; one that does not is left to the end of the process.
_PART_ENDS_WITHIN_S = 3.0


def log_warnings(loaded: LoadedInventory, path: Path, clock: Clock) -> None:
    """One line for each warning of an inventory."""
    for warning in (*loaded.warnings, *holidays_ahead(loaded.inventory, str(path), clock.wall_ns())):
        _log.warning("%s", warning)


class Reloader:
    """Loads the inventory anew, whole or not at all; one reload at a time."""

    def __init__(self, path: Path, engine: Engine, self_metrics: SelfMetrics, clock: Clock) -> None:
        self._path = path
        self._engine = engine
        self._self_metrics = self_metrics
        self._clock = clock
        self._lock = threading.Lock()
        self._asked: SimpleQueue[None] = SimpleQueue()
        self._stop = threading.Event()
        self._seen = fingerprint(path)

    def reload(self) -> ReloadResult:
        """Read, check and hand over; on any problem the running inventory stays."""
        with self._lock:
            seen = fingerprint(self._path)
            result = self._attempt()
            self._seen = seen
        if result.ok:
            self._self_metrics.reload_succeeded(self._clock.wall_ns() / 1e9)
            _log.info("%s", result.message)
        else:
            self._self_metrics.reload_failed()
            _log.error("%s", "\n".join((result.message, *result.problems)))
        return result

    def _attempt(self) -> ReloadResult:
        try:
            loaded = load_inventory(self._path)
            taken = self._engine.replace(loaded.inventory)
        except PantauError as error:
            lines = tuple(str(error).splitlines())
            return ReloadResult(ok=False, message="inventory refused, the former one stays in force", problems=lines)
        except OSError as error:
            return ReloadResult(ok=False, message=f"inventory not readable, the former one stays in force: {error}")
        log_warnings(loaded, self._path, self._clock)
        if not taken.wait(_EXCHANGE_WITHIN_S):
            return ReloadResult(ok=False, message="the measuring thread did not take the new inventory over in time")
        return ReloadResult(ok=True, message=f"inventory reloaded: {len(loaded.inventory.links)} links")

    def ask(self) -> None:
        """Have the reload thread reload soon; many calls at once make one reload.

        Fit for signal handlers: a handler may interrupt itself, and an Event would then wait for its own lock for ever.
        """
        self._asked.put(None)

    def watch(self) -> None:
        """Serve ``ask`` and file changes until ``close``; the body of the reload thread."""
        settling = self._seen
        while not self._stop.is_set():
            if _ordered(self._asked, _WATCH_S):
                if not self._stop.is_set():
                    self.reload()
                continue
            now = fingerprint(self._path)
            if now not in {self._seen, settling}:
                settling = now  # look once more before believing it
            elif now != self._seen:
                self.reload()

    def close(self) -> None:
        """End ``watch``."""
        self._stop.set()
        self._asked.put(None)


def _ordered(orders: SimpleQueue[None], within_s: float) -> bool:
    """Whether something was ordered within the time; all that was ordered until now is one."""
    try:
        orders.get(timeout=within_s)
        while not orders.empty():
            orders.get_nowait()
    except Empty:
        return False
    return True


class App:
    """The running exporter, from ``start`` to ``close``."""

    def __init__(
        self,
        path: Path,
        *,
        where: Where,
        netns: str | None = None,
        snmp: str = "pysnmp",
        journal: Path | None = None,
        web_config: Path | None = None,
        observer: Observer | None = None,
    ) -> None:
        """Load the inventory; ``observer`` sees every answered echo. Raises InventoryError, UsageError, OSError.

        ``journal``: where outages are remembered across restarts; None: they are not. ``web_config``: who may ask, and
        the certificate; None: anybody, and none.
        ``snmp``: the backend, one of ``transport.snmp.PREFERENCES``.
        """
        clock = SystemClock()
        loaded = load_inventory(path)
        log_warnings(loaded, path, clock)
        self._netns = netns
        self.engine = Engine(loaded.inventory, self._entered(open_port), clock, observer=observer, second_opinions=True)
        self.runner = ProbeRunner(
            loaded.inventory,
            lambda: OfficeProber(clock, os.environ, partial(open_client, snmp)),
            clock,
            uplink_up=lambda: self.explainer.uplink_up,
            answered=self.engine.answered_otherwise,
            enter=self._enter,
        )
        self.diagnosis = Diagnosis(self.engine, clock, netns=netns)
        web = None if web_config is None else LiveWebConfig(web_config, clock)
        self.memory = Memory(clock, None if journal is None else Journal(journal))
        beside = Gathering(self.runner, self.diagnosis)
        self.explainer = Explainer(self.engine, clock, beside, seen=self.memory.see)
        self_metrics = SelfMetrics(
            loaded_unix_s=clock.wall_ns() / 1e9, journal=self.memory.figures, web=None if web is None else web.figures
        )
        self.reloader = Reloader(path, self.engine, self_metrics, clock)
        self.serving = Serving(
            Sources(self.explainer.explained, self.memory, self.diagnosis.view),
            reload=self.reloader.reload,
            self_metrics=self_metrics,
            where=where,
            web=web,
        )
        self.ended = threading.Event()
        self._ending: SimpleQueue[None] = SimpleQueue()
        self._stop = threading.Event()
        self._opened: Future[None] = Future()
        self._failure: BaseException | None = None
        self._measure = threading.Thread(target=self._run_engine, name="measure", daemon=True)
        parts = {"explain": self.explainer.run, "probe": self.runner.run, "diagnosis": self.diagnosis.run}
        parts["journal"] = self.memory.run
        if web is not None:
            parts["web-config"] = web.run
        self._parts = [
            threading.Thread(target=self._run_part, args=(part,), name=name, daemon=True)
            for name, part in parts.items()
        ]
        self._watch = threading.Thread(target=self.reloader.watch, name="reload", daemon=True)

    def _entered(self, opener: PortOpener) -> PortOpener:
        """``opener``, in the network namespace as it is named now: it may have been made anew since the start."""

        def enter_and_open(family: int) -> EchoPort:
            try:
                self._enter()
            except NamespaceError as error:
                raise OSError(errno.ENODEV, str(error)) from error
            return opener(family)

        return enter_and_open

    def _enter(self) -> None:
        """Move the calling thread to where the sockets belong. Raises NamespaceError, PermissionMissingError."""
        if self._netns is not None:
            enter_network_namespace(self._netns)

    def start(self) -> None:
        """Open the sockets, then serve. Raises PermissionMissingError, UsageError, OSError; nothing runs then."""
        self._measure.start()
        try:
            self._opened.result()
            self.serving.start()
        except BaseException:
            self._stop.set()
            raise
        for thread in (*self._parts, self._watch):
            thread.start()
        gc.collect()
        gc.freeze()  # what was loaded stays: full collections then have little to look at and are short

    def _run_engine(self) -> None:
        """The body of the measuring thread; a failure ends the program rather than measuring nothing."""
        try:
            self._enter()
            self.engine.open()
            self._opened.set_result(None)
            self.engine.run(self._stop)
        except BaseException as error:  # noqa: BLE001 - whatever it is, the main thread reports it
            if not self._opened.done():
                self._opened.set_exception(error)
            self._failure = error
        finally:
            self.engine.close()
            self.ended.set()

    def _run_part(self, part: Callable[[threading.Event], None]) -> None:
        """The body of a thread beside the measuring one; a failure ends the program: no half of it runs on alone."""
        try:
            part(self._stop)
        except BaseException as error:  # noqa: BLE001 - whatever it is, the main thread reports it
            self._failure = error
            self._stop.set()

    def wait(self) -> None:
        """Wait until ``close`` is called or a thread fails. Raises what it failed with."""
        while not self.ended.is_set():
            if _ordered(self._ending, 0.5):
                self._stop.set()
                self.ended.wait()
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        """Have ``wait`` return soon. Fit for signal handlers, as ``Reloader.ask`` is."""
        self._ending.put(None)

    def close(self) -> None:
        """Stop everything that was started; harmless when done twice."""
        self._stop.set()
        self.reloader.close()
        self._measure.join(_EXCHANGE_WITHIN_S)
        for thread in self._parts:
            if thread.ident is not None:
                thread.join(_PART_ENDS_WITHIN_S)
        self.serving.close()
