"""Pantau OPD: the exporter that watches the internet lines of provincial offices."""

__version__ = "0.1.0"
