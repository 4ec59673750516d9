"""Who does what in the insurance hall: the handler of every transaction but goods and reconciliation."""

from collections.abc import Callable
from typing import Any

from . import audit, fees, files, filings, identity, institutions, mappings, paging, queries, registration, reversal
from . import settlement as settlements
from .catalogues import COLUMNS
from .envelope import Request
from .office import Office

HANDLERS: dict[str, Callable[[Office, Request], Any]] = {
    "9001": identity.sign_in,
    "9002": identity.sign_out,
    "1101": identity.person_info,
    "6101": identity.decode_qr,
    "1201": institutions.institution_info,
    "2001": filings.benefit_check,
    "2201": registration.register,
    "2202": registration.cancel_registration,
    "2203": registration.upload_visit,
    "2203A": registration.upload_visit,
    "2204": fees.upload_fees,
    "2205": fees.withdraw_fees,
    "2206": settlements.preview,
    "2206A": settlements.preview,
    "2207": settlements.settle_visit,
    "2207A": settlements.settle_visit,
    "2208": settlements.cancel_settlement,
    "2601": reversal.reverse,
    "3101": audit.analyse,
    "3102": audit.analyse,
    "3301": mappings.upload_mappings,
    "3302": mappings.withdraw_mapping,
    "1304": paging.paged(paging.nothing),
    "1312": paging.paged(paging.insured),
    "1316": paging.paged(paging.national),
    "1317": paging.paged(paging.own_mappings),
    "1318": paging.paged(paging.limits),
    "1319": paging.paged(paging.first_shares),
    **dict.fromkeys(COLUMNS, files.catalogue),
    "9101": files.upload,
    "9102": files.download,
    "5201": queries.visits,
    "5202": queries.diagnoses,
    "5203": queries.settlement,
    "5204": queries.fee_details,
    "5205": queries.chronic_drugs,
    "5206": queries.accumulated,
    "5301": filings.chronic_diseases,
    "5302": filings.designated,
}
