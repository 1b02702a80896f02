"""Going back to an earlier version of a form: it is published again under a version of its own (decision 0026)."""

from collections.abc import Sequence

from forms import schema, workbook
from forms.survey import place_of
from reports.sheets import revised
from server.access import Viewer
from server.actions.bundle import Upload
from server.actions.bundle_changes import next_version
from server.limits.children import ChildFailed, LimitExceeded
from server.limits.functions import run_python
from server.problems import Problem
from server.queries.form_history import MadeOf, made_of
from server.store import Store

REVISE_WALL, REVISE_CPU = 20.0, 15


def earlier_version(
    store: Store, viewer: Viewer | None, project_id: int, form_id: str, version: str, new: str | None = None
) -> tuple[Upload, ...]:
    """The workbook of an earlier version, called `new` (else the next after the one in force), with the files it had:
    what to check and publish in order to go back to it. Raises as `made_of`, and `form.not_again` for a workbook that
    cannot be written into."""
    found = made_of(store, viewer, project_id, form_id, version)
    name = new or next_version(found.current)
    return (_form(found, name), *(Upload(file, data) for file, data in found.files))


def is_in_force_again(store: Store, viewer: Viewer | None, project_id: int, form_id: str, version: str) -> bool:
    """Whether the version in force is that one, or was made of it under a name of its own: whoever asks for it twice,
    having heard no answer, gets no second one. Raises as `earlier_version`."""
    found = made_of(store, viewer, project_id, form_id, version)
    if found.current == version:
        return True
    now = made_of(store, viewer, project_id, form_id, found.current)
    kept = now.workbook if now.workbook is not None else now.xform.encode()
    return found.files == now.files and _form(found, found.current).data == kept


def _form(found: MadeOf, version: str) -> Upload:
    if found.workbook is None:
        return Upload(f"{found.form_id}.xml", schema.with_version(found.xform, version).encode())
    asked = revised.pack(found.workbook, _version_cell(found.workbook, version))
    try:
        data = run_python("reports.sheets.revised:revise_packed", asked, wall=REVISE_WALL, cpu=REVISE_CPU)
    except (LimitExceeded, ChildFailed):
        raise Problem("form.not_again", version=found.version) from None
    return Upload(f"{found.form_id}.xlsx", data)


def _version_cell(data: bytes, version: str) -> Sequence[revised.Value]:
    sheet = workbook.read(data).sheet("settings")
    place = place_of(sheet.rows[0], "version") if sheet and sheet.rows else None
    return [(place.sheet, place.cell, version)] if place and place.cell else []
