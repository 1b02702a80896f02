"""Publishing: a bundle of forms, SOP and office workbook goes live in one transaction, or nothing does.

Same version and same content is a no-op; same version with other content is refused with the next
version proposed (ruling 31). Warnings need a named person's tick.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from forms.findings import Finding
from server.access import Viewer, require
from server.actions.bundle import Bundle, Upload, warning_key
from server.actions.bundle_existing import find_project
from server.actions.bundle_folders import find_bundles
from server.actions.bundle_prepare import prepare
from server.actions.bundle_writing import Writer
from server.actions.place_later import ask_to_type, type_waiting
from server.actions.publish_moves import (
    STAYING,
    Chosen,
    Move,
    ask_moves,
    errors_left,
    newer_sops,
    refuse_reason,
    refuse_unmovable,
    trials,
)
from server.problems import Problem
from server.queries.definitions import definitions_of
from server.queries.move_trial import Progress
from server.queries.publish_moves import STAY, counterparts, wanted_to_move
from server.store import Store
from server.store.blobs import Blob


@dataclass(frozen=True, slots=True)
class Published:
    """What went live: the project and, per file, what changed (see `Bundle.changes`); `moves`: the jobs that move
    running cases, by SOP id."""

    project_id: int
    bundle: Bundle
    moves: Mapping[str, int] = field(default_factory=dict)


def check_folders(paths: Sequence[Path]) -> tuple[Finding, ...]:
    """Checks the bundles of these paths for themselves, without a database (`alur check`)."""
    return tuple(
        finding for uploads in find_bundles(paths, alone=True) for finding in prepare(uploads, None, None).findings
    )


def check_bundle(
    store: Store,
    viewer: Viewer | None,
    project_id: int | None,
    uploads: Sequence[Upload],
    begin: Callable[[int], None] = lambda stage: None,
) -> Bundle:
    """Reads, converts and checks the uploads against what the project has; writes nothing. begin: as for `prepare`."""
    require(viewer, "form.publish", project_id)
    with store.read() as db:
        return prepare(uploads, (db, definitions_of(store)), project_id, begin)


def check_all(store: Store, viewer: Viewer, paths: Sequence[Path], project: int | None = None) -> tuple[Bundle, ...]:
    """The bundles of these paths checked against what their offices have."""
    return tuple(check_bundle(store, viewer, project, uploads) for uploads in find_bundles(paths))


def publish_folders(
    store: Store,
    viewer: Viewer,
    paths: Sequence[Path],
    project: int | None = None,
    choice: str = STAY,
    reason: str = "",
    step_map: Mapping[str, str] | None = None,
    progress: Progress = lambda done, total: None,
) -> tuple[Published, ...]:
    """Publishes the bundles of these paths, checked together first: all or none (ruling 23).

    The operator who runs the command is the name under the warnings. `choice`: what becomes of running cases of every
    SOP that is newer, with `reason` and the counterparts of steps that are gone (None: those that seem right). Raises
    `bundle.invalid`, `case.reason_required`, `publish.cannot_move`.
    """
    refuse_reason(Chosen(reason=reason, moves={"": Move(choice)}))
    checked = check_all(store, viewer, paths, project)
    acts = [_chosen(store, viewer, project, bundle, Move(choice), reason, step_map, progress) for bundle in checked]
    if any(errors_left(*one) for one in zip(checked, acts, strict=True)):
        raise Problem("bundle.invalid", findings=tuple(finding for bundle in checked for finding in bundle.findings))
    return tuple(
        write_bundle(store, viewer, project, bundle, draft=False, chosen=act)
        for bundle, act in zip(checked, acts, strict=True)
    )


def _chosen(
    store: Store,
    viewer: Viewer,
    project: int | None,
    bundle: Bundle,
    move: Move,
    reason: str,
    step_map: Mapping[str, str] | None,
    progress: Progress,
) -> Chosen:
    """The moves of one bundle, after a trial of all its running cases."""
    if move.choice == STAY:
        return STAYING
    maps = {} if step_map is None else dict.fromkeys(newer_sops(bundle), step_map)
    tried = trials(store, viewer, project, bundle, maps, progress)
    refuse_unmovable(bundle, tried)
    moves = {sop_id: Move(move.choice, counterparts(one)) for sop_id, one in tried.items()}
    return Chosen(str(uuid4()), reason, moves)


def publish_bundle(
    store: Store,
    viewer: Viewer | None,
    project_id: int | None,
    uploads: Sequence[Upload],
    *,
    accept_warnings: bool = False,
    accepted: Collection[str] = (),
    draft: bool = False,
    chosen: Chosen = STAYING,
    begin: Callable[[int], None] = lambda stage: None,
    progress: Progress = lambda done, total: None,
) -> Published:
    """Publishes the uploads into `project_id`, else into the project of the office they name (made when absent).

    The viewer is the name under the warnings: under those whose `warning_key` is in `accepted`, or under all
    with `accept_warnings`. What was accepted with an earlier version needs no new tick while it says the same.
    With `draft` only forms are taken, as drafts. `chosen` says what becomes of running cases. Raises Problem
    `bundle.invalid` (findings attached; nothing is written), `form.warnings` with the warnings nobody has accepted,
    `case.reason_required`, or `publish.cannot_move`.
    """
    viewer = require(viewer, "form.publish", project_id)
    refuse_reason(chosen)
    bundle = check_bundle(store, viewer, project_id, uploads, begin)
    if errors_left(bundle, chosen) or not (bundle.office or bundle.sops or bundle.forms or bundle.media):
        raise Problem("bundle.invalid", findings=bundle.findings)
    if not accept_warnings:
        refuse_unaccepted(bundle, accepted)
    if wanted_to_move(bundle.findings):
        maps = {sop_id: move.step_map for sop_id, move in chosen.moves.items()}
        refuse_unmovable(bundle, trials(store, viewer, project_id, bundle, maps, progress))
    return write_bundle(store, viewer, project_id, bundle, draft=draft, chosen=chosen)


def refuse_unaccepted(bundle: Bundle, accepted: Collection[str]) -> None:
    """Raises `form.warnings` with the warnings nobody has put their name under; accepted: keys ticked now."""
    open_ = tuple(item for item in bundle.unaccepted if warning_key(item) not in accepted)
    if open_:
        raise Problem("form.warnings", findings=open_)


def write_bundle(
    store: Store, viewer: Viewer, project_id: int | None, bundle: Bundle, *, draft: bool, chosen: Chosen = STAYING
) -> Published:
    """Writes a checked bundle in one transaction, with the moves of running cases it asks for; then types what waited
    for its form versions."""
    blobs = {upload.path: store.blobs.put(upload.data) for upload in bundle.uploads}
    sent = {upload.path: store.blobs.put(upload.sent) for upload in bundle.uploads if upload.sent is not None}
    itemsets = {
        item.schema.form_id: store.blobs.put(item.converted.itemsets.encode())
        for item in bundle.forms
        if item.converted.itemsets is not None
    }
    shared: dict[str, Blob] = {}
    if bundle.office:
        shared = {name: store.blobs.put(data) for name, data in bundle.office[1].media().items()}
    with store.write() as tx:
        project_id = project_id or find_project(tx.connection, bundle.office_code)
        before = definitions_of(store).office(tx.connection, project_id) if project_id is not None else None
        writer = Writer(tx, viewer.id, bundle, blobs, sent, itemsets, before)
        project_id = writer.project(project_id)
        moves: Mapping[str, int] = {}
        if not draft:
            writer.office(project_id, shared)
            moves = ask_moves(tx, viewer, project_id, writer.sops(project_id), chosen)
        typed = writer.forms(project_id, draft=draft)
        ask_to_type(tx, project_id, typed)
        tx.audit(
            viewer.id,
            "bundle.draft" if draft else "bundle.publish",
            project=project_id,
            details={
                "files": [{"id": c.id, "version": c.version, "change": c.change} for c in bundle.changes],
                "warnings": len(bundle.warnings),
            },
        )
    for form_id, version in typed:
        type_waiting(store, project_id, form_id, version)
    return Published(project_id, bundle, moves)
