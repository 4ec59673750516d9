"""Reading a config: typed getters that name the path of what is wrong, and an error for a key that nobody read."""

from hal.errors import ConfigError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

LONGEST_TEXT = 200


class Section:
    """One table of a config. Every getter marks its key as read; `done` refuses what was not.

    All getters raise `ConfigError` with the path of the key, such as `clinic.drug[3].price_fen` (rows count from 1).
    """

    def __init__(self, values: "Any", path: str) -> None:
        if type(values) is not dict:
            raise ConfigError("config.wrong", path + " must be a table")
        self._values: "dict[str, Any]" = values
        self._path = path
        self._read: "list[str]" = []

    def section(self, key: str) -> "Section":
        """A table inside this one."""
        return Section(self._get(key), self.at(key))

    def tables(self, key: str) -> "list[Section]":
        """A list of tables, at least one."""
        value = self._get(key)
        if type(value) is not list or not value:
            raise self.wrong(key, "must be a list of tables with at least one entry")
        return [Section(value[index], self.at(key) + "[" + str(index + 1) + "]") for index in range(len(value))]

    def names(self) -> "list[str]":
        """The keys of a table that may have any, in order."""
        return sorted(self._values)

    def text(self, key: str, most: int = LONGEST_TEXT) -> str:
        """A text of one to `most` characters without control characters."""
        value = self._get(key)
        if not _is_text(value, most):
            raise self.wrong(key, "must be a text in quotes, of 1 to " + str(most) + " characters on one line")
        return str(value)

    def choice(self, key: str, choices: "tuple[str, ...]") -> str:
        """One of the texts `choices`."""
        value = self._get(key)
        if type(value) is not str or value not in choices:
            raise self.wrong(key, "must be one of " + ", ".join(['"' + choice + '"' for choice in choices]))
        return value

    def code(self, key: str, shapes: "tuple[str, ...]") -> str:
        """A text of one of the `shapes`: 9 stands for a digit, A for a capital letter, the rest for itself."""
        value = self._get(key)
        if type(value) is not str or not any([fits(value, shape) for shape in shapes]):
            raise self.wrong(key, "must be a text like " + " or ".join(shapes) + " (9 a digit, A a capital letter)")
        return value

    def number(self, key: str, least: int, most: int) -> int:
        """A whole number from `least` to `most`."""
        value = self._get(key)
        if type(value) is not int or not least <= value <= most:
            raise self.wrong(key, "must be a whole number from " + str(least) + " to " + str(most))
        return value

    def number_of(self, key: str, choices: "tuple[int, ...]") -> int:
        """One of the numbers `choices`."""
        value = self._get(key)
        if type(value) is not int or value not in choices:
            raise self.wrong(key, "must be one of the numbers " + ", ".join([str(choice) for choice in choices]))
        return value

    def flag(self, key: str) -> bool:
        """True or false."""
        value = self._get(key)
        if type(value) is not bool:
            raise self.wrong(key, "must be true or false")
        return value

    def texts(self, key: str) -> "list[str]":
        """A list of texts as `text` takes them, possibly empty."""
        value = self._get(key)
        if type(value) is not list or not all([_is_text(item, LONGEST_TEXT) for item in value]):
            raise self.wrong(key, "must be a list of texts in quotes, none of them empty")
        return list(value)

    def codes(self, key: str, shape: str) -> "list[str]":
        """A list of codes of one `shape` (see `code`), possibly empty."""
        value = self.texts(key)
        for item in value:
            if not fits(item, shape):
                raise self.wrong(key, "must be a list of texts like " + shape + " (9 a digit, A a capital letter)")
        return value

    def has(self, key: str) -> bool:
        """Whether an optional key is there."""
        self._mark(key)
        return key in self._values

    def done(self) -> None:
        """Refuse keys that nobody read: a misspelt key must not pass for a default."""
        for key in sorted(self._values):
            if key not in self._read:
                cause = self.at(key) + " is not a key of the terminal; docs/board-config.md lists all of them"
                raise ConfigError("config.unknown_key", cause)

    def at(self, key: str) -> str:
        """The path of a key."""
        return self._path + "." + key if self._path else key

    def wrong(self, key: str, what: str) -> ConfigError:
        """The error that says what is wrong with the value of a key, such as "must be a date"."""
        return ConfigError("config.wrong", self.at(key) + " " + what)

    def _get(self, key: str) -> "Any":
        self._mark(key)
        if key not in self._values:
            raise ConfigError("config.missing", self.at(key) + " is missing")
        return self._values[key]

    def _mark(self, key: str) -> None:
        self._read.append(key)


def fits(value: str, shape: str) -> bool:
    """Whether `value` has the shape: 9 stands for a digit, A for a capital letter, every other character for itself."""
    if len(value) != len(shape):
        return False
    for index in range(len(shape)):
        kind = shape[index]
        char = value[index]
        if kind == "9":
            good = "0" <= char <= "9"
        elif kind == "A":
            good = "A" <= char <= "Z"
        else:
            good = char == kind
        if not good:
            return False
    return True


def _is_text(value: "Any", most: int) -> bool:
    return type(value) is str and 0 < len(value) <= most and not any([char < " " or char == "\x7f" for char in value])
