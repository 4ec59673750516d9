"""The technician's probe: one real device on one real port, with the terminal's own drivers and nothing else running.

`python -m tools.probe card|scan|print|status --port PATH [--driver NAME]`; docs/probe.md shows what it says.
"""
