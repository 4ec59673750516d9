"""The national insurance interface: envelope, gateway, transactions. Wire names live here and nowhere else."""

from firmware.insurance.audit import AUDIT_BEFORE, AUDIT_DURING, Audits
from firmware.insurance.catalogue_files import CatalogueSource
from firmware.insurance.catalogue_layouts import CATALOGUE_KINDS, CatalogueLayout, is_code, newer, one_line
from firmware.insurance.client import InsuranceClient, made_at
from firmware.insurance.errors import (
    InsuranceError,
    Refused,
    TurnedAway,
    UnknownOutcome,
    Unreachable,
    is_network_trouble,
)
from firmware.insurance.outpatient import Outpatient
from firmware.insurance.persons import IDENTITY_CARD, IDENTITY_NUMBER, INSURANCE_CODE, SOCIAL_CARD
from firmware.insurance.reconciliation import EMPLOYEES, OUTPATIENT_CLEARING, RESIDENTS, Reconciliation
from firmware.insurance.sales import (
    SALE,
    SALE_RETURN,
    SALE_RETURNS,
    SALES,
    rows_key,
    sale,
    sale_return,
    sale_returns,
    sale_rows,
)
from firmware.insurance.uploads import UploadCourier

__all__ = [
    "AUDIT_BEFORE",
    "AUDIT_DURING",
    "CATALOGUE_KINDS",
    "EMPLOYEES",
    "IDENTITY_CARD",
    "IDENTITY_NUMBER",
    "INSURANCE_CODE",
    "OUTPATIENT_CLEARING",
    "RESIDENTS",
    "SALE",
    "SALES",
    "SALE_RETURN",
    "SALE_RETURNS",
    "SOCIAL_CARD",
    "Audits",
    "CatalogueLayout",
    "CatalogueSource",
    "InsuranceClient",
    "InsuranceError",
    "Outpatient",
    "Reconciliation",
    "Refused",
    "TurnedAway",
    "UnknownOutcome",
    "Unreachable",
    "UploadCourier",
    "is_code",
    "is_network_trouble",
    "made_at",
    "newer",
    "one_line",
    "rows_key",
    "sale",
    "sale_return",
    "sale_returns",
    "sale_rows",
]
