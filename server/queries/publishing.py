"""A check or a publication somebody asked for: how far it is, what was found, and the annotated workbooks."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, Row, select

from forms.compare import Change
from forms.converted import finding_from_json
from forms.findings import Finding
from reports.sheets.annotated import Proposal, Remark, pack
from server.access import Viewer, require
from server.limits.books import as_xlsx
from server.limits.children import ChildFailed, LimitExceeded
from server.limits.functions import run_python
from server.locale import findings as told
from server.locale import say, topic
from server.problems import Problem
from server.queries.calendar_preview import CalendarPreview, preview_from_json
from server.queries.publish_moves import Moves, moves_of, remaining_errors
from server.queries.publish_page import WorkbookFile
from server.queries.scope import names
from server.store.database import Store
from server.store.jobs import job

# So often is one check asked to be published at most: every further one was refused or ended by a fault.
MOST_ASKED = 50
CHECK, PUBLISH = "check_bundle", "publish_bundle"
ACT = "form.publish"
LEVELS = ("error", "warning", "note")
ANNOTATE_WALL, ANNOTATE_CPU = 20.0, 15


@dataclass(frozen=True, slots=True)
class KeptFile:
    """An uploaded file by the name and folder it was sent under and the hash it is kept by."""

    name: str
    folder: str
    sha256: str

    @property
    def path(self) -> str:
        """What findings call it."""
        return f"{self.folder}/{self.name}" if self.folder else self.name

    @property
    def is_workbook(self) -> bool:
        return self.name.lower().endswith((".xlsx", ".xlsm", ".xls"))


@dataclass(frozen=True, slots=True)
class FileChange:
    """What publishing a file does: `new`, `same` (nothing) or `update`; `kind`: sop, form or office."""

    file: str
    kind: str
    id: str
    version: str
    title: str
    change: str
    previous: str | None = None


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """A row of an SOP that is an interpretation, not the printed words."""

    sop: str
    name: str
    sheet: str
    title: str
    source: str
    text: str


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning with the key its tick is kept by; `by`: who put their name under it with an earlier version."""

    key: str
    finding: Finding
    by: str | None


@dataclass(frozen=True, slots=True)
class Publishing:
    """A check (or a publication) by its job. Findings and what follows stand when `state` is done.

    state: waiting, running, done, failed or cancelled; `progress` of `total` parts; `fault` a code. `calendar`: what
    other office days would move. `differences`: by file, what a form changes of the version in force.
    `drafts`: ids of the forms that were kept as drafts, in which office. `outcome`: the publication asked for from it.
    `moves`: the trials of newer SOPs on running cases; `moving`: the jobs that move them since it was published.
    """

    id: int
    kind: str
    state: str
    progress: int
    total: int | None
    fault: str | None
    project_id: int | None
    files: tuple[KeptFile, ...]
    findings: tuple[Finding, ...]
    warned: tuple[Warned, ...]
    changes: tuple[FileChange, ...]
    readings: tuple[ReadingRow, ...]
    trials: Mapping[str, tuple[Mapping[str, str], ...]]
    published: bool
    outcome: "Outcome | None" = None
    drafts: tuple[str, ...] = ()
    office_id: int | None = None
    calendar: CalendarPreview | None = None
    differences: Mapping[str, tuple[Change, ...]] = field(default_factory=dict)
    moves: tuple[Moves, ...] = ()
    moving: Mapping[str, int] = field(default_factory=dict)

    @property
    def ended(self) -> bool:
        return self.state in ("done", "failed", "cancelled")

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What forbids publishing, also when every running case that can move does."""
        return remaining_errors(self.findings, {one.sop_id for one in self.moves if one.movable == one.total})

    @property
    def blocked(self) -> bool:
        return bool(self.errors)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A publication asked for from a check. `stands`: it waits, runs or has been done; `published`: it has."""

    job_id: int
    draft: bool
    stands: bool
    published: bool


def outcome_key(check_id: int, number: int) -> str:
    """The key of the job that publishes a check for the `number`-th time."""
    return f"{PUBLISH}:{check_id}:{number}"


def outcomes(db: Connection, check_id: int) -> tuple[Outcome, ...]:
    """What was asked to be published from a check, the newest first."""
    keys = [outcome_key(check_id, number) for number in range(MOST_ASKED)]
    rows = db.execute(select(job).where(job.c.key.in_(keys)).order_by(job.c.id.desc())).all()
    return tuple(_outcome(row) for row in rows)


def _outcome(row: Row) -> Outcome:
    done = bool(json.loads(row.result).get("published")) if row.result else False
    stands = row.state in ("waiting", "running") or (row.state == "done" and done)
    return Outcome(row.id, bool(json.loads(row.args).get("draft")), stands, row.state == "done" and done)


def publishing(store: Store, viewer: Viewer | None, job_id: int) -> Publishing:
    """What became of a check the viewer asked for; another person's is answered like none.

    Raises `auth.required`, `request.not_found`, and as `access.require('form.publish')`.
    """
    if viewer is None:
        raise Problem("auth.required")
    query = select(job).where(job.c.id == job_id, job.c.kind.in_([CHECK, PUBLISH]), job.c.created_by == viewer.id)
    with store.read() as db:
        row = db.execute(query).first()
        if row is None:
            raise Problem("request.not_found")
        made = json.loads(row.result) if row.result else {}
        ticks = made.get("ticks", [])
        people = names(db, [by for _, by in ticks])
        asked = outcomes(db, row.id)
    require(viewer, ACT, row.project_id)
    args = json.loads(row.args)
    findings = tuple(finding_from_json(item) for item in made.get("findings", ()))
    warnings = [finding for finding in findings if finding.level == "warning"]
    return Publishing(
        id=row.id,
        kind=row.kind,
        state=row.state,
        progress=row.progress,
        total=row.total,
        fault=row.fault,
        project_id=row.project_id,
        files=tuple(KeptFile(*file) for file in args["files"]),
        findings=findings,
        warned=tuple(
            Warned(key, finding, None if by is None else people.get(by, ""))
            for finding, (key, by) in zip(warnings, ticks, strict=True)
        ),
        changes=tuple(FileChange(**change) for change in made.get("changes", ())),
        readings=tuple(ReadingRow(**reading) for reading in made.get("readings", ())),
        trials={file: tuple(rows) for file, rows in made.get("trials", {}).items()},
        published=bool(made.get("published")),
        outcome=next((one for one in asked if one.stands), None),
        drafts=tuple(made.get("drafts", ())),
        office_id=made.get("office"),
        calendar=preview_from_json(made["calendar"]) if made.get("calendar") else None,
        differences={
            file: tuple(Change.from_json(one) for one in found) for file, found in made.get("differences", {}).items()
        },
        moves=moves_of(store, viewer, made.get("moves", {}), findings),
        moving=made.get("moving", {}),
    )


def annotated_file(store: Store, viewer: Viewer | None, job_id: int, number: int, language: str) -> WorkbookFile:
    """The file of that number (from 0) of a check with its findings in the cells, in the viewer's language.

    Raises as `publishing`, and `sop.invalid` when the workbook cannot be written into.
    """
    found = publishing(store, viewer, job_id)
    if not 0 <= number < len(found.files) or not found.files[number].is_workbook:
        raise Problem("request.not_found")
    file = found.files[number]
    mine = [finding for finding in found.findings if finding.args.get("file") == file.path]
    try:
        data = annotated(as_xlsx(store.blobs.get(file.sha256)), mine, language, found.trials.get(file.path, ()))
    except (LimitExceeded, ChildFailed):
        raise Problem("sop.invalid") from None
    stem, _, ending = file.name.rpartition(".")
    ending = "xlsx" if ending.lower() == "xls" else ending
    return WorkbookFile(f"{stem}-{say(language, 'annotated.file')}.{ending}", data)


def annotated(
    data: bytes, findings: Iterable[Finding], language: str, trials: Sequence[Mapping[str, str]] = ()
) -> bytes:
    """A workbook with its findings in the cells, the next version filled in where one is proposed (ruling 31), and
    the proposed test rows. Raises LimitExceeded, ChildFailed."""
    listed = sorted(findings, key=lambda finding: LEVELS.index(finding.level))
    values = []
    said = []
    for finding in listed:
        place = finding.place
        if finding.code.endswith(".version_taken") and place is not None and place.cell:
            values.append((place.sheet, place.cell, str(finding.args["next"])))
            said.append(say(language, "annotated.version", version=finding.args["next"]))
    rows = {"tests": tuple(trials)} if trials else {}
    if trials:
        said.append(say(language, "annotated.proposed", n=len(trials)))
    words = topic(language, "annotated.")
    asked = pack(data, [_remark(item, language) for item in listed], Proposal(tuple(values), rows, tuple(said)), words)
    return run_python("reports.sheets.annotated:annotate_packed", asked, wall=ANNOTATE_WALL, cpu=ANNOTATE_CPU)


def _remark(finding: Finding, language: str) -> Remark:
    wrong, repair = told.words(finding, language)
    place = finding.place
    if place is None:
        return Remark(finding.level, "", "", wrong, repair)
    cell = place.cell or (f"A{place.row}" if place.row else "")
    return Remark(finding.level, place.sheet, cell, wrong, repair)
