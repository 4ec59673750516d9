"""The insurance platform that a terminal talks to, written from the interface specification alone.

Gateway, envelope, field tables and transactions follow the NHSA interface specification for designated institutions;
where it is silent, docstrings say what is assumed. People, catalogue and benefits are data and invented.
"""

from .faults import CATALOGUE as FAULTS
from .faults import UnknownFault
from .keeping import LedgerBroken
from .service import MAX_BODY, LineCut, Platform

__all__ = ["FAULTS", "MAX_BODY", "LedgerBroken", "LineCut", "Platform", "UnknownFault"]
