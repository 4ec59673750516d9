"""Text on a device without a full `str`: padding, column widths, half-width digits."""


def columns(text: str) -> int:
    """Printed width of `text`: a Chinese or full-width character takes two columns, the rest one."""
    return sum([2 if is_wide(ord(char)) else 1 for char in text])


def is_wide(code: int) -> bool:
    """Whether a code point takes two columns on a Chinese printer: all that GB18030 writes with two bytes or more,
    except what printers draw narrow, is above U+0080."""
    return code >= 0x80


def spread(left: str, right: str, width: int) -> str:
    """`left` and `right` at both ends of a line of `width` columns, at least one blank between."""
    return left + " " * max(1, width - columns(left) - columns(right)) + right


def wrap(text: str, width: int) -> "list[str]":
    """`text` cut into lines of at most `width` columns (Chinese has no blanks to break at)."""
    lines = []
    line = ""
    room = width
    for char in text:
        size = 2 if is_wide(ord(char)) else 1
        if size > room:
            lines.append(line)
            line = ""
            room = width
        line += char
        room -= size
    lines.append(line)
    return lines


def half_width(text: str) -> str:
    """Full-width letters, digits and blanks (as a Chinese input method types them) as plain ones."""
    plain = []
    for char in text:
        code = ord(char)
        if 0xFF01 <= code <= 0xFF5E:
            plain.append(chr(code - 0xFEE0))
        else:
            plain.append(" " if code == 0x3000 else char)
    return "".join(plain)
