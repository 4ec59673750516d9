"""AIM identifiers: what a scanner puts before a code to say of which kind its symbol is (ISO/IEC 15424)."""

_IDENTIFIERS = {
    "ean13": b"]E0",
    "ean8": b"]E4",
    "code128": b"]C0",
    "gs1-128": b"]C1",
    "code39": b"]A0",
    "itf": b"]I0",
    "qr": b"]Q1",
    "gs1-qr": b"]Q3",
    "datamatrix": b"]d1",
    "gs1-datamatrix": b"]d2",
    "pdf417": b"]L0",
}


def aim_identifier(symbology: str) -> bytes:
    """The identifier of a kind of symbol; empty for one that is not known."""
    return _IDENTIFIERS.get(symbology, b"")
