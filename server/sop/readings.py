"""The interpretations of an SOP: what the printed text leaves open and how the office reads it (`tafsir`)."""

import hashlib
from dataclasses import dataclass

from forms.sop import Alert, Route, Sop, Step


@dataclass(frozen=True, slots=True)
class Reading:
    """One interpretation. `item`: sheet and row (`routes:r06`); `source`: the step of the printed SOP; `text`: the
    words; `digest`: what a confirmation is bound to, so that new words must be confirmed anew."""

    item: str
    sheet: str
    name: str
    source: str
    text: str
    digest: str


def readings(sop: Sop) -> tuple[Reading, ...]:
    """Every row of the workbook that is an interpretation, in the order of the sheets."""
    return tuple(_reading(row) for row in sop.readings)


def _reading(row: Step | Route | Alert) -> Reading:
    sheet = {Step: "steps", Route: "routes", Alert: "alerts"}[type(row)]
    digest = hashlib.sha256(" ".join(row.interpretation.split()).encode()).hexdigest()
    return Reading(f"{sheet}:{row.name}", sheet, row.name, row.source, row.interpretation, digest)
