"""Outages played through the real chain of alerting: read, played, judged, printed."""
