"""Randomness from the kernel."""

import os


class SystemRandom:
    """`hal.ports.Random`."""

    def take(self, size: int) -> bytes:
        """`size` unpredictable bytes."""
        return os.urandom(size)
