"""Probes beside the echo, one module a kind, each with one function: what is asked, and to what outcome it leads.

Lives here: nothing but the list of kinds. Must not live here: sockets (``transport``), what bytes mean (``protocols``),
when a probe is due.
"""
