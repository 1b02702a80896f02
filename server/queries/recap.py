"""The monthly recap (R3, R4, clients, ABH routes, list): read from the cases of the month alone.

Everything is worked out as it stood at the end of the month, or now while the month still runs: a case
closed, reopened or finished later counts as what it was then.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median, quantiles

from sqlalchemy import Connection, Row, select, text

from forms.schema import pick_label
from forms.sop import Sop
from reports import words
from reports.sheets.rekap_bulanan import CaseLine, Flow, Recap, Timeliness, age_group
from server.access import Viewer, require
from server.locale import say
from server.problems import Problem
from server.queries.definitions import definitions_of
from server.queries.scope import names
from server.sop import state as states
from server.sop.clock import Calendar, Stop
from server.sop.state import CaseState, Visit
from server.store.cases import case, event
from server.store.database import Store
from server.store.projects import project

# Closing reasons that are not "done": to somebody else, not taken on, or no ending of the work at all.
_REFERRED = frozenset(
    {
        "dirujuk",
        "dilimpahkan",
        "rujukan",
        "ke_panti",
        "ke_upt",
        "pelimpahan",
        "dikirim_ke_balai",
        "diterima_upt",
    }
)
_REFUSED = frozenset({"ditolak", "ditolak_dirujuk", "bukan_sasaran", "penolakan"})
_OTHER = frozenset({"pindah_layanan", "digabung", "gabung", "duplikat", "hilang_kontak", "melarikan_diri", "meninggal"})

# Instruments (ruling 19) that show which road a child in conflict with the law is on.
_RJ = frozenset({"kunjungan_rumah", "upaya_rj", "putusan_rj"})
_DIVERSION = frozenset({"pelaporan_uppa", "pendampingan_aph", "diversi"})
_FAILED = frozenset({"gagal", "tidak_berhasil", "formal"})

# Written out, so that the partial index on these few events serves.
_TURNS = text("case_event.type IN ('pause', 'resume', 'reopen')")


@dataclass(frozen=True, slots=True)
class Episode:
    """A case from its opening, or reopening, to its end (None: still open)."""

    start: date
    end: date | None
    reason: str
    first: bool


@dataclass(frozen=True, slots=True)
class _Case:
    row: Row
    state: CaseState
    sop: Sop
    calendar: Calendar
    episodes: tuple[Episode, ...]
    stops: tuple[Stop, ...]


@dataclass(frozen=True, slots=True)
class _Service:
    """The service time of a case: days in the office's zone; `end` None while service steps are open."""

    start: date | None
    end: date | None
    due: date | None


def month(year: int, number: int) -> tuple[date, date]:
    """First and last day of a month. Raises Problem('request.bad_value') for a month there is not."""
    if not (2000 <= year <= 2200 and 1 <= number <= 12):
        raise Problem("request.bad_value", field="month", value=f"{year}-{number}")
    following = date(year + number // 12, number % 12 + 1, 1)
    return date(year, number, 1), following - timedelta(days=1)


def monthly(
    store: Store, viewer: Viewer | None, project_id: int, year: int, number: int, language: str = "id"
) -> Recap:
    """The recap of one month of an office. `language` is that of step and service names.

    Raises as `access.require('report.read')`, and Problem('request.bad_value') for a month there is not.
    """
    require(viewer, "report.read", project_id)
    first, last = month(year, number)
    with store.read() as db:
        zone = db.execute(select(project.c.timezone).where(project.c.id == project_id)).scalar_one()
        cases = list(_cases(db, store, project_id, first, last))
        managers = names(db, (item.row.manager_id for item in cases))
        published = [version.sop for version in definitions_of(store).current_sops(db, project_id)]
    now = Calendar(zone).local(store.now())
    at = min(last, now.date())
    sops = {sop.sop_id: sop for sop in (*published, *(item.sop for item in cases))}
    active = [item for item in cases if _active(item, first, last)]
    ended = Counter(e.reason for item in cases for e in item.episodes if _within(e.end, first, last))
    return Recap(
        first=first,
        last=last,
        as_of=f"{words.date_long(now.date())} pukul {words.clock(now)}",
        area=say(language, "recap.whole_area"),
        flows=tuple(_flow(sop.title, _of(cases, sop), first, last) for sop in sops.values()),
        timeliness=tuple(_timeliness(sop, _of(cases, sop), first, last, at) for sop in sops.values()),
        clients=Counter((age_group(_age(item.state)), _sex(item.state)) for item in active),
        routes=_routes(active, sops.values()),
        cases=tuple(_line(item, at, managers, language) for item in sorted(active, key=lambda item: item.row.number)),
        close_reasons=tuple(sorted((reason or "-", count) for reason, count in ended.items())),
        versions=tuple(sorted({f"{item.sop.title} {item.sop.version}" for item in cases})),
    )


def _of(cases: Iterable[_Case], sop: Sop) -> list[_Case]:
    return [item for item in cases if item.sop.sop_id == sop.sop_id]


def _cases(db: Connection, store: Store, project_id: int, first: date, last: date) -> Iterable[_Case]:
    """Cases open at some time of the month, in order of number. Earlier ended ones are never read."""
    until = last.isoformat()
    open_then = (case.c.status == "open") | (case.c.closed_on >= first.isoformat())
    mine = (case.c.project_id == project_id) & (case.c.opened_on <= until) & open_then
    turns: dict[str, list[Row]] = defaultdict(list)
    happened = select(event.c.case_id, event.c.type, event.c.effective).join(case, case.c.id == event.c.case_id)
    for turn in db.execute(happened.where(mine, _TURNS).order_by(event.c.effective, event.c.received_at)):
        turns[turn.case_id].append(turn)
    again = [case_id for case_id, happened in turns.items() if any(turn.type == "reopen" for turn in happened)]
    closings = select(event.c.case_id, event.c.effective).where(event.c.case_id.in_(again), event.c.type == "close")
    closed: dict[str, list[date]] = defaultdict(list)
    for closing in db.execute(closings):
        closed[closing.case_id].append(_day(closing.effective))
    definitions = definitions_of(store)
    query = select(
        case.c.id, case.c.number, case.c.sop_version_id, case.c.state, case.c.status, case.c.opened_on,
        case.c.closed_on, case.c.close_reason, case.c.manager_id,
    ).where(mine)  # fmt: skip
    for row in db.execution_options(yield_per=500).execute(query.order_by(case.c.sop_id, case.c.number)):
        state = states.from_json(json.loads(row.state))
        calendar = definitions.calendar(db, project_id, row.sop_version_id)
        sop = definitions.sop_version(row.sop_version_id).sop
        lived = _episodes(row, state, turns[row.id], closed[row.id])
        yield _Case(row, state, sop, calendar, lived, _stops(turns[row.id], calendar))


def _episodes(row: Row, state: CaseState, turns: Iterable[Row], closed: list[date]) -> tuple[Episode, ...]:
    """A case's spans between opening and ending. Ends before a reopening are read from what closed it then."""
    ends = [*closed, *(_day(decision.on) for decision in state.decisions if "close" in decision.to)]
    spans: list[Episode] = []
    start, is_first = _day(row.opened_on), True
    for turn in turns:
        if turn.type != "reopen":
            continue
        again = _day(turn.effective)
        end = max((day for day in ends if start <= day <= again), default=again)
        spans.append(Episode(start, end, "", is_first))
        start, is_first = max(again, end), False
    spans.append(Episode(start, _day(row.closed_on) if row.closed_on else None, row.close_reason or "", is_first))
    return tuple(spans)


def _stops(turns: Iterable[Row], calendar: Calendar) -> tuple[Stop, ...]:
    stops: list[Stop] = []
    since: datetime | None = None
    for turn in turns:
        moment = calendar.local(datetime.fromisoformat(turn.effective))
        if turn.type == "pause" and since is None:
            since = moment
        elif turn.type == "resume" and since is not None:
            stops.append((since, moment))
            since = None
    if since is not None:
        stops.append((since, datetime.max.replace(tzinfo=calendar.tz) - timedelta(days=2)))
    return tuple(stops)


def _within(day: date | None, first: date, last: date) -> bool:
    return day is not None and first <= day <= last


def _active(item: _Case, first: date, last: date) -> bool:
    return any(e.start <= last and (e.end is None or e.end >= first) for e in item.episodes)


def _is_open(item: _Case, at: date) -> bool:
    return any(e.start <= at and (e.end is None or e.end > at) for e in item.episodes)


def _bucket(reason: str) -> str:
    for name, reasons in (("referred", _REFERRED), ("refused", _REFUSED), ("other", _OTHER)):
        if reason in reasons:
            return name
    return "done"


def _flow(title: str, cases: Iterable[_Case], first: date, last: date) -> Flow:
    counts: Counter[str] = Counter()
    for episode in (episode for item in cases for episode in item.episodes):
        if episode.start < first and (episode.end is None or episode.end >= first):
            counts["opening"] += 1
        if _within(episode.start, first, last):
            counts["new" if episode.first else "reopened"] += 1
        if _within(episode.end, first, last):
            counts[_bucket(episode.reason)] += 1
        if episode.start <= last and (episode.end is None or episode.end > last):
            counts["closing"] += 1
    columns = ("opening", "new", "reopened", "done", "referred", "refused", "other", "closing")
    return Flow(title, *(counts[name] for name in columns))


def _service(item: _Case, at: date) -> _Service:
    """The service time as it stood at the end of day `at`. A case closed before its service was done has no end."""
    visits = [v for v in _visits(item, at) if v.clock == "service"]
    done = [_day(v.done_on) for v in visits if v.done_on]
    is_done = bool(done) and all(v.state == "done" and v.done_on and _day(v.done_on) <= at for v in visits)
    started = item.state.clock_started
    return _Service(
        start=_day(started) if started else None,
        end=max(done) if is_done else None,
        due=_promised(item, started) if started else None,
    )


def _promised(item: _Case, started: str) -> date | None:
    """The day until which the SOP promises the service, pauses added; the state drops it when the case is closed."""
    sop = item.sop
    if sop.service_time is None:
        return _day(item.state.due_at) if item.state.due_at else None
    moment = datetime.fromisoformat(started) if "T" in started else date.fromisoformat(started)
    return item.calendar.due(moment, sop.service_time, sop.service_time_unit, item.stops).date()


def _visits(item: _Case, at: date) -> list[Visit]:
    """The visits there were on day `at`. One that was withdrawn counts only if nothing took its place by then:
    it was open until the case was closed over it."""
    there = [visit for visit in item.state.visits if _day(visit.opened_on) <= at]
    kept = [visit for visit in there if visit.state != "withdrawn"]
    newest = max((visit.opened_at for visit in kept), default="")
    left = [visit for visit in there if visit.state == "withdrawn" and visit.opened_at >= newest]
    return kept + (left if item.row.closed_on else [])


def _day(moment: str) -> date:
    return date.fromisoformat(moment[:10])


def _timeliness(sop: Sop, cases: list[_Case], first: date, last: date, at: date) -> Timeliness:
    gross: list[int] = []
    net: list[int] = []
    finished = late = overdue = 0
    for item in cases:
        service = _service(item, at)
        if service.end is None:
            overdue += bool(_is_open(item, at) and service.due and service.due < at)
        elif _within(service.end, first, last):
            finished += 1
            late += bool(service.due and service.end > service.due)
            if service.start:
                gross.append(item.calendar.working_days_between(service.start, service.end))
                net.append(item.calendar.worked(service.start, service.end, item.stops))
    return Timeliness(
        sop=sop.title,
        standard=sop.service_time_text or f"{sop.service_time or '-'} {sop.service_time_unit}",
        entered=sum(_within(e.start, first, last) for item in cases for e in item.episodes),
        finished=finished,
        on_time=finished - late,
        late=late,
        overdue=overdue,
        median_gross=_middle(gross),
        p90_gross=_ninetieth(gross),
        median_net=_middle(net),
        p90_net=_ninetieth(net),
        paused=sum(bool(item.stops) for item in cases if _active(item, first, last)),
    )


def _middle(days: list[int]) -> float | None:
    return float(median(days)) if days else None


def _ninetieth(days: list[int]) -> float | None:
    if len(days) < 2:
        return float(days[0]) if days else None
    return float(quantiles(days, n=10, method="inclusive")[8])


def _sex(state: CaseState) -> str:
    return {"L": "L", "P": "P"}.get(str(state.facts.get("jk", "")).upper(), "unknown")


def _age(state: CaseState) -> int | None:
    for name in ("usia_saat_kejadian", "usia", "umur"):
        value = state.facts.get(name)
        if isinstance(value, int | float):
            return int(value)
    return None


def _has_routes(sop: Sop) -> bool:
    instruments = {sop.short(step.form) for step in sop.steps}
    return bool(instruments & _RJ) and bool(instruments & _DIVERSION)


def _routes(cases: Iterable[_Case], sops: Iterable[Sop]) -> Mapping[tuple[str, str], int] | None:
    """The roads of the children; None in an office none of whose services knows them."""
    if not any(map(_has_routes, sops)):
        return None
    return Counter((_route(item), _sex(item.state)) for item in cases if _has_routes(item.sop))


def _route(item: _Case) -> str:
    """The road the case is on: its last step that belongs to one."""
    roads = [item.sop.short(v.form) for v in item.state.visits if v.form and v.state != "withdrawn"]
    last = next((form for form in reversed(roads) if form in _RJ | _DIVERSION), "")
    if last in _RJ:
        return "rj"
    if last in _DIVERSION:
        return "formal" if str(item.state.facts.get("hasil_diversi", "")) in _FAILED else "diversi"
    return "undecided"


def _line(item: _Case, at: date, managers: Mapping[int, str], language: str) -> CaseLine:
    ends = [e.end for e in item.episodes if e.end and e.end <= at]
    closed = (
        None if any(e.start <= at and (e.end is None or e.end > at) for e in item.episodes) else max(ends, default=None)
    )
    then = [
        visit
        for visit in item.state.visits
        if visit.state != "withdrawn"
        and _day(visit.opened_on) <= at
        and not (visit.done_on and _day(visit.done_on) <= at)
    ]
    service = _service(item, at)
    dues = sorted(_day(v.due_at) for v in then if v.due_at)
    due = service.due if service.end or not dues else dues[0]
    until = service.end or closed or at
    late = item.calendar.working_days_between(due, until) if due and until > due else 0
    return CaseLine(
        number=item.row.number,
        initials=_initials(item.state),
        sex={"unknown": "-"}.get(_sex(item.state), _sex(item.state)),
        age=_age(item.state),
        sop=item.sop.title,
        step="" if closed else "; ".join(_step_label(item.sop, v.step, language) for v in then),
        opened=_day(item.row.opened_on),
        due=due,
        closed=closed,
        late_days=late,
        manager=managers.get(item.row.manager_id, ""),
    )


def _initials(state: CaseState) -> str:
    known = str(state.facts.get("inisial") or "")
    return known or words.initials(str(state.facts.get("nama_lengkap") or ""))


def _step_label(sop: Sop, name: str, language: str) -> str:
    step = sop.step(name)
    return pick_label(step.labels, language) if step else name
