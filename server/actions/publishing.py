"""Checking and publishing uploads as long work: both convert and validate every form, which takes a while."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from uuid import uuid4

from forms.converted import finding_to_json
from forms.findings import Finding
from forms.schema import pick_label
from forms.sop import Alert, Route, Sop
from server.access import Viewer, require
from server.actions.bundle import Bundle, Upload, warning_key
from server.actions.bundle_existing import find_project, read_existing
from server.actions.bundle_folders import find_bundles
from server.actions.bundle_prepare import STAGES, prepare
from server.actions.jobs import Job, Progress
from server.actions.publish import check_bundle, publish_bundle
from server.actions.publish_moves import Chosen, Move, refuse_reason, trials
from server.problems import Problem
from server.queries.calendar_preview import calendar_preview, preview_to_json
from server.queries.definitions import definitions_of
from server.queries.publish_moves import STAY
from server.queries.publishing import (
    ACT,
    CHECK,
    PUBLISH,
    KeptFile,
    ReadingRow,
    annotated,
    outcome_key,
    outcomes,
    publishing,
)
from server.queries.viewers import account_by_id
from server.sop.clock import calendar_of
from server.sop.proposals import Proposed, proposals
from server.store import Store, Transaction, jobs


def ask_check(
    store: Store, viewer: Viewer | None, project_id: int | None, uploads: Sequence[Upload], language: str
) -> int:
    """Keeps the files and asks for their check; the id of its job.

    project_id: None lets the workbooks name their office. language: of labels in what is listed. Raises as
    `access.require('form.publish')`.
    """
    viewer = require(viewer, ACT, project_id)
    files = [[upload.name, upload.folder, store.blobs.put(upload.data).sha256] for upload in uploads]
    return _ask_check(store, viewer, project_id, {"files": files, "language": language})


def ask_again(store: Store, viewer: Viewer | None, check_id: int, maps: Mapping[str, Mapping[str, str]]) -> int:
    """Asks for a check once more with other counterparts for steps that are gone (by SOP id); the id of its job.

    Raises as `publishing`.
    """
    found = publishing(store, viewer, check_id)
    viewer = require(viewer, ACT, found.project_id)
    files = [[file.name, file.folder, file.sha256] for file in found.files]
    kept = {sop_id: dict(names) for sop_id, names in maps.items()}
    return _ask_check(store, viewer, found.project_id, {"files": files, "language": viewer.language, "maps": kept})


def _ask_check(store: Store, viewer: Viewer, project_id: int | None, args: Mapping[str, object]) -> int:
    with store.write() as tx:
        return _ask(tx, viewer, CHECK, project_id, args, key=f"{CHECK}:{uuid4()}")


def ask_publish(
    store: Store,
    viewer: Viewer | None,
    check_id: int,
    ticks: Collection[str],
    *,
    draft: bool = False,
    choices: Mapping[str, str] | None = None,
    reason: str = "",
) -> int:
    """Asks for the publication of what a check looked at; the id of its job, of the one there is when that was asked
    for before. With `draft` its forms are kept as drafts.

    ticks: keys of the warnings the viewer puts their name under. choices: what becomes of running cases, by SOP id, as
    the check tried it (`queries.publish_moves.CHOICES`; all stay where nothing is said), and why. Raises
    `form.warnings` when a tick is missing, `case.reason_required`, `bundle.invalid` when the check found errors that
    these choices do not cure or has not ended well, and as `publishing`.
    """
    found = publishing(store, viewer, check_id)
    viewer = require(viewer, ACT, found.project_id)
    said = choices or {}
    moves = {one.sop_id: Move(said.get(one.sop_id, STAY), one.names) for one in found.moves}
    refuse_reason(Chosen(reason=reason, moves=moves))
    kept_behind = any(moves[one.sop_id].choice not in one.choices for one in found.moves)
    if found.blocked or kept_behind or found.state != "done":
        raise Problem("bundle.invalid", findings=found.findings)
    if any(warned.by is None and warned.key not in ticks for warned in found.warned):
        raise Problem("form.warnings", findings=found.findings)
    files = [[file.name, file.folder, file.sha256] for file in found.files]
    acts = {sop_id: [move.choice, dict(move.step_map)] for sop_id, move in moves.items() if move.choice != STAY}
    args = {"files": files, "ticks": sorted(ticks), "check": check_id, "draft": draft, "moves": acts, "reason": reason}
    with store.write() as tx:
        asked = outcomes(tx.connection, check_id)
        standing = next((one for one in asked if one.stands and one.draft == draft), None)
        if standing is not None:
            tx.housekeeping()
            return standing.job_id
        return _ask(tx, viewer, PUBLISH, found.project_id, args, key=outcome_key(check_id, len(asked)))


def _ask(
    tx: Transaction, viewer: Viewer, kind: str, project_id: int | None, args: Mapping[str, object], key: str
) -> int:
    job_id = jobs.add(tx, key=key, kind=kind, args={**args, "by": viewer.id}, project_id=project_id, actor=viewer.id)
    act = "bundle.check" if kind == CHECK else "bundle.ask"
    tx.audit(viewer.id, act, project=project_id, subject=f"job:{job_id}", details={"files": args["files"]})
    return job_id


def check_into(paths: Sequence[Path], folder: Path, language: str) -> tuple[tuple[Finding, ...], tuple[Path, ...]]:
    """Checks the bundles of these paths for themselves and writes each workbook with findings into the folder.

    Gives the findings and the files written, each below the folder it was found in. Raises LimitExceeded, ChildFailed.
    """
    findings: list[Finding] = []
    written: list[Path] = []
    for uploads in find_bundles(paths, alone=True):
        bundle = prepare(uploads, None, None)
        findings += bundle.findings
        for upload in uploads:
            mine = [finding for finding in bundle.findings if finding.args.get("file") == upload.path]
            if mine and upload.name.lower().endswith((".xlsx", ".xlsm")):
                path = folder / upload.folder / upload.name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(annotated(upload.data, mine, language))
                written.append(path)
    return tuple(findings), tuple(written)


def call_off(store: Store, viewer: Viewer | None, job_id: int) -> bool:
    """Takes back what the viewer asked for and has not ended. False when it had. Raises as `publishing`."""
    found = publishing(store, viewer, job_id)
    viewer = require(viewer, ACT, found.project_id)
    with store.write() as tx:
        stopped = jobs.cancel(tx, job_id)
        if stopped:
            tx.audit(viewer.id, "job.cancel", project=found.project_id, subject=f"job:{job_id}")
        else:
            tx.housekeeping()
    return stopped


def run_check(store: Store, job: Job, progress: Progress) -> Mapping[str, object]:
    """The check as a worker does it: findings, ticks, changes and interpretations for the page."""
    viewer, uploads = _asked(store, job)
    bundle = check_bundle(store, viewer, job.project_id, uploads, lambda stage: progress(stage, STAGES))
    told = _told(bundle, str(job.args["language"])) | {"trials": _trials(store, bundle, job.project_id)}
    maps: Mapping[str, Mapping[str, str]] = job.args.get("maps", {})  # type: ignore[assignment] # as `ask_again` wrote it
    moves = trials(store, viewer, job.project_id, bundle, maps, beyond(progress))
    return told | {"calendar": _calendar(store, viewer, bundle, job.project_id), "moves": moves}


def beyond(progress: Progress) -> Progress:
    """How far a trial of running cases is, told as what comes after the STAGES of a check."""
    return lambda done, total: progress(STAGES + done, STAGES + (total or 0))


def run_publish(store: Store, job: Job, progress: Progress) -> Mapping[str, object]:
    """The publication as a worker does it. What was found since the check is handed back instead of published."""
    viewer, uploads = _asked(store, job)
    accepted, begin = job.args["ticks"], lambda stage: progress(stage, STAGES)
    draft = bool(job.args.get("draft"))
    acts: Mapping[str, tuple[str, Mapping[str, str]]] = job.args.get("moves", {})  # type: ignore[assignment]
    moves = {sop_id: Move(choice, names) for sop_id, (choice, names) in acts.items()}
    chosen = Chosen(job.key, str(job.args.get("reason", "")), moves)
    try:
        made = publish_bundle(
            store,
            viewer,
            job.project_id,
            uploads,
            accepted=accepted,  # type: ignore[arg-type]
            draft=draft,
            chosen=chosen,
            begin=begin,
            progress=beyond(progress),
        )
    except Problem as problem:
        if problem.code not in ("bundle.invalid", "form.warnings", "publish.cannot_move"):
            raise
        found = check_bundle(store, viewer, job.project_id, uploads)
        maps = {sop_id: move.step_map for sop_id, move in moves.items()}
        tried = trials(store, viewer, job.project_id, found, maps, beyond(progress))
        return {**_told(found, viewer.language), "published": False, "moves": tried}
    drafts = [item.schema.form_id for item in made.bundle.forms] if draft else []
    return {"published": True, "drafts": drafts, "office": made.project_id, "moving": dict(made.moves)}


def kept_uploads(
    store: Store, viewer: Viewer | None, project_id: int | None, files: Sequence[KeptFile]
) -> tuple[Upload, ...]:
    """Files as they were uploaded. Raises as `access.require`, and `request.not_found` when one is gone."""
    require(viewer, ACT, project_id)
    try:
        return tuple(Upload(file.name, store.blobs.get(file.sha256), file.folder) for file in files)
    except (FileNotFoundError, ValueError):
        raise Problem("request.not_found") from None


def _asked(store: Store, job: Job) -> tuple[Viewer, tuple[Upload, ...]]:
    account = account_by_id(store, int(str(job.args["by"])))
    viewer = require(account.viewer if account else None, ACT, job.project_id)
    kept = [KeptFile(*file) for file in job.args["files"]]  # type: ignore[attr-defined] # a list, as `_ask` wrote it
    return viewer, kept_uploads(store, viewer, job.project_id, kept)


def _told(bundle: Bundle, language: str) -> dict[str, object]:
    ticks: list[list[object]] = []
    for warning in bundle.warnings:
        key = warning_key(warning)
        earlier = bundle.ticks.get(key)
        ticks.append([key, earlier["by"] if earlier else None])
    return {
        "findings": [finding_to_json(finding) for finding in bundle.findings],
        "ticks": ticks,
        "changes": [asdict(change) for change in bundle.changes],
        "differences": {file: [one.to_json() for one in found] for file, found in bundle.differences.items()},
        "readings": [asdict(row) for _, item in bundle.sops for row in _readings(item, language)],
    }


def _trials(store: Store, bundle: Bundle, project_id: int | None) -> dict[str, list[dict[str, str]]]:
    """Rows proposed for the `tests` sheet of each SOP without errors, by file, under the sheet's headings."""
    if bundle.blocked or not bundle.sops:
        return {}
    definitions = definitions_of(store)
    with store.read() as db:
        existing = read_existing(db, definitions, project_id or find_project(db, bundle.office_code))
    schemas = {**existing.forms, **{draft.schema.form_id: draft.schema for draft in bundle.forms}}
    office = bundle.office[1] if bundle.office else existing.office
    found = {}
    for upload, item in bundle.sops:
        calendar = calendar_of(office, item) if office else None
        found[upload.path] = [_row(proposed) for proposed in proposals(item, schemas, calendar)]
    return {path: rows for path, rows in found.items() if rows}


def _calendar(store: Store, viewer: Viewer, bundle: Bundle, project_id: int | None) -> dict[str, object] | None:
    """What other office days would do to open deadlines (ruling 36)."""
    if bundle.blocked or bundle.office is None:
        return None
    with store.read() as db:
        project_id = project_id or find_project(db, bundle.office_code)
    found = calendar_preview(store, viewer, project_id, bundle.office[1]) if project_id else None
    return preview_to_json(found) if found else None


def _row(proposed: Proposed) -> dict[str, str]:
    return {
        "case": proposed.case,
        "at": proposed.at.isoformat() if proposed.at else "",
        "form": proposed.form,
        **proposed.answers,
        **{f"fakta:{name}": value for name, value in proposed.facts.items()},
        "expect_open": " ".join(proposed.expect_open or ()),
        "expect_close": proposed.expect_close or "",
    }


def _readings(item: Sop, language: str) -> list[ReadingRow]:
    def sheet(row: object) -> str:
        return "routes" if isinstance(row, Route) else "alerts" if isinstance(row, Alert) else "steps"

    return [
        ReadingRow(
            item.title,
            row.name,
            sheet(row),
            pick_label(row.labels, language) or row.name,
            row.source,
            row.interpretation,
        )
        for row in item.readings
    ]
