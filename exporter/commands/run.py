"""``pantau run``: measure an inventory and serve what was measured.

Lives here: flags, signals, the exit code. Must not live here: how it is done (``app.py``).
"""

from __future__ import annotations

import argparse
import logging
import signal
from pathlib import Path

from exporter.app import App
from exporter.errors import UsageError
from exporter.listen import listen_text, parse_listen
from exporter.process import bound_arenas, raise_file_limit
from exporter.serving import Where
from exporter.transport.snmp import PREFERENCES, open_client

__all__ = ["SUMMARY", "add_arguments", "run"]

SUMMARY = "probe every link of an inventory and serve /metrics"

_DEFAULT_LISTEN = "127.0.0.1:9715"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of the command."""
    parser.add_argument(
        "--inventory", required=True, type=Path, metavar="PATH", help="a YAML file, or a folder of them"
    )
    parser.add_argument("--listen", default=_DEFAULT_LISTEN, metavar="HOST:PORT", help="default %(default)s")
    parser.add_argument(
        "--public-listen",
        metavar="HOST:PORT",
        help="serve the pages for offices here, and nothing else; default: nowhere",
    )
    parser.add_argument(
        "--web-config",
        type=Path,
        metavar="FILE",
        help="TLS and passwords, as Prometheus' exporters take them; default: none",
    )
    parser.add_argument("--netns", metavar="NAME", help="probe in this network namespace")
    parser.add_argument(
        "--journal", type=Path, metavar="FILE", help="remember outages here across restarts; default: only in memory"
    )
    parser.add_argument(
        "--snmp",
        choices=PREFERENCES,
        default=PREFERENCES[0],
        help="who asks devices over SNMP; gufo takes the extra snmp-fast; default %(default)s",
    )


def run(arguments: argparse.Namespace) -> int:
    """Run until SIGTERM or SIGINT; SIGHUP reloads the inventory."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    host, port = parse_listen(arguments.listen)
    public = None if arguments.public_listen is None else parse_listen(arguments.public_listen, "--public-listen")
    _check_backend(arguments.snmp)
    raise_file_limit()
    bound_arenas()
    app = App(
        arguments.inventory,
        where=Where(host, port, public),
        netns=arguments.netns,
        snmp=arguments.snmp,
        journal=arguments.journal,
        web_config=arguments.web_config,
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: app.stop())
    signal.signal(signal.SIGHUP, lambda *_: app.reloader.ask())
    try:
        app.start()
        log, scheme = logging.getLogger("pantau"), app.serving.scheme
        log.info("serving %s://%s/metrics", scheme, listen_text(host, app.serving.port))
        if app.serving.public is not None:
            address = listen_text(public[0] if public else "", app.serving.public.port)
            log.info("serving the pages for offices on %s://%s", scheme, address)
        app.wait()
    finally:
        app.close()
    return 0


def _check_backend(snmp: str) -> None:
    """Raise UsageError where the package of the backend is missing: better now than at the first poll."""
    try:
        open_client(snmp)
    except ModuleNotFoundError as error:
        raise UsageError(f"--snmp {snmp}: its package is not installed; pip install 'pantau-opd[snmp-fast]'") from error
