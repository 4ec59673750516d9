"""What goes wrong at a card reader besides its line: with the card, with the module."""

BAD_CHECKSUM = "bad_checksum"
LONG_PREAMBLE = "long_preamble"
SELECT_FAILS = "select_fails"
READ_FAILS = "read_fails"
WRONG_CARD_TYPE = "wrong_card_type"
NOT_GENUINE = "not_genuine"
STAYS_FOUND = "stays_found"
HANGS_UNTIL_REMOVED = "hangs_until_removed"
UNAUTHORISED = "unauthorised"
SELF_TEST_FAILS = "self_test_fails"

# (name, what it does, arguments as in `simulator.faults`, the field failure it stands for)
READER_FAULTS = (
    (BAD_CHECKSUM, "the check byte of its answers is wrong", ("[n]",), "partial lines on a UART"),
    (LONG_PREAMBLE, "its answers begin with more AA than three", ("[n]",), "other firmware of the same module"),
    (SELECT_FAILS, "the card is found but cannot be selected", ("[n]",), "card at the edge of the antenna"),
    (READ_FAILS, "reading the card fails; it must be laid down again", ("[n]",), "card moved while it is read"),
    (WRONG_CARD_TYPE, "the card is of a kind that it cannot read", ("[n]",), "bank or bus card on the reader"),
    (NOT_GENUINE, "the card does not prove that it is genuine", ("[n]",), "worn or forged card"),
    (STAYS_FOUND, "it finds the card again although it has been read", (), "one card served twice"),
    (
        HANGS_UNTIL_REMOVED,
        "the chip hangs: no answer about the card until it is gone",
        ("[n]",),
        "type-B chip hangs",
    ),
    (UNAUTHORISED, "its security module is not authorised", ("[n]",), "reader with a withdrawn module"),
    (SELF_TEST_FAILS, "its self-test fails, and it refuses everything", ("[n]",), "broken reader"),
)
