"""E18 and care: interpretations, printed steps nobody wrote down, emergencies nobody hears of, names on labels."""

import re

from forms.sop import Sop
from server.sop.check.model import Checked, source_numbers

EMERGENCY = frozenset({"ancaman_segera", "perlu_medis", "darurat"})
PERSONAL = frozenset({"nama", "nama_lengkap", "nik", "no_kk", "alamat", "no_hp", "tgl_lahir"})
_NO_READING = re.compile(r"(tafsir|interpretation)?[\s:.]*([A-Z]{0,2}\d*)?[\s.]*", re.IGNORECASE)


def check_readings(checked: Checked) -> None:
    """E18: an interpretation that says nothing, a numbered step of the source that no row represents."""
    for item in checked.sop.readings:
        if _NO_READING.fullmatch(item.interpretation):
            checked.add("E18", item.row, "interpretation", name=item.name, problem="no_text")
    there = {number for step in checked.sop.steps for number in source_numbers(step.source)}
    for missing in sorted(set(range(1, last_number(checked.sop) + 1)) - there):
        checked.add("E18", checked.sop.steps[0].row, "source", name=str(missing), problem="missing_step")


def last_number(sop: Sop) -> int:
    """The highest step number of the printed SOP that any row names as its source."""
    sources = [*(step.source for step in sop.steps), *(route.source for route in sop.routes)]
    return max((number for source in sources for number in source_numbers(source)), default=0)


def check_care(checked: Checked) -> None:
    """An emergency nobody hears of (ruling 27), a label that names a person (ruling 40)."""
    heard = {name.field for route in checked.sop.routes if route.when for name in route.when.names}
    heard |= {name.field for alert in checked.sop.alerts if alert.when for name in alert.when.names}
    for form in checked.sop.forms:
        schema = checked.schemas.get(form.form_id)
        asked = {item.name for item in schema.questions()} if schema else set()
        for question in sorted(asked & EMERGENCY - heard):
            checked.add("emergency_unheard", form.row, "form_id", "warning", name=question, form=form.form_id)
    for name in checked.sop.case_label.names if checked.sop.case_label else ():
        if name.field in PERSONAL:
            checked.add("label_personal", checked.sop.row, "case_label", "warning", name=name.field)
