"""The log: one line for each event, codes and numbers only. Nothing personal is ever an argument here.

A trouble that lasts is logged once when it begins and once when it ends.
"""

import logging

_log = logging.getLogger("cunyitong")
_lasting: "dict[str, str]" = {}


def event(name: str, detail: str = "") -> None:
    """Something happened: `name` is a stable dotted word, `detail` codes or numbers."""
    _log.warning("%s %s", name, detail)


def lasting(subject: str, trouble: str) -> None:
    """`subject` has `trouble` (a code), or none (""). Logged only when that has changed."""
    if _lasting.get(subject, "") != trouble:
        _lasting[subject] = trouble
        event(subject, trouble or "recovered")


def stray(error: BaseException) -> None:
    """Something failed where nobody waits for it (a connection to the screen). Its text may quote data and stays
    out."""
    event("task.stray", type(error).__name__ + " " + where(error))


def where(error: BaseException) -> str:
    """The stable code of an error of ours, and the file and line it came from."""
    place = ""
    frame = getattr(error, "__traceback__", None)  # CPython only
    while frame is not None:
        place = frame.tb_frame.f_code.co_filename.split("/")[-1] + ":" + str(frame.tb_lineno)
        frame = frame.tb_next
    return str(getattr(error, "code", "")) + " " + place
