"""The simulated province: a network of its own in which every address of an inventory answers, until told otherwise."""
