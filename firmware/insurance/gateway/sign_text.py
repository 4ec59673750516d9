"""The text that the SM2 and SM4 variant signs, from the members of a message.

Sources: the rules for signing in the mobile payment centre's interface (pages of two implementers quote them) and three
client programs in Java and C#, one of Chongqing, which agree on what is left out and what becomes a text. The order of
names is that of their bytes, as the rules say; two of the programs sort without regard to case, which makes a
difference only for names that nobody has seen.
"""

from firmware.canonical import dumps

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_UNSIGNED = ("signData", "encData", "extra")


def sign_text(message: "dict[str, Any]", secret: str) -> bytes:
    """`name=value` of each member that is not empty, in the order of names, and `key=secret`, joined by `&`."""
    parts = []
    for name in sorted(message):
        value = _as_texts(message[name])
        if name not in _UNSIGNED and value is not None:
            written = value if type(value) is str else dumps(value).decode()
            parts.append(name + "=" + written)
    parts.append("key=" + secret)
    return "&".join(parts).encode()


def _as_texts(value: "Any") -> "Any":
    """The value with each number and truth value as a text and nothing empty in it; None when it is itself empty: null,
    an empty text or an empty list. An empty object stays."""
    if value in (None, "", []):
        return None
    if type(value) is dict:
        written = {name: _as_texts(value[name]) for name in value}
        return {name: written[name] for name in written if written[name] is not None}
    if type(value) is list:
        items = [_as_texts(item) for item in value]
        return [item for item in items if item is not None]
    if type(value) is bool:
        return "true" if value else "false"
    return str(value)
