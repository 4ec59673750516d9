"""The insurance platform that a terminal talks to, written from the interface specification alone.

Gateway, envelope, field tables and transactions follow the NHSA interface specification for designated institutions;
where it is silent, docstrings say what is assumed. People, catalogue and benefits are data and invented.
"""

from .faults import PLATFORM_FAULTS, UnknownFault
from .front import MAX_BODY, LineCut, Silent, most_bytes
from .gateways import SCHEMES, Keys
from .keeping import LedgerBroken
from .service import Platform

__all__ = [
    "MAX_BODY",
    "PLATFORM_FAULTS",
    "SCHEMES",
    "Keys",
    "LedgerBroken",
    "LineCut",
    "Platform",
    "Silent",
    "UnknownFault",
    "most_bytes",
]
