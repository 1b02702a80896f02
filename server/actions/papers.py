"""The papers of a case: numbered and snapshotted in the transaction that owes them, voided, corrected (rulings 26, 35).

A paper is found by its key, `<case>:<step>:<visit>:<document>`; a further one in the place of a voided one has `:2`,
`:3` … after it, the n-th correction of one `~n`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import Row, func, select

from forms.office import Office
from forms.sop import Paper as PaperRow
from reports import letters, numbers
from reports.office import Orang, Penandatangan
from server.actions import attention
from server.actions.issue_documents import Correction, correct, issue
from server.cases import letter as letter_of
from server.cases.ba_penanganan import ba_penanganan
from server.cases.sharing import working_roles
from server.cases.sheet_letter import Written, sheet_letter
from server.problems import Problem
from server.queries.case_reading import CaseFile
from server.queries.definitions import Definitions
from server.queries.letter_labels import labels
from server.sop.changes import Changes
from server.sop.events import Event
from server.sop.state import Paper
from server.store import Transaction
from server.store.documents import document
from server.store.people import actor, app_user, grant
from server.store.schema import stamp

VALUES: Mapping[str, Callable[[letter_of.Sources], dict[str, object]]] = {"ba_penanganan": ba_penanganan}
# Who confirms and signs when the SOP's document names nobody.
SUPERVISOR = "supervisor"
STANDING = ("waiting", "ready")


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A letter ready to be numbered: its template, the series of its number and what it says."""

    template: str
    title: str
    register: str
    pattern: str
    values: Mapping[str, object]


def is_drawn(file: CaseFile, name: str) -> bool:
    """Whether the program can write this document: its office has a sheet for it, or the program a letter."""
    return name in file.sop.sheets or _serving(_row(file, name), name) is not None


def issue_papers(
    tx: Transaction, definitions: Definitions, file: CaseFile, papers: Iterable[Paper], day: date
) -> tuple[Event, ...]:
    """Issues each paper that can be written and stands nowhere yet; the `document` events that say so.

    `day` is the day of issue: it decides number, pattern and signer (ruling 37).
    """
    found = []
    for paper in papers:
        if not is_drawn(file, paper.document) or standing(tx, file, paper.step, paper.visit, paper.document):
            continue
        made = issue_one(tx, definitions, file, paper.step, paper.visit, paper.document, day, None)
        found.append(_event(file, tx, paper, made, day))
    return tuple(found)


def _event(file: CaseFile, tx: Transaction, paper: Paper, made: int, day: date) -> Event:
    return Event(
        id=str(uuid5(NAMESPACE_URL, f"document:{file.id}:{made}")),
        type="document",
        effective=day,
        received_at=tx.now,
        step=paper.step,
        data={"document": paper.document, "visit": paper.visit, "action": "issued"},
    )


def issue_one(
    tx: Transaction,
    definitions: Definitions,
    file: CaseFile,
    step: str,
    visit: int,
    name: str,
    day: date,
    by: int | None,
) -> int:
    """Issues one paper of a step visit and gives its row; once it was voided, another with the next number."""
    drawn = _draw(tx, definitions, file, step, visit, name, day)
    earlier = len([row for row in rows_of(tx, file, step, visit, name) if not row.correction])
    key = f"{file.id}:{step}:{visit}:{name}"
    return issue(
        tx,
        project_id=file.project_id,
        case_id=file.id,
        key=f"{key}:{earlier + 1}" if earlier else key,
        kind=name,
        template=drawn.template,
        title=drawn.title,
        register=drawn.register,
        pattern=drawn.pattern,
        day=day,
        values=drawn.values,
        actor=by,
        names=_office_words(definitions.office(tx.connection, file.project_id)),
    )


def correct_one(
    tx: Transaction, definitions: Definitions, file: CaseFile, row: Row, reason: str, changes: list[dict[str, str]]
) -> int:
    """Issues *Perbaikan ke-n* of a paper with old, new and reason; the old one is kept as it is (ruling 35)."""
    day = date.fromisoformat(row.dated)
    _, step, visit, name = row.key.split("~")[0].split(":")[:4]
    drawn = _draw(tx, definitions, file, step, int(visit), name, day)
    return correct(tx, row, Correction(reason, tuple(changes), drawn.template, drawn.values))


def rows_of(tx: Transaction, file: CaseFile, step: str, visit: int, name: str) -> list[Row]:
    """Every paper of a step visit and document, oldest first."""
    key = f"{file.id}:{step}:{visit}:{name}"
    mine = (document.c.case_id == file.id, document.c.kind == name)
    rows = tx.execute(select(document).where(*mine).order_by(document.c.id)).all()
    return [row for row in rows if row.key == key or row.key.startswith((f"{key}:", f"{key}~"))]


def standing(tx: Transaction, file: CaseFile, step: str, visit: int, name: str) -> Row | None:
    """The paper of a step visit that is in force."""
    rows = [row for row in rows_of(tx, file, step, visit, name) if row.status in STANDING]
    return rows[-1] if rows else None


def void(tx: Transaction, file: CaseFile, row: Row, reason: str, by: int) -> None:
    """A paper that no longer counts: its number stays in the register, its check page says so."""
    gone = {"status": "cancelled", "void_reason": reason, "voided_at": stamp(tx.now), "voided_by": by, "review": None}
    tx.execute(document.update().where(document.c.id == row.id).values(gone))
    attention.paper_looked_at(tx, file, row.id, by)
    details = {"number": row.number, "reason": reason}
    tx.audit(by, "document.void", project=file.project_id, subject=f"document:{row.id}", details=details)


def keep(tx: Transaction, file: CaseFile, row: Row, by: int) -> None:
    """A paper somebody has looked at again and lets stand."""
    tx.execute(document.update().where(document.c.id == row.id).values(review=None))
    attention.paper_looked_at(tx, file, row.id, by)


def doubt_papers(tx: Transaction, file: CaseFile, changes: Changes) -> None:
    """Marks issued papers that no longer fit their case: their step visit is gone or withdrawn, or the decision
    that led there leads elsewhere now. A supervisor looks at them again; nothing is voided by itself."""
    assert file.state is not None
    gone = {paper.key for paper in changes.void_papers}
    withdrawn = {visit.key for visit in changes.withdrawn}
    led = {decision.key: decision.to for decision in changes.decisions}
    why: dict[tuple[str, int, str], str] = dict.fromkeys(gone, "gone")
    for paper in file.state.papers:
        visit = file.state.visit(paper.step, paper.visit)
        if visit is None or not paper.issued:
            continue
        if visit.key in withdrawn:
            why[paper.key] = "gone"
        elif visit.opened_by in led and visit.step not in led[visit.opened_by]:
            why[paper.key] = "rerouted"
    for (step, number, name), reason in why.items():
        row = standing(tx, file, step, number, name)
        if row is not None and row.review is None:
            tx.execute(document.update().where(document.c.id == row.id).values(review=reason))
            attention.review_paper(tx, file, row.id, row.title, row.number or "", reason)


def _draw(
    tx: Transaction, definitions: Definitions, file: CaseFile, step: str, visit: int, name: str, day: date
) -> _Drawn:
    assert file.state is not None
    row = _row(file, name)
    office = definitions.office(tx.connection, file.project_id)
    manager = _manager(tx, file, office)
    sources = letter_of.Sources(
        file.sop.sop,
        file.state,
        file.number,
        file.events,
        day,
        letter_of.letterhead(office),
        manager,
        _signer(file, row, office, manager, day),
        labels(tx.connection, definitions, file.project_id),
        _names(tx, file),
    )
    sheet = file.sop.sheets.get(name)
    pattern = office.number_pattern(name, day) if office else None
    if sheet is not None and row is not None:
        plain = letters.letter(letters.SHEET)
        own = row.number_format or plain.pattern
        values = sheet_letter(sources, Written(sheet, row, file.state.visit(step, visit)))
        template = f"{letters.SHEET}@{file.sop.sop.version}"
        title, register = row.labels.get("id", name), row.number_format or plain.register
    else:
        drawn = _serving(row, name)
        if drawn is None:
            raise Problem("case.paper_by_hand", document=name)
        own, values = drawn.pattern, VALUES[drawn.kind](sources)
        template, title, register = f"{drawn.kind}@{drawn.version}", drawn.title, drawn.register
    own = _usable(own, "{urut:03}/{tahun}", _office_words(office), day)
    return _Drawn(
        template,
        title,
        pattern.register if pattern else register,
        _usable(pattern.pattern, own, _office_words(office), day) if pattern else own,
        values,
    )


def _row(file: CaseFile, name: str) -> PaperRow | None:
    return next((paper for paper in file.sop.sop.documents if paper.name == name), None)


def _serving(row: PaperRow | None, name: str) -> letters.Letter | None:
    """The letter the program draws for a document: the one its row names, else the one of its own name."""
    return (letters.serving(row.template) if row and row.template else None) or letters.serving(name)


def _office_words(office: Office | None) -> dict[str, str]:
    return {word: office.identity.get(f"{word}_code", "") for word in ("klas", "opd", "unit")} if office else {}


def _usable(pattern: str, plain: str, names: Mapping[str, str], day: date) -> str:
    """The office's pattern, or the letter's own when a word of it was never given: no submission waits for that."""
    try:
        numbers.letter_number(pattern, 1, day, names)
    except numbers.BadPattern:
        return plain
    return pattern


def _signer(file: CaseFile, row: PaperRow | None, office: Office | None, manager: Orang, day: date) -> Penandatangan:
    """Who signs: the official of that role on that day; the case manager where the role is an officer's own."""
    role = (row.signed_by if row else "") or SUPERVISOR
    official = office.signer_for(role, day) if office else None
    officers = {step.role for step in file.sop.sop.steps} | {
        name for step in file.sop.sop.steps for name in step.assign_to
    }
    deciding = {step.role for step in file.sop.sop.steps if step.kind == "approval"}
    if official is None and role in officers - deciding and manager.nama:
        return Penandatangan(manager.jabatan, manager.nama, manager.nip)
    if official is None:
        said = next((known.labels.get("id", "") for known in file.sop.sop.roles if known.name == role), "")
        return Penandatangan(said, "") if said and role != SUPERVISOR else letter_of.signer(None)
    return letter_of.signer(official)


def _manager(tx: Transaction, file: CaseFile, office: Office | None) -> Orang:
    """The case manager; before one was named, whoever finished the last step."""
    assert file.state is not None
    done = [visit.event_id for visit in file.state.visits if visit.state == "done" and visit.event_id]
    last = next((e.actor for e in file.events if done and e.id == done[-1]), None)
    who = file.state.manager or last or ""
    name = _names(tx, file).get(who, "")
    official = next((o for o in office.officials if o.name == name), None) if office else None
    return Orang(
        name,
        official.nip if official else "",
        official.post if official else _post(tx, file, who),
        office.name if office else "",
    )


def _post(tx: Transaction, file: CaseFile, who: str) -> str:
    """What somebody without a post in the office's workbook is called: their role in this SOP, else a social worker."""
    held: set[str] = set()
    if who:
        mine = (grant.c.actor_id == int(who), grant.c.project_id == file.project_id)
        held = set(tx.execute(select(grant.c.role).where(*mine)).scalars())
    working = working_roles(file.sop.sop)
    roles = (role for role in file.sop.sop.roles if role.name in held & working)
    return next((letter_of.post(role.labels["id"]) for role in roles if role.labels.get("id")), "Pekerja Sosial")


def _names(tx: Transaction, file: CaseFile) -> dict[str, str]:
    """Names by actor id; a phone that belongs to an officer goes by the officer's name."""
    manager = file.state.manager if file.state else None
    ids = {int(e.actor) for e in file.events if e.actor} | ({int(manager)} if manager else set())
    officer = actor.alias()
    query = (
        select(actor.c.id, func.coalesce(officer.c.display_name, actor.c.display_name).label("name"))
        .join(app_user, app_user.c.actor_id == actor.c.id, isouter=True)
        .join(officer, officer.c.id == app_user.c.officer_id, isouter=True)
        .where(actor.c.id.in_(ids))
    )
    return {str(row.id): row.name for row in tx.execute(query)}
