"""The counter without hardware: devices that speak their real protocols on pseudo-terminals, people, and boxes.

Written from the protocol documents alone. It imports nothing of the terminal, so that a misreading on one side shows up
instead of being shared by both; the terminal gets bytes, never objects.
"""
