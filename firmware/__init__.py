"""The terminal itself: what happens at the counter of a village clinic. Portable between CPython and MicroPython."""
