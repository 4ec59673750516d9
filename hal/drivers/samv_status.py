"""The status byte SW3 of a SAM-V module, in words and in what is to be done (protocol notes of GA 467 readers, list of
status words; SW1 and SW2 come from the card and may be anything).

    what SW3 says               what the session does
    card was not read           tells `card.unreadable`, tries again while the card is found; after three times resets
                                the module and tells `card.take_away`
    card or data did not verify tells `card.not_genuine`, goes on as above: a card that is moved gives the same
    another kind of card        tells `card.wrong_type`
    module out of order         resets the module; if that does not help, `reader.fault`
    command came in garbled     sends it once more
    command not known           goes on without what was asked; if it was "find", as a module out of order
"""

OK = 0x90
CARD_FOUND = 0x9F
NO_CONTENT = 0x91
FIND_FAILED = 0x80
BAD_COMMAND = 0x21

_UNREADABLE = "card.unreadable"
_NOT_GENUINE = "card.not_genuine"
_WRONG_TYPE = "card.wrong_type"
_FAULT = "reader.fault"
_GARBLED = "garbled"

# SW3 -> (what it says, what it means for the work: a code for the doctor, `_GARBLED`, or "" for nothing)
_TABLE = {
    OK: ("ok", ""),
    CARD_FOUND: ("card found", ""),
    0x10: ("checksum of the command wrong", _GARBLED),
    0x11: ("length of the command wrong", _GARBLED),
    BAD_COMMAND: ("command or parameter not known", ""),
    0x23: ("failed (23, undocumented)", _UNREADABLE),
    0x24: ("unrecognised error", _UNREADABLE),
    0x31: ("card did not accept the reader", _NOT_GENUINE),
    0x32: ("reader did not accept the card", _NOT_GENUINE),
    0x33: ("information did not verify", _NOT_GENUINE),
    0x40: ("wrong type of card", _WRONG_TYPE),
    0x41: ("reading failed", _UNREADABLE),
    0x47: ("random number failed", _UNREADABLE),
    0x60: ("self-test of the reader failed, it accepts nothing", _FAULT),
    0x66: ("security module not authorised", _FAULT),
    FIND_FAILED: ("no card found", ""),
    0x81: ("selecting the card failed", _UNREADABLE),
    NO_CONTENT: ("item has no content", ""),
}


def meaning(sw3: int) -> str:
    """What SW3 says, in words for the log and the technician."""
    return _TABLE[sw3][0] if sw3 in _TABLE else f"undocumented status {sw3:02X}"


def is_fault(sw3: int) -> bool:
    """Whether the module itself is out of order, whatever lies on it."""
    return sw3 in _TABLE and _TABLE[sw3][1] == _FAULT


def is_garbled(sw3: int) -> bool:
    """Whether the module did not understand the command because it came in damaged: nothing was done."""
    return sw3 in _TABLE and _TABLE[sw3][1] == _GARBLED


def card_code(sw3: int) -> str:
    """The code for a doctor whose card was selected or read with that result (`card.*`); anything that is not known to
    say otherwise is `card.unreadable`."""
    code = _TABLE[sw3][1] if sw3 in _TABLE else ""
    return code if code.startswith("card.") else _UNREADABLE


def find_code(sw3: int) -> str:
    """The code for a doctor when "find" ended like that: "" when SW3 says nothing of a card."""
    code = _TABLE[sw3][1] if sw3 in _TABLE else ""
    return code if code.startswith("card.") else ""
