"""Stands in for `typing` on the ESP32, where annotations are parsed and thrown away. Never on CPython's path.

Any name of `typing` can be imported and is the same harmless object; `TYPE_CHECKING` is False.
"""

TYPE_CHECKING = False
Protocol = object


class _Anything:
    """Can be called and subscribed, and stays what it is."""

    def __call__(self, *args):
        return args[0] if args else self

    def __getitem__(self, _):
        return self


_anything = _Anything()


def __getattr__(_):
    """Any other name of `typing`."""
    return _anything


def cast(_, value):
    """`value`, as it is."""
    return value
