"""What a submission does to its cases, found out before the write lock: read, linked, folded."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from lxml import etree
from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.exc import OperationalError

from forms import submission as submission_xml
from forms.submission import Reading
from server.access import Viewer
from server.actions import case_file
from server.actions.case_file import CaseFile
from server.actions.placement import FORMS, Placement, belongs_to, placement
from server.actions.received import Received, Sender, Unplaced
from server.actions.review_events import take_back
from server.cases.linking import (
    MOST_CASES,
    Link,
    Trace,
    derived_id,
    holders,
    links,
    traced,
)
from server.problems import Problem
from server.queries.definitions import Definitions, SopVersion, find_form, published_version_id
from server.store.cases import alias, case, event
from server.store.hot import Hot
from server.store.schema import loads
from server.store.submissions import known, revision

log = logging.getLogger("alur.submission")

Root: TypeAlias = etree._Element


CASE_UNKNOWN = "unplaced.case_unknown"


OTHER_CASE = "unplaced.other_case"


PROGRAM = "unplaced.program"


TOO_MANY_CASES = "unplaced.too_many_cases"


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a submission does to its cases: `placements`, one per case; `leaving`, cases a correction names no
    longer; `unplaced`, the parts of it that wait for a person. `orphaned` are cases it opened and names no
    longer: a person decides about those."""

    placements: tuple[Placement, ...] = ()
    leaving: tuple[Placement, ...] = ()
    unplaced: tuple[Unplaced, ...] = ()
    orphaned: tuple[CaseFile, ...] = ()


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
            opening.setdefault(belongs_to(one), set()).add(one.instance_id)
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
