"""`python -m firmware --board FILE.toml --state DIR`: the terminal on any board."""

from firmware.main import main

main()
