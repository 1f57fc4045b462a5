"""Ports that nobody else is given.

Lives here: the names under which tests know them. Must not live here: choosing them, listening on them.
"""

from __future__ import annotations

from exporter.stack.ports import free_port, free_ports

__all__ = ["free_port", "free_ports"]
