"""Benchmarks against peers: figures and ratios, never assertions."""
