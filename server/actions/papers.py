"""The papers a finished step owes: numbered and snapshotted in the transaction that finished it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from forms.office import Office
from forms.sop import Sop
from reports import letters
from reports.office import Kantor, Orang, Penandatangan
from server.actions.issue_documents import issue
from server.cases import letter as letter_of
from server.queries.definitions import Definitions
from server.sop.events import Event
from server.sop.state import CaseState, Paper
from server.store import Transaction
from server.store.forms import form
from server.store.people import actor

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
            _letterhead(office),
            _manager(tx, owed, office),
            _signer(office, signed_by, day),
            _labels(tx, definitions, owed),
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
            pattern=pattern.pattern if pattern else letter.pattern,
            day=day,
            values=VALUES[letter.kind](sources),
            actor=None,
            names={"opd": office.identity.get("opd_code", "")} if office else {},
        )


def _letterhead(office: Office | None) -> Kantor:
    words = office.words if office else {}
    contact = [
        f"{name} {words[key]}"
        for name, key in (("Telepon", "phone"), ("Laman", "site"), ("Pos-el", "email"))
        if words.get(key)
    ]
    city = words.get("city", "")
    address = " ".join(part for part in (words.get("address", ""), words.get("postal_code", "")) if part)
    short = (office.name if office else "").removesuffix(f" {city}") if city else (office.name if office else "")
    return Kantor(
        words.get("government", ""),
        short,
        address,
        ", ".join(contact),
        city.removeprefix("Kota "),
        words.get("logo", ""),
    )


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


def _signer(office: Office | None, role: str, day: date) -> Penandatangan:
    official = office.signer_for(role, day) if office else None
    if official is None:
        return Penandatangan("", "")
    capacity = "" if official.capacity == "definitif" else official.capacity
    return Penandatangan(official.post, official.name, official.nip, official.rank, capacity)


def _names(tx: Transaction, owed: Owed) -> dict[str, str]:
    ids = {int(e.actor) for e in owed.events if e.actor} | ({int(owed.state.manager)} if owed.state.manager else set())
    rows = tx.execute(select(actor.c.id, actor.c.display_name).where(actor.c.id.in_(ids)))
    return {str(row.id): row.display_name for row in rows}


def _labels(tx: Transaction, definitions: Definitions, owed: Owed) -> letter_of.Label:
    rows = tx.execute(
        select(form.c.xml_form_id, form.c.current_version_id).where(
            form.c.project_id == owed.project_id, form.c.current_version_id.is_not(None)
        )
    )
    versions = {row.xml_form_id: row.current_version_id for row in rows}

    def label(form_id: str, question: str, answer: str) -> str:
        version = versions.get(form_id)
        found = definitions.form_version(version).schema.by_name(question) if version else None
        return found.choice_label(answer, "id") if found and found.choices else answer

    return label
