"""Publishing: a bundle of forms, SOP and office workbook goes live in one transaction, or nothing does.

Same version and same content is a no-op; same version with other content is refused with the next
version proposed (ruling 31). Warnings need a named person's tick.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import select

from forms import media, schema, workbook
from forms import office as office_workbook
from forms import sop as sop_workbook
from forms.converted import Converted, finding_to_json
from forms.findings import Finding, Place
from forms.office import Office
from forms.sop import Sop
from server.access import Viewer, require
from server.actions import calendar_change
from server.actions.bundle import Bundle, FormDraft, Upload, next_version, prepare, warning_key
from server.actions.bundle_existing import find_project
from server.actions.draft_trials import forget_trials, new_token
from server.actions.drafts import rename_draft
from server.actions.place_later import ask_to_type, type_waiting
from server.cases.entity_merge import WORKFLOW
from server.cases.linking import case_list
from server.problems import Problem
from server.queries.calendar_preview import same_days
from server.queries.definitions import definitions_of
from server.queries.publishing import FileChange
from server.store import Store, Transaction
from server.store.blobs import Blob
from server.store.entities import entity_list
from server.store.forms import form, form_media, form_version, project_media
from server.store.projects import office_in_force, office_version, project, sop, sop_version
from server.store.schema import dumps, stamp

# What a draft's own row tells better than its workbook: its files, and whether its version went live meanwhile.
KNOWN_LATER = frozenset({"form.media_missing", "form.version_taken"})


@dataclass(frozen=True, slots=True)
class Published:
    """What went live: the project and, per file, what changed (see `Bundle.changes`)."""

    project_id: int
    bundle: Bundle


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


def publish_folders(
    store: Store, viewer: Viewer, paths: Sequence[Path], project: int | None = None
) -> tuple[Finding, ...]:
    """Publishes the bundles of these paths, checked together first: all or none (ruling 23).

    The operator who runs the command is the name under the warnings. Returns the findings that remain.
    """
    bundles = find_bundles(paths)
    checked = [check_bundle(store, viewer, project, uploads) for uploads in bundles]
    findings = tuple(finding for bundle in checked for finding in bundle.findings)
    if any(bundle.blocked for bundle in checked):
        raise Problem("bundle.invalid", findings=findings)
    for bundle in checked:
        write_bundle(store, viewer, project, bundle, draft=False)
    return findings


def publish_bundle(
    store: Store,
    viewer: Viewer | None,
    project_id: int | None,
    uploads: Sequence[Upload],
    *,
    accept_warnings: bool = False,
    accepted: Collection[str] = (),
    draft: bool = False,
    begin: Callable[[int], None] = lambda stage: None,
) -> Published:
    """Publishes the uploads into `project_id`, else into the project of the office they name (made when absent).

    The viewer is the name under the warnings: under those whose `warning_key` is in `accepted`, or under all
    with `accept_warnings`. What was accepted with an earlier version needs no new tick while it says the same.
    With `draft` only forms are taken, as drafts. Raises Problem `bundle.invalid` (findings attached; nothing is
    written) or `form.warnings` with the warnings nobody has accepted.
    """
    viewer = require(viewer, "form.publish", project_id)
    bundle = check_bundle(store, viewer, project_id, uploads, begin)
    if bundle.blocked or not (bundle.office or bundle.sops or bundle.forms or bundle.media):
        raise Problem("bundle.invalid", findings=bundle.findings)
    if not accept_warnings:
        refuse_unaccepted(bundle, accepted)
    return write_bundle(store, viewer, project_id, bundle, draft=draft)


def refuse_unaccepted(bundle: Bundle, accepted: Collection[str]) -> None:
    """Raises `form.warnings` with the warnings nobody has put their name under; accepted: keys ticked now."""
    open_ = tuple(item for item in bundle.unaccepted if warning_key(item) not in accepted)
    if open_:
        raise Problem("form.warnings", findings=open_)


def write_bundle(store: Store, viewer: Viewer, project_id: int | None, bundle: Bundle, *, draft: bool) -> Published:
    """Writes a checked bundle in one transaction, then types what waited for its form versions."""
    blobs = {upload.path: store.blobs.put(upload.data) for upload in bundle.uploads}
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
        writer = _Writer(tx, viewer.id, bundle, blobs, itemsets, before)
        project_id = writer.project(project_id)
        if not draft:
            writer.office(project_id, shared)
            writer.sops(project_id)
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
    return Published(project_id, bundle)


def publish_draft(
    store: Store, viewer: Viewer | None, project_id: int, form_id: str, *, version: str | None = None
) -> None:
    """Makes the draft of a form its published version.

    It is checked once more, against the SOP in force now and with the files it has by now. `version` renames it. A
    draft that is the version in force to the byte changes nothing and is gone.
    Raises `form.no_draft`, `form.version_taken`, `form.invalid`, `request.bad_value`.
    """
    viewer = require(viewer, "form.publish", project_id)
    drafted = select(form.c.id, form.c.draft_version_id).where(
        form.c.project_id == project_id, form.c.xml_form_id == form_id
    )
    _check_draft(store, viewer, project_id, form_id)
    with store.write() as tx:
        row = tx.execute(drafted).first()
        if row is None:
            raise Problem("request.not_found")
        if row.draft_version_id is None:
            raise Problem("form.no_draft", form=form_id)
        name = tx.execute(select(form_version.c.version).where(form_version.c.id == row.draft_version_id)).scalar_one()
        if version and version != name:
            rename_draft(tx, row.draft_version_id, version)
            name = version
        if _is_in_force(tx, row.id, row.draft_version_id):
            tx.execute(form.update().where(form.c.id == row.id), {"draft_version_id": None, "draft_token": None})
            forget_trials(tx, row.id)
            tx.audit(viewer.id, "form.update.draft.delete", project=project_id, subject=f"form:{row.id}")
            return
        _refuse_taken(tx, row.id, form_id, name)
        tx.execute(
            form_version.update().where(form_version.c.id == row.draft_version_id),
            {"published_at": stamp(tx.now), "published_by": viewer.id},
        )
        tx.execute(
            form.update().where(form.c.id == row.id),
            {
                "current_version_id": row.draft_version_id,
                "draft_version_id": None,
                "draft_token": None,
                "updated_at": stamp(tx.now),
            },
        )
        forget_trials(tx, row.id)
        ask_to_type(tx, project_id, [(row.id, name)])
        told = {"version_id": row.draft_version_id}
        tx.audit(viewer.id, "form.update.publish", project=project_id, subject=f"form:{row.id}", details=told)
    type_waiting(store, project_id, row.id, name)


def _check_draft(store: Store, viewer: Viewer, project_id: int, form_id: str) -> None:
    shared = select(project_media.c.name).where(project_media.c.project_id == project_id)
    with store.read() as db:
        draft = db.execute(
            select(form_version.c.id, form_version.c.xlsx, form_version.c.xform)
            .join(form, form.c.draft_version_id == form_version.c.id)
            .where(form.c.project_id == project_id, form.c.xml_form_id == form_id)
        ).first()
        if draft is None:
            return
        own = (form_media.c.form_version_id == draft.id, form_media.c.entity_list.is_(None))
        files = db.execute(select(form_media).where(*own, form_media.c.name.not_in(shared))).all()
    book = Upload(f"{form_id}.xml", draft.xform.encode())
    if draft.xlsx is not None:
        book = Upload(f"{form_id}.xlsx", store.blobs.get(draft.xlsx))
    place = Place("survey")
    found = [
        Finding("form.media_missing", "error", place, {"name": file.name, "file": book.name})
        for file in files
        if file.blob is None
    ]
    lists = media.needs(draft.xform)
    read = [Upload(file.name, store.blobs.get(file.blob)) for file in files if file.blob and file.name in lists]
    bundle = check_bundle(store, viewer, project_id, [book, *read])
    found += [f for f in bundle.findings if f.level == "error" and f.code not in KNOWN_LATER]
    if found:
        raise Problem("form.invalid", findings=tuple(found))


def _is_in_force(tx: Transaction, form_id: int, draft: int) -> bool:
    """Whether phones already have exactly this under exactly this version, with the same files."""
    current = select(form.c.current_version_id).where(form.c.id == form_id).scalar_subquery()
    said = select(form_version.c.version, form_version.c.md5)
    files = select(form_media.c.name, form_media.c.md5, form_media.c.entity_list).order_by(form_media.c.name)
    return (
        tx.execute(said.where(form_version.c.id == draft)).first()
        == tx.execute(said.where(form_version.c.id == current)).first()
        and tx.execute(files.where(form_media.c.form_version_id == draft)).all()
        == tx.execute(files.where(form_media.c.form_version_id == current)).all()
    )


def _refuse_taken(tx: Transaction, form_id: int, name: str, version: str, *, but: str = "") -> None:
    """Raises `form.version_taken` when this version of a form (row id) is published, with another text than `but`."""
    taken = tx.execute(
        select(form_version.c.id).where(
            form_version.c.form_id == form_id,
            form_version.c.version == version,
            form_version.c.published_at.is_not(None),
            form_version.c.xform != but,
        )
    ).first()
    if taken:
        raise Problem("form.version_taken", form=name, version=version, next=next_version(version))


def write_generated(
    tx: Transaction, project_id: int, by: int, xform: str, list_name: str, properties: Sequence[str]
) -> None:
    """Publishes a form the server has made, with the entity list it reads. `by`: whose act it follows from."""
    made = schema.read(xform)
    upload = Upload(f"{made.form_id}.xml", xform.encode())
    draft = FormDraft(upload, Converted(made.form_id, made.title, made.version, xform, None), made)
    change = FileChange(upload.path, "form", made.form_id, made.version, made.title, "new")
    bundle = Bundle((upload,), None, None, (), (draft,), (), (change,), ())
    writer = _Writer(tx, by, bundle, {}, {}, None)
    writer.keep_list(project_id, list_name, properties)
    writer.forms(project_id, draft=False)
    tx.audit(by, "form.update.publish", project=project_id, details={"form": made.form_id, "version": made.version})


class _Writer:
    """Writes a checked bundle in the caller's transaction."""

    def __init__(
        self,
        tx: Transaction,
        by: int,
        bundle: Bundle,
        blobs: Mapping[str, Blob],
        itemsets: Mapping[str, Blob],
        office: Office | None,
    ) -> None:
        self._tx = tx
        self._office_before = office
        self._by = by
        self._bundle = bundle
        self._blobs = blobs
        self._itemsets = itemsets
        self._media_files = {upload.name: blobs[upload.path] for upload in bundle.media}
        self._now = stamp(tx.now)

    def _changed(self, file: str) -> bool:
        return any(c.file == file and c.change != "same" for c in self._bundle.changes)

    def _warnings(self, file: str) -> list[Mapping[str, object]]:
        """The warnings of a file with who accepted them: whoever publishes, or whoever did with an earlier version."""
        mine = [warning for warning in self._bundle.warnings if warning.args["file"] == file]
        return [{**self._tick(warning), "finding": finding_to_json(warning)} for warning in mine]

    def _tick(self, warning: Finding) -> Mapping[str, object]:
        known = self._bundle.ticks.get(warning_key(warning))
        at = warning.place.address if warning.place else ""
        new = {"key": warning_key(warning), "code": warning.code, "at": at, "by": self._by, "on": self._now}
        return known or new

    def project(self, project_id: int | None) -> int:
        office = self._bundle.office[1] if self._bundle.office else None
        code = self._bundle.office_code
        if project_id is None:
            if code is None:
                raise Problem("request.missing", field="project")
            row = {
                "code": code,
                "name": office.name if office else code,
                "timezone": office.timezone if office else "Asia/Jakarta",
                "created_at": self._now,
            }
            return int(self._tx.execute(project.insert().returning(project.c.id), row).scalar_one())
        if office:
            changes = {"code": office.id, "name": office.name, "timezone": office.timezone, "updated_at": self._now}
            self._tx.execute(project.update().where(project.c.id == project_id), changes)
        return project_id

    def office(self, project_id: int, shared: Mapping[str, Blob]) -> None:
        if not self._bundle.office:
            return
        upload, office = self._bundle.office
        if self._changed(upload.path):
            row = {
                "project_id": project_id,
                "digest": office_workbook.digest(workbook.read(upload.data)),
                "workbook": self._blobs[upload.path].sha256,
                "published_at": self._now,
                "published_by": self._by,
            }
            known = self._tx.execute(
                select(office_version.c.id).where(
                    office_version.c.project_id == project_id, office_version.c.digest == row["digest"]
                )
            ).scalar()
            version_id = (
                known or self._tx.execute(office_version.insert().returning(office_version.c.id), row).scalar_one()
            )
            self._put_in_force(project_id, int(version_id), office)
        for name, blob in shared.items():
            self._shared(project_id, name, blob)

    def _put_in_force(self, project_id: int, version_id: int, office: Office) -> None:
        """The office workbook is the one in force from now; other days than before date open cases anew."""
        before = self._tx.execute(select(project.c.office_version_id).where(project.c.id == project_id)).scalar()
        self._tx.execute(project.update().where(project.c.id == project_id), {"office_version_id": version_id})
        begun = select(office_in_force.c.id).where(office_in_force.c.project_id == project_id).limit(1)
        if before is not None and self._tx.execute(begun).first() is None:
            since = select(office_version.c.published_at).where(office_version.c.id == before)
            row = {"office_version_id": before, "since": self._tx.execute(since).scalar_one()}
            self._tx.execute(office_in_force.insert(), {"project_id": project_id, **row})
        row = {"project_id": project_id, "office_version_id": version_id, "since": self._now}
        change = self._tx.execute(office_in_force.insert().returning(office_in_force.c.id), row).scalar_one()
        if self._office_before is not None and not same_days(self._office_before, office):
            calendar_change.ask(self._tx, project_id, int(change), self._by)

    def _shared(self, project_id: int, name: str, blob: Blob) -> None:
        row = {"blob": blob.sha256, "md5": blob.md5, "size": blob.size, "updated_at": self._now}
        key = (project_media.c.project_id == project_id, project_media.c.name == name)
        if self._tx.execute(project_media.update().where(*key), row).rowcount == 0:
            self._tx.execute(project_media.insert(), {"project_id": project_id, "name": name, **row})

    def sops(self, project_id: int) -> None:
        for upload, item in self._bundle.sops:
            self.keep_list(project_id, case_list(item.sop_id), WORKFLOW)
            if self._changed(upload.path):
                self._sop(project_id, upload, item)

    def _sop(self, project_id: int, upload: Upload, item: Sop) -> None:
        sop_row = self._tx.execute(
            select(sop.c.id).where(sop.c.project_id == project_id, sop.c.sop_id == item.sop_id)
        ).scalar()
        if sop_row is None:
            row = {"project_id": project_id, "sop_id": item.sop_id, "title": item.title}
            sop_row = self._tx.execute(sop.insert().returning(sop.c.id), row).scalar_one()
        version_id = self._tx.execute(
            sop_version.insert().returning(sop_version.c.id),
            {
                "sop_id": sop_row,
                "version": item.version,
                "digest": sop_workbook.digest(workbook.read(upload.data)),
                "workbook": self._blobs[upload.path].sha256,
                "published_at": self._now,
                "published_by": self._by,
                "accepted": dumps(self._warnings(upload.path)),
            },
        ).scalar_one()
        changes = {"title": item.title, "current_version_id": version_id}
        self._tx.execute(sop.update().where(sop.c.id == sop_row), changes)

    def forms(self, project_id: int, *, draft: bool) -> list[tuple[int, str]]:
        """Writes the changed forms; returns (form row, version) of those newly published."""
        for item in self._bundle.forms:
            for entity in item.schema.entities:
                self.keep_list(project_id, entity.list, entity.saves.values())
        published = []
        for item in self._bundle.forms:
            if not draft and not self._changed(item.upload.path):
                continue
            form_row = self._form(project_id, item, draft=draft)
            if not draft:
                published.append((form_row, item.schema.version))
        return published

    def _form(self, project_id: int, item: FormDraft, *, draft: bool) -> int:
        schema, xform = item.schema, item.converted.xform or ""
        form_row = self._tx.execute(
            select(form.c.id).where(form.c.project_id == project_id, form.c.xml_form_id == schema.form_id)
        ).scalar()
        if form_row is None:
            row = {
                "project_id": project_id,
                "xml_form_id": schema.form_id,
                "created_at": self._now,
                "created_by": self._by,
            }
            form_row = int(self._tx.execute(form.insert().returning(form.c.id), row).scalar_one())
        if not draft:
            # Somebody may have published since this was checked; one version is one text for ever.
            _refuse_taken(self._tx, form_row, schema.form_id, schema.version, but=xform)
        itemsets = item.converted.itemsets
        version_id = self._tx.execute(
            form_version.insert().returning(form_version.c.id),
            {
                "form_id": form_row,
                "version": schema.version,
                "title": schema.title,
                "xform": xform,
                "md5": hashlib.md5(xform.encode(), usedforsecurity=False).hexdigest(),
                "schema": schema.to_json(),
                "entities": dumps([entity.to_json() for entity in schema.entities]),
                "xlsx": None if item.upload.is_xform else self._blobs[item.upload.path].sha256,
                "itemsets": itemsets,
                "warnings": dumps(self._warnings(item.upload.path)),
                "created_at": self._now,
                "created_by": self._by,
                "published_at": None if draft else self._now,
                "published_by": None if draft else self._by,
            },
        ).scalar_one()
        self._media(project_id, form_row, int(version_id), item)
        column = "draft_version_id" if draft else "current_version_id"
        self._tx.execute(form.update().where(form.c.id == form_row), {column: version_id, "updated_at": self._now})
        if draft:
            unnamed = (form.c.id == form_row, form.c.draft_token.is_(None))
            self._tx.execute(form.update().where(*unnamed), {"draft_token": new_token()})
        return form_row

    def _media(self, project_id: int, form_row: int, version_id: int, item: FormDraft) -> None:
        """One row per file the form names: an entity list, an upload, or what the last version had."""
        lists = set(
            self._tx.execute(select(entity_list.c.name).where(entity_list.c.project_id == project_id)).scalars()
        )
        old = self._tx.execute(select(form.c.current_version_id).where(form.c.id == form_row)).scalar()
        carried = {
            row.name: row for row in self._tx.execute(select(form_media).where(form_media.c.form_version_id == old))
        }
        for file in item.schema.files:
            row: dict[str, object] = {
                "form_version_id": version_id,
                "name": file.name,
                "type": file.kind,
                "updated_at": self._now,
            }
            upload = self._blobs.get(replace(item.upload, name=file.name).path) or self._media_files.get(file.name)
            if file.kind == "itemsets":
                upload = self._itemsets.get(item.schema.form_id, upload)
            stem = file.name.removesuffix(".csv")
            if stem in lists:
                row["entity_list"] = stem
            elif upload:
                row.update(blob=upload.sha256, md5=upload.md5, size=upload.size)
            elif file.name in carried:
                before = carried[file.name]
                row.update(blob=before.blob, md5=before.md5, size=before.size)
            self._tx.execute(form_media.insert(), row)

    def keep_list(self, project_id: int, name: str, properties: object) -> None:
        """The entity list exists and knows these properties; a property once known stays."""
        found = self._tx.execute(
            select(entity_list.c.id, entity_list.c.properties).where(
                entity_list.c.project_id == project_id, entity_list.c.name == name
            )
        ).first()
        wanted = [str(item) for item in properties]  # type: ignore[attr-defined]
        if found is None:
            row = {
                "project_id": project_id,
                "name": name,
                "properties": dumps(list(dict.fromkeys(wanted))),
                "created_at": self._now,
            }
            self._tx.execute(entity_list.insert(), row)
            return
        merged = list(dict.fromkeys([*json.loads(found.properties), *wanted]))
        self._tx.execute(entity_list.update().where(entity_list.c.id == found.id), {"properties": dumps(merged)})


OFFICE_FILE = "kantor.xlsx"
_NOT_IN_BUNDLES = (".py", ".md", ".txt")


def read_folder(folder: Path) -> list[Upload]:
    """The files of one bundle folder (ruling 23): workbooks, and everything in its `media/`."""
    files = sorted(p for p in folder.iterdir() if p.is_file() and not p.name.startswith((".", "~")))
    media = folder / "media"
    if media.is_dir():
        files += sorted(p for p in media.iterdir() if p.is_file() and not p.name.startswith("."))
    return [Upload(p.name, p.read_bytes(), folder.name) for p in files if p.suffix.lower() not in _NOT_IN_BUNDLES]


def find_bundles(paths: Sequence[Path], *, alone: bool = False) -> list[list[Upload]]:
    """The bundles of these paths, one per office: each folder with an SOP workbook, with the office's kantor.xlsx.

    A path may be one workbook, one folder or a tree of folders. `alone`: nothing is published yet, so one service of
    an office takes the kantor.xlsx of the folder above with it. Raises `request.bad_value` for a path that does not
    exist.
    """
    bundles: dict[Path, list[Upload]] = {}
    for path in paths:
        if not path.exists():
            raise Problem("request.bad_value", field="PATH", value=str(path), reason="-")
        if path.is_file():
            bundles.setdefault(path.parent, []).append(Upload(path.name, path.read_bytes(), path.parent.name))
            continue
        offices = [p for p in [path, *path.rglob("*")] if p.is_dir() and (p / OFFICE_FILE).is_file()]
        above = path.resolve().parent / OFFICE_FILE
        if alone and not offices and any(path.glob("*.xlsx")) and above.is_file():
            bundles.setdefault(path, []).append(Upload(OFFICE_FILE, above.read_bytes(), above.parent.name))
        folders = offices or [path]
        for office in folders:
            uploads = bundles.setdefault(office, [])
            uploads += read_folder(office)
            for below in sorted(p for p in office.iterdir() if p.is_dir() and p.name != "media"):
                if any(below.glob("*.xlsx")):
                    uploads += read_folder(below)
    return [uploads for uploads in bundles.values() if uploads]
