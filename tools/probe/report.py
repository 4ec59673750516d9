"""What the probe says: sentences as they come, or one JSON object at the end."""

import json
from collections.abc import Iterable
from typing import Any

HINTS = {
    "port.closed": "Is the device plugged in, the name right, and the user in the group dialout (input for keyboards)?",
    "reader.silent": "Is it a reader with this protocol? Has it power? Try another --baud.",
    "scanner.silent": "Is it in serial mode? Its manual has a code to scan for that. Try another --baud or --driver.",
    "printer.silent": "Is it switched on, and is the answering wire connected? Try another --baud.",
    "social_reader.silent": "Is pcscd running (systemctl status pcscd), and does pcsc_scan show the reader?",
}


class Report:
    """Collects what is found. Nothing is said twice; `ok` as long as nothing has failed."""

    def __init__(self, *, as_json: bool) -> None:
        self.ok = True
        self._as_json = as_json
        self._all: dict[str, Any] = {}

    def say(self, sentence: str) -> None:
        """A sentence for whoever stands there; not part of the JSON."""
        if not self._as_json:
            print(sentence, flush=True)

    def facts(self, title: str, pairs: Iterable[tuple[str, str]]) -> None:
        """What is known of the device, or what was read, under a title."""
        rows = list(pairs)
        self._all.setdefault(title, {}).update(rows)
        width = max((len(name) for name, _ in rows), default=0)
        self.say(f"\n{title}")
        for name, value in rows:
            self.say(f"  {name:<{width}}  {value}")

    def result(self, name: str, value: str) -> None:
        """One thing that came out."""
        self._all[name] = value
        self.say(f"{name}: {value}")

    def note(self, name: str, words: str) -> None:
        """Something to know or to do besides."""
        self._all.setdefault("notes", {})[name] = words
        self.say(words)

    def failed(self, code: str, cause: str) -> None:
        """It did not work: the stable code, the technical cause, and what to look at."""
        self.ok = False
        self._all["error"] = {"code": code, "cause": cause}
        self.say(f"\n{code}: {cause}" if cause else f"\n{code}")
        if code in HINTS:
            self.say(HINTS[code])

    def close(self) -> None:
        """Everything has been said."""
        if self._as_json:
            print(json.dumps({"ok": self.ok, **self._all}, ensure_ascii=False), flush=True)
