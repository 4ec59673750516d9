"""The day end (日终对账): what this terminal settled beside what the platform has, and what is done where they differ.

`DayEnd` is what the screen presses and the task behind it; `Accounts` takes a sheet from step to step, `Repairs` deals
with differences, `Slips` prints. docs/day-end.md draws it.
"""

from firmware.day_end.accounts import Accounts
from firmware.day_end.day_end import DayEnd
from firmware.day_end.errors import DayEndError
from firmware.day_end.ledger import Ledger
from firmware.day_end.repairs import Repairs
from firmware.day_end.sheet import Sheets
from firmware.day_end.slips import Slips

__all__ = ["Accounts", "DayEnd", "DayEndError", "Ledger", "Repairs", "Sheets", "Slips"]
