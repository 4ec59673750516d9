"""The outbox: messages that must reach the platform, kept until it has acknowledged them, by line or by stick.

`Outbox` is what the other rooms write to and the screen reads; `Carry` takes what waits to a stick and reads the
office's answers. `message` has the states and what is kept, `pages` reads it, `claims` says who works on a visit,
`backlog`, `delivery` and `lanes` carry it, `pace` says when, `capacity` how much may wait. docs/outbox.md draws it.
"""

from firmware.vault.outbox.carry import Carry
from firmware.vault.outbox.message import (
    ABSENT,
    ARCHIVE_KIND,
    BODY_KIND,
    DELIVERED,
    HELD_KIND,
    QUARANTINED,
    REFUSED,
    UNKNOWN,
    WAITING_KIND,
)
from firmware.vault.outbox.outbox import Outbox

__all__ = [
    "ABSENT",
    "ARCHIVE_KIND",
    "BODY_KIND",
    "DELIVERED",
    "HELD_KIND",
    "QUARANTINED",
    "REFUSED",
    "UNKNOWN",
    "WAITING_KIND",
    "Carry",
    "Outbox",
]
