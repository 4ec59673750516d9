"""The bench: an HTTP API over the simulated counter, and the page on which a person plays at it."""

from simulator.bench.server import Bench

__all__ = ["Bench"]
