"""Placing a submission into its case: prepared before the write lock, written in a savepoint under it.

A fault here never loses the submission: its bytes are kept already, and a person gets a task with a
fault class.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

from lxml import etree
from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.exc import IntegrityError, OperationalError

from forms import submission as submission_xml
from forms.entities import EntityAct
from forms.renames import with_old_names
from forms.sop import FormUse
from forms.submission import Reading
from forms.values import Answers, text
from server.access import Viewer
from server.actions import case_file
from server.actions.case_file import CaseFile
from server.actions.moved_on import carry_on, moved_to
from server.actions.proposals import ROW_GONE, propose
from server.actions.received import Received, Sender, Unplaced
from server.actions.review_events import agree, take_back
from server.cases.linking import (
    MOST_CASES,
    Link,
    Trace,
    derived_id,
    holders,
    links,
    traced,
    uuid_of,
)
from server.problems import Problem
from server.queries.definitions import Definitions, SopVersion, find_form, published_version_id
from server.sop.events import Event
from server.sop.settle import Settled
from server.store import Transaction
from server.store.cases import alias, case, event, task
from server.store.hot import Hot
from server.store.schema import dumps, loads, stamp
from server.store.submissions import Known, known, revision

log = logging.getLogger("alur.submission")

Root: TypeAlias = etree._Element

FORMS = ("submission", "submission_edit")
CASE_UNKNOWN = "unplaced.case_unknown"
OTHER_CASE = "unplaced.other_case"
PROGRAM = "unplaced.program"
TOO_MANY_CASES = "unplaced.too_many_cases"
# A phone that lost its clock writes 1970 or 1980; no act Alur handles lies before this day.
FIRST_DAY = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Placement:
    """The prepared work for one case: the file as read, the new event, what follows from it.

    `named` is the id the form wrote, where that case has been merged into this one since; `key` and `row` are
    those of its link.
    """

    file: CaseFile
    event: Event
    settled: Settled
    act: EntityAct | None
    search: tuple[str, ...]
    named: str | None = None
    key: str = ""
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a submission does to its cases: `placements`, one per case; `leaving`, cases a correction names no
    longer; `unplaced`, the parts of it that wait for a person. `orphaned` are cases it opened and names no
    longer: a person decides about those."""

    placements: tuple[Placement, ...] = ()
    leaving: tuple[Placement, ...] = ()
    unplaced: tuple[Unplaced, ...] = ()
    orphaned: tuple[CaseFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """The cases a submission is in now, and what of it waits for a person."""

    files: tuple[CaseFile, ...] = ()
    unplaced: tuple[Unplaced, ...] = ()


# Of a case that was merged into another one the other is named.
_TRACES = Hot(
    select(func.coalesce(alias.c.case_id, event.c.case_id), event.c.type, event.c.received_at, event.c.data)
    .join(case, case.c.id == event.c.case_id)
    .outerjoin(alias, alias.c.id == event.c.case_id)
    .where(
        event.c.instance_id == bindparam("root"),
        event.c.form == bindparam("form"),
        case.c.project_id == bindparam("project"),
    )
)
_NEWER = Hot(
    select(event.c.id)
    .join(revision, revision.c.id == event.c.revision_id)
    .where(revision.c.submission_id == bindparam("submission"), revision.c.id > bindparam("revision"))
)


_EARLIER = Hot(
    select(func.count())
    .select_from(revision)
    .where(revision.c.submission_id == bindparam("submission"), revision.c.id <= bindparam("base"))
)
_TAKEN = Hot(select(case.c.id).where(case.c.id == bindparam("case")))


def prepare(db: Connection, definitions: Definitions, received: Received) -> Prepared | None:
    """What this submission does to its cases; None when no SOP uses the form."""
    if isinstance(received.reading, Unplaced):
        return Prepared(unplaced=(received.reading,))
    try:
        return _link(db, definitions, received, received.reading)
    except OperationalError:
        raise  # the database's trouble, not the submission's: nothing is kept, and the phone sends again
    except Exception:
        log.exception("linking or folding a submission failed")
        return Prepared(unplaced=(Unplaced("program", PROGRAM, args={"stage": "folding"}),))


def _link(db: Connection, definitions: Definitions, received: Received, reading: Reading) -> Prepared | None:
    for sop in definitions.current_sops(db, received.project_id):
        found = links_of(sop, received)
        if found is None:
            continue
        if len(found) > MOST_CASES:
            return Prepared(unplaced=(Unplaced("data", TOO_MANY_CASES, args={"most": MOST_CASES}),))
        held = held_by(db, received) if received.base else {}
        linking = _Linking(db, definitions, received, sop, held)
        if len(found) == 1 and found[0].row is None and len(held) < 2:
            return linking.one(found[0])
        return linking.several(found)
    return None


def links_of(sop: SopVersion, received: Received) -> tuple[Link, ...] | None:
    """The cases a submission names under this SOP; None when the SOP does not use its form."""
    form_id = received.form.xml_form_id
    use = sop.sop.form(form_id)
    if use is None or not isinstance(received.reading, Reading):
        return None
    return links(sop.sop, use, received.reading, form_id, received.root)


def part_of(file: CaseFile, received: Received, key: str) -> Link:
    """The part of a submission with this key ("" the whole), as the SOP of this case reads it.

    Raises Problem `submission.many_cases` for the whole of a submission about several cases.
    """
    assert isinstance(received.reading, Reading)
    found = links_of(file.sop, received)
    if found is None:
        return Link(None, False, answers=received.reading.answers)
    if not key and len(found) > 1:
        raise Problem("submission.many_cases", count=len(found))
    return next((item for item in found if not key or item.key == key), found[0])


def held_by(db: Connection, received: Received) -> dict[str, str | None]:
    """The cases a submission is in (an edit stays with its cases, ruling 32), and how a person linked it."""
    return held_in(db, received.project_id, received.form.xml_form_id, received.root)


def held_in(db: Connection, project_id: int, form_id: str, root: str) -> dict[str, str | None]:
    """The cases the submission with this form and first instance id is in."""
    key = {"root": root, "form": form_id, "project": project_id}
    return holders(
        Trace(case_id, kind, datetime.fromisoformat(at), *traced(kind, loads(data).get("data", {})))
        for case_id, kind, at, data in _TRACES.all(db, key)
    )


class _Linking:
    """One submission being sorted into cases. `held`: the cases its earlier revisions are in."""

    def __init__(
        self,
        db: Connection,
        definitions: Definitions,
        received: Received,
        sop: SopVersion,
        held: Mapping[str, str | None],
    ) -> None:
        self._db = db
        self._definitions = definitions
        self._received = received
        self._sop = sop
        self._held = held

    def _read(self, case_id: str | None) -> CaseFile | None:
        if case_id is None:
            return None
        return case_file.read_case(self._db, self._definitions, self._received.project_id, case_id)

    def _by_hand(self, link: Link) -> str | None:
        """The case a person linked this part of the submission to, as long as the form names the same as then."""
        return next((case_id for case_id, linked in self._held.items() if linked == link.name), None)

    def one(self, link: Link) -> Prepared:
        """A submission about one case."""
        kept_in = next(iter(self._held), None)
        case_id = kept_in or link.case_id
        if case_id is None:
            return Prepared(unplaced=(_waits(link),))
        file = self._read(case_id)
        if kept_in and not link.opens and link.case_id not in (kept_in, None) and not self._by_hand(link):
            named = self._read(link.case_id)
            if named and file and named.id != file.id:
                # A corrected choice: which of the two cases is meant only a person can tell.
                return Prepared(unplaced=(Unplaced("data", OTHER_CASE, named.id),))
        if file is None and not link.opens:
            return Prepared(unplaced=(Unplaced("data", CASE_UNKNOWN, case_id),))
        return Prepared((self._placement(file or self._new(link), link),))

    def several(self, found: Iterable[Link]) -> Prepared:
        """A submission about several cases, or a correction of one that was (ruling 28)."""
        placements: dict[str, Placement] = {}
        unplaced: list[Unplaced] = []
        for link in found:
            file = self._file(link)
            if file is None:
                unplaced.append(_waits(link))
            elif file.id not in placements:  # two rows may name one child whose two cases were merged
                placements[file.id] = self._placement(file, link)
        gone = [file for case_id in self._held if case_id not in placements and (file := self._read(case_id))]
        orphaned = tuple(file for file in gone if opened_by(file, self._received.root))
        leaving = tuple(self._leaving(file) for file in gone if file not in orphaned)
        return Prepared(tuple(placements.values()), leaving, tuple(unplaced), orphaned)

    def _file(self, link: Link) -> CaseFile | None:
        file = self._read(self._by_hand(link)) or self._read(link.case_id)
        return self._new(link) if file is None and link.opens else file

    def _new(self, link: Link) -> CaseFile:
        """A case not yet in the database. An id another office holds (a form sent to both) gives way to ours."""
        received, case_id = self._received, link.case_id
        assert case_id is not None
        if _TAKEN.first(self._db, {"case": case_id}):
            parts = (received.project_id, received.form.xml_form_id, received.root, *filter(None, (link.key,)))
            case_id = derived_id("case", *parts)
            if (ours := self._read(case_id)) is not None:
                return ours
        return CaseFile(case_id, received.project_id, self._sop, "", 0, None, ())

    def _placement(self, file: CaseFile, link: Link) -> Placement:
        in_force = self._sop
        return placement(self._db, self._definitions, file, self._received, link, linked=None, in_force=in_force)

    def _leaving(self, file: CaseFile) -> Placement:
        taken = take_back(file, self._received.form.xml_form_id, self._received.root, self._received.at, None, {})
        return Placement(file, taken, case_file.refold(self._db, self._definitions, file, taken), None, ())


def _waits(link: Link) -> Unplaced:
    if link.reason is None:
        return Unplaced("data", CASE_UNKNOWN, link.case_id, None, link.key, link.row)
    return Unplaced("data", f"unplaced.{link.reason}", link.case_id, None, link.key, link.row)


def opened_by(file: CaseFile, root: str) -> bool:
    """Whether this submission is the only one that opens the case, or one that was merged into it."""
    intakes = {form.form_id for form in file.sop.sop.intakes}
    opening: dict[str | None, set[str | None]] = {}
    for one in file.events:
        if one.type == "start_at" or (one.form in intakes and one.type in FORMS):
            opening.setdefault(_belongs_to(one), set()).add(one.instance_id)
    return {root} in opening.values()


def read_answers(definitions: Definitions, xml: bytes | Root, version_id: int | None) -> Reading | Unplaced:
    """The typed answers under a published version; why not, when it is unknown or typing fails."""
    if version_id is None:
        return Unplaced("formulir", "unplaced.version_unknown")
    try:
        return submission_xml.read(xml, definitions.form_version(version_id).schema)
    except Exception:
        log.exception("typing a submission failed")
        return Unplaced("program", PROGRAM, args={"stage": "typing"})


def kept_before(db: Connection, definitions: Definitions, project_id: int, revision_id: int) -> Received:
    """A submission that was kept before, read again from its bytes."""
    row = db.execute(select(revision).where(revision.c.id == revision_id)).one()
    head = replace(submission_xml.head(row.xml, instance_id_optional=True), instance_id=row.instance_id)
    form = find_form(db, project_id, head.form_id)
    if form is None:
        raise LookupError(f"revision {revision_id} belongs to no form of project {project_id}")
    version_id = published_version_id(db, form.id, row.version)
    return Received(
        Sender(Viewer(row.submitter_id, "", "field_key")),
        project_id,
        form,
        head,
        version_id,
        read_answers(definitions, row.xml, version_id),
        known(db, form.id, head.deprecated_id) if head.deprecated_id else None,
        datetime.fromisoformat(row.received_at),
    )


def placement(
    db: Connection,
    definitions: Definitions,
    file: CaseFile,
    received: Received,
    link: Link,
    *,
    linked: str | None,
    in_force: SopVersion | None = None,
) -> Placement:
    """The submission as an event of this case, and what follows from it.

    `linked`: what the form named instead, when a person put it into this case; `in_force`: the version new cases
    of the SOP begin under, if known: cases that run under it call everything as the form does.
    """
    use = file.sop.sop.form(received.form.xml_form_id)
    zone = definitions.calendar(db, file.project_id, file.sop.id).tz
    answers = link.answers or {}
    if file.revision and (in_force is None or in_force.id != file.sop.id):
        answers = with_old_names(definitions.renames(db, file.sop), received.form.xml_form_id, answers)
    new = _event(db, file, use, received, answers, zone)
    if linked is not None:
        new = replace(new, data={**new.data, "linked": linked})
    if named := _named(db, file, received, link.case_id if linked is None else None):
        new = replace(new, data={**new.data, "named": named})
    settled = case_file.refold(db, definitions, file, new)
    person = use.person_fields if use else ()
    words = tuple(str(answers[name]) for name in person if answers.get(name))
    act = link.act
    if act and named:
        # Versions of the merged case's row say nothing about this one's.
        act = replace(act, base_version=None, trunk_version=None, branch_id=None)
    elif act and uuid_of(act.id) not in (file.id, None):
        act = None
    return Placement(file, new, settled, act, words, named, link.key, link.row)


def _named(db: Connection, file: CaseFile, received: Received, wanted: str | None) -> str | None:
    """The merged case a submission belongs to, of those that went into this one: the one its earlier revisions
    belong to, or the one it names. It goes with that case when the two are parted."""
    if not file.revision:
        return None
    if received.base:
        which = (received.form.xml_form_id, received.root)
        earlier = [e for e in file.events if e.type in FORMS and (e.form, e.instance_id) == which]
        if last := max(earlier, key=lambda e: (e.received_at, e.id), default=None):
            return _belongs_to(last)
    if wanted and wanted != file.id and case_file.survivor_of(db, wanted) == file.id:
        return wanted
    return None


def _belongs_to(event: Event) -> str | None:
    """The case an event would go with if merged cases were parted; None: the one that stays."""
    return event.case or text(event.data.get("named") or "") or None


def _number(db: Connection, base: Known | None) -> int:
    """Which revision of its submission this is, wherever the earlier ones are: 0 the first."""
    if base is None:
        return 0
    return int(_EARLIER.first(db, {"submission": base.submission_id, "base": base.id})[0])


def _event(
    db: Connection, file: CaseFile, use: FormUse | None, received: Received, answers: Answers, zone: ZoneInfo
) -> Event:
    form_id = received.form.xml_form_id
    claimed = (answers.get(use.event_date) if use and use.event_date else None) or answers.get("end")
    effective, data = _effective(claimed, received.at.astimezone(zone).date(), zone)
    return Event(
        id=derived_id("event", file.id, form_id, received.head.instance_id),
        type="submission_edit" if received.base else "submission",
        effective=effective,
        received_at=case_file.arrival(file, received.at),
        actor=str(received.sender.viewer.id),
        instance_id=received.root,
        revision=_number(db, received.base),
        form=form_id,
        answers=answers,
        data=data,
    )


def _effective(claimed: object, today: date, zone: ZoneInfo) -> tuple[date, dict[str, object]]:
    """The day of the act. A day after arrival, or before any phone was made, is a wrong device clock: it
    counts as arrival and is noted."""
    day: date | None = None
    if isinstance(claimed, datetime):
        day = claimed.astimezone(zone).date() if claimed.tzinfo else claimed.date()
    elif isinstance(claimed, date):
        day = claimed
    if day is None:
        return today, {}
    if day > today or day < FIRST_DAY:
        return today, {"clock": day.isoformat()}
    return day, {}


def cases_to_hold(prepared: Prepared | None) -> tuple[str, ...]:
    """The cases to lock while this is written: its own, those they went on as, and those it names that nobody has
    opened yet."""
    if prepared is None:
        return ()
    files = (*(made.file for made in (*prepared.placements, *prepared.leaving)), *prepared.orphaned)
    own = [case_id for file in files for case_id in (file.id, moved_to(file)) if case_id]
    return (*own, *(part.case for part in prepared.unplaced if part.case))


def place(
    tx: Transaction, definitions: Definitions, received: Received, prepared: Prepared | None, revision_id: int
) -> Placed | None:
    """Writes the prepared work, prepared anew if a case has changed meanwhile; on a fault a person is asked.

    Each case has a savepoint of its own: a row that fails holds up no other.
    """
    prepared = _as_it_stands(tx, definitions, received, prepared)
    if prepared is None:
        return None
    if received.base and (prepared.placements or prepared.leaving):
        _end_outdated(tx, received.base.submission_id)
    files: list[CaseFile] = []
    unplaced = list(prepared.unplaced)
    for made in prepared.placements:
        placed = _place_one(tx, definitions, made, revision_id)
        if placed is None:
            case_id = made.file.id if made.file.revision else None
            unplaced.append(Unplaced("program", PROGRAM, case_id, {"stage": "placing"}, made.key, made.row))
        else:
            files.append(placed)
    for left in prepared.leaving:
        _place_one(tx, definitions, left, None)
    for file in prepared.orphaned:
        _ask_about(tx, received, file)
    for part in unplaced:
        _ask_a_person(tx, received, part, revision_id)
    return Placed(tuple(files), tuple(unplaced))


def _as_it_stands(
    tx: Transaction, definitions: Definitions, received: Received, prepared: Prepared | None
) -> Prepared | None:
    """The prepared work, prepared anew if one of its cases has changed, until every case it means is held."""
    held = set(cases_to_hold(prepared))
    while prepared and _is_stale(tx, prepared):
        prepared = prepare(tx.connection, definitions, received)
        more = set(cases_to_hold(prepared)) - held
        if not more:
            break
        tx.lock_cases(more)
        held |= more
    return prepared


def _place_one(tx: Transaction, definitions: Definitions, made: Placement, revision_id: int | None) -> CaseFile | None:
    try:
        with tx.savepoint():
            placed = save(tx, definitions, made, revision_id)
            if made.file.revision == 0:
                placed = _place_early(tx, definitions, placed)
            if case_file.is_somebody_else(made.file, placed):
                propose(tx, placed)
            return placed
    except (IntegrityError, OperationalError, Problem):
        raise  # the database's trouble, or somebody else wrote the case: nothing is kept, and the phone sends again
    except Exception:
        log.exception("placing a submission failed")
        return None


def _is_stale(tx: Transaction, prepared: Prepared) -> bool:
    """Whether a case changed (or appeared) between the reading before the lock and now."""
    files = (*(made.file for made in (*prepared.placements, *prepared.leaving)), *prepared.orphaned)
    if any(not case_file.is_unchanged(tx.connection, file) for file in files):
        return True
    return any(part.case is not None for part in prepared.unplaced)


def save(tx: Transaction, definitions: Definitions, made: Placement, revision_id: int | None) -> CaseFile:
    """Writes a placement into its case."""
    saved = case_file.save(
        tx,
        definitions,
        made.file,
        made.settled,
        made.event,
        revision_id=revision_id,
        act=made.act,
        search=made.search,
    )
    if made.named:
        case_file.raise_alias(tx, made.named, made.act)
    carry_on(tx, definitions, made.file, saved, made.event)
    return saved


def is_outdated(db: Connection, submission_id: int, revision_id: int) -> bool:
    """Whether a later revision of this submission is in its case already: this one has nothing more to say."""
    return _NEWER.first(db, {"submission": submission_id, "revision": revision_id}) is not None


def _end_outdated(tx: Transaction, submission_id: int) -> None:
    """Nobody need place an earlier revision any more when its correction has its place."""
    rows = tx.execute(select(revision.c.id).where(revision.c.submission_id == submission_id))
    end_tasks(tx, rows.scalars(), None)


_EARLY = Hot(
    select(task.c.id, task.c.revision_id)
    .where(
        task.c.case_id == bindparam("case"),
        task.c.project_id == bindparam("project"),
        task.c.reason == CASE_UNKNOWN,
        task.c.done_at.is_(None),
    )
    .order_by(task.c.created_at, task.c.revision_id)
)


def _place_early(tx: Transaction, definitions: Definitions, opened: CaseFile) -> CaseFile:
    """Follow-ups that came before the intake of their case find it now, in the order they came.

    One that cannot be placed keeps its task and holds up neither the intake nor the others.
    """
    for task_id, revision_id in _EARLY.all(tx.connection, {"case": opened.id, "project": opened.project_id}):
        try:
            with tx.savepoint():
                received = kept_before(tx.connection, definitions, opened.project_id, revision_id)
                named = next((item for item in links_of(opened.sop, received) or () if item.case_id == opened.id), None)
                if named is None:
                    continue
                made = placement(tx.connection, definitions, opened, received, named, linked=None)
                placed = save(tx, definitions, made, revision_id)
                placed = agree(tx, definitions, placed, received.form.xml_form_id, received.root, None)
                end_task(tx, task_id, None)
        except (IntegrityError, OperationalError, Problem):
            raise
        except Exception:
            log.exception("placing an early submission failed")
        else:
            opened = placed
    return opened


def _ask_a_person(tx: Transaction, received: Received, unplaced: Unplaced, revision_id: int) -> None:
    args = {**(unplaced.args or {}), "instance_id": received.head.instance_id, "version": received.head.version}
    if unplaced.case:
        args["case"] = unplaced.case
    if unplaced.row:
        args["row"] = unplaced.row
    if unplaced.key:
        args["key"] = unplaced.key
    row = {
        "fault": unplaced.fault,
        "reason": unplaced.reason,
        "case_id": unplaced.case,
        "args": dumps(args),
        "done_at": None,
        "done_by": None,
    }
    key = derived_id("unplaced", received.form.id, received.head.instance_id, *filter(None, (unplaced.key,)))
    if tx.execute(task.update().where(task.c.id == key), row).rowcount == 0:
        new = {
            "id": key,
            "project_id": received.project_id,
            "kind": "unplaced",
            "revision_id": revision_id,
            "form": received.form.xml_form_id,
            "created_at": stamp(tx.now),
        }
        tx.execute(task.insert(), {**new, **row})


def _ask_about(tx: Transaction, received: Received, file: CaseFile) -> None:
    """A case whose row was taken out of the form that opened it: nobody but a person ends a client's case."""
    key = derived_id("row_gone", file.id, received.head.instance_id)
    row = {
        "id": key,
        "project_id": file.project_id,
        "kind": ROW_GONE,
        "fault": "data",
        "case_id": file.id,
        "form": received.form.xml_form_id,
        "reason": "unplaced.row_gone",
        "args": dumps({"instance_id": received.head.instance_id, "case": file.id}),
        "created_at": stamp(tx.now),
    }
    tx.execute(task.insert(), row)


def end_task(tx: Transaction, task_id: str, by: int | None) -> None:
    """This task is done."""
    open_ = (task.c.id == task_id, task.c.done_at.is_(None))
    tx.execute(task.update().where(*open_), {"done_at": stamp(tx.now), "done_by": by})


def end_tasks(tx: Transaction, revision_ids: Iterable[int], by: int | None) -> None:
    """The tasks that asked a person to place these revisions are done."""
    waiting = (task.c.revision_id.in_(list(revision_ids)), task.c.kind == "unplaced", task.c.done_at.is_(None))
    tx.execute(task.update().where(*waiting), {"done_at": stamp(tx.now), "done_by": by})
