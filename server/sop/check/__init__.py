"""What the rules of an SOP mean together: gaps, overlaps, dead ends, loops, names (sop-engine.md section 3).

Every finding carries what a person needs to see it: the step, the cells no rule covers or two cover, the
nearest name. Nothing is guessed: which comparison holds where is asked of the evaluator the fold uses.
"""

from collections.abc import Mapping

from forms.findings import Finding
from forms.schema import Schema
from forms.sop import Sop
from server.sop.check.deadlines import check_limits
from server.sop.check.decisions import check_decisions, where
from server.sop.check.flow import Flow
from server.sop.check.forks import check_forks
from server.sop.check.model import Checked
from server.sop.check.names import check_expressions, check_names
from server.sop.check.papers import Letter, check_papers, letter_sheets
from server.sop.check.people import check_people, named_by_none, unheld_roles
from server.sop.check.readings import check_care, check_readings
from server.sop.check.ways import check_circles, check_ways

__all__ = ["Letter", "check", "letter_sheets", "named_by_none", "unheld_roles", "where"]


def check(sop: Sop, schemas: Mapping[str, Schema], letters: Mapping[str, Letter] | None = None) -> tuple[Finding, ...]:
    """Everything wrong with an SOP as a whole.

    schemas: the forms it is published with, by form id; a form of the sheet `forms` that is not among them is
    a finding (E01). letters: the letters there are, by name (None: not known, `template` goes unchecked).
    Codes `sop.E01` … `sop.E22` as in sop-engine.md 3.1 and the rulings (E21 is `against_running`, which needs
    running cases), and `sop.emergency_unheard`, `sop.label_personal`, `sop.no_form`, `sop.too_wide`.
    """
    checked = Checked(sop, schemas)
    check_names(checked)
    check_expressions(checked)
    flow = Flow(checked)
    check_decisions(checked, flow)
    check_ways(checked, flow)
    check_circles(checked, flow)
    check_forks(checked, flow)
    check_limits(checked, flow)
    check_papers(checked, flow, letters)
    check_readings(checked)
    check_people(checked)
    check_care(checked)
    return tuple(checked.findings.values())
