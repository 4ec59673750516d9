"""How fast and how heavy the terminal is, each number beside one that was measured in the same run."""
