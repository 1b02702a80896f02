"""A form's draft becomes its published version, after it was checked once more."""

from dataclasses import replace

from sqlalchemy import select

from forms import media
from server.access import Viewer, require
from server.actions.bundle import Upload
from server.actions.bundle_prepare import missing_file
from server.actions.bundle_writing import refuse_taken
from server.actions.draft_trials import forget_trials
from server.actions.drafts import rename_draft
from server.actions.place_later import ask_to_type, type_waiting
from server.actions.publish import check_bundle
from server.problems import Problem
from server.store import Store, Transaction
from server.store.forms import form, form_media, form_version, project_media
from server.store.schema import stamp

# What a draft's own row tells better than its workbook: its files, and whether its version went live meanwhile.
KNOWN_LATER = frozenset({"form.media_missing", "form.version_taken"})


def publish_draft(
    store: Store, viewer: Viewer | None, project_id: int, form_id: str, *, version: str | None = None
) -> None:
    """Makes the draft of a form its published version.

    It is checked once more, against the SOP in force now and with the files it has by now. `version` renames it. A
    draft that is the version in force to the byte changes nothing and is gone; so does asking again, having heard no
    answer, for the `version` that is in force by now.
    Raises `form.no_draft`, `form.version_taken`, `form.invalid`, `request.bad_value`.
    """
    viewer = require(viewer, "form.publish", project_id)
    drafted = (
        select(form.c.id, form.c.draft_version_id, form_version.c.version)
        .outerjoin(form_version, form_version.c.id == form.c.current_version_id)
        .where(form.c.project_id == project_id, form.c.xml_form_id == form_id)
    )
    _check_draft(store, viewer, project_id, form_id)
    with store.write() as tx:
        row = tx.execute(drafted).first()
        if row is None:
            raise Problem("request.not_found")
        if row.draft_version_id is None:
            if version and version == row.version:
                tx.housekeeping()
                return
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
        refuse_taken(tx, row.id, form_id, name)
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
    lists = media.needs(draft.xform)
    read = [Upload(file.name, store.blobs.get(file.blob)) for file in files if file.blob and file.name in lists]
    bundle = check_bundle(store, viewer, project_id, [book, *read])
    found = [f for f in bundle.findings if f.level == "error" and f.code not in KNOWN_LATER]
    for made in bundle.forms:
        missing = (missing_file(made.converted, file.name, file.type) for file in files if file.blob is None)
        found += (replace(f, args={**f.args, "file": book.name}) for f in missing if f.level == "error")
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
