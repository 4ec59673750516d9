"""Where each key lies: an ordered map in small leaves, so that neither a look-up nor an insertion moves much memory."""

import struct

TYPE_CHECKING = False
if TYPE_CHECKING:
    Place = tuple[int, int, int]  # number of the segment, offset and size of the value
    Found = tuple[bytes, int, int, int]  # a key and its place

_PLACE = ">III"
_PLACE_BYTES = 12
_LEAF = 64  # keys in a leaf


class Index:
    """Keys in their order, each with (segment, offset, size). A key of 31 bytes takes 65 bytes of memory in a
    MicroPython of 32 bits, 88 on CPython."""

    def __init__(self) -> None:
        self._first: "list[bytes]" = []  # the first key of each leaf
        self._keys: "list[list[bytes]]" = []
        self._places: "list[bytearray]" = []
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def get(self, key: bytes) -> "Place | None":
        """The place of `key`."""
        leaf, at = self._find(key)
        return self._place(leaf, at) if self._holds(leaf, at, key) else None

    def put(self, key: bytes, segment: int, offset: int, size: int) -> "Place | None":
        """Say where `key` lies now; its place until now, if it had one."""
        place = struct.pack(_PLACE, segment, offset, size)
        leaf, at = self._find(key)
        if self._holds(leaf, at, key):
            old = self._place(leaf, at)
            self._places[leaf][at * _PLACE_BYTES : (at + 1) * _PLACE_BYTES] = place
            return old
        if not self._keys:
            self._insert_leaf(0, [key], bytearray(place))
        elif at == _LEAF:  # what comes in order fills its leaf before the next one
            self._insert_leaf(leaf + 1, [key], bytearray(place))
        else:
            self._insert(leaf, at, key, place)
        self._count += 1
        return None

    def remove(self, key: bytes) -> "Place | None":
        """Forget `key`; the place that it had."""
        leaf, at = self._find(key)
        if not self._holds(leaf, at, key):
            return None
        old = self._place(leaf, at)
        self._keys[leaf].pop(at)
        self._places[leaf][at * _PLACE_BYTES : (at + 1) * _PLACE_BYTES] = b""
        self._count -= 1
        self._tidy(leaf)
        return old

    def page(self, prefix: bytes, after: bytes, most: int) -> "list[Found]":
        """The keys that begin with `prefix` and lie behind `after`, at most `most` (0: all)."""
        found: "list[Found]" = []
        if not self._keys:
            return found
        leaf, at = self._find(max(prefix, after))
        while leaf < len(self._keys):
            keys = self._keys[leaf]
            while at < len(keys):
                key = keys[at]
                if not key.startswith(prefix):
                    return found
                if key > after or not after:
                    found.append((key,) + self._place(leaf, at))
                    if len(found) == most:
                        return found
                at += 1
            leaf += 1
            at = 0
        return found

    def _find(self, key: bytes) -> "tuple[int, int]":
        """The leaf where `key` belongs, and the first position there that is not before it."""
        leaf = _position(self._first, key)
        if leaf == len(self._first) or self._first[leaf] != key:
            leaf = max(leaf - 1, 0)
        return leaf, _position(self._keys[leaf], key) if self._keys else 0

    def _holds(self, leaf: int, at: int, key: bytes) -> bool:
        return leaf < len(self._keys) and at < len(self._keys[leaf]) and self._keys[leaf][at] == key

    def _place(self, leaf: int, at: int) -> "Place":
        segment, offset, size = struct.unpack_from(_PLACE, self._places[leaf], at * _PLACE_BYTES)
        return segment, offset, size

    def _insert(self, leaf: int, at: int, key: bytes, place: bytes) -> None:
        keys, places = self._keys[leaf], self._places[leaf]
        keys.insert(at, key)
        places[at * _PLACE_BYTES : at * _PLACE_BYTES] = place
        self._first[leaf] = keys[0]
        if len(keys) > _LEAF:
            half = _LEAF // 2
            self._insert_leaf(leaf + 1, keys[half:], places[half * _PLACE_BYTES :])
            self._keys[leaf] = keys[:half]
            self._places[leaf] = places[: half * _PLACE_BYTES]

    def _insert_leaf(self, leaf: int, keys: "list[bytes]", places: bytearray) -> None:
        self._keys.insert(leaf, keys)
        self._places.insert(leaf, places)
        self._first.insert(leaf, keys[0])

    def _tidy(self, leaf: int) -> None:
        """After a removal: drop the leaf when it is empty, or let a sparse neighbour take what is left."""
        keys = self._keys[leaf]
        if leaf and len(keys) + len(self._keys[leaf - 1]) <= _LEAF // 2:
            self._keys[leaf - 1].extend(keys)
            self._places[leaf - 1].extend(self._places[leaf])
            keys = []
        if keys:
            self._first[leaf] = keys[0]
        else:
            self._keys.pop(leaf)
            self._places.pop(leaf)
            self._first.pop(leaf)


def _position(keys: "list[bytes]", key: bytes) -> int:
    """The first position whose key is not before `key`."""
    low, high = 0, len(keys)
    while low < high:
        middle = (low + high) // 2
        if keys[middle] < key:
            low = middle + 1
        else:
            high = middle
    return low
