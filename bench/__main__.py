"""``make bench``: every figure of DESIGN section 5 that exists so far, beside its peer, on this machine.

Lives here: which parts run, and where. Must not live here: measuring. Needs root (namespaces) and the peers
(fping, prometheus-blackbox-exporter, prometheus-smokeping-prober, icmplib). ``--soak SECONDS`` sets the
length of the run that looks for false loss (600).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys

from bench import delivery, evidence, panels, truth
from bench.report import row_from, table
from bench.setting import answering_namespace, machine, repository

__all__: list[str] = []


def _inside(namespace: str, module: str) -> str:
    """What ``module`` prints when it runs inside ``namespace``."""
    words = ["ip", "netns", "exec", namespace, sys.executable, "-m", module]
    return subprocess.run(words, cwd=repository, check=True, text=True, stdout=subprocess.PIPE).stdout


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--soak", type=float, default=600.0, metavar="SECONDS")
    parser.add_argument("--only", choices=["probing", "wall", "truth", "delivery", "panels", "evidence"])
    arguments = parser.parse_args()
    if os.geteuid() != 0:
        raise SystemExit("bench: network namespaces need root; run it with sudo")
    print(f"Measured on: {machine()}\n")
    if arguments.only in {None, "probing"}:
        with answering_namespace() as namespace:
            rows = [row_from(fields) for fields in json.loads(_inside(namespace, "bench.probing"))]
        print(table("Probing, scraping and memory, on addresses that the kernel answers", rows), flush=True)
    if arguments.only in {None, "wall"}:
        with answering_namespace() as namespace:
            rows = [row_from(fields) for fields in json.loads(_inside(namespace, "bench.wall"))]
        print(table("The wall, 500 links", rows), flush=True)
    if arguments.only in {None, "truth"}:
        print(table("Truth, in the simulated province", truth.rows(arguments.soak)), flush=True)
    if arguments.only in {None, "delivery"}:
        print(
            table("From a cut to the message, 500 links, Prometheus and Alertmanager as shipped", delivery.rows()),
            flush=True,
        )
    if arguments.only in {None, "panels"}:
        print(table("Queries of panels, 500 links, 30 days", panels.rows()), flush=True)
    if arguments.only in {None, "evidence"}:
        print(table("The monthly evidence pack", evidence.rows()))


if __name__ == "__main__":
    main()
