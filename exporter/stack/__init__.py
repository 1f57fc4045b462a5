"""The programs around the exporter: found, configured, started together, and their messages read."""
