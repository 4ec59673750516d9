"""What goes wrong at a scanner besides its line. Which kind of scanner can have which stands with the kind."""

from simulator.devices.line_faults import LINE_FAULTS, RESTARTS, SMALL_BUFFER

DROP_TAIL = "drop_tail"
DROPS_SEPARATOR = "drops_separator"
TWICE = "twice"
STUCK_LIGHT = "stuck_light"
BAD_CRC = "bad_crc"
REFUSES = "refuses"
FORGETS_SETTINGS = "forgets_settings"
ACK_LATE = "ack_late"
RESENDS = "resends"
ALT_CODES = "alt_codes"
ALT_GS = "alt_gs"
CAPS_LOCK = "caps_lock"
AUTOREPEAT = "autorepeat"

OF_EVERY_KIND = frozenset((DROP_TAIL, DROPS_SEPARATOR, TWICE, STUCK_LIGHT))
OF_SERIAL_KINDS = OF_EVERY_KIND | {name for name, *_ in LINE_FAULTS}
OF_DEAF_KINDS = OF_SERIAL_KINDS - {RESTARTS, SMALL_BUFFER}  # the host says nothing to them

# (name, what it does, arguments as in `simulator.faults`, the field failure it stands for)
SCANNER_FAULTS = (
    (DROP_TAIL, "the end mark behind a code is missing; as a keyboard: no Enter", ("[n]",), "wedge without Enter"),
    (DROPS_SEPARATOR, "the GS1 separator inside a code is lost", ("[n]",), "hidden characters missed"),
    (TWICE, "it sends each code twice", ("[n]",), "value entered twice"),
    (STUCK_LIGHT, "its light stays on and it reads nothing until power or factory reset", (), "stuck, light on"),
    (BAD_CRC, "the check of what it sends is wrong", ("[n]",), "partial lines on a UART"),
    (REFUSES, "it refuses set-up commands", ("[n]",), "set-up refused (nak)"),
    (FORGETS_SETTINGS, "after a power cut it is as from the factory, whatever was saved", (), "settings lost"),
    (
        ACK_LATE,
        "its acknowledgements come that many milliseconds late",
        ("ms",),
        "answers mixed with data",
    ),
    (
        RESENDS,
        "it misses the acknowledgement of a code and sends it again",
        ("[n]",),
        "value entered twice",
    ),
    (ALT_CODES, "as a keyboard: it types characters as Alt and decimal numbers", ("[n]",), "wedge in Alt mode"),
    (ALT_GS, "as a keyboard: the GS1 separator is Alt 029 instead of Ctrl ]", ("[n]",), "hidden characters missed"),
    (CAPS_LOCK, "as a keyboard: it types with Caps Lock on", ("[n]",), "Caps Lock inverts case"),
    (AUTOREPEAT, "as a keyboard: keys repeat while they are held", ("[n]",), "wedge in front of a keyboard driver"),
)
