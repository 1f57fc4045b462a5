"""Data flows one way: what is pure stays pure, and sockets, clocks and files have their places."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "exporter"

#: Who may open sockets, and why.
SOCKETS = {
    "probes": "deadlines of probes; sockets are the transport's",
    "transport": "the sockets of the measurement, and the deadlines of its tasks",
    "sim": "the simulated province: its device and its control socket",
    "stack": "free ports and the receiver of the demonstration",
    "server.py": "the web server",
    "connections.py": "the web server's connections",
    "routes.py": "the web server's answers",
    "answering.py": "the web server's answers",
    "link_page_routes.py": "the web server's answers",
    "api_routes.py": "the web server's answers",
    "office_routes.py": "the web server's answers",
    "access/guard.py": "the web server's guard",
    "access/passwords.py": "comparisons beside the event loop",
    "public_gate.py": "the public listener's guard",
    "wall_routes.py": "the web server's answers",
    "streaming.py": "the web server's answers that do not end",
    "sharing.py": "the web server's waiting clients",
    "commands/demo.py": "runs the receiver's event loop",
    "commands/probe.py": "runs the event loop of one round of probes",
    "probe_runner.py": "the event loop of the probes beside the echo",
    "evidence/alarm.py": "one HTTP request to each Alertmanager when a pack fails",
    "evidence/prometheus.py": "asks Prometheus for a month",
    "evidence/timestamp.py": "asks an authority for a time stamp",
}
NETWORK = {"socket", "asyncio", "aiohttp", "selectors", "select", "icmplib", "http", "urllib.request"}

#: Who may read a clock or sleep, and why.
CLOCKS = {
    "clock.py": "the one place",
    "sim": "another program: the province answers on time of its own",
    "stack": "another program: it waits for the programs that it starts",
    "commands/demo.py": "waits for the programs that it started",
    "commands/sim.py": "starts the province",
    "connections.py": "deadlines of the event loop",
}

#: Who may use prometheus_client.
CLIENT = {"self_metrics.py", "negotiation.py"}

#: Who may open files, and why.
FILES = {
    "files.py": "configuration",
    "history/journal.py": "the journal of outages",
    "transport/namespace.py": "a namespace is a file",
    "sim": "its control socket, its record, its device",
    "stack": "rendered configuration, logs, deliveries",
    "commands/demo.py": "folders of the demonstration",
    "evidence/disk.py": "packs and what is named beside them, part by part, without links",
    "evidence/folder.py": "writes packs",
}

MODULES = sorted(path for path in PACKAGE.rglob("*.py"))


def within(path: Path, places: dict[str, str] | set[str]) -> bool:
    """Whether a module lies in one of the places."""
    name = path.relative_to(PACKAGE).as_posix()
    return any(name == place or name.startswith(place + "/") for place in places)


@cache
def imported(path: Path) -> set[str]:
    """Every module that a file imports, by its whole name and by the first part of it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names | {name.split(".")[0] for name in names}


def test_modules_are_found_by_both_names(tmp_path: Path) -> None:
    """``urllib.parse`` reads texts and ``urllib.request`` opens sockets: the whole name tells them apart."""
    file = tmp_path / "module.py"
    file.write_text("import http.client\nfrom urllib.request import Request\n", encoding="utf-8")
    assert imported(file) == {"http", "http.client", "urllib", "urllib.request"}


@cache
def calls(path: Path) -> set[str]:
    """Every name or dotted name that a file calls."""
    return {
        ast.unparse(node.func)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    }


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_network_modules_are_imported_only_where_the_network_is(path: Path) -> None:
    """Only the listed places import sockets or event loops."""
    if not within(path, SOCKETS):
        assert not imported(path) & NETWORK


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_clocks_are_read_in_one_place(path: Path) -> None:
    """Only the listed places import time, and nobody asks datetime for now."""
    if not within(path, CLOCKS):
        assert "time" not in imported(path)
        assert not {name for name in calls(path) if name.endswith((".now", ".utcnow", ".today"))}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_prometheus_client_is_for_self_metrics(path: Path) -> None:
    """Figures of links never go through prometheus_client."""
    if not within(path, CLIENT):
        assert "prometheus_client" not in imported(path)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_files_are_opened_where_files_are_read(path: Path) -> None:
    """Only the listed places open files."""
    if not within(path, FILES):
        opening = {
            name for name in calls(path) if name in {"open", "os.open"} or name.endswith((".read_text", ".read_bytes"))
        }
        assert not opening


def test_the_lists_name_what_exists() -> None:
    """An exception for a file that is gone is removed."""
    for places in (SOCKETS, CLOCKS, FILES, CLIENT):
        for place in places:
            assert (PACKAGE / place).exists(), place


def test_the_engine_knows_nothing_of_those_above_it() -> None:
    """Measuring, state and packets import neither rendering nor serving nor commands."""
    above = {"app", "server", "routes", "render", "scrape", "self_metrics", "commands", "stack", "sim", "catalogue"}
    for name in ("measure", "lane", "matching", "issue", "state", "table", "uplink", "timing", "slots", "schedule"):
        tree = ast.parse((PACKAGE / f"{name}.py").read_text(encoding="utf-8"))
        used = {
            node.module.split(".")[1]
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("exporter.")
        }
        assert not used & above, name
