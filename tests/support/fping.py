"""fping as an eye that is not ours.

Lives here: running it inside a province and reading what it prints. Must not live here: assertions.
"""

from __future__ import annotations

from tests.support.province import Province

__all__ = ["answering", "echo_times_ms"]


def echo_times_ms(
    province: Province, *addresses: str, count: int = 1, period_ms: int = 100, timeout_ms: int = 1000
) -> dict[str, list[float | None]]:
    """The round-trip time of each echo by address, None for each that stayed without an answer."""
    options = [f"-C{count}", "-q", f"-p{period_ms}", f"-t{timeout_ms}", "-i1"]
    printed = province.run("fping", *options, *addresses).stderr
    # A second reply is told in a line of its own where it comes before fping ends; it is no round-trip time.
    lines = [line for line in printed.splitlines() if " : " in line and " : duplicate for " not in line]
    rows = [line.split(" : ") for line in lines]
    return {
        address.strip(): [None if time == "-" else float(time) for time in times.split()] for address, times in rows
    }


def answering(province: Province, *addresses: str) -> set[str]:
    """Those of ``addresses`` that answer one echo."""
    return {address for address, (time,) in echo_times_ms(province, *addresses).items() if time is not None}
