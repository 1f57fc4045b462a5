"""One function for each kind of probe beside the echo: a spec, an address and ports become an outcome."""
