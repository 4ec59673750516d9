"""The insurance office in town: opens what clinics bring on a stick, and answers (docs/parcels.md)."""

from simulator.office.keys import office_secrets
from simulator.office.parcel import Foreign, Keys, Secrets, open_parcel, seal
from simulator.office.window import OfficeWindow

__all__ = ["Foreign", "Keys", "OfficeWindow", "Secrets", "office_secrets", "open_parcel", "seal"]
