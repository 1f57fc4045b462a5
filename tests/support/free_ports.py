"""Ports that were free a moment ago.

Lives here: the name under which tests know it. Must not live here: listening for longer.
"""

from __future__ import annotations

from exporter.stack.ports import free_ports

__all__ = ["free_ports"]
