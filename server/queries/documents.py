"""Issued papers: lists, the file itself, and the public check of a paper's code."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Row, select

from server.access import Viewer, require
from server.problems import Problem
from server.queries.lineage import with_merged
from server.queries.masking import extent_in
from server.queries.sight import works_on
from server.store.blobs import Stored
from server.store.cases import case, event
from server.store.database import Store
from server.store.documents import document
from server.store.reading import log_read

PAGE = 50
# 12 signs of Crockford's alphabet in groups, as people type them: any case, with or without dashes.
_CODE = re.compile(r"[0-9A-Z]{12}")


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """One issued paper. `status`: waiting (its PDF is being made), ready, cancelled or replaced; `dated` a local day.

    `review`: why a supervisor should look at it again (gone, rerouted); `correction`: the how-manieth correction.
    """

    id: int
    kind: str
    title: str
    number: str
    dated: str
    status: str
    case_id: str | None
    case_number: str | None
    register: str
    created_at: str
    review: str | None = None
    void_reason: str | None = None
    correction: int = 0


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """A page of the register, newest first; `following` is the id to go on from, None at the end."""

    lines: tuple[DocumentLine, ...]
    following: int | None


@dataclass(frozen=True, slots=True)
class DocumentFile:
    """A paper to hand out. `name` holds its number, never a person's name."""

    name: str
    type: str
    file: Stored


@dataclass(frozen=True, slots=True)
class Checked:
    """What the public may know of a paper: enough to compare it, nothing about the client."""

    kind: str
    title: str
    number: str
    dated: str
    office: str
    signer: str
    signer_post: str
    status: str
    sha256: str | None


_LINE = select(
    document.c.id, document.c.kind, document.c.title, document.c.number, document.c.dated, document.c.status,
    document.c.case_id, case.c.number.label("case_number"), document.c.register, document.c.created_at,
    document.c.review, document.c.void_reason, document.c.correction,
).join(case, case.c.id == document.c.case_id, isouter=True)  # fmt: skip


def of_project(store: Store, viewer: Viewer | None, project_id: int, before: int | None = None) -> DocumentPage:
    """The papers of an office, newest first, 50 at a time; `before` is `following` of the page before."""
    require(viewer, "document.read", project_id)
    query = _LINE.where(document.c.project_id == project_id)
    if before is not None:
        query = query.where(document.c.id < before)
    with store.read() as db:
        rows = db.execute(query.order_by(document.c.id.desc()).limit(PAGE + 1)).all()
    lines = tuple(_line(row) for row in rows[:PAGE])
    return DocumentPage(lines, lines[-1].id if len(rows) > PAGE else None)


def of_case(store: Store, viewer: Viewer | None, project_id: int, case_id: str) -> tuple[DocumentLine, ...]:
    """The papers of one case, oldest first."""
    require(viewer, "document.read", project_id)
    query = _LINE.where(document.c.project_id == project_id, document.c.case_id == case_id)
    with store.read() as db:
        return tuple(_line(row) for row in db.execute(query.order_by(document.c.id)))


def file(
    store: Store, viewer: Viewer | None, project_id: int, document_id: int, address: str | None = None
) -> DocumentFile:
    """The PDF of a paper; that this viewer took it is noted before the first byte.

    Raises Problem('request.not_found') for a paper there is not, of another office, or not made yet, and
    'document.counts' for who only counts.
    """
    who = require(viewer, "document.read", project_id)
    query = select(document).where(document.c.id == document_id, document.c.project_id == project_id)
    with store.read() as db:
        row = db.execute(query).first()
        if row is None or row.blob is None:
            raise Problem("request.not_found")
        _refuse_who_counts(db, store, who, project_id, row.case_id)
    log_read(store, who.id, project_id, row.case_id, f"document:{row.id}", address)
    name = f"{re.sub(r'[^A-Za-z0-9.-]+', '-', f'{row.kind}-{row.number}')}.pdf"
    return DocumentFile(name, "application/pdf", store.blobs.stored(row.blob))


def scan(
    store: Store, viewer: Viewer | None, project_id: int, case_id: str, event_id: str, address: str | None = None
) -> DocumentFile:
    """The scan of the signed paper an act was entered from (ruling 30); the look is noted first.

    Raises Problem('request.not_found') for an act without one, or of another office or case, and 'document.counts' for
    who only counts.
    """
    who = require(viewer, "document.read", project_id)
    query = (
        select(event.c.id, event.c.case_id, event.c.data)
        .join(case, case.c.id == event.c.case_id)
        .where(event.c.id == event_id, case.c.project_id == project_id, with_merged(event.c.case_id, case_id))
    )
    with store.read() as db:
        row = db.execute(query).first()
        said = json.loads(row.data).get("data", {}) if row else {}
        if row is None or not said.get("scan"):
            raise Problem("request.not_found")
        _refuse_who_counts(db, store, who, project_id, row.case_id)
    log_read(store, who.id, project_id, row.case_id, f"scan:{row.id}", address)
    sha256, kind = str(said["scan"]), str(said.get("scanType", ""))
    ending = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}.get(kind, "bin")
    return DocumentFile(f"pindaian-{row.id[:8]}.{ending}", kind, store.blobs.stored(sha256))


def _refuse_who_counts(db: Connection, store: Store, viewer: Viewer, project_id: int, case_id: str | None) -> None:
    """Papers tell of people: who only counts, and has no step of the case, gets none (decision 36)."""
    counts = extent_in(db, store, viewer, project_id) == "figures"
    if counts and (case_id is None or not works_on(db, viewer, project_id, case_id)):
        raise Problem("document.counts")


def check(store: Store, code: str) -> Checked | None:
    """What a check code proves; None for a code nobody was given."""
    plain = code.upper().replace("-", "").replace(" ", "").translate(str.maketrans("OIL", "011"))
    if not _CODE.fullmatch(plain):
        return None
    written = f"{plain[:4]}-{plain[4:8]}-{plain[8:]}"
    with store.read() as db:
        row = db.execute(select(document).where(document.c.check_code == written)).first()
    if row is None:
        return None
    values = json.loads(row.values)
    signer = values.get("mengetahui") or values.get("penandatangan") or {}
    return Checked(
        kind=row.kind,
        title=row.title,
        number=row.number or "",
        dated=row.dated,
        office=_office(values.get("kantor") or {}),
        signer=str(signer.get("nama", "")),
        signer_post=" ".join(filter(None, (signer.get("kapasitas"), signer.get("jabatan")))),
        status=row.status,
        sha256=row.sha256,
    )


def _office(head: Mapping[str, str]) -> str:
    return ", ".join(filter(None, (head.get("nama"), head.get("pemerintah"))))


def _line(row: Row) -> DocumentLine:
    return DocumentLine(
        row.id,
        row.kind,
        row.title,
        row.number or "",
        row.dated,
        row.status,
        row.case_id,
        row.case_number,
        row.register or "",
        row.created_at,
        row.review,
        row.void_reason,
        row.correction,
    )
