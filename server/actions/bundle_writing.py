"""A checked bundle written in the caller's transaction: office, SOPs, forms with their files, the lists they keep."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import select

from forms import office as office_workbook
from forms import schema, workbook
from forms import sop as sop_workbook
from forms.converted import Converted, finding_to_json
from forms.findings import Finding
from forms.office import Office
from forms.sop import Sop
from forms.uploads import ending_of
from server.actions import calendar_change
from server.actions.bundle import Bundle, FormDraft, Upload, warning_key
from server.actions.bundle_changes import next_version
from server.actions.draft_trials import new_token
from server.cases.entity_merge import WORKFLOW
from server.cases.linking import case_list
from server.problems import Problem
from server.queries.calendar_preview import same_days
from server.queries.publishing import FileChange
from server.store import Transaction
from server.store.blobs import Blob
from server.store.entities import entity_list
from server.store.forms import form, form_media, form_version, project_media
from server.store.projects import office_in_force, office_version, project, sop, sop_version
from server.store.schema import dumps, stamp


def _is_published(tx: Transaction, form_id: int, version: str) -> bool:
    published = (form_version.c.version == version, form_version.c.published_at.is_not(None))
    return (
        tx.execute(select(form_version.c.id).where(form_version.c.form_id == form_id, *published)).first() is not None
    )


def refuse_taken(tx: Transaction, form_id: int, name: str, version: str, *, but: str = "") -> None:
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
    writer = Writer(tx, by, bundle, {}, {}, {}, None)
    writer.keep_list(project_id, list_name, properties)
    writer.forms(project_id, draft=False)
    tx.audit(by, "form.update.publish", project=project_id, details={"form": made.form_id, "version": made.version})


class Writer:
    """Writes a checked bundle in the caller's transaction.

    `blobs` are its uploads by path as they were read, `sent` those that came otherwise, as they came.
    """

    def __init__(
        self,
        tx: Transaction,
        by: int,
        bundle: Bundle,
        blobs: Mapping[str, Blob],
        sent: Mapping[str, Blob],
        itemsets: Mapping[str, Blob],
        office: Office | None,
    ) -> None:
        self._tx = tx
        self._office_before = office
        self._by = by
        self._bundle = bundle
        self._blobs = blobs
        self._sent = {**blobs, **sent}
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

    def sops(self, project_id: int) -> dict[str, int]:
        """Writes the changed SOPs; the row of each new version by SOP id."""
        made = {}
        for upload, item in self._bundle.sops:
            self.keep_list(project_id, case_list(item.sop_id), WORKFLOW)
            if self._changed(upload.path):
                made[item.sop_id] = self._sop(project_id, upload, item)
        return made

    def _sop(self, project_id: int, upload: Upload, item: Sop) -> int:
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
        return int(version_id)

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
            refuse_taken(self._tx, form_row, schema.form_id, schema.version, but=xform)
            if _is_published(self._tx, form_row, schema.version):
                return form_row
        itemsets = item.converted.itemsets
        uploaded = self._sent.get(item.upload.path)
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
                "uploaded": uploaded.sha256 if uploaded else None,
                "ending": ending_of(item.upload.as_sent) if uploaded else None,
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
