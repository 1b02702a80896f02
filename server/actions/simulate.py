"""A draft SOP tried on the past cases of its office (sop-engine.md section 6, Simulation).

Nothing of a case changes. Small offices get the answer at once; otherwise it is a job that shows how far it is, can be
called off, and leaves its sums and a workbook.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from uuid import uuid4

from sqlalchemy import Connection, select

from forms import sop as sop_workbook
from forms import workbook
from forms.schema import pick_label
from forms.sop import CLOSE, END_BRANCH, Sop
from forms.workbook import WorkbookError
from reports.sheets.simulation import CaseLine, DecisionLine, SimulationBook
from server.access import Viewer, require
from server.actions.jobs import Job, Progress
from server.cases.letter import letterhead
from server.locale import say
from server.problems import Problem
from server.queries.definitions import Definitions, definitions_of
from server.queries.past_cases import Wanted, count_cases, past_cases
from server.queries.simulation import ACT, KIND
from server.sop.clock import Calendar, calendar_of
from server.sop.simulate import OPEN, CaseDifference, Tally, replay, tally_to_json
from server.store import Store, jobs
from server.store.projects import project, sop

AT_ONCE = 500
REPORT_EVERY = 100


@dataclass(frozen=True, slots=True)
class Names:
    """What steps, rules and forms are called, by their codes: of the draft, and of every version a case ran under."""

    steps: dict[str, Mapping[str, object]] = field(default_factory=dict)
    routes: dict[str, Mapping[str, object]] = field(default_factory=dict)
    forms: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def learn(self, known: Sop) -> None:
        """Adds what a version calls its steps, rules and forms, over what was known before."""
        for step in known.steps:
            self.steps[step.name] = {"labels": dict(step.labels), "source": step.source}
        for route in known.routes:
            when = route.when.text if route.when else ""
            self.routes[route.name] = {"labels": dict(route.labels), "when": when, "to": route.to}
        for use in known.forms:
            self.forms[use.form_id] = dict(use.labels)


@dataclass(frozen=True, slots=True)
class Simulated:
    """The sums, what things are called, and under which versions how many cases ran."""

    tally: Tally
    names: Names
    versions: Mapping[str, int]

    def to_json(self) -> dict[str, object]:
        return {
            "tally": tally_to_json(self.tally),
            "steps": self.names.steps,
            "routes": self.names.routes,
            "forms": self.names.forms,
            "versions": dict(self.versions),
        }


Each = Callable[[str, str, str, CaseDifference], None]
"""Called for every case with its id, number, SOP version and what differs."""


def read_draft(data: bytes, sop_id: str | None = None) -> Sop:
    """The SOP of a draft workbook; it may have holes, they are what a trial shows.

    Raises Problem `form.not_xlsx`, `sop.invalid` (with the findings that make it unreadable), `simulate.other_sop`.
    """
    if not data.startswith(b"PK"):
        raise Problem("form.not_xlsx")
    try:
        found, findings = sop_workbook.read(workbook.read(data))
    except WorkbookError as error:
        raise Problem("sop.invalid", findings=error.findings) from None
    if found is None:
        raise Problem("sop.invalid", findings=findings)
    if sop_id is not None and found.sop_id != sop_id:
        raise Problem("simulate.other_sop", found=found.sop_id, wanted=sop_id)
    return found


def how_many(store: Store, viewer: Viewer | None, project_id: int, sop_id: str) -> int:
    """How many past cases a draft of this SOP would be tried on. Raises `simulate.unknown_sop`."""
    require(viewer, ACT, project_id)
    with store.read() as db:
        _require_known(db, project_id, sop_id)
    return count_cases(store, Wanted(project_id, sop_id))


def _require_known(db: Connection, project_id: int, sop_id: str) -> None:
    known = select(sop.c.id).where(sop.c.project_id == project_id, sop.c.sop_id == sop_id)
    if db.execute(known).first() is None:
        raise Problem("simulate.unknown_sop", sop=sop_id)


def simulate(
    store: Store, viewer: Viewer | None, project_id: int, draft: Sop, progress: Progress = lambda done, total: None
) -> Simulated:
    """Tries a draft on all past cases of its SOP in this project, now. Raises `simulate.unknown_sop`."""
    how_many(store, viewer, project_id, draft.sop_id)
    return _replay(store, project_id, draft, progress, Names(), lambda *_: None)


def simulate_to_workbook(
    store: Store,
    viewer: Viewer | None,
    project_id: int,
    draft: Sop,
    language: str,
    progress: Progress = lambda done, total: None,
) -> tuple[Simulated, bytes]:
    """As `simulate`, with the result as a workbook too."""
    how_many(store, viewer, project_id, draft.sop_id)
    return _with_workbook(store, project_id, draft, language, progress, "")


def ask(
    store: Store, viewer: Viewer | None, project_id: int, sop_id: str, file: str, data: bytes, language: str
) -> int:
    """Asks for a trial of this workbook; the id of its job.

    file: the name it was uploaded under; language: of the workbook the trial makes. Raises as `read_draft` and
    `how_many`.
    """
    viewer = require(viewer, ACT, project_id)
    draft = read_draft(data, sop_id)
    how_many(store, viewer, project_id, sop_id)
    kept = store.blobs.put(data)
    with store.write() as tx:
        args = {
            "sop_id": sop_id,
            "version": draft.version,
            "title": draft.title,
            "file": file,
            "workbook": kept.sha256,
            "language": language,
        }
        job_id = jobs.add(tx, key=f"{KIND}:{uuid4()}", kind=KIND, args=args, project_id=project_id, actor=viewer.id)
        tx.audit(viewer.id, "sop.simulate", project=project_id, subject=f"job:{job_id}", details={"sop": sop_id})
    return job_id


def run(store: Store, job: Job, progress: Progress, public_url: str) -> Mapping[str, object]:
    """The trial as a worker does it. Gives the sums and the blob of the workbook."""
    assert job.project_id is not None
    draft = read_draft(store.blobs.get(str(job.args["workbook"])))
    language = str(job.args["language"])
    found, data = _with_workbook(store, job.project_id, draft, language, progress, public_url)
    return {**found.to_json(), "xlsx": store.blobs.put(data).sha256}


def _replay(store: Store, project_id: int, draft: Sop, progress: Progress, names: Names, each: Each) -> Simulated:
    definitions = definitions_of(store)
    wanted = Wanted(project_id, draft.sop_id)
    total = count_cases(store, wanted)
    tally, versions = Tally(), dict[str, int]()
    names.learn(draft)
    with store.read() as db:
        new_calendar = draft_calendar(db, definitions, project_id, draft)
    calendars: dict[int, Calendar] = {}
    progress(0, total)
    for number, one in enumerate(past_cases(store, wanted), 1):
        known = definitions.sop_version(one.version_id).sop
        if one.version_id not in calendars:
            names.learn(known)
            with store.read() as db:
                calendars[one.version_id] = definitions.calendar(db, project_id, one.version_id)
        versions[known.version] = versions.get(known.version, 0) + 1
        found = replay(known, draft, one.events, calendars[one.version_id], new_calendar)
        tally.add(one.id, found)
        each(one.id, one.number, known.version, found)
        if number % REPORT_EVERY == 0:
            progress(number, max(total, number))
    progress(tally.cases, max(total, tally.cases))
    return Simulated(tally, names, versions)


def draft_calendar(db: Connection, definitions: Definitions, project_id: int, draft: Sop) -> Calendar:
    """The office's days as they would be under a draft, with the free days the draft itself adds."""
    office = definitions.office(db, project_id)
    if office is None:
        return Calendar(db.execute(select(project.c.timezone).where(project.c.id == project_id)).scalar_one())
    return calendar_of(office, draft)


def _with_workbook(
    store: Store, project_id: int, draft: Sop, language: str, progress: Progress, public_url: str
) -> tuple[Simulated, bytes]:
    names = Names()
    told = _Words(language, names)
    with store.read() as db:
        head = letterhead(definitions_of(store).office(db, project_id))
    book = SimulationBook(told.say("simulation.title", sop=draft.title, version=draft.version), head, told.say)

    def each(case_id: str, number: str, version: str, found: CaseDifference) -> None:
        if not found.is_same:
            link = f"{public_url}/kasus/{case_id}" if public_url else ""
            book.add(told.line(number, version, found, link))

    found = _replay(store, project_id, draft, progress, names, each)
    return found, book.close(told.summary(found), told.decisions(found.tally))


class _Words:
    """The result in the words of the workbook."""

    def __init__(self, language: str, names: Names) -> None:
        self.language = language
        self.names = names
        self.say = partial(say, language)

    def step(self, name: str) -> str:
        if name in (CLOSE, END_BRANCH):
            return self.say(f"api.explain.{name}")
        known = self.names.steps.get(name, {})
        labels = known.get("labels")
        label = pick_label(labels, self.language) if isinstance(labels, Mapping) else ""
        return " ".join(filter(None, (str(known.get("source") or ""), label or name)))

    def targets(self, names: Iterable[str]) -> str:
        return ", ".join(self.step(name) for name in names)

    def route(self, names: str) -> str:
        found = []
        for name in names.split():
            when = str(self.names.routes.get(name, {}).get("when") or "") or self.say("simulation.always")
            found.append(f"{name}: {when}")
        return "\n".join(found) or self.say("simulation.stuck")

    def end(self, reason: str) -> str:
        return self.say("simulation.open") if reason == OPEN else self.say("simulation.closed", reason=reason)

    def line(self, number: str, version: str, found: CaseDifference, link: str) -> CaseLine:
        return CaseLine(
            number=number,
            version=version,
            decisions=tuple(
                self.say(
                    "simulation.decided",
                    step=self.step(one.step),
                    before=self.targets(one.before) or self._none(one.verdict),
                    after=self.targets(one.after)
                    or self.say("simulation.stuck" if one.verdict == "no_rule" else "simulation.nowhere"),
                )
                for one in found.changed
            ),
            dues=tuple(
                self.say("simulation.due_other", step=self.step(due.step))
                if due.days is None
                else self.say("simulation.due_moved", step=self.step(due.step), days=f"{due.days:+d}")
                for due in found.dues
            ),
            close=" → ".join(map(self.end, found.close)) if found.close else "",
            unplaced=tuple(pick_label(self.names.forms.get(one, {}), self.language) or one for one in found.unplaced),
            link=link,
        )

    def _none(self, verdict: str) -> str:
        return self.say("simulation.stuck" if verdict == "ruled" else "simulation.nowhere")

    def summary(self, found: Simulated) -> Iterable[tuple[str, object]]:
        tally = found.tally
        yield self.say("simulation.total.cases"), tally.cases
        yield self.say("simulation.total.changed"), tally.changed
        yield self.say("simulation.total.moved"), tally.moved
        for verdict in ("same", "elsewhere", "no_rule", "ruled", "unreached", "new"):
            yield self.say(f"simulation.verdict.{verdict}"), tally.count(verdict)
        versions = ", ".join(f"{version}: {count}" for version, count in sorted(found.versions.items()))
        yield self.say("simulation.total.versions"), versions

    def decisions(self, tally: Tally) -> Iterable[DecisionLine]:
        for (step, routes), row in sorted(tally.rows.items(), key=lambda item: -item[1].changed):
            targets = tuple((self.targets(names.split()), count) for names, count in row.targets.most_common())
            yield DecisionLine(self.step(step), self.route(routes), dict(row.counts), targets)
