"""What a decision or another form of a case asks when it is answered on the web (rulings 10, 24, 30)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from forms.answering import Question
from forms.findings import Finding
from forms.schema import Labels
from server.access import Viewer, require
from server.problems import Problem
from server.queries.case_reading import CaseFile, read_case
from server.queries.definitions import Definitions, definitions_of
from server.queries.typed_answers import fill, finding, question_labels
from server.store import Store
from server.store.reading import log_read


@dataclass(frozen=True, slots=True)
class Answerable:
    """The form of an open step as it stands with the answers given so far.

    `questions` are those shown now, in the form's order, with the choices on offer now. `errors` says what is wrong,
    blank required questions included, each with `args["field"]`. `on_phones`: what can only be filled on a phone;
    the form cannot be finished here while there is any.
    """

    step: str
    form_id: str
    title: str
    questions: tuple[Question, ...]
    errors: tuple[Finding, ...]
    on_phones: tuple[Labels, ...]


def questions(
    store: Store,
    viewer: Viewer | None,
    project_id: int,
    case_id: str,
    step: str,
    given: Mapping[str, object] | None = None,
    *,
    day: date | None = None,
    address: str | None = None,
) -> Answerable:
    """The questions of an open step's form with these answers. The read is logged.

    given: leaf name -> text, or a list of choices; none yet on a fresh page, which shows the form's own defaults.
    Raises `request.not_found` (also for a step without a form), `case.step_not_open`, `request.bad_type`.
    """
    viewer = require(viewer, "case.act", project_id)
    definitions = definitions_of(store)
    with store.read() as db:
        file = read_case(db, definitions, project_id, case_id)
        if file is None:
            raise Problem("request.not_found")
        found = questions_of(db, definitions, file, step, given or {}, store.now(), day)
    log_read(store, viewer.id, project_id, file.id, "case", address)
    return found


def questions_of(
    db: Connection,
    definitions: Definitions,
    file: CaseFile,
    step: str,
    given: Mapping[str, object],
    now: datetime,
    day: date | None = None,
) -> Answerable:
    """As `questions`, for a page that has read the case and noted it."""
    known = file.sop.sop.step(step)
    if known is None or not known.form:
        raise Problem("request.not_found")
    if file.state is None or not any(visit.step == step and visit.state == "open" for visit in file.state.visits):
        raise Problem("case.step_not_open", step=step)
    filled = fill(db, definitions, file, known.form, given, now, day)
    errors = filled.answered.errors
    return Answerable(
        step=step,
        form_id=known.form,
        title=filled.base.title,
        questions=filled.answered.shown,
        errors=tuple(finding(one, filled) for one in errors),
        on_phones=tuple(question_labels(filled, one.field) for one in errors if one.code == "phone_only"),
    )
