"""Drivers of the counter's devices over a byte stream: the same files drive them on both boards.

Each device has a codec (bytes to events and commands to bytes, without port, clock or await) and a session that owns
the port.
"""
