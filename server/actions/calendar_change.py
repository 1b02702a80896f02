"""The office's days have changed: open cases get the dates of the new calendar, one by one (ruling 36).

Nothing happens to a case by this: it is folded anew from the events it has. Finished steps and closed cases keep the
calendar they ended under, which the fold sees to.
"""

from collections.abc import Mapping

from server.access import Viewer, require
from server.actions import case_file
from server.actions.bundle import Upload
from server.actions.bundle_prepare import prepare
from server.actions.jobs import Job, Progress
from server.problems import Problem
from server.queries.calendar_preview import ACT, CalendarPreview, calendar_preview, count_open, open_cases
from server.queries.definitions import Definitions, definitions_of
from server.sop.fold import fold
from server.sop.redating import moved_dues
from server.store import Store, Transaction, jobs

KIND = "redate_cases"
REPORT_EVERY = 50
AT_ONCE = 300
"""Open cases tried while the caller waits; for more the answer is a job of the publish page."""


def preview(store: Store, viewer: Viewer | None, project_id: int, data: bytes) -> CalendarPreview | None:
    """What publishing this kantor.xlsx would move, None when its days are those in force; writes nothing.

    Raises `form.not_xlsx`, `bundle.invalid` (findings attached), `calendar.many` for an office with more open cases
    than are tried while somebody waits.
    """
    require(viewer, ACT, project_id)
    if not data.startswith(b"PK"):
        raise Problem("form.not_xlsx")
    bundle = prepare([Upload("kantor.xlsx", data)], None, None)
    if bundle.office is None:
        raise Problem("bundle.invalid", findings=bundle.findings)
    if count_open(store, project_id) > AT_ONCE:
        raise Problem("calendar.many", most=AT_ONCE)
    return calendar_preview(store, viewer, project_id, bundle.office[1])


def ask(tx: Transaction, project_id: int, change_id: int, by: int) -> int:
    """Asks for the open cases to be dated anew after a change of the office's days; the id of the job."""
    args = {"by": by}
    return jobs.add(tx, key=f"{KIND}:{change_id}", kind=KIND, args=args, project_id=project_id, actor=by)


def run(store: Store, job: Job, progress: Progress) -> Mapping[str, object]:
    """Dates every open case anew, each in its own transaction. Repeated, it goes on where it stopped: a case that
    has its new dates stays untouched."""
    assert job.project_id is not None
    definitions = definitions_of(store)
    by = int(str(job.args["by"]))
    total, cases, dues = count_open(store, job.project_id), 0, 0
    for number, one in enumerate(open_cases(store, job.project_id), 1):
        with store.read() as db:
            calendar = definitions.calendar(db, job.project_id, one.version_id)
        if fold(definitions.sop_version(one.version_id).sop, one.events, calendar) != one.state:
            moved = _redate(store, definitions, job.project_id, one.id, by)
            cases += moved > 0
            dues += moved
        if number % REPORT_EVERY == 0:
            progress(number, max(number, total))
    progress(total, total)
    return {"cases": cases, "dues": dues}


def _redate(store: Store, definitions: Definitions, project_id: int, case_id: str, by: int) -> int:
    """How many deadlines of the case moved."""
    with store.write() as tx:
        tx.lock_cases([case_id])
        file = case_file.read_own(tx.connection, definitions, project_id, case_id)
        if file is None or file.state is None or file.state.status == "closed":
            tx.housekeeping()
            return 0
        file = case_file.read_case(tx.connection, definitions, project_id, case_id) or file
        assert file.state is not None
        calendar = definitions.calendar(tx.connection, project_id, file.sop.id)
        state = fold(file.sop.sop, file.events, calendar)
        moved = moved_dues(file.state, state)
        case_file.redate(tx, definitions, file, state)
        told = [{"step": due.step, "visit": due.visit, "old": due.before, "new": due.after} for due in moved]
        tx.audit(by, "case.redate", project=project_id, subject=f"case:{case_id}", details={"moved": told})
    return len(moved)
