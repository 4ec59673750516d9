"""How a device's bytes travel: on a pseudo-terminal to another process, or in memory to a test."""

from simulator.carriers.carrier import Carrier
from simulator.carriers.line import Line, as_heard
from simulator.carriers.memory import MemoryCarrier, memory_pair
from simulator.carriers.pseudo_terminal import PtyCarrier

__all__ = ["Carrier", "Line", "MemoryCarrier", "PtyCarrier", "as_heard", "memory_pair"]
