"""Stands in for `__future__` on the ESP32: annotations are never evaluated there."""

annotations = True
