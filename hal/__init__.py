"""The hardware: contracts (`ports`), device protocols (`drivers`) and one folder for each kind of board."""
