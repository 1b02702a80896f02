"""Questions several instruments of this SOP ask."""

from xlsforms.book import Cells
from xlsforms.sources.survey import yes_no


def emergency() -> Cells:
    """Whether the child needs emergency support; the answer opens the emergency service (readings A1 and A12)."""
    return yes_no(
        "butuh_darurat",
        "Perlu layanan darurat?",
        "Is an emergency service needed?",
        must=True,
        hint=("Ya: layanan darurat dibuka saat itu juga.", "Yes: the emergency service opens at once."),
    )
