"""What waits in a case now: its open steps, where it may go on, free tasks."""

from datetime import date, datetime

from sqlalchemy import Connection, Row

from forms.sop import Route, Sop
from reports import letters
from server.queries.case_page.answers import PLUMBING
from server.queries.case_page.book import Book
from server.queries.case_page.values import FreeTask, Mark, Now, Onward, Question
from server.queries.definitions import find_form
from server.queries.dues import due_from
from server.sop.clock import Calendar
from server.sop.state import CaseState, Visit


def is_late(visit: Visit, now: datetime, calendar: Calendar) -> bool:
    """Done visits are judged by the fold, open ones against now (ruling 14)."""
    if visit.state != "open" or visit.due_at is None:
        return visit.late
    return calendar.local(now) > calendar.local(datetime.fromisoformat(visit.due_at))


def marks(book: Book, state: CaseState, now: datetime, calendar: Calendar) -> tuple[Mark, ...]:
    kept = [visit for visit in state.visits if visit.state != "withdrawn" and not book.is_automatic(visit.step)]
    done = [Mark(book.step(v.step), "done", v.done_on, v.late) for v in kept if v.state == "done"]
    waiting = [Mark(book.step(v.step), "now", v.due_at, is_late(v, now, calendar)) for v in kept if v.state == "open"]
    here = {visit.step for visit in kept if visit.state == "open"}
    ahead = [route.to for name in here for route in book.program.routes_from(name)]
    coming = [
        Mark(book.step(name), "next", None, False)
        for name in dict.fromkeys(ahead)
        if book.program.step(name) and name not in here
    ]
    return (*done, *waiting, *coming)


def _onward(book: Book, route: Route) -> Onward:
    known = book.program.step(route.to)
    return Onward(book.step(route.to) if known else None, route.to, route.when.text if route.when else "", route.labels)


def waiting_step(
    db: Connection,
    book: Book,
    row: Row,
    visit: Visit,
    held: frozenset[str],
    now: datetime,
    calendar: Calendar,
) -> Now:
    known = book.program.step(visit.step)
    kind = known.kind if known else "form"
    deciders = {known.role, *known.assign_to, *known.recorded_by} if known else set()
    owed = [paper for paper in book.program.documents if paper.step == visit.step and paper.direction == "out"]
    may_decide = kind in ("approval", "manual") and visit.waits_for is None and bool(held & deciders)
    return Now(
        step=book.step(visit.step),
        visit=visit.visit,
        kind=kind,
        form_id=visit.form,
        form_title=book.form_title(visit.form) if visit.form else None,
        role=visit.waits_for or visit.role,
        role_labels=book.role_labels(visit.waits_for or visit.role),
        assignee=book.person(visit.assignee),
        due=due_from(calendar, now, visit.due_at),
        not_before=visit.not_before,
        waits_for=visit.waits_for,
        may_confirm=visit.waits_for is not None and visit.waits_for in held,
        may_decide=may_decide,
        may_override=flagged(book.program, held, "may_override"),
        questions=_questions(db, book, row.project_id, visit.form) if may_decide and visit.form else (),
        onward=tuple(_onward(book, route) for route in book.program.routes_from(visit.step)),
        papers=tuple(paper.labels for paper in owed if letters.serving(paper.name)),
        by_hand=tuple(paper.labels for paper in owed if not letters.serving(paper.name)),
    )


def _questions(db: Connection, book: Book, project_id: int, form_id: str) -> tuple[Question, ...]:
    """The questions of an approval's form in force that a person answers."""
    row = find_form(db, project_id, form_id)
    if row is None or row.current_version_id is None:
        return ()
    schema = book.definitions.form_version(row.current_version_id).schema
    return tuple(
        Question(field.name, field.labels, field.type, field.choices, field.required)
        for field in schema.questions()
        if not (field.calculated or field.readonly or field.repeat or field.binary or field.name in PLUMBING)
    )


def free_tasks(book: Book, state: CaseState, today: date) -> tuple[FreeTask, ...]:
    """Open ones first, those with a day before those without."""
    made = []
    for item in state.tasks:
        due, done = (str(item[key]) if item.get(key) else None for key in ("due", "done_on"))
        assignee = item.get("assignee")
        who = book.person(str(assignee)) if assignee else None
        is_late = done is None and due is not None and due < today.isoformat()
        made.append(FreeTask(str(item["id"]), str(item["text"]), who, due, done, is_late))
    return tuple(sorted(made, key=lambda task: (task.done_on is not None, task.due is None, task.due or "")))


def flagged(program: Sop, held: frozenset[str], flag: str) -> bool:
    """Whether one of the roles held has this right in the SOP (`may_override`, `may_close`, `may_reopen`)."""
    return any(getattr(role, flag) and role.name in held for role in program.roles)
