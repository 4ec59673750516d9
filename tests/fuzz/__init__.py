"""Coverage-guided fuzzing of every parser that takes bytes from outside. `make fuzz` runs each target a fixed number of
times; `python -m tests.fuzz samv` runs one for as long as you like."""
