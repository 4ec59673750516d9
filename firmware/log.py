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
