"""The insurance office: it takes parcels in from the stick, and deals by hand with what a person brings to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.portable.stick_counter import MemoryStick, OneKeySeal

if TYPE_CHECKING:
    from tests.visit.late_platform import LatePlatform

    Json = dict[str, Any]


class Office:
    """Enters on `platform` what the parcels on the `stick` have, in their order, and writes what became of it."""

    def __init__(self, platform: LatePlatform) -> None:
        self.platform = platform
        self.stick = MemoryStick()
        self.seal = OneKeySeal()
        self._done: set[str] = set()

    def work(self) -> None:
        """Deal with every parcel that is new."""
        for name in [name for name in sorted(self.stick.files) if name.endswith(".cyp")]:
            answer = name.replace(".cyp", ".cya")
            if answer not in self.stick.files:
                parcel = self.seal.read(self.stick.files[name])
                results = [self._enter(message) for message in parcel["messages"]]
                self.stick.files[answer] = self.seal.answer({"parcel": parcel["parcel"], "results": results})

    def _enter(self, message: Json) -> dict[str, str]:
        key = message["key"]
        if key not in self._done and self.platform.by_hand(message["infno"], message["payload"]):
            self._done.add(key)
        taken = key in self._done
        return {"key": key, "outcome": "acknowledged" if taken else "refused", "sentence": "" if taken else "已有"}
