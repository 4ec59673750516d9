"""Catalogues by hand: taking a file into a terminal that has no line, looking at what it has, searching it."""
