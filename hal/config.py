"""Reading a board config: typed getters that name the path of what is wrong, and an error for a key that nobody read."""

from hal.errors import ConfigError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Section:
    """One table of a config. Every getter marks its key as read; `done` refuses what was not."""

    def __init__(self, values: "Any", path: str) -> None:
        if type(values) is not dict:
            raise ConfigError("config.wrong", path + " is missing or not a table")
        self._values: "dict[str, Any]" = values
        self._path = path
        self._read: "list[str]" = []

    def section(self, key: str) -> "Section":
        """A table inside this one."""
        self._read.append(key)
        return Section(self._values.get(key), self._at(key))

    def text(self, key: str, choices: "tuple[str, ...]" = ()) -> str:
        """A text that is not empty, one of `choices` if there are any."""
        value = self._get(key)
        if type(value) is not str or not value:
            raise ConfigError("config.wrong", self._at(key) + " must be a text")
        if choices and value not in choices:
            raise ConfigError("config.wrong", self._at(key) + " must be one of " + ", ".join(choices))
        return value

    def number(self, key: str, least: int, most: int) -> int:
        """A whole number from `least` to `most`."""
        value = self._get(key)
        if type(value) is not int or not least <= value <= most:
            raise ConfigError("config.wrong", self._at(key) + " must be a number from " + str(least) + " to " + str(most))
        return value

    def texts(self, key: str) -> "list[str]":
        """A list of texts, possibly empty."""
        value = self._get(key)
        if type(value) is not list or any([type(item) is not str for item in value]):
            raise ConfigError("config.wrong", self._at(key) + " must be a list of texts")
        return value

    def has(self, key: str) -> bool:
        """Whether an optional key is there."""
        return key in self._values

    def done(self) -> None:
        """Refuse keys that nobody read: a misspelt key must not pass for a default."""
        for key in sorted(self._values):
            if key not in self._read:
                raise ConfigError("config.unknown_key", self._at(key))

    def _get(self, key: str) -> "Any":
        self._read.append(key)
        if key not in self._values:
            raise ConfigError("config.missing", self._at(key))
        return self._values[key]

    def _at(self, key: str) -> str:
        return self._path + "." + key if self._path else key
