"""The terminal on Linux: a Raspberry Pi with a screen, or a desk with the simulator."""
