"""The store on append-only segment files, for flash with LittleFS and for any folder: portable, over `Files`.

`docs/segment-format.md` gives the bytes and the rules. The front door: `SegmentStore` fulfils `hal.ports.Store`, and
`Files` is what a board has to offer.
"""

from hal.segments.engine import SEGMENT_BYTES
from hal.segments.files import Files
from hal.segments.store import SegmentStore

__all__ = ["SEGMENT_BYTES", "Files", "SegmentStore"]
