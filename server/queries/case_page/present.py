"""What waits in a case now: its open steps, where it may go on, free tasks, its clocks, papers it still owes."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import Row

from forms.sop import Route, Sop
from server.queries.case_page.book import Book
from server.queries.case_page.values import (
    Asked,
    Clocks,
    FreeTask,
    Mark,
    Missing,
    Now,
    Onward,
    OwedPaper,
    Paper,
)
from server.queries.dues import due_from
from server.sop.clock import Calendar, Stop
from server.sop.state import CaseState, Visit


def is_late(visit: Visit, now: datetime, calendar: Calendar) -> bool:
    """Done visits are judged by the fold, open ones against now (ruling 14)."""
    if visit.state != "open" or visit.due_at is None:
        return visit.late
    return calendar.local(now) > calendar.local(datetime.fromisoformat(visit.due_at))


def marks(book: Book, state: CaseState, now: datetime, calendar: Calendar) -> tuple[Mark, ...]:
    """The way of the case: what is done, what is open, and where it may go from there."""
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
    book: Book, visit: Visit, held: frozenset[str], now: datetime, calendar: Calendar, asked: Asked | None
) -> Now:
    """An open step as the page shows it to somebody with these roles."""
    known = book.program.step(visit.step)
    kind = known.kind if known else "form"
    owed = [paper for paper in book.program.documents if paper.step == visit.step and paper.direction == "out"]
    ends_here = visit.waits_for is None and not visit.lacks
    deciders = {known.role, *known.assign_to} if known else set()
    may_decide = (kind in ("approval", "manual") or asked is not None) and ends_here and bool(held & deciders)
    may_record = known is not None and not visit.lacks and bool(held & set(known.recorded_by))
    return Now(
        step=book.step(visit.step),
        visit=visit.visit,
        kind=kind,
        form_id=visit.form,
        form_title=book.form_title(visit.form) if visit.form else None,
        role=visit.waits_for or visit.role,
        role_labels=book.role_labels(visit.waits_for or visit.role),
        assignee=book.person(visit.assignee),
        opened_on=visit.opened_on,
        due=due_from(calendar, now, visit.due_at),
        not_before=visit.not_before,
        waits_for=visit.waits_for,
        may_confirm=visit.waits_for is not None and visit.waits_for in held,
        may_decide=may_decide,
        may_record=may_record,
        may_override=flagged(book.program, held, "may_override"),
        asked=asked,
        onward=tuple(_onward(book, route) for route in book.program.routes_from(visit.step)),
        papers=tuple(p.labels for p in owed if book.is_drawn(p.name) and p.required is not False),
        offered=tuple(p.labels for p in owed if book.is_drawn(p.name) and p.required is False),
        by_hand=tuple(paper.labels for paper in owed if not book.is_drawn(paper.name)),
        lacks=tuple(_missing(book, name) for name in visit.lacks),
        escalated_on=visit.escalated_on,
        escalated_to=book.role_labels(known.escalate_to) if known else {},
        extended=visit.extended,
        refused=visit.refused,
        begins=any(use.form_id == visit.form for use in book.program.intakes),
    )


def _missing(book: Book, name: str) -> Missing:
    paper = next((paper for paper in book.program.documents if paper.name == name), None)
    return Missing(name, book.paper_labels(name), paper.direction if paper else "in", book.is_drawn(name))


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


def clocks(row: Row, state: CaseState, turns: Iterable[Row], now: datetime, calendar: Calendar) -> Clocks:
    """Both clocks (rulings 2, 14, 29); the days on which the service stood are not counted.

    turns: the events that stop and start it (`pause`, `resume`), oldest first.
    """
    today = calendar.local(now).date()
    end = date.fromisoformat(row.closed_on) if row.closed_on else today
    used = None
    if state.clock_started:
        until = date.fromisoformat(state.service_done_on) if state.service_done_on else end
        started = calendar.day(datetime.fromisoformat(state.clock_started))
        used = calendar.worked(started, until, _stops(state, turns, now, calendar))
    open_days = (end - date.fromisoformat(row.opened_on)).days
    return Clocks(used, state.service_done_on is not None, open_days)


def _stops(state: CaseState, turns: Iterable[Row], now: datetime, calendar: Calendar) -> tuple[Stop, ...]:
    """Pauses, and the spans of steps whose clock is `pause`."""
    stops: list[Stop] = []
    since: datetime | None = None
    for turn in turns:
        moment = calendar.local(datetime.fromisoformat(turn.effective))
        if turn.type == "pause":
            since = since or moment
        elif since is not None:
            stops.append((since, moment))
            since = None
    if since is not None:
        stops.append((since, _after(now, calendar)))
    for visit in state.visits:
        if visit.clock == "pause" and visit.state != "withdrawn":
            end = calendar.end_of(date.fromisoformat(visit.done_on)) if visit.done_on else _after(now, calendar)
            stops.append((datetime.fromisoformat(visit.opened_at), end))
    return tuple(stops)


def _after(now: datetime, calendar: Calendar) -> datetime:
    """A moment by which today has stood whole."""
    return calendar.end_of(calendar.day(now) + timedelta(days=1))


def offered_papers(book: Book, state: CaseState, there: Iterable[Paper]) -> tuple[OwedPaper, ...]:
    """Letters the program can write at a finished step that the SOP does not require and nobody has issued."""
    known = {(paper.step, paper.visit, paper.document) for paper in there if paper.status in ("waiting", "ready")}
    return tuple(
        OwedPaper(row.name, row.labels, book.step(row.step), visit.visit, visit.done_on, None, True)
        for row in book.program.documents
        if row.direction == "out" and row.required is False and book.is_drawn(row.name)
        for visit in state.visits
        if visit.step == row.step
        and visit.state == "done"
        and visit.done_on
        and (row.step, visit.visit, row.name) not in known
    )


def owed_papers(book: Book, state: CaseState) -> tuple[OwedPaper, ...]:
    """Documents the case calls for that are not issued: held back, or to be written by hand."""
    return tuple(
        OwedPaper(
            item.document,
            book.paper_labels(item.document),
            book.step(item.step),
            item.visit,
            item.on,
            item.held,
            book.is_drawn(item.document),
        )
        for item in state.papers
        if not item.issued
    )
