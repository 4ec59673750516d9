"""What goes wrong in receipt printers, beside the faults of every serial line."""

PAPER_OUT_AFTER = "paper_out_after"
FORGETS = "forgets"
FORGETS_AT_LOADING = "forgets_at_loading"
REPRINTS = "reprints"
CUTTER_JAMS = "cutter_jams"
MOTOR_JAMS = "motor_jams"
BREAKS = "breaks"
OVERHEATS = "overheats"
STALLS = "stalls"
NEAR_END_STUCK = "near_end_stuck"
AUTOMATIC_STATUS = "automatic_status"
ANSWER_LOST_AFTER_CUT = "answer_lost_after_cut"
ANSWERS_WRONG = "answers_wrong"
SLOW_STATUS = "slow_status"
LOSES_CHINESE = "loses_chinese"
FLOW_CONTROL = "flow_control"

_FALSE_SUCCESS = "“success” though paper is out; requests print later in a burst"
_TWICE = "printed but answer lost -> printed twice / booked twice"
_OVERRUN = "buffer overrun: garbage instead of receipt"
_STATUS = "status late, empty, or wrong"

# (name, what it does, arguments as in `simulator.faults`, the field failure it stands for)
PRINTER_FAULTS = (
    (PAPER_OUT_AFTER, "the roll ends after n more lines", ("n",), _FALSE_SUCCESS),
    (FORGETS, "when the paper ends, the rest of the job is lost", (), _FALSE_SUCCESS),
    (FORGETS_AT_LOADING, "it keeps the rest of the job, and loses it when paper is put in", (), _FALSE_SUCCESS),
    (REPRINTS, "when paper is put in, the last three lines are printed again", (), _TWICE),
    (CUTTER_JAMS, "the cutter jams at the next cut, until somebody frees it", ("[n]",), _FALSE_SUCCESS),
    (MOTOR_JAMS, "the paper is stuck at the next line, until somebody frees it", ("[n]",), _FALSE_SUCCESS),
    (BREAKS, "an error at the next line that only switching off and on ends", ("[n]",), _FALSE_SUCCESS),
    (OVERHEATS, "the head is too hot after the next line, and waits until it has cooled", ("[n]",), _FALSE_SUCCESS),
    (STALLS, "it stops printing for n seconds without saying why", ("n",), _FALSE_SUCCESS),
    (NEAR_END_STUCK, "it always says that the roll is near its end", (), _STATUS),
    (AUTOMATIC_STATUS, "a switch makes it report every change by itself", (), _STATUS),
    (ANSWER_LOST_AFTER_CUT, "after the next cut n answers are lost, without n all of them", ("[n]",), _TWICE),
    (ANSWERS_WRONG, "what it says of its state is nonsense", ("[n]",), _STATUS),
    (SLOW_STATUS, "each of its answers takes 0.4 seconds", ("[n]",), _STATUS),
    (LOSES_CHINESE, "initialising switches Chinese off, FS & switches it on", (), "Chinese garbled"),
    (FLOW_CONTROL, "a switch makes it send XOFF and XON as its buffer fills and empties", (), _OVERRUN),
)
