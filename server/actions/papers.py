"""The papers a finished step owes: numbered and snapshotted in the transaction that finished it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from forms.office import Office
from forms.sop import Sop
from reports import letters, numbers
from reports.office import Orang
from server.actions.issue_documents import issue
from server.cases import letter as letter_of
from server.queries.definitions import Definitions
from server.queries.letter_labels import labels
from server.sop.events import Event
from server.sop.state import CaseState, Paper
from server.store import Transaction
from server.store.people import actor, app_user

VALUES: Mapping[str, Callable[[letter_of.Sources], dict[str, object]]] = {"ba_penanganan": letter_of.ba_penanganan}
# Who confirms and signs when the SOP's document names nobody.
SUPERVISOR = "supervisor"


@dataclass(frozen=True, slots=True)
class Owed:
    """The case whose papers are due."""

    case_id: str
    project_id: int
    number: str
    sop: Sop
    state: CaseState
    events: tuple[Event, ...]


def issue_papers(tx: Transaction, definitions: Definitions, owed: Owed, papers: Iterable[Paper], day: date) -> None:
    """Issues each paper somebody has drawn a letter for, once per case, step visit and kind.

    `day` is the day of issue: it decides number, pattern and signer (ruling 37).
    """
    office = definitions.office(tx.connection, owed.project_id)
    names = {word: office.identity.get(f"{word}_code", "") for word in ("klas", "opd", "unit")} if office else {}
    for paper in papers:
        letter = letters.serving(paper.document)
        if letter is None:
            continue
        pattern = office.number_pattern(paper.document, day) if office else None
        signed_by = next((d.signed_by for d in owed.sop.documents if d.name == paper.document), "") or SUPERVISOR
        sources = letter_of.Sources(
            owed.sop,
            owed.state,
            owed.number,
            owed.events,
            day,
            letter_of.letterhead(office),
            _manager(tx, owed, office),
            letter_of.signer(office.signer_for(signed_by, day) if office else None),
            labels(tx.connection, definitions, owed.project_id),
            _names(tx, owed),
        )
        issue(
            tx,
            project_id=owed.project_id,
            case_id=owed.case_id,
            key=f"{owed.case_id}:{paper.step}:{paper.visit}:{letter.kind}",
            kind=letter.kind,
            title=letter.title,
            register=pattern.register if pattern else letter.register,
            pattern=_usable(pattern.pattern, letter.pattern, names, day) if pattern else letter.pattern,
            day=day,
            values=VALUES[letter.kind](sources),
            actor=None,
            names=names,
        )


def _usable(pattern: str, plain: str, names: Mapping[str, str], day: date) -> str:
    """The office's pattern, or the letter's own when a word of it was never given: no submission waits for that."""
    try:
        numbers.letter_number(pattern, 1, day, names)
    except numbers.BadPattern:
        return plain
    return pattern


def _manager(tx: Transaction, owed: Owed, office: Office | None) -> Orang:
    """The case manager; before one was named, whoever finished the last step."""
    done = [visit.event_id for visit in owed.state.visits if visit.state == "done" and visit.event_id]
    last = next((e.actor for e in owed.events if done and e.id == done[-1]), None)
    name = _names(tx, owed).get(owed.state.manager or last or "", "")
    official = next((o for o in office.officials if o.name == name), None) if office else None
    return Orang(
        name,
        official.nip if official else "",
        official.post if official else "Pekerja Sosial",
        office.name if office else "",
    )


def _names(tx: Transaction, owed: Owed) -> dict[str, str]:
    """Names by actor id; a phone that belongs to an officer goes by the officer's name."""
    ids = {int(e.actor) for e in owed.events if e.actor} | ({int(owed.state.manager)} if owed.state.manager else set())
    officer = actor.alias()
    query = (
        select(actor.c.id, func.coalesce(officer.c.display_name, actor.c.display_name).label("name"))
        .join(app_user, app_user.c.actor_id == actor.c.id, isouter=True)
        .join(officer, officer.c.id == app_user.c.officer_id, isouter=True)
        .where(actor.c.id.in_(ids))
    )
    return {str(row.id): row.name for row in tx.execute(query)}
