"""The national insurance interface: envelope, gateway, transactions. Wire names live here and nowhere else."""

from firmware.insurance.client import InsuranceClient
from firmware.insurance.errors import InsuranceError, Refused, TurnedAway, UnknownOutcome, Unreachable
from firmware.insurance.outpatient import IDENTITY_CARD, IDENTITY_NUMBER, INSURANCE_CODE, SOCIAL_CARD, Outpatient
from firmware.insurance.uploads import SALE, SALE_RETURN, UploadCourier, sale, sale_return

__all__ = [
    "IDENTITY_CARD",
    "IDENTITY_NUMBER",
    "INSURANCE_CODE",
    "SALE",
    "SALE_RETURN",
    "SOCIAL_CARD",
    "InsuranceClient",
    "InsuranceError",
    "Outpatient",
    "Refused",
    "TurnedAway",
    "UnknownOutcome",
    "Unreachable",
    "UploadCourier",
    "sale",
    "sale_return",
]
