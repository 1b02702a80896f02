"""Running cases come in from the office's old register in Excel (ruling 43): template, dry run, apply.

A case so begun opens where it stood (`start_at`). It is known by project, SOP and its old number: the same file
twice brings nothing twice.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, Select, select

from forms import workbook
from forms.entities import MAX_LABEL, EntityAct
from forms.findings import Finding, Place, has_errors
from forms.schema import Field
from forms.sop import Sop
from forms.submission import typed
from forms.values import Answers, text
from forms.workbook import Row, Sheet, Workbook, WorkbookError, fold
from reports.sheets.import_template import ABOUT, CASES, MARK, ImportColumn, import_template
from server.access import Viewer, require
from server.actions import case_file
from server.actions.case_file import CaseFile
from server.actions.import_again import OFFICER, OPENED, STEPS, Again, edited, manager_event, opening_event
from server.actions.proposals import propose
from server.cases import matching
from server.cases.entity_merge import WORKFLOW
from server.cases.linking import case_list, derived_id
from server.problems import Problem
from server.queries.definitions import Definitions, SopVersion, definitions_of, find_form
from server.sop.events import Event
from server.store import Store, Transaction, jobs
from server.store.cases import case
from server.store.entities import entity_list
from server.store.jobs import Job
from server.store.people import grant, user
from server.store.schema import loads

KIND = "import_cases"
ACT = "case.import"
AT_ONCE = 50
"""Rows brought in while the caller waits; more become a job."""
MOST_ROWS = 20_000
FIRST_DAY = date(1990, 1, 1)
OLD_NUMBER = "nomor_lama"
_OWN = (OLD_NUMBER, OPENED, STEPS, OFFICER)
# Asked of every case whose forms know them: by these the same person is recognised.
_PERSON = (
    matching.NAME,
    "inisial",
    matching.NIK,
    matching.BORN,
    matching.SEX,
    matching.AREA,
    matching.YOUNGEST,
    matching.OLDEST,
    *matching.AGES,
    *matching.MARKS,
)

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class Running:
    """One row of the register that is ready: its old number, the day it was opened, open steps, manager, facts."""

    old: str
    opened: date
    steps: tuple[str, ...]
    officer: int | None
    facts: Answers
    row: int


@dataclass(frozen=True, slots=True)
class Register:
    """A register as read: what is ready, how many rows were brought in before, and everything wrong by cell."""

    sop_id: str
    ready: tuple[Running, ...]
    already: int
    findings: tuple[Finding, ...]

    @property
    def blocked(self) -> bool:
        return has_errors(self.findings)


@dataclass(frozen=True, slots=True)
class Brought:
    """What an import did: the register, how many cases were opened, the job that does it (None: done)."""

    register: Register
    opened: int = 0
    job: int | None = None


def template(store: Store, viewer: Viewer | None, project_id: int, sop_id: str, language: str) -> bytes:
    """The workbook to fill for this SOP: a column for every fact its rules and label read.

    Raises Problem `request.not_found`.
    """
    require(viewer, ACT, project_id)
    definitions = definitions_of(store)
    with store.read() as db:
        version = _version(db, definitions, project_id, sop_id)
        asked = _asked(db, definitions, project_id, version.sop)
    steps = tuple((step.name, _label(step.labels, language)) for step in version.sop.steps if step.kind != "auto")
    own = (
        ImportColumn(OLD_NUMBER, OLD_NUMBER, True),
        ImportColumn(OPENED, OPENED, True, kind="day"),
        ImportColumn(STEPS, STEPS, True, steps, several=True),
        ImportColumn(OFFICER, OFFICER),
    )
    facts = tuple(
        ImportColumn(
            name,
            field.label(language),
            choices=tuple((choice, field.choice_label(choice, language)) for choice, _ in field.choices),
            several=field.select_multiple,
            kind="day" if field.type == "date" else "text",
        )
        for name, field in asked.items()
    )
    about = (("sop", version.sop.sop_id), ("judul", version.sop.title), ("versi", version.sop.version))
    return import_template((*own, *facts), about)


def sop_of(data: bytes) -> str | None:
    """The SOP a filled template says it is for."""
    return _sop_told(_read(data))


def import_cases(
    store: Store, viewer: Viewer | None, project_id: int, sop_id: str, data: bytes, *, dry: bool, at_once: bool = False
) -> Brought:
    """Checks a register and, unless `dry`, opens its cases: at once, or by a job when there are more than AT_ONCE.

    Raises Problem `request.not_found`, `import.invalid` (findings) when it shall be applied and has errors.
    """
    viewer = require(viewer, ACT, project_id)
    found = check_register(store, project_id, sop_id, data)
    if dry:
        return Brought(found)
    if found.blocked:
        raise Problem("import.invalid", findings=found.findings)
    if at_once or len(found.ready) <= AT_ONCE:
        return Brought(found, _apply(store, viewer.id, project_id, found, lambda _done, _total: None))
    blob = store.blobs.put(data)
    with store.write() as tx:
        args = {"blob": blob.sha256, "sop": sop_id, "actor": viewer.id}
        key = f"{KIND}:{project_id}:{sop_id}:{hashlib.sha256(data).hexdigest()}"
        number = jobs.add(tx, key=key, kind=KIND, args=args, project_id=project_id, actor=viewer.id)
        details = {"rows": len(found.ready)}
        tx.audit(viewer.id, "case.import.ask", project=project_id, subject=f"sop:{sop_id}", details=details)
    return Brought(found, job=number)


def run(store: Store, job: Job, progress: Progress) -> Mapping[str, object]:
    """The job: what it opened before it was interrupted it finds again and leaves alone."""
    assert job.project_id is not None
    data = store.blobs.get(str(job.args["blob"]))
    found = check_register(store, job.project_id, str(job.args["sop"]), data)
    if found.blocked:
        raise Problem("import.invalid", findings=found.findings)
    opened = _apply(store, int(str(job.args["actor"])), job.project_id, found, progress)
    return {"opened": opened, "already": found.already}


# --- reading --------------------------------------------------------------------------------------


def check_register(store: Store, project_id: int, sop_id: str, data: bytes) -> Register:
    """Everything a register holds and everything wrong with it; writes nothing. Raises `request.not_found`."""
    definitions = definitions_of(store)
    with store.read() as db:
        version = _version(db, definitions, project_id, sop_id)
        try:
            book = _read(data)
        except Problem as problem:
            return Register(sop_id, (), 0, problem.findings)
        sheet = book.sheet(CASES)
        told = _sop_told(book)
        if sheet is None or told not in (None, sop_id):
            code = "import.no_sheet" if sheet is None else "import.other_sop"
            return Register(sop_id, (), 0, (Finding(code, args={"sheet": CASES, "sop": told or "", "here": sop_id}),))
        if len(sheet.rows) > MOST_ROWS:
            return Register(sop_id, (), 0, (Finding("import.too_many", args={"most": MOST_ROWS}),))
        zone = definitions.calendar(db, project_id, version.id).tz
        reader = _Reader(
            version.sop,
            _asked(db, definitions, project_id, version.sop),
            _people(db, project_id),
            store.now().astimezone(zone).date(),
        )
        rows = reader.rows(sheet)
        ids = {_case_id(project_id, sop_id, one.old): one for one in rows}
        known: set[str] = set()
        keys = list(ids)
        for start in range(0, len(keys), 500):
            known |= set(db.execute(select(case.c.id).where(case.c.id.in_(keys[start : start + 500]))).scalars())
        at = {row.number: row for row in sheet.rows}
        again = {key: reader.again(sheet, at[one.row], one) for key, one in ids.items() if key in known}
        reader.findings += edited(db, again)
    ready = tuple(one for key, one in ids.items() if key not in known)
    return Register(sop_id, ready, len(known), tuple(reader.findings))


class _Reader:
    """Reads rows against an SOP; `findings` collects what is wrong."""

    def __init__(self, sop: Sop, asked: Mapping[str, Field], people: Mapping[str, int], today: date) -> None:
        self._sop = sop
        self._asked = asked
        self._people = people
        self._today = today
        self._in_label = {name.field for name in sop.case_label.names} if sop.case_label else set()
        self.findings: list[Finding] = []

    def rows(self, sheet: Sheet) -> list[Running]:
        known = {fold(name) for name in (*_OWN, *self._asked)}
        for header, letter in sheet.headers.items():
            if fold(header) not in known and not header.startswith("#"):
                place = Place(sheet.name, sheet.header_row, header, f"{letter}{sheet.header_row}", header)
                self._add("unknown_column", place, level="warning", name=header)
        missing = [name for name in _OWN[:3] if fold(name) not in {fold(header) for header in sheet.headers}]
        for name in missing:
            self._add("missing_column", sheet.place(), name=name)
        if missing:
            return []
        seen: dict[str, int] = {}
        found = []
        for row in sheet.rows:
            before = len(self.findings)
            one = self._row(row)
            if one and seen.setdefault(one.old.casefold(), row.number) != row.number:
                self._add("same_number", row.place(OLD_NUMBER), number=one.old, row=seen[one.old.casefold()])
            elif one and not has_errors(self.findings[before:]):
                found.append(one)
        return found

    def again(self, sheet: Sheet, row: Row, one: Running) -> Again:
        """What the row of a case that was brought in before says now."""
        logins = {person: login for login, person in self._people.items()}
        says = {name: text(one.facts.get(name, "")) for name in self._asked}
        says |= {OPENED: one.opened.isoformat(), STEPS: " ".join(one.steps)}
        says |= {OFFICER: logins[one.officer] if one.officer is not None else ""}
        there = {fold(header) for header in sheet.headers}
        return Again(row, {name: value for name, value in says.items() if fold(name) in there})

    def _add(self, code: str, place: Place | None, *, level: str = "error", **args: object) -> None:
        self.findings.append(Finding(f"import.{code}", "warning" if level == "warning" else "error", place, args))

    def _row(self, row: Row) -> Running | None:
        old, day = row.text(OLD_NUMBER), self._day(row)
        if not old:
            self._add("missing", row.place(OLD_NUMBER), name=OLD_NUMBER)
        steps = tuple(dict.fromkeys(self._steps(row)))
        facts = dict(self._facts(row))
        officer = self._officer(row)
        if not old or day is None or not steps:
            return None
        return Running(old[:100], day, steps, officer, facts, row.number)

    def _day(self, row: Row) -> date | None:
        cell = row.cell(OPENED)
        if cell is None:
            self._add("missing", row.place(OPENED), name=OPENED)
            return None
        day = _day_of(cell.value, cell.text)
        if day is None or not FIRST_DAY <= day <= self._today:
            self._add("bad_day", cell.place, value=cell.text)
            return None
        return day

    def _steps(self, row: Row) -> Iterator[str]:
        written = row.text(STEPS)
        if not written:
            self._add("missing", row.place(STEPS), name=STEPS)
        names = [written.split(MARK)[0].strip()] if MARK in written else written.replace(",", " ").split()
        for name in names:
            step = self._sop.step(name)
            if step is None or step.kind == "auto":
                known = ", ".join(step.name for step in self._sop.steps if step.kind != "auto")
                self._add("unknown_step", row.place(STEPS), value=name, known=known)
            else:
                yield step.name

    def _officer(self, row: Row) -> int | None:
        login = row.text(OFFICER).casefold()
        if login and login not in self._people:
            self._add("unknown_officer", row.place(OFFICER), value=login)
        return self._people.get(login)

    def _facts(self, row: Row) -> Iterator[tuple[str, object]]:
        for name, field in self._asked.items():
            cell = row.cell(name)
            if cell is None:
                continue
            if field.type == "date":
                day = _day_of(cell.value, cell.text)
                if day is None:
                    self._add("bad_value", cell.place, value=cell.text, type=field.type)
                else:
                    yield name, day
                continue
            written = self._chosen(field, cell.text) if field.choices else cell.text
            value = typed(written, field.type) if written is not None else None
            if written is None:
                known = ", ".join(choice for choice, _ in field.choices[:20])
                self._add("unknown_choice", cell.place, value=cell.text, known=known)
            elif value is None:
                self._add("bad_value", cell.place, value=cell.text, type=field.type)
            elif name in self._in_label and len(cell.text) > MAX_LABEL:
                self._add("long_label", cell.place, most=MAX_LABEL)
            else:
                yield name, value

    @staticmethod
    def _chosen(field: Field, written: str) -> str | None:
        """The choice's name for what was picked or typed: its name, its label, or both; None when it is none."""
        by_text = {name.casefold(): name for name, _ in field.choices}
        by_text |= {label.casefold(): name for name, labels in field.choices for label in labels.values()}
        whole = by_text.get(written.split(MARK)[0].strip().casefold())
        if whole or not field.select_multiple:
            return whole
        parts = [by_text.get(part.casefold()) for part in written.replace(",", " ").split()]
        return " ".join(part for part in parts if part) if parts and all(parts) else None


def _day_of(value: object, written: str) -> date | None:
    """A day as Excel keeps it, or written 2026-03-02, 02/03/2026 or 2-3-2026 (day first)."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    parts = written.strip().replace("/", "-").replace(".", "-").split("-")
    try:
        first, middle, last = (int(part) for part in parts)
        return date(first, middle, last) if first > 31 else date(last, middle, first)
    except ValueError:
        return None


def _read(data: bytes) -> Workbook:
    try:
        return workbook.read(data)
    except WorkbookError as error:
        raise Problem("import.invalid", findings=error.findings) from None


def _sop_told(book: Workbook) -> str | None:
    sheet = book.sheet(ABOUT)
    rows = sheet.rows if sheet else ()
    return next((row.text("nilai") for row in rows if row.text("isian") == "sop"), None) or None


def _version(db: Connection, definitions: Definitions, project_id: int, sop_id: str) -> SopVersion:
    for version in definitions.current_sops(db, project_id):
        if version.sop.sop_id == sop_id:
            return version
    raise Problem("request.not_found")


def _asked(db: Connection, definitions: Definitions, project_id: int, sop: Sop) -> dict[str, Field]:
    """The questions of the SOP's forms whose answers its rules, facts, alerts or label read, and who the person is."""
    read = [route.when for route in sop.routes] + [fact.calculation for fact in sop.facts]
    read += [alert.when for alert in sop.alerts] + [sop.case_label]
    names = {name.field for expression in read if expression for name in expression.names}
    person = [name for use in sop.intakes for name in use.person_fields]
    wanted = dict.fromkeys((*_PERSON, *sop.person_key, *person, *sorted(names)))
    fields: dict[str, Field] = {}
    for use in sorted(sop.forms, key=lambda use: not use.opens_case):
        form = find_form(db, project_id, use.form_id)
        if form and form.current_version_id:
            for field in definitions.form_version(form.current_version_id).schema.questions():
                if not field.binary:
                    fields.setdefault(field.name, field)
    return {name: fields[name] for name in wanted if name in fields and name not in _OWN}


def _people(db: Connection, project_id: int) -> dict[str, int]:
    query = (
        select(user.c.login, user.c.actor_id)
        .join(grant, grant.c.actor_id == user.c.actor_id)
        .where((grant.c.project_id == project_id) | grant.c.project_id.is_(None), user.c.disabled_at.is_(None))
    )
    return {row.login.casefold(): row.actor_id for row in db.execute(query)}


def _label(labels: Mapping[str, str], language: str) -> str:
    return labels.get(language) or labels.get("id") or next(iter(labels.values()), "")


# --- writing --------------------------------------------------------------------------------------


def _case_id(project_id: int, sop_id: str, old: str) -> str:
    return derived_id("import", project_id, sop_id, old.casefold())


def _apply(store: Store, actor: int, project_id: int, found: Register, progress: Progress) -> int:
    """Opens the cases that are not there yet, each in a transaction of its own; how many."""
    definitions = definitions_of(store)
    with store.read() as db:
        version = _version(db, definitions, project_id, found.sop_id)
        kept = loads(db.execute(_properties(project_id, found.sop_id)).scalar() or "[]")
    opened = 0
    for done, one in enumerate(found.ready, 1):
        with store.write() as tx:
            opened += _open(tx, definitions, version, project_id, one, actor, kept)
        if done % AT_ONCE == 0 or done == len(found.ready):
            progress(done, len(found.ready))
    return opened


def _properties(project_id: int, sop_id: str) -> Select:
    name = case_list(sop_id)
    return select(entity_list.c.properties).where(entity_list.c.project_id == project_id, entity_list.c.name == name)


def _open(
    tx: Transaction,
    definitions: Definitions,
    version: SopVersion,
    project_id: int,
    one: Running,
    actor: int,
    kept: list[str],
) -> bool:
    sop_id = version.sop.sop_id
    key = _case_id(project_id, sop_id, one.old)
    tx.lock_cases([key])
    if tx.execute(select(case.c.id).where(case.c.id == key)).first() is not None:
        tx.housekeeping()  # another import of the same register was here a moment ago
        return False
    new = CaseFile(key, project_id, version, "", 0, None, ())
    began = Event(
        id=opening_event(key),
        type="start_at",
        effective=one.opened,
        received_at=tx.now,
        actor=str(actor),
        answers=one.facts,
        data={"steps": list(one.steps), "importedAs": one.old},
    )
    data = {name: text(one.facts[name]) for name in kept if name in one.facts and name not in WORKFLOW}
    act = EntityAct(case_list(sop_id), key, True, False, None, None, None, None, data)
    settled = case_file.refold(tx.connection, definitions, new, began)
    names = [text(one.facts[name]) for name in (matching.NAME, matching.NIK) if one.facts.get(name)]
    file = case_file.save(
        tx, definitions, new, settled, began, act=act, search=[one.old, *names], share=one.officer is None
    )
    if one.officer is not None:
        given = Event(
            id=manager_event(key),
            type="assign",
            effective=one.opened,
            received_at=tx.now + timedelta(milliseconds=1),
            actor=str(actor),
            data={"assignee": str(one.officer), "reason": one.old},
        )
        settled = case_file.refold(tx.connection, definitions, file, given)
        file = case_file.save(tx, definitions, file, settled, given)
    propose(tx, file)
    tx.audit(actor, "case.import", project=project_id, subject=f"case:{key}", details={"row": one.row})
    return True
