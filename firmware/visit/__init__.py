"""The visit: from the patient's card to the receipt. `Desk` is what the screen presses, `Work` what then goes on by
itself."""

from firmware.visit.auditing import Auditing
from firmware.visit.billing import under_way
from firmware.visit.book import Book
from firmware.visit.checking import Checking
from firmware.visit.claim import Claim
from firmware.visit.codes import IDENTITY_NUMBER, INSURANCE_CODE, TECHNICIAN, UNKNOWN, Scanned, what_is
from firmware.visit.desk import Desk
from firmware.visit.dispensing import Dispensing
from firmware.visit.errors import VisitError
from firmware.visit.light import Light
from firmware.visit.photo import Photo
from firmware.visit.place import ERROR, INFO, WARNING
from firmware.visit.printing import Printing, waits_for_office_printer
from firmware.visit.selling import Selling
from firmware.visit.settlement import Settlement
from firmware.visit.view import kept_view, visit_view
from firmware.visit.work import Work

__all__ = [
    "ERROR",
    "IDENTITY_NUMBER",
    "INFO",
    "INSURANCE_CODE",
    "TECHNICIAN",
    "UNKNOWN",
    "WARNING",
    "Auditing",
    "Book",
    "Checking",
    "Claim",
    "Desk",
    "Dispensing",
    "Light",
    "Photo",
    "Printing",
    "Scanned",
    "Selling",
    "Settlement",
    "VisitError",
    "Work",
    "kept_view",
    "under_way",
    "visit_view",
    "waits_for_office_printer",
    "what_is",
]
