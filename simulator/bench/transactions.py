"""Names of the insurance transactions, as the NHSA interface specification has them."""

from simulator.platform.tables import load

NAMES: dict[str, str] = {infno: transaction.name for infno, transaction in load().by_infno.items()}


def name_of(infno: str) -> str:
    """The Chinese name of transaction `infno`, or "" for one that the simulated platform does not know."""
    return NAMES.get(infno, "")
