"""Bytes and values: the packet formats, pure."""
