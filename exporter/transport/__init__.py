"""The only sockets of the measurement."""
